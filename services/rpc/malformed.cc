#include "services/rpc/malformed.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "countersign/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/unknown_field_set.h"
#include "google/rpc/error_details.pb.h"
#include "services/rules/deadlines/days.h"
#include "storage/stream.h"

namespace countersign::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kPayloadUrl[] = "type.googleapis.com/google.rpc.BadRequest";
constexpr uint32_t kBytesMaxUnlessSaid = 4'000;
constexpr int kItemsMaxUnlessSaid = 200;

bool IsTimeOfDay(const std::string& text) {
  return text.size() == 5 && text[2] == ':' && absl::ascii_isdigit(text[0]) &&
         absl::ascii_isdigit(text[1]) && absl::ascii_isdigit(text[3]) &&
         absl::ascii_isdigit(text[4]) && text.substr(0, 2) < "24" && text[3] < '6';
}

// What is wrong with the spelling of a text that is not empty; nothing when it is right.
std::string WrongSpelling(const std::string& text, v1::Spelling spelling) {
  if (spelling == v1::SPELLING_UUID) {
    const absl::StatusOr<storage::Id> id = storage::ParseId(text);
    // Ids are compared as text from here on, so each has one spelling only.
    if (!id.ok() || storage::ToString(*id) != text) {
      return "is no UUID in lower case; write it as 6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e";
    }
  }
  if (spelling == v1::SPELLING_DATE &&
      (!rules::DayOf(text).has_value() || text < "2000-01-01" || text > "2099-12-31")) {
    return "is no day from 2000-01-01 to 2099-12-31; write it as 2026-09-29";
  }
  if (spelling == v1::SPELLING_TIME_OF_DAY && !IsTimeOfDay(text)) {
    return "is no time of day; write it as 14:30";
  }
  absl::Time instant;
  std::string error;
  if (spelling == v1::SPELLING_INSTANT &&
      (text.empty() || text.back() != 'Z' ||
       !absl::ParseTime(absl::RFC3339_full, text, &instant, &error))) {
    return "is no instant in UTC; write it as 2026-09-29T13:30:00Z";
  }
  return "";
}

class Walk {
 public:
  std::vector<FieldViolation> Of(const Message& message) {
    Visit(message, "");
    return std::move(violations_);
  }

 private:
  void Add(const std::string& path, std::string description) {
    violations_.push_back({path, std::move(description)});
  }

