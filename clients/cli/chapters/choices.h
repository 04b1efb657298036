// Values of the API's enums as choices of the command line: PLAN_STATE_DRAFT_ISSUED is
// "draft-issued".

#ifndef COUNTERSIGN_CLIENTS_CLI_CHAPTERS_CHOICES_H_
#define COUNTERSIGN_CLIENTS_CLI_CHAPTERS_CHOICES_H_

#include <google/protobuf/descriptor.h>

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace countersign::cli {

// The choices of an enum whose names all begin with `prefix`: every value but the one for "not
// said".
std::vector<std::string> ChoicesOf(const google::protobuf::EnumDescriptor* enum_type,
                                   absl::string_view prefix);

// The number of the value that a choice names; 0, "not said", where it names none.
int NumberOfChoice(const google::protobuf::EnumDescriptor* enum_type, absl::string_view prefix,
                   absl::string_view choice);

// The value itself.
template <typename Enum>
Enum EnumNamed(const google::protobuf::EnumDescriptor* enum_type, absl::string_view prefix,
               absl::string_view choice) {
  return static_cast<Enum>(NumberOfChoice(enum_type, prefix, choice));
}

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_CHAPTERS_CHOICES_H_
