// Reads JSON that people write by hand: every mistake is named with its field and a remedy. The
// first one is kept, and reading goes on with defaults, so that readers need no branch per field.

#ifndef COUNTERSIGN_CLIENTS_CLI_DEADLINES_STRICT_JSON_H_
#define COUNTERSIGN_CLIENTS_CLI_DEADLINES_STRICT_JSON_H_

#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace countersign::cli {

using Json = nlohmann::json;

// INVALID_ARGUMENT with the line and column where `text` is not JSON.
absl::StatusOr<Json> ParseJson(absl::string_view text);

// NOT_FOUND when the file cannot be read, else as ParseJson().
absl::StatusOr<Json> ReadJsonFile(const std::string& path);

// The first mistake in a file.
class Mistakes {
 public:
  // `what` is wrong with `field`, and what to do about it, for example "is missing; give a date".
  void Note(absl::string_view field, absl::string_view what);
  // OK, or INVALID_ARGUMENT with "field: what".
  const absl::Status& first() const { return first_; }

 private:
  absl::Status first_;
};

// One object of the file. A missing one, or null, reads as an empty one. Borrows the JSON and the
// mistakes.
class Object {
 public:
  // `field` is the path to the object, empty for the outermost. Keys beyond `known` are mistakes.
  Object(const Json* value, std::string field, std::initializer_list<absl::string_view> known,
         Mistakes& mistakes);

  // The path to one of its fields.
  std::string Path(absl::string_view key) const;
  Mistakes& mistakes() const { return mistakes_; }

  // Null when missing.
  const Json* Find(const char* key) const;
  std::string Text(const char* key, std::string otherwise) const;
  bool Flag(const char* key, bool otherwise) const;
  // A number of days, from 0 to 10,000.
  int Days(const char* key, int otherwise) const;
  // A date in the one spelling "2026-09-15"; missing is a mistake.
  absl::CivilDay Day(const char* key) const;
  // Nothing when missing or null.
  std::optional<absl::CivilDay> DayIfAny(const char* key) const;

  // Calls `visit(element, field)` for each element of a list that may be missing.
  void ForEach(const char* key,
               absl::FunctionRef<void(const Json& element, const std::string& field)> visit) const;

 private:
  const Json* value_ = nullptr;
  std::string field_;
  Mistakes& mistakes_;
};

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_DEADLINES_STRICT_JSON_H_
