#include "services/permission/policy.h"

namespace countersign {
absl::string_view NameOf(Action action) {
  switch (action) {
    case Action::kFoundTrust:
      return "found_trust";
    case Action::kRegisterSchool:
      return "register_school";
    case Action::kAdoptPolicy:
      return "adopt_policy";
    case Action::kImportBankHolidays:
      return "import_bank_holidays";
    case Action::kOpenCycle:
      return "open_cycle";
    case Action::kOverridePolicy:
      return "override_policy";
    case Action::kGrantTrustRole:
      return "grant_trust_role";
    case Action::kEndTrustRole:
      return "end_trust_role";
    case Action::kSeeTrust:
      return "see_trust";
    case Action::kSeeCompliance:
      return "see_compliance";
    case Action::kRebuildCards:
      return "rebuild_cards";
    case Action::kImportCalendar:
      return "import_calendar";
    case Action::kGrantSchoolRole:
      return "grant_school_role";
    case Action::kEndSchoolRole:
      return "end_school_role";
    case Action::kAppointHead:
      return "appoint_head";
    case Action::kSeeSchools:
      return "see_schools";
    case Action::kImportPeople:
      return "import_people";
    case Action::kChangeWorkFacts:
      return "change_work_facts";
    case Action::kSeePerson:
      return "see_person";
    case Action::kListPeople:
      return "list_people";
    case Action::kSeeSelf:
      return "see_self";
    case Action::kEnrol:
      return "enrol";
    case Action::kWithdrawEnrolment:
      return "withdraw_enrolment";
    case Action::kSuspendPlan:
      return "suspend_plan";
    case Action::kResumePlan:
      return "resume_plan";
    case Action::kAssignReviewer:
      return "assign_reviewer";
    case Action::kRequestReplacement:
      return "request_replacement";
    case Action::kDecideReplacement:
      return "decide_replacement";
    case Action::kReplaceReviewer:
      return "replace_reviewer";
    case Action::kSeeReplacementRequests:
      return "see_replacement_requests";
    case Action::kIssuePreparationPack:
      return "issue_preparation_pack";
    case Action::kSharePreparation:
      return "share_preparation";
    case Action::kRecordConsultation:
      return "record_consultation";
    case Action::kArrangeRelease:
      return "arrange_release";
    case Action::kConfirmMeeting:
      return "confirm_meeting";
    case Action::kMoveMeeting:
      return "move_meeting";
    case Action::kCorrectMeeting:
      return "correct_meeting";
    case Action::kCancelMeeting:
      return "cancel_meeting";
    case Action::kWaiveNotice:
      return "waive_notice";
    case Action::kRecordMeetingHeld:
      return "record_meeting_held";
    case Action::kIssueDraft:
      return "issue_draft";
    case Action::kRequestChanges:
      return "request_changes";
    case Action::kAddComment:
      return "add_comment";
    case Action::kReviseDraft:
      return "revise_draft";
    case Action::kDeclineChange:
      return "decline_change";
    case Action::kFinaliseRecord:
      return "finalise_record";
    case Action::kExtendDeadline:
      return "extend_deadline";
    case Action::kSign:
      return "sign";
    case Action::kDeclineSignature:
      return "decline_signature";
    case Action::kCloseUnsigned:
      return "close_unsigned";
    case Action::kIssueCopies:
      return "issue_copies";
    case Action::kSeeAnnex:
      return "see_annex";
    case Action::kListAnnexes:
      return "list_annexes";
    case Action::kSeePlan:
      return "see_plan";
    case Action::kSeeTimeline:
      return "see_timeline";
    case Action::kSeeDeadlines:
      return "see_deadlines";
    case Action::kSeeAccesses:
      return "see_accesses";
    case Action::kListPlans:
      return "list_plans";
    case Action::kListObligations:
      return "list_obligations";
    case Action::kMoveClock:
      return "move_clock";
    case Action::kSeeLog:
      return "see_log";
    case Action::kReadLog:
      return "read_log";
    case Action::kExportPayloads:
      return "export_payloads";
    case Action::kKeepBackups:
      return "keep_backups";
  }
  return "";
}

const std::vector<PolicyRow>& PolicyTable() {
  static const auto* const kTable = new std::vector<PolicyRow>{
      // The trust.
      {"P001", Action::kFoundTrust, Standing::kFounder},
      {"P002", Action::kRegisterSchool, Standing::kTrustLead},
      {"P003", Action::kAdoptPolicy, Standing::kTrustLead},
      {"P004", Action::kImportBankHolidays, Standing::kTrustLead},
      {"P005", Action::kImportBankHolidays, Standing::kOffice},
      {"P006", Action::kOpenCycle, Standing::kTrustLead},
      {"P007", Action::kGrantTrustRole, Standing::kTrustLead},
      {"P008", Action::kEndTrustRole, Standing::kTrustLead},
      {"P009", Action::kSeeTrust, Standing::kMember},
      // Schools.
      {"P010", Action::kImportCalendar, Standing::kOffice},
      {"P011", Action::kImportCalendar, Standing::kHead},
      {"P012", Action::kImportCalendar, Standing::kTrustLead},
      {"P013", Action::kGrantSchoolRole, Standing::kTrustLead},
      {"P014", Action::kGrantSchoolRole, Standing::kHead},
      {"P015", Action::kEndSchoolRole, Standing::kTrustLead},
      {"P016", Action::kEndSchoolRole, Standing::kHead},
      {"P017", Action::kAppointHead, Standing::kTrustLead},
      {"P018", Action::kSeeSchools, Standing::kMember},
      // People.
      {"P019", Action::kImportPeople, Standing::kOffice},
      {"P020", Action::kImportPeople, Standing::kTrustLead},
      {"P021", Action::kChangeWorkFacts, Standing::kOffice},
      {"P022", Action::kChangeWorkFacts, Standing::kHead},
      {"P023", Action::kChangeWorkFacts, Standing::kTrustLead},
      {"P024", Action::kSeePerson, Standing::kSelf},
      {"P025", Action::kSeePerson, Standing::kLineManager},
      {"P026", Action::kSeePerson, Standing::kOffice},
      {"P027", Action::kSeePerson, Standing::kHead},
      {"P028", Action::kSeePerson, Standing::kTrustLead},
      {"P029", Action::kListPeople, Standing::kOffice},
      {"P030", Action::kListPeople, Standing::kHead},
      {"P031", Action::kListPeople, Standing::kTrustLead},
      {"P032", Action::kSeeSelf, Standing::kMember},
      // Who takes part and who reviews: R24, R90.
      {"P033", Action::kEnrol, Standing::kOffice},
      {"P034", Action::kEnrol, Standing::kHead},
      {"P035", Action::kWithdrawEnrolment, Standing::kOffice},
      {"P036", Action::kWithdrawEnrolment, Standing::kHead},
      {"P037", Action::kAssignReviewer, Standing::kHead},
      {"P038", Action::kAssignReviewer, Standing::kSubstituteHead},
      // The meeting: R33, R68.
      {"P039", Action::kConfirmMeeting, Standing::kReviewer},
      {"P040", Action::kMoveMeeting, Standing::kReviewer},
      {"P041", Action::kCorrectMeeting, Standing::kReviewer},
      {"P042", Action::kCancelMeeting, Standing::kReviewer},
      {"P043", Action::kWaiveNotice, Standing::kReviewee},
      {"P044", Action::kRecordMeetingHeld, Standing::kReviewer},
      // Recording and signing: R70 to R74.
      {"P045", Action::kIssueDraft, Standing::kReviewer},
      {"P046", Action::kRequestChanges, Standing::kReviewee},
      {"P047", Action::kAddComment, Standing::kReviewee},
      {"P048", Action::kReviseDraft, Standing::kReviewer},
      {"P049", Action::kDeclineChange, Standing::kReviewer},
      {"P050", Action::kFinaliseRecord, Standing::kReviewer},
      {"P051", Action::kSign, Standing::kReviewer},
      {"P052", Action::kSign, Standing::kReviewee},
      // Reading: R81, R82.
      {"P053", Action::kSeePlan, Standing::kReviewee},
      {"P054", Action::kSeePlan, Standing::kReviewer},
      {"P055", Action::kSeePlan, Standing::kLineManager},
      {"P056", Action::kSeePlan, Standing::kHead},
      {"P057", Action::kSeeTimeline, Standing::kReviewee},
      {"P058", Action::kSeeTimeline, Standing::kReviewer},
      {"P059", Action::kSeeTimeline, Standing::kLineManager},
      {"P060", Action::kSeeTimeline, Standing::kHead},
      {"P061", Action::kSeeDeadlines, Standing::kReviewee},
      {"P062", Action::kSeeDeadlines, Standing::kReviewer},
      {"P063", Action::kSeeDeadlines, Standing::kLineManager},
      {"P064", Action::kSeeDeadlines, Standing::kHead},
      // Lists without content: rows are asked one by one for each plan.
      {"P065", Action::kListPlans, Standing::kReviewee},
      {"P066", Action::kListPlans, Standing::kReviewer},
      {"P067", Action::kListPlans, Standing::kHead},
      {"P068", Action::kListPlans, Standing::kOffice},
      {"P069", Action::kListPlans, Standing::kTrustLead},
      {"P070", Action::kListObligations, Standing::kReviewee},
      {"P071", Action::kListObligations, Standing::kReviewer},
      {"P072", Action::kListObligations, Standing::kHead},
      {"P073", Action::kListObligations, Standing::kOffice},
      {"P074", Action::kListObligations, Standing::kTrustLead},
      // The clock of a demo; the demo itself asks for nothing more than a name.
      {"P075", Action::kMoveClock, Standing::kMember},
      {"P076", Action::kMoveClock, Standing::kFounder},
      // The head plans for rests; the substitute where it is the head's own plan (A22, A11).
      {"P077", Action::kSuspendPlan, Standing::kHead},
      {"P078", Action::kSuspendPlan, Standing::kSubstituteHead},
      {"P079", Action::kResumePlan, Standing::kHead},
      {"P080", Action::kResumePlan, Standing::kSubstituteHead},
      // Another reviewer: R27 to R29, A11, A23.
      {"P081", Action::kRequestReplacement, Standing::kReviewee},
      {"P082", Action::kDecideReplacement, Standing::kHead},
      {"P083", Action::kDecideReplacement, Standing::kSubstituteHead},
      {"P084", Action::kReplaceReviewer, Standing::kHead},
      {"P085", Action::kReplaceReviewer, Standing::kSubstituteHead},
      {"P086", Action::kSeeReplacementRequests, Standing::kReviewee},
      {"P087", Action::kSeeReplacementRequests, Standing::kHead},
      {"P088", Action::kSeeReplacementRequests, Standing::kSubstituteHead},
      // Preparing: R34 to R40, R86.
      {"P089", Action::kIssuePreparationPack, Standing::kReviewer},
      {"P090", Action::kRecordConsultation, Standing::kReviewer},
      {"P091", Action::kSharePreparation, Standing::kReviewee},
      {"P092", Action::kArrangeRelease, Standing::kReviewer},
      {"P093", Action::kArrangeRelease, Standing::kLineManager},
      {"P094", Action::kArrangeRelease, Standing::kHead},
      // More time, signatures that are missing, copies: R75 to R78, A04.
      {"P095", Action::kExtendDeadline, Standing::kHead},
      {"P096", Action::kExtendDeadline, Standing::kSubstituteHead},
      {"P097", Action::kDeclineSignature, Standing::kReviewer},
      {"P098", Action::kDeclineSignature, Standing::kReviewee},
      {"P099", Action::kCloseUnsigned, Standing::kHead},
      {"P100", Action::kCloseUnsigned, Standing::kSubstituteHead},
      {"P101", Action::kIssueCopies, Standing::kReviewer},
      {"P102", Action::kIssueCopies, Standing::kHead},
      {"P103", Action::kSeeAnnex, Standing::kTrainingLead},
      {"P104", Action::kListAnnexes, Standing::kTrainingLead},
      // The trust in view: R02, R80, R84.
      {"P105", Action::kOverridePolicy, Standing::kTrustLead},
      {"P106", Action::kSeeCompliance, Standing::kTrustLead},
      {"P107", Action::kSeeCompliance, Standing::kHead},
      {"P108", Action::kSeeCompliance, Standing::kOffice},
      {"P109", Action::kSeeCompliance, Standing::kGovernor},
      {"P110", Action::kRebuildCards, Standing::kTrustLead},
      {"P111", Action::kSeeAccesses, Standing::kReviewee},
      // The substitute gives out what a head who is a party would (A11).
      {"P112", Action::kIssueCopies, Standing::kSubstituteHead},
      // The journal, for those who check it: R80.
      {"P113", Action::kSeeLog, Standing::kMember},
      {"P114", Action::kReadLog, Standing::kAuditor},
      {"P115", Action::kReadLog, Standing::kTrustLead},
      {"P116", Action::kExportPayloads, Standing::kTrustLead},
      {"P120", Action::kKeepBackups, Standing::kTrustLead},
  };
  return *kTable;
}

const std::vector<PolicyBar>& PolicyBars() {
  // Nobody gives or takes time on their own side of a plan, or ends it without the other's answer.
  constexpr absl::string_view kAskTheSubstitute =
      "Whoever reviews a plan does not decide on its time or its end. Ask the head; where the plan "
      "is "
      "the head's own or the head reviews it, a trust lead who does not review it acts instead.";
  static const auto* const kBars = new std::vector<PolicyBar>{
      // R28: the reasons are not for whom they are about, though they be head or trust lead.
      {Action::kSeeReplacementRequests, Standing::kChallenged},
      {Action::kExtendDeadline, Standing::kReviewer, kAskTheSubstitute},
      {Action::kSuspendPlan, Standing::kReviewer, kAskTheSubstitute},
      {Action::kResumePlan, Standing::kReviewer, kAskTheSubstitute},
      {Action::kCloseUnsigned, Standing::kReviewer, kAskTheSubstitute},
  };
  return *kBars;
}

const PolicyBar* BarAgainst(Action action, const Standings& standings) {
  for (const PolicyBar& bar : PolicyBars()) {
    if (bar.action == action && standings.Has(bar.standing)) return &bar;
  }
  return nullptr;
}

const PolicyRow* Permit(Action action, const Standings& standings) {
  if (BarAgainst(action, standings) != nullptr) return nullptr;
  for (const PolicyRow& row : PolicyTable()) {
    if (row.action == action && standings.Has(row.standing)) return &row;
  }
  return nullptr;
}

}  // namespace countersign
