// Who holds the offices on a day: the head of each school, and who acts in a head's place (A11,
// rules/state/plan_people.h). Roles have days, so the cards of obligations name nobody for what the
// head owes as long as it is open; it is found here, on the day of asking.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_HEAD_OFFICE_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_HEAD_OFFICE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/obligation_cards.pb.h"
#include "services/projections/projection.h"

namespace countersign::projections {

// Values; the cards are not needed after Read().
class HeadOffice {
 public:
  // `today` is a day in Europe/London. DATA_LOSS for a damaged card, else the errors of the cards.
  static absl::StatusOr<HeadOffice> Read(const CardReader& cards, absl::CivilDay today);

  // Who owes the obligation today, or settled it. What the head owes is owed by the head of the
  // school; where the trust lead acts in the head's place or beside them (A11), by the trust lead
  // appointed last who may. Empty while nobody is assigned, or nobody holds the office.
  std::string OwedBy(const v1::ObligationCard& card) const;

  // The schools of which the person is the head.
  std::vector<std::string> SchoolsHeadedBy(absl::string_view person_id) const;

  // Whether the person may have to act for a head.
  bool IsTrustLead(absl::string_view person_id) const;

  // Every head, once.
  std::vector<std::string> Heads() const;

 private:
  std::map<std::string, std::string> head_by_school_;  // Without vacant offices.
  std::vector<std::string> trust_leads_;               // The one appointed last comes first.
};

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_HEAD_OFFICE_H_
