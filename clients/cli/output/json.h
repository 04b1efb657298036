// JSON for programs.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_JSON_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_JSON_H_

#include <google/protobuf/message.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "absl/status/statusor.h"

namespace countersign::cli {

// `document` indented, in UTF-8, on a terminal as harmless as elsewhere: control characters beyond
// ASCII are escaped, bytes that are not UTF-8 are replaced.
std::string DumpJson(const nlohmann::ordered_json& document);

// DumpJson() on one line.
std::string JsonLine(const nlohmann::ordered_json& document);

// `message` in the protobuf JSON mapping with the field names of the schema, unset fields of plain
// types included; hashes (leaf_hash, head_root, root) in hexadecimal, other bytes in base64.
// INTERNAL when the message cannot be mapped.
absl::StatusOr<nlohmann::ordered_json> ToJson(const google::protobuf::Message& message);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_JSON_H_
