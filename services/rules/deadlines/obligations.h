// What is owed in a plan, by whom, by when: one table (design: deadlines, section 2).
//
//   obligation             owed by    due                     met by
//   reviewer_assigned      head       none                    reviewer assigned (R24)
//   notice                 reviewer   before the meeting      meeting confirmed (R33)
//   draft                  reviewer   working days after it   draft issued (R71)
//   final_available        reviewer   working days after it   record finalised (R73)
//   signature, one each    each       as final_available      signed or declined (R74)
//   change_request_answer  reviewer   none                    revised or declined (R72)
//   copy                   reviewer   none                    copy given to the reviewee (R75)
//   original               reviewer   none                    original given to the head (R76)
//   annex_copy             reviewer   none                    annex given to its reader (R77)
//   replacement_decision   head       none                    decided (R29)
//
// What the head owes is owed by the office: who holds it, or acts for the holder (A11), is found on
// the day of asking, until somebody has met it. An obligation is open until it is met, waived or
// discharged: with a withdrawn plan everything is, with a record closed unsigned the signature that
// is missing, and with any closed plan a decision on a request for another reviewer. Its due date
// follows its inputs while it is open; once met it is judged by the inputs as they were then, so
// callers who want that hand in those inputs.
#ifndef COUNTERSIGN_SERVICES_RULES_DEADLINES_OBLIGATIONS_H_
#define COUNTERSIGN_SERVICES_RULES_DEADLINES_OBLIGATIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/cards.pb.h"
#include "services/rules/deadlines/deadlines.h"
#include "services/rules/state/person.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"

namespace countersign::rules {

// PERSISTENT in cards: append, never renumber.
enum class ObligationKind {
  kNotice = 1,
  kDraft = 2,
  kFinalAvailable = 3,
  kReviewerSignature = 4,
  kRevieweeSignature = 5,
  kReviewerAssigned = 6,
  kChangeRequestAnswer = 7,
  kCopy = 8,
  kOriginal = 9,
  kAnnexCopy = 10,
  kReplacementDecision = 11,
};

// Everything of the kind, for loops and tests.
std::vector<ObligationKind> AllObligationKinds();

// "notice", "draft" ... PERSISTENT: part of the API.
absl::string_view NameOf(ObligationKind kind);

// One thing owed.
struct Obligation {
  ObligationKind kind = ObligationKind::kNotice;
  uint32_t change = 0;       // Number of the change request, where it is one.
  uint32_t replacement = 0;  // Number of the request for another reviewer, where it is one.
  // Empty before there is somebody, and where the head owes it, until somebody has settled it: met
  // it, or brought about that nobody owes it any more.
  std::string owed_by_id;
  bool owed_by_head = false;  // Or owed it.
  Party owed_by = Party::kReviewer;
  // Whether its due date is found by counting days; the date itself is in `due`.
  bool has_deadline = false;
  DueDate due;
  // The day from which it is owed; nothing while what it hangs on has not happened.
  std::optional<absl::CivilDay> starts_on;
  v1::Moment met;     // Not happened while it is open.
  v1::Moment waived;  // By whom it protects.
  bool discharged = false;
};

// The facts that due dates are found from. Borrowed; a party that does not exist yet is an unknown
// person.
struct ObligationInputs {
  const Trust* trust = nullptr;
  const School* school = nullptr;
  const Person* reviewer = nullptr;
  const Person* reviewee = nullptr;
};

// What the deadlines of the plan are found from, as the facts stand; it borrows all but `progress`.
// INTERNAL for a plan without the day of a meeting, DATA_LOSS where another day in it is none.
absl::StatusOr<DeadlineInputs> DeadlineInputsOf(const v1::PlanProgress& progress,
                                                const Trust& trust, const School& school,
                                                const Person& reviewer, const Person& reviewee);

// Everything owed or settled in the plan, in the order of the enum. DATA_LOSS for a meeting on no
// day.
absl::StatusOr<std::vector<Obligation>> ObligationsOf(const v1::PlanProgress& progress,
                                                      const ObligationInputs& inputs,
                                                      absl::TimeZone zone, Detail detail);

// What StatusOn() of deadlines.h wants to know of an obligation.
ObligationFacts FactsOf(const Obligation& obligation);

// How it stands on a day. `inputs` as for ObligationsOf.
absl::StatusOr<Status> StatusOn(absl::CivilDay today, const Obligation& obligation,
                                const v1::PlanProgress& progress, const ObligationInputs& inputs,
                                absl::TimeZone zone);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DEADLINES_OBLIGATIONS_H_
