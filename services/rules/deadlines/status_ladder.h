// The one ladder of statuses (design: deadlines, section 2): which of them an obligation has on a
// day is decided here and nowhere else.
//
// `Day` is whatever the caller has its days in: absl::CivilDay, or text in ISO 8601, which compares
// in the same order, so that thousands of cards are judged without reading a date.
#ifndef COUNTERSIGN_SERVICES_RULES_DEADLINES_STATUS_LADDER_H_
#define COUNTERSIGN_SERVICES_RULES_DEADLINES_STATUS_LADDER_H_

#include <optional>

#include "services/rules/deadlines/deadlines.h"

namespace countersign::rules {

// What is known of one obligation; as ObligationFacts, with days in Europe/London.
template <typename Day>
struct KnownDays {
  std::optional<Day> starts_on = {};
  std::optional<Day> due_on = {};
  std::optional<Day> met_on = {};
  bool suspended = false;
  bool waived = false;
  bool discharged = false;
};

// The status on `today`. What was met on time stays met; a waiver covers what was met late or not
// at all; closing a plan discharges only what is still open. `is_due_soon` takes nothing and
// answers whether few days are left; it is asked only while the due date is still to come.
template <typename Day, typename IsDueSoon>
Status StatusOnLadder(const Day& today, const KnownDays<Day>& known, IsDueSoon is_due_soon) {
  const bool met = known.met_on.has_value();
  if (met && (!known.due_on.has_value() || *known.met_on <= *known.due_on)) return Status::kMet;
  if (known.waived) return Status::kWaived;
  if (met) return Status::kMetLate;
  if (known.discharged) return Status::kDischarged;
  if (!known.starts_on.has_value() || today < *known.starts_on) return Status::kNotStarted;
  if (!known.due_on.has_value()) return known.suspended ? Status::kSuspended : Status::kPending;
  if (today > *known.due_on) return Status::kOverdue;
  return is_due_soon() ? Status::kDueSoon : Status::kPending;
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DEADLINES_STATUS_LADDER_H_
