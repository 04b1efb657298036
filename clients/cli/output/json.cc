#include "clients/cli/output/json.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace countersign::cli {
namespace {

using nlohmann::ordered_json;

void SpellHashesInHex(ordered_json& node) {
  if (!node.is_structured()) return;
  for (auto& [key, value] : node.items()) {
    const bool hash = key == "leaf_hash" || key == "head_root" || key == "root" ||
                      key == "first_root" || key == "second_root";
    std::string bytes;
    if (hash && value.is_string() && absl::Base64Unescape(value.get<std::string>(), &bytes)) {
      value = absl::BytesToHexString(bytes);
    } else {
      SpellHashesInHex(value);
    }
  }
}

// Indented by two, or on one line where `indent` is -1.
std::string Dump(const ordered_json& document, int indent) {
  const std::string dumped =
      document.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
  std::string safe;
  safe.reserve(dumped.size());
  for (size_t i = 0; i < dumped.size(); ++i) {
    const auto byte = static_cast<unsigned char>(dumped[i]);
    const auto after = i + 1 < dumped.size() ? static_cast<unsigned char>(dumped[i + 1]) : 0;
    if (byte == 0x7F) {
      absl::StrAppend(&safe, "\\u007f");
    } else if (byte == 0xC2 && after >= 0x80 && after <= 0x9F) {
      absl::StrAppend(&safe, "\\u00", absl::Hex(after, absl::kZeroPad2));
      ++i;
    } else {
      safe += dumped[i];
    }
  }
  return safe;
}

}  // namespace

std::string DumpJson(const ordered_json& document) { return Dump(document, 2); }

std::string JsonLine(const ordered_json& document) { return Dump(document, -1); }

absl::StatusOr<ordered_json> ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string mapped;
  const auto status = google::protobuf::util::MessageToJsonString(message, &mapped, options);
  ordered_json document = status.ok()
                              ? ordered_json::parse(mapped, nullptr, /*allow_exceptions=*/false)
                              : ordered_json(ordered_json::value_t::discarded);
  if (document.is_discarded()) {
    return absl::InternalError(
        absl::StrCat("The answer cannot be written as JSON: ", message.GetTypeName(), "."));
  }
  SpellHashesInHex(document);
  return document;
}

}  // namespace countersign::cli
