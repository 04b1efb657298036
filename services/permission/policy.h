// Who may do and see what: one table, standing x action, evaluated for every call. Deny by default.
//
// A standing is how the caller stands to the thing that the call is about, found from journaled
// facts alone (standings.h). Every permission names its row; the row's id goes into the entry,
// so that "was this allowed then?" can be answered later. ROW IDS ARE PERSISTENT: append, never
// reuse (tests/services/policy_test.cc keeps the golden list).
#ifndef COUNTERSIGN_SERVICES_PERMISSION_POLICY_H_
#define COUNTERSIGN_SERVICES_PERMISSION_POLICY_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "services/permission/standings.h"

namespace countersign {

// Everything a caller can ask for: one for each RPC, or one for several that nobody would allow
// apart.
enum class Action {
  kFoundTrust,
  kRegisterSchool,
  kAdoptPolicy,
  kImportBankHolidays,
  kOpenCycle,
  kOverridePolicy,
  kGrantTrustRole,
  kEndTrustRole,
  kSeeTrust,
  kSeeCompliance,
  kRebuildCards,
  kImportCalendar,
  kGrantSchoolRole,
  kEndSchoolRole,
  kAppointHead,  // GrantSchoolRole and EndSchoolRole for the office of head.
  kSeeSchools,
  kImportPeople,
  kChangeWorkFacts,  // ChangePost, ChangeWorkPattern, NameLineManagers and the absences.
  kSeePerson,
  kListPeople,
  kSeeSelf,
  kEnrol,
  kWithdrawEnrolment,
  kSuspendPlan,
  kResumePlan,
  kAssignReviewer,
  kRequestReplacement,
  kDecideReplacement,
  kReplaceReviewer,
  kSeeReplacementRequests,
  kIssuePreparationPack,
  kSharePreparation,
  kRecordConsultation,
  kArrangeRelease,
  kConfirmMeeting,
  kMoveMeeting,
  kCorrectMeeting,
  kCancelMeeting,
  kWaiveNotice,
  kRecordMeetingHeld,
  kIssueDraft,
  kRequestChanges,
  kAddComment,
  kReviseDraft,
  kDeclineChange,
  kFinaliseRecord,
  kExtendDeadline,
  kSign,
  kDeclineSignature,
  kCloseUnsigned,
  kIssueCopies,
  kSeeAnnex,
  kListAnnexes,
  kSeePlan,
  kSeeTimeline,
  kSeeDeadlines,
  kSeeAccesses,
  kListPlans,
  kListObligations,
  kMoveClock,
  kSeeLog,   // Keys, checkpoints, consistency of the journal; handing in a cosignature.
  kReadLog,  // Entries, proofs and tiles, without payload.
  kExportPayloads,
  kKeepBackups,
};

// "assign_reviewer" ... for the record of a denial, which names nothing else. PERSISTENT.
absl::string_view NameOf(Action action);

// One line of the table: this standing allows this action.
struct PolicyRow {
  absl::string_view id;  // For example "P017".
  Action action;
  Standing standing;
};

// The whole table, in the order in which rows are tried.
const std::vector<PolicyRow>& PolicyTable();

// A standing that bars an action, however else somebody stands.
struct PolicyBar {
  Action action;
  Standing standing;
  // Why, and who acts instead, for people; empty where they are told no more than anybody else.
  absl::string_view instead = "";
};

// All of them.
const std::vector<PolicyBar>& PolicyBars();

// The first bar that stands between somebody of these standings and the action, or nullptr.
const PolicyBar* BarAgainst(Action action, const Standings& standings);

// The first row that allows the action to somebody of these standings, or nullptr: denied, because
// no row does or a bar stands in the way.
const PolicyRow* Permit(Action action, const Standings& standings);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PERMISSION_POLICY_H_
