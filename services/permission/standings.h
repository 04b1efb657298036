// How a caller stands to the thing that a call is about, found from journaled facts alone.
//
// Standings are asked of one day, because roles have a first and a last one (R24). Somebody may
// stand in several ways at once, and each act counts under the one that allowed it (policy.h).
// Nobody stands to their own plan, or to the facts about their own work, as head or office.
#ifndef COUNTERSIGN_SERVICES_PERMISSION_STANDINGS_H_
#define COUNTERSIGN_SERVICES_PERMISSION_STANDINGS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "services/rules/state/person.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"

namespace countersign {

// How a caller can stand to a thing (design: confidentiality, section 1).
enum class Standing {
  kReviewee,        // The plan is theirs.
  kReviewer,        // Of this plan, as long as that lasts (rules/state/plan_people.h).
  kLineManager,     // Recorded for the person, while it lasts.
  kHead,            // Of the school that holds the plan or in which the person works.
  kSubstituteHead,  // The trust lead, where the head does not act on the plan alone (A11).
  kOffice,          // Of the school, or of the trust.
  kTrainingLead,    // Of the school; to a plan only once its annex was passed on (R77).
  kGovernor,        // Of the school or the trust.
  kTrustLead,
  kAuditor,
  kSelf,        // The person asked about.
  kMember,      // Anybody registered in the trust.
  kFounder,     // Anybody identified, while there is no trust.
  kChallenged,  // To a request for another reviewer: the one whom it is about (R28).
};

// "reviewee", "headteacher" ... PERSISTENT: goes into entries as the role used.
absl::string_view NameOf(Standing standing);

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

// In all of these `today` is the day in Europe/London; `caller` and `person` may be unknown.

// How somebody stands to the trust as such.
Standings StandingsTo(const rules::Trust& trust, const rules::Person& caller, absl::CivilDay today);
// ... to a school of it.
Standings StandingsTo(const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller, absl::CivilDay today);
// ... to a person who works in `school` (an unknown school for central staff).
Standings StandingsTo(const rules::Person& person, const rules::School& school,
                      const rules::Trust& trust, const rules::Person& caller, absl::CivilDay today);
// ... to a plan that `school` holds. Whether the head acts, the trust lead beside them or in their
// place is A11 (rules/state/plan_people.h). Somebody who reviewed the plan before has no standing
// from it.
Standings StandingsTo(const rules::Plan& plan, const rules::Person& reviewee,
                      const rules::School& school, const rules::Trust& trust,
                      const rules::Person& caller, absl::CivilDay today);
// ... to one of the plan's requests for another reviewer, of somebody who stands to the plan as
// `to_plan` says: the same, and challenged where the request is about them, decided or not.
Standings StandingsTo(const rules::RequestedReplacement& request, const rules::Person& caller,
                      Standings to_plan);

// The streams that a standing is found from, besides that of the thing itself: of the trust, of the
// school, and of the person who is asked about or whose plan it is. Whoever acts under the standing
// later than it was found makes sure that they still are as they were read.
struct StandingSources {
  bool trust = false;
  bool school = false;
  bool person = false;
};
StandingSources SourcesOf(Standing standing);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PERMISSION_STANDINGS_H_
