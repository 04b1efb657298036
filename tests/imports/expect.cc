#include "tests/imports/expect.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "countersign/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "services/imports/text.h"

namespace countersign::imports {
namespace {

using countersign::v1::Check;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

std::string BrokenText(const std::string& text, const Check& check) {
  const std::size_t bytes_max = check.bytes_max() != 0 ? check.bytes_max() : 4000;
  if (text.size() > bytes_max) return "is too long";
  if (!IsPlainText(text)) return "is not plain text";
  if (OneLine(text) != text) return "has blanks at its ends";
  if (check.spelling() == countersign::v1::SPELLING_DATE && !text.empty() &&
      !ParseDay(text).has_value()) {
    return "is not a day";
  }
  return "";
}

std::string BrokenValue(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection* reflection = message.GetReflection();
  const Check& check = field->options().GetExtension(countersign::v1::check);
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return BrokenText(repeated ? reflection->GetRepeatedString(message, field, index)
                                 : reflection->GetString(message, field),
                        check);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return BrokenLimit(repeated ? reflection->GetRepeatedMessage(message, field, index)
                                  : reflection->GetMessage(message, field));
    case FieldDescriptor::CPPTYPE_UINT32: {
      const uint32_t number = reflection->GetUInt32(message, field);
      if (number < check.least()) return "is too small";
      return check.most() != 0 && number > check.most() ? "is too great" : "";
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection->GetEnumValue(message, field) == 0 ? "is not said" : "";
    default:
      return "";
  }
}

}  // namespace

std::string BrokenLimit(const Message& message) {
  const Reflection* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const Check& check = field->options().GetExtension(countersign::v1::check);
    const bool repeated = field->is_repeated();
    const int count = repeated ? reflection->FieldSize(message, field)
                               : static_cast<int>(reflection->HasField(message, field));
    if (check.required() && count == 0) return absl::StrCat(field->full_name(), " is missing");
    const int items_max = check.items_max() != 0 ? static_cast<int>(check.items_max()) : 200;
    if (repeated && count > items_max) return absl::StrCat(field->full_name(), " has too many");
    for (int index = 0; index < count; ++index) {
      const std::string broken = BrokenValue(message, field, index);
      if (!broken.empty()) return absl::StrCat(field->full_name(), " ", broken);
    }
  }
  return "";
}

std::string TextOf(const Message& message) { return message.ShortDebugString(); }

}  // namespace countersign::imports
