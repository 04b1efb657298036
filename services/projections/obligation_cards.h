// The projection "obligations": what is owed, by whom, by when, and the directory of people and
// plans. One set of cards serves both: a due date is found from the very cards that the directory
// shows, and a second copy of them could only disagree. Readers: obligations.h, compliance.h,
// annexes.h and directory.h.
//
// It keeps the progress of every plan, the facts of every person, school and of the trust, which
// plans a person takes part in, which plans a school holds in all and in each cycle, who works
// there, which annexes were issued there, and one card for each obligation with its places in the
// order of due dates. When an event changes something that a due date is found from (the plan,
// somebody's work, a calendar, the policy of the trust or of a school, the bank holidays), the
// obligations of every open plan that rests on it are found anew and rewritten where they differ. A
// closed plan stays as it was when it closed, but for the copies still owed.
//
// Roles move no card: they have days, so who owes what the head owes is found when somebody asks
// (head_office.h). Once it is settled the card names whoever settled it, and that stays so.
//
// The cards say nothing of what was written in a plan and hold no person's name. Names that appear:
// of the trust, its schools, cycles, terms, closures and bank holidays, which anybody may know, and
// of the team that somebody works in, for compliance.
// A plan's count of comments is not kept: a comment changes nothing here unless it opens a final
// record again, and finding that out costs one Get.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_OBLIGATION_CARDS_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_OBLIGATION_CARDS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "countersign/v1/cards.pb.h"
#include "services/projections/known_facts.h"
#include "services/projections/plan_obligations.h"
#include "services/projections/projection.h"
#include "services/rules/state/recorded.h"

namespace countersign::projections {

class ObligationCards : public Projection {
 public:
  // PERSISTENT.
  static constexpr char kName[] = "obligations";

  // The zone in which moments become days: Europe/London.
  explicit ObligationCards(absl::TimeZone zone) : zone_(zone) {}

  std::string name() const override { return kName; }
  uint32_t version() const override { return 3; }
  bool ReadsContentOf(const v1::Event& kind) const override;
  absl::Status Apply(const rules::Recorded& recorded, Cards& cards) const override;

 private:
  absl::Status ApplyPlan(const rules::Recorded& recorded, Cards& cards) const;
  absl::Status ApplyPerson(const rules::Recorded& recorded, Cards& cards) const;
  absl::Status ApplySchool(const rules::Recorded& recorded, Cards& cards) const;
  absl::Status ApplyTrust(const rules::Recorded& recorded, Cards& cards) const;
  // Of the plans named by the rest of every key that begins with `prefix`.
  absl::Status RevisePlans(const std::string& prefix, Cards& cards) const;

  const absl::TimeZone zone_;
};

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_OBLIGATION_CARDS_H_
