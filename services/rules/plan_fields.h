// A plan as a list of fields, in the order of the paper form (field_changes.h).
#ifndef COUNTERSIGN_SERVICES_RULES_PLAN_FIELDS_H_
#define COUNTERSIGN_SERVICES_RULES_PLAN_FIELDS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/rules/field_changes.h"

namespace countersign::rules {

// One field that is filled in.
struct Field {
  std::array<size_t, 3> place = {};  // Section, row, column: the order of fields.
  std::string name;
  std::string value;
  std::string id = {};       // Of whom or what the value is the name.
  uint32_t replacement = 0;  // As in FieldChange.
};

// Collects fields in their order; those that are empty are left out.
class Fields {
 public:
  // From here on fields belong to that section, to its row 0. Sections come in their order.
  void Begin(size_t section);
  // To the next row of the section; columns begin anew.
  void NextRow();
  // The next column.
  void Add(absl::string_view name, absl::string_view value);
  void AddNamed(absl::string_view name, const std::string& id, const NameFunction& name_of);
  void AddReasons(absl::string_view name, absl::string_view value, uint32_t replacement);

  std::vector<Field> Take() { return std::move(fields_); }

 private:
  void Put(Field field);

  std::array<size_t, 3> place_ = {};
  std::vector<Field> fields_;
};

// The form and its annex, read from the stored bytes; nothing before the first draft. DATA_LOSS
// when they cannot be read.
absl::Status AddRecordFields(const Plan& plan, Fields& fields);

// The comments from number `first` on, counted from 0.
void AddCommentFields(const Plan& plan, size_t first, Fields& fields);

// Everything else that a plan's readers see.
void AddOtherFields(const Plan& plan, const Names& names, Fields& fields);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_PLAN_FIELDS_H_
