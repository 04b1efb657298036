// Who may do and see what: one table, standing x action, evaluated for every call. Deny by default.
//
// A standing is how the caller stands to the thing that the call is about, found from journaled
// facts alone (standings below). Every permission names its row; the row's id goes into the entry,
// so that "was this allowed then?" can be answered later. ROW IDS ARE PERSISTENT: append, never
// reuse (tests/services/policy_test.cc keeps the golden list).
#ifndef COUNTERSIGN_SERVICES_POLICY_H_
#define COUNTERSIGN_SERVICES_POLICY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/rules/person.h"
#include "services/rules/plan.h"
#include "services/rules/school.h"
#include "services/rules/trust.h"

namespace countersign {

// How a caller can stand to a thing (design: confidentiality, section 1).
enum class Standing {
  kReviewee,        // The plan is theirs.
  kReviewer,        // Assigned to this plan.
  kLineManager,     // Recorded for the person, while it lasts.
  kHead,            // Of the school that holds the plan or in which the person works.
  kSubstituteHead,  // The trust lead, where the head is the reviewee or their line manager (A11).
  kOffice,          // Of the school, or of the trust.
  kTrainingLead,    // Of the school.
  kGovernor,        // Of the school or the trust.
  kTrustLead,
  kAuditor,
  kSelf,     // The person asked about.
  kMember,   // Anybody registered in the trust.
  kFounder,  // Anybody identified, while there is no trust.
};

// "reviewee", "headteacher" ... PERSISTENT: goes into entries as the role used.
absl::string_view NameOf(Standing standing);

// Everything a caller can ask for: one for each RPC, or one for several that nobody would allow
// apart.
enum class Action {
  kFoundTrust,
  kRegisterSchool,
  kAdoptPolicy,
  kImportBankHolidays,
  kOpenCycle,
  kGrantTrustRole,
  kEndTrustRole,
  kSeeTrust,
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
  kAssignReviewer,
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
  kSign,
  kSeePlan,
  kSeeTimeline,
  kSeeDeadlines,
  kListPlans,
  kListObligations,
  kMoveClock,
};

// "assign_reviewer" ... for the record of a denial, which names nothing else. PERSISTENT.
absl::string_view NameOf(Action action);

// A set of standings.
class Standings {
 public:
  void Add(Standing standing) { bits_ |= Bit(standing); }
  bool Has(Standing standing) const { return (bits_ & Bit(standing)) != 0; }
  void Remove(Standing standing) { bits_ &= ~Bit(standing); }

 private:
  static uint32_t Bit(Standing standing) { return uint32_t{1} << static_cast<int>(standing); }
  uint32_t bits_ = 0;
};

// One line of the table: this standing allows this action.
struct PolicyRow {
  absl::string_view id;  // For example "P017".
  Action action;
  Standing standing;
};

// The whole table, in the order in which rows are tried.
const std::vector<PolicyRow>& PolicyTable();

// The first row that allows the action to somebody of these standings, or nullptr: denied.
const PolicyRow* Permit(Action action, const Standings& standings);

// How somebody stands to the trust as such.
Standings StandingsTo(const rules::Trust& trust, const rules::Person& caller);
// ... to a school of it.
Standings StandingsTo(const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller);
// ... to a person who works in `school` (an unknown school for central staff).
Standings StandingsTo(const rules::Person& person, const rules::School& school,
                      const rules::Trust& trust, const rules::Person& caller);
// ... to a plan that `school` holds. Nobody acts as head in their own plan.
Standings StandingsTo(const rules::Plan& plan, const rules::Person& reviewee,
                      const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_POLICY_H_
