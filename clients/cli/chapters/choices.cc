#include "clients/cli/chapters/choices.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {

std::vector<std::string> ChoicesOf(const google::protobuf::EnumDescriptor* enum_type,
                                   absl::string_view prefix) {
  std::vector<std::string> choices;
  for (int i = 1; i < enum_type->value_count(); ++i) {
    choices.push_back(
        absl::StrReplaceAll(EnumWords(enum_type->value(i)->name(), prefix), {{" ", "-"}}));
  }
  return choices;
}

int NumberOfChoice(const google::protobuf::EnumDescriptor* enum_type, absl::string_view prefix,
                   absl::string_view choice) {
  const std::string name =
      absl::StrCat(prefix, absl::StrReplaceAll(absl::AsciiStrToUpper(choice), {{"-", "_"}}));
  const auto* value = enum_type->FindValueByName(name);
  return value == nullptr ? 0 : value->number();
}

}  // namespace countersign::cli
