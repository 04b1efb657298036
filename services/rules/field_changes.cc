#include "services/rules/field_changes.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "services/rules/plan_fields.h"

namespace countersign::rules {
namespace {

// Copies of a plan share its comments, so those that never changed need no second look.
size_t SharedComments(const Plan& before, const Plan& after) {
  const size_t most = std::min(before.comments.size(), after.comments.size());
  size_t shared = 0;
  while (shared < most && &before.comments.At(shared) == &after.comments.At(shared)) ++shared;
  return shared;
}

bool IsSameRecord(const Plan& before, const Plan& after) {
  const v1::PlanRecord& left = before.record.plan();
  const v1::PlanRecord& right = after.record.plan();
  return left.plan() == right.plan() && left.annex() == right.annex();
}

absl::StatusOr<std::vector<Field>> FieldsOf(const Plan& plan, const Names& names, bool with_record,
                                            size_t first_comment) {
  Fields fields;
  if (with_record) {
    const absl::Status added = AddRecordFields(plan, fields);
    if (!added.ok()) return added;
  }
  AddCommentFields(plan, first_comment, fields);
  AddOtherFields(plan, names, fields);
  return fields.Take();
}

FieldChange Appeared(Field field) {
  return {std::move(field.name), "", std::move(field.value), field.replacement};
}

FieldChange Gone(Field field) {
  return {std::move(field.name), std::move(field.value), "", field.replacement};
}

// Both lists are in the order of places, so one walk finds what either has.
std::vector<FieldChange> Compare(std::vector<Field> before, std::vector<Field> after) {
  std::vector<FieldChange> changes;
  size_t left = 0;
  size_t right = 0;
  while (left < before.size() || right < after.size()) {
    const bool only_left =
        right == after.size() || (left < before.size() && before[left].place < after[right].place);
    const bool only_right =
        left == before.size() || (right < after.size() && after[right].place < before[left].place);
    if (only_left) {
      changes.push_back(Gone(std::move(before[left++])));
    } else if (only_right) {
      changes.push_back(Appeared(std::move(after[right++])));
    } else {
      Field& old_field = before[left++];
      Field& new_field = after[right++];
      if (old_field.value == new_field.value && old_field.id == new_field.id) continue;
      changes.push_back({std::move(new_field.name), std::move(old_field.value),
                         std::move(new_field.value), new_field.replacement});
    }
  }
  return changes;
}

}  // namespace

absl::StatusOr<std::vector<FieldChange>> FieldChangesBetween(const Plan& before, const Plan& after,
                                                             const Names& names) {
  const bool with_record = !IsSameRecord(before, after);
  const size_t first_comment = SharedComments(before, after);
  absl::StatusOr<std::vector<Field>> old_fields =
      FieldsOf(before, names, with_record, first_comment);
  if (!old_fields.ok()) return old_fields.status();
  absl::StatusOr<std::vector<Field>> new_fields =
      FieldsOf(after, names, with_record, first_comment);
  if (!new_fields.ok()) return new_fields.status();
  return Compare(*std::move(old_fields), *std::move(new_fields));
}

}  // namespace countersign::rules
