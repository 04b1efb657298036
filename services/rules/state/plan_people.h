// Who stands where in one plan: who reviews it and for how long, whom the reviewee asked to
// replace, and who acts as the head (A11). Pure; whoever asks hands in what is known.
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_PLAN_PEOPLE_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_PLAN_PEOPLE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "countersign/v1/cards.pb.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace countersign::rules {

// Who reviews the plan: from the assignment until somebody else does, the plan is withdrawn, or it
// is closed and every copy was given out (R75 to R77). Empty before and afterwards. Borrowed from
// the progress.
absl::string_view ReviewerOf(const v1::PlanProgress& progress);

// Whether any of the copies that a closed record takes was not given out yet (R75 to R77).
bool OwesCopies(const v1::PlanProgress& progress);

// Whether the reviewee asked for another reviewer than this person and nobody has decided (R27). A
// closed plan ends the question.
bool IsChallenged(absl::string_view person_id, const v1::PlanProgress& progress);

// Whether the person is recorded as a line manager of somebody of whom this is known.
bool Manages(absl::string_view person_id, const v1::PersonFacts& facts);

// What the question who acts as the head is found from. Borrowed for the call.
struct PlanPeople {
  absl::string_view reviewee_id;
  absl::string_view reviewer_id;  // As ReviewerOf().
  bool is_challenged = false;     // Of the reviewer, as IsChallenged().
  // Who manages the reviewee, in an open plan to which no reviewer was assigned yet; else null.
  const google::protobuf::RepeatedPtrField<std::string>* manager_ids = nullptr;
};

PlanPeople PeopleOf(const v1::PlanProgress& progress, const v1::PersonFacts& reviewee);

// Whether somebody who holds the office of head acts as the head in a plan, and whether the trust
// lead does (A11).
enum class HeadActs {
  kAlone,
  kBesideSubstitute,  // Either of them: what both may do, the first to do it has done.
  kNot,               // The trust lead does, in the head's place.
};

// How the holder of the office acts:
//
//   kNot               in their own plan (R90), and as the reviewer who is challenged (R28)
//   kBesideSubstitute  as the reviewer whom nobody challenges, and as a line manager of the
//                      reviewee of an open plan to which no reviewer was assigned yet
//   kAlone             otherwise
//
// Asked of a trust lead it tells whether they may act in the head's place: not where it is kNot.
HeadActs HowHeadActs(absl::string_view head_id, const PlanPeople& people);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_PLAN_PEOPLE_H_
