// How far deadlines are kept, by school and team (design: deadlines, section 2), counted from the
// cards of the projection "obligations" (obligation_cards.h). Pure: the day on which somebody looks
// is an argument. Figures only: no plan and nobody's id leaves here.
//
// Compliance = met / (met + met late + overdue); every other status is shown beside it. Counted is
// what has a deadline: notice, draft, final record and both signatures. A plan has one of each from
// the day it is opened, so each kind is about the same people as all of them together.
//
// Governors see no figures about fewer than five people (R84), nor any that adding and subtracting
// what they do see would give. Groups are withheld as a tree: the trust, its schools, their teams.
// Among the groups of one that is shown, those with fewer than five people are withheld, and then
// the next smallest, until at least two are and they have at least five people together, for that
// is what remains when the shown ones are subtracted. Where no group is left to add, the one above
// is withheld as well. All of a withheld group is withheld: its teams, its kinds, and how many
// people it has. What is withheld depends on who is enrolled and not on who asks, except that a
// group of which somebody may see everything can hide nothing from them; so two governors who put
// their answers side by side learn no more. It does not hide what changed between two days from
// somebody who wrote down both answers; the past is shown to them by whole days only. People count
// here whose plans stand: those whose only plan was withdrawn are hidden like the others, and hide
// nobody.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_COMPLIANCE_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_COMPLIANCE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/projections/projection.h"
#include "services/rules/deadlines/deadlines.h"
#include "services/rules/deadlines/obligations.h"

namespace countersign::projections {

// Below this number of people a governor sees nothing (R84).
inline constexpr size_t kFewestShown = 5;

// What is counted, in the order in which it is shown.
inline constexpr std::array<rules::ObligationKind, 5> kCountedKinds = {
    rules::ObligationKind::kNotice, rules::ObligationKind::kDraft,
    rules::ObligationKind::kFinalAvailable, rules::ObligationKind::kReviewerSignature,
    rules::ObligationKind::kRevieweeSignature};

// How many obligations stand how.
struct StatusCounts {
  std::array<uint32_t, 9> by_status = {};  // In the order of rules::Status.

  uint32_t Of(rules::Status status) const { return by_status[static_cast<size_t>(status)]; }
  uint32_t Numerator() const { return Of(rules::Status::kMet); }
  uint32_t Denominator() const {
    return Of(rules::Status::kMet) + Of(rules::Status::kMetLate) + Of(rules::Status::kOverdue);
  }
  void Add(const StatusCounts& other);
};

// The figures of a group of people.
struct ComplianceGroup {
  // Who has a plan that stands: somebody enrolled twice is one, and whose only plan was withdrawn
  // is none, although the plan is counted below.
  size_t people = 0;
  std::array<StatusCounts, kCountedKinds.size()> by_kind = {};  // In the order of kCountedKinds.
  // The figures may not be shown, and are not here: everything above is 0.
  bool withheld = false;

  // Of all kinds.
  StatusCounts Together() const;
};

struct TeamCompliance {
  std::string team;  // As recorded last for the reviewee; empty where none is.
  ComplianceGroup group;
};

struct SchoolCompliance {
  std::string school_id;
  ComplianceGroup group;
  std::vector<TeamCompliance> teams;  // In the order of names.
};

struct Compliance {
  ComplianceGroup all;                    // Of the schools below together.
  std::vector<SchoolCompliance> schools;  // In the order in which they joined the trust.
};

// Whose figures somebody may see.
struct ComplianceSight {
  std::vector<std::string> school_ids = {};           // Every figure of these schools.
  std::vector<std::string> governed_school_ids = {};  // These as a governor.
};

struct ComplianceFilter {
  std::string cycle_id = {};
  std::string school_id = {};  // Only this school; empty: all in sight.
  absl::CivilDay today;        // In Europe/London.
  ComplianceSight sight = {};
};

// Counts the schools in sight that have joined the trust, one without plans as zeros. DATA_LOSS for
// a damaged card, else the errors of the cards.
absl::StatusOr<Compliance> ReadCompliance(const CardReader& cards, const ComplianceFilter& filter);

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_COMPLIANCE_H_