  void Visit(const Message& message, const std::string& prefix) {
    const Reflection& reflection = *message.GetReflection();
    RefuseUnknown(message, prefix);
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *message.GetDescriptor()->field(i);
      const std::string path = absl::StrCat(prefix, field.name());
      const v1::Check& check = field.options().GetExtension(v1::check);
      if (field.is_repeated()) {
        VisitItems(message, reflection, field, check, path);
      } else {
        VisitOne(message, reflection, field, check, path);
      }
    }
  }

  // What this server does not know it cannot check, and would write down unread.
  void RefuseUnknown(const Message& message, const std::string& prefix) {
    const google::protobuf::UnknownFieldSet& unknown =
        message.GetReflection()->GetUnknownFields(message);
    for (int i = 0; i < unknown.field_count(); ++i) {
      Add(absl::StrCat(prefix, unknown.field(i).number()),
          "is the number of a field that this server does not know; leave it out");
      if (i + 1 == kItemsMaxUnlessSaid) return;
    }
  }

  void VisitItems(const Message& message, const Reflection& reflection,
                  const FieldDescriptor& field, const v1::Check& check, const std::string& path) {
    const int size = reflection.FieldSize(message, &field);
    const int most =
        check.items_max() > 0 ? static_cast<int>(check.items_max()) : kItemsMaxUnlessSaid;
    if (check.required() && size == 0) Add(path, "is missing; give at least one");
    if (size > most) return Add(path, absl::StrCat("has ", size, " elements; give at most ", most));
    for (int i = 0; i < size; ++i) {
      const std::string item = absl::StrCat(path, "[", i, "]");
      if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        Visit(reflection.GetRepeatedMessage(message, &field, i), absl::StrCat(item, "."));
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
        CheckText(reflection.GetRepeatedString(message, &field, i), field, check, item);
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
        CheckNumber(reflection.GetRepeatedUInt32(message, &field, i), check, item);
      } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
        CheckChoice(reflection.GetRepeatedEnumValue(message, &field, i), field, true, item);
      }
    }
  }

  void VisitOne(const Message& message, const Reflection& reflection, const FieldDescriptor& field,
                const v1::Check& check, const std::string& path) {
    const bool present = !field.has_presence() || reflection.HasField(message, &field);
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (present && check.required()) RefuseUnsaid(reflection.GetMessage(message, &field), path);
      if (present) Visit(reflection.GetMessage(message, &field), absl::StrCat(path, "."));
      if (!present && check.required()) Add(path, "is missing");
      return;
    }
    if (!present) return;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      const std::string text = reflection.GetString(message, &field);
      if (check.required() && absl::StripAsciiWhitespace(text).empty()) {
        return Add(path, "is missing or blank");
      }
      CheckText(text, field, check, path);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      const uint32_t number = reflection.GetUInt32(message, &field);
      // Zero is how a number that was not given arrives, unless the field says which.
      if (number == 0 && !field.has_presence() && !check.required()) return;
      CheckNumber(number, check, path);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      CheckChoice(reflection.GetEnumValue(message, &field), field, check.required(), path);
    }
  }

  // What is asked for and is one of several must be one of them.
  void RefuseUnsaid(const Message& message, const std::string& path) {
    const google::protobuf::Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
      const google::protobuf::OneofDescriptor& choice = *type.oneof_decl(i);
      if (message.GetReflection()->HasOneof(message, &choice)) continue;
      std::string choices;
      for (int j = 0; j < choice.field_count(); ++j) {
        absl::StrAppend(&choices, j == 0 ? "" : ", ", choice.field(j)->name());
      }
      Add(absl::StrCat(path, ".", choice.name()),
          absl::StrCat("is missing; choose one of ", choices));
    }
  }

  void CheckText(const std::string& text, const FieldDescriptor& field, const v1::Check& check,
                 const std::string& path) {
    const uint32_t most = check.bytes_max() > 0 ? check.bytes_max() : kBytesMaxUnlessSaid;
    if (text.size() > most) {
      return Add(path, absl::StrCat("has ", text.size(), " bytes; give at most ", most));
    }
    if (text.empty() || field.type() == FieldDescriptor::TYPE_BYTES) return;
    const std::string wrong = WrongSpelling(text, check.spelling());
    if (!wrong.empty()) Add(path, wrong);
  }

  void CheckNumber(uint32_t number, const v1::Check& check, const std::string& path) {
    if (number < check.least()) {
      Add(path, absl::StrCat("is ", number, "; give at least ", check.least()));
    } else if (check.most() > 0 && number > check.most()) {
      Add(path, absl::StrCat("is ", number, "; give at most ", check.most()));
    }
  }

  void CheckChoice(int number, const FieldDescriptor& field, bool required,
                   const std::string& path) {
    const bool known = field.enum_type()->FindValueByNumber(number) != nullptr;
    if (known && (number != 0 || !required)) return;
    std::string choices;
    for (int i = 0; i < field.enum_type()->value_count(); ++i) {
      if (field.enum_type()->value(i)->number() == 0) continue;
      absl::StrAppend(&choices, choices.empty() ? "" : ", ", field.enum_type()->value(i)->name());
    }
    Add(path, absl::StrCat("is missing or unknown; choose one of ", choices));
  }

  std::vector<FieldViolation> violations_;
};

}  // namespace

std::vector<FieldViolation> ViolationsIn(const Message& request) { return Walk().Of(request); }

absl::Status MalformedError(const std::vector<FieldViolation>& violations,
                            const std::string& summary) {
  if (violations.empty()) return absl::OkStatus();
  google::rpc::BadRequest bad_request;
  for (const FieldViolation& violation : violations) {
    auto* added = bad_request.add_field_violations();
    added->set_field(violation.field);
    added->set_description(violation.description);
  }
  absl::Status status = absl::InvalidArgumentError(absl::StrCat(
      summary, ": ", violations.front().field, " ", violations.front().description,
      violations.size() > 1 ? absl::StrCat(" (and ", violations.size() - 1, " more)") : ""));
  status.SetPayload(kPayloadUrl, absl::Cord(bad_request.SerializeAsString()));
  return status;
}

std::vector<FieldViolation> ViolationsOf(const absl::Status& status) {
  std::vector<FieldViolation> violations;
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  google::rpc::BadRequest bad_request;
  if (!payload.has_value() || !bad_request.ParseFromString(std::string(*payload)))
    return violations;
  for (const auto& violation : bad_request.field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  return violations;
}

}  // namespace countersign::rpc
