#include "services/rules/state/plan_people.h"

#include <algorithm>

#include "services/rules/state/plan.h"
#include "services/rules/state/recorded.h"

namespace countersign::rules {
namespace {

bool IsAmong(absl::string_view id, const google::protobuf::RepeatedPtrField<std::string>& ids) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

bool OwesCopies(const v1::PlanProgress& progress) {
  return !Happened(progress.copy_issued()) || !Happened(progress.original_lodged()) ||
         !Happened(progress.annex_copy_issued());
}

absl::string_view ReviewerOf(const v1::PlanProgress& progress) {
  const PlanState state = StateOf(progress);
  if (state == PlanState::kWithdrawn) return "";
  if (IsClosed(state) && !OwesCopies(progress)) return "";
  return progress.reviewer_id();
}

bool IsChallenged(absl::string_view person_id, const v1::PlanProgress& progress) {
  return Happened(progress.replacement_requested()) && progress.reviewer_id() == person_id &&
         !IsClosed(StateOf(progress));
}

bool Manages(absl::string_view person_id, const v1::PersonFacts& facts) {
  return IsAmong(person_id, facts.manager_ids());
}

PlanPeople PeopleOf(const v1::PlanProgress& progress, const v1::PersonFacts& reviewee) {
  const bool awaits_reviewer = progress.reviewer_id().empty() && !IsClosed(StateOf(progress));
  return {progress.reviewee_id(), ReviewerOf(progress),
          IsChallenged(progress.reviewer_id(), progress),
          awaits_reviewer ? &reviewee.manager_ids() : nullptr};
}

HeadActs HowHeadActs(absl::string_view head_id, const PlanPeople& people) {
  if (head_id == people.reviewee_id) return HeadActs::kNot;
  if (head_id == people.reviewer_id) {
    return people.is_challenged ? HeadActs::kNot : HeadActs::kBesideSubstitute;
  }
  if (people.manager_ids != nullptr && IsAmong(head_id, *people.manager_ids)) {
    return HeadActs::kBesideSubstitute;
  }
  return HeadActs::kAlone;
}

}  // namespace countersign::rules
