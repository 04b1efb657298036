#include "services/policy.h"

#include <algorithm>

namespace countersign {
namespace {

bool Manages(const rules::Person& manager, const rules::Person& person) {
  const auto& ids = person.facts.manager_ids();
  return std::find(ids.begin(), ids.end(), manager.facts.person_id()) != ids.end();
}

void AddRoles(const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles,
              const rules::Person& caller, Standings& standings) {
  for (const v1::RoleHeld& held : roles) {
    if (held.person_id() != caller.facts.person_id()) continue;
    if (held.role() == v1::ROLE_HEADTEACHER) standings.Add(Standing::kHead);
    if (held.role() == v1::ROLE_OFFICE) standings.Add(Standing::kOffice);
    if (held.role() == v1::ROLE_TRAINING_LEAD) standings.Add(Standing::kTrainingLead);
    if (held.role() == v1::ROLE_GOVERNOR) standings.Add(Standing::kGovernor);
    if (held.role() == v1::ROLE_TRUST_LEAD) standings.Add(Standing::kTrustLead);
    if (held.role() == v1::ROLE_AUDITOR) standings.Add(Standing::kAuditor);
  }
}

}  // namespace

absl::string_view NameOf(Standing standing) {
  switch (standing) {
    case Standing::kReviewee:
      return "reviewee";
    case Standing::kReviewer:
      return "reviewer";
    case Standing::kLineManager:
      return "line_manager";
    case Standing::kHead:
      return "headteacher";
    case Standing::kSubstituteHead:
      return "substitute_head";
    case Standing::kOffice:
      return "office";
    case Standing::kTrainingLead:
      return "training_lead";
    case Standing::kGovernor:
      return "governor";
    case Standing::kTrustLead:
      return "trust_lead";
    case Standing::kAuditor:
      return "auditor";
    case Standing::kSelf:
      return "self";
    case Standing::kMember:
      return "member";
    case Standing::kFounder:
      return "founder";
  }
  return "";
}

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
    case Action::kGrantTrustRole:
      return "grant_trust_role";
    case Action::kEndTrustRole:
      return "end_trust_role";
    case Action::kSeeTrust:
      return "see_trust";
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
    case Action::kAssignReviewer:
      return "assign_reviewer";
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
    case Action::kSign:
      return "sign";
    case Action::kSeePlan:
      return "see_plan";
    case Action::kSeeTimeline:
      return "see_timeline";
    case Action::kSeeDeadlines:
      return "see_deadlines";
    case Action::kListPlans:
      return "list_plans";
    case Action::kListObligations:
      return "list_obligations";
    case Action::kMoveClock:
      return "move_clock";
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
  };
  return *kTable;
}

const PolicyRow* Permit(Action action, const Standings& standings) {
  for (const PolicyRow& row : PolicyTable()) {
    if (row.action == action && standings.Has(row.standing)) return &row;
  }
  return nullptr;
}

Standings StandingsTo(const rules::Trust& trust, const rules::Person& caller) {
  Standings standings;
  if (!rules::IsFounded(trust)) {
    standings.Add(Standing::kFounder);
    return standings;
  }
  if (!rules::IsKnown(caller)) return standings;
  standings.Add(Standing::kMember);
  AddRoles(trust.facts.roles(), caller, standings);
  return standings;
}

Standings StandingsTo(const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller) {
  Standings standings = StandingsTo(trust, caller);
  if (rules::IsKnown(caller)) AddRoles(school.facts.roles(), caller, standings);
  return standings;
}

Standings StandingsTo(const rules::Person& person, const rules::School& school,
                      const rules::Trust& trust, const rules::Person& caller) {
  Standings standings = StandingsTo(school, trust, caller);
  if (!rules::IsKnown(caller)) return standings;
  if (person.facts.person_id() == caller.facts.person_id()) {
    standings.Add(Standing::kSelf);
    // Facts about one's work move one's deadlines and open one's plan: others record them.
    standings.Remove(Standing::kHead);
    standings.Remove(Standing::kOffice);
    standings.Remove(Standing::kTrustLead);
  }
  if (Manages(caller, person)) standings.Add(Standing::kLineManager);
  return standings;
}

Standings StandingsTo(const rules::Plan& plan, const rules::Person& reviewee,
                      const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller) {
  Standings standings = StandingsTo(school, trust, caller);
  if (!rules::IsKnown(caller)) return standings;
  const std::string& caller_id = caller.facts.person_id();
  if (Manages(caller, reviewee)) standings.Add(Standing::kLineManager);
  if (plan.progress.reviewer_id() == caller_id) standings.Add(Standing::kReviewer);
  if (plan.progress.reviewee_id() == caller_id) {
    standings.Add(Standing::kReviewee);
    // R90: nobody picks their own reviewer, the head included; A11: the trust lead acts instead.
    standings.Remove(Standing::kHead);
    standings.Remove(Standing::kOffice);
  } else if (standings.Has(Standing::kTrustLead)) {
    // A11: somebody acts for the head whose own plan it is, or who manages the reviewee.
    const std::string head = rules::HeadOf(school.facts);
    const auto& managers = reviewee.facts.manager_ids();
    if (!head.empty() && (head == plan.progress.reviewee_id() ||
                          std::find(managers.begin(), managers.end(), head) != managers.end())) {
      standings.Add(Standing::kSubstituteHead);
    }
  }
  return standings;
}

}  // namespace countersign
