#include "clients/cli/deadlines/strict_json.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace countersign::cli {
namespace {

constexpr int kDaysMax = 10'000;

absl::CivilDay ReadDay(const Json& value, absl::string_view field, Mistakes& mistakes) {
  absl::CivilDay day;
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    // The parser is lenient with signs and missing zeros; a date has one spelling.
    if (absl::ParseCivilTime(text, &day) && absl::FormatCivilTime(day) == text) return day;
  }
  mistakes.Note(field, absl::StrCat(value.dump(), " is not a date; write it as \"2026-09-15\""));
  return absl::CivilDay();
}

}  // namespace

absl::StatusOr<Json> ParseJson(absl::string_view text) {
  try {
    return Json::parse(text.begin(), text.end());
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(
        absl::StrCat("is not JSON (", error.what(), "); correct it there"));
  }
}

absl::StatusOr<Json> ReadJsonFile(const std::string& path) {
  // Opening a FIFO would wait for somebody to write to it.
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  std::ifstream file;
  if (is_file) file.open(path, std::ios::binary);
  // A folder can be opened; only reading it fails.
  file.peek();
  if (!file.is_open() || file.bad()) {
    return absl::NotFoundError("cannot be read; check that the path is right and may be read");
  }
  std::ostringstream text;
  text << file.rdbuf();
  return ParseJson(text.str());
}

void Mistakes::Note(absl::string_view field, absl::string_view what) {
  if (first_.ok()) first_ = absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

Object::Object(const Json* value, std::string field, std::initializer_list<absl::string_view> known,
               Mistakes& mistakes)
    : field_(std::move(field)), mistakes_(mistakes) {
  if (value == nullptr || value->is_null()) return;
  if (!value->is_object()) {
    mistakes_.Note(field_, "is not an object; write {...}");
    return;
  }
  value_ = value;
  for (const auto& item : value->items()) {
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
      mistakes_.Note(Path(item.key()), absl::StrCat("is not a known key; the keys here are ",
                                                    absl::StrJoin(known, ", ")));
    }
  }
}

std::string Object::Path(absl::string_view key) const {
  return field_.empty() ? std::string(key) : absl::StrCat(field_, ".", key);
}

const Json* Object::Find(const char* key) const {
  if (value_ == nullptr) return nullptr;
  const auto found = value_->find(key);
  return found == value_->end() ? nullptr : &*found;
}

std::string Object::Text(const char* key, std::string otherwise) const {
  const Json* value = Find(key);
  if (value == nullptr) return otherwise;
  if (value->is_string()) return value->get<std::string>();
  mistakes_.Note(Path(key), "is not a text; put it in quotation marks");
  return otherwise;
}

bool Object::Flag(const char* key, bool otherwise) const {
  const Json* value = Find(key);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  mistakes_.Note(Path(key), "is neither true nor false; write one of the two");
  return otherwise;
}

int Object::Days(const char* key, int otherwise) const {
  const Json* value = Find(key);
  if (value == nullptr) return otherwise;
  if (value->is_number_unsigned() && value->get<uint64_t>() <= kDaysMax) return value->get<int>();
  mistakes_.Note(Path(key), absl::StrCat("is not a number of days; write a whole number from 0 to ",
                                         kDaysMax));
  return otherwise;
}

absl::CivilDay Object::Day(const char* key) const {
  if (const Json* value = Find(key)) return ReadDay(*value, Path(key), mistakes_);
  mistakes_.Note(Path(key), "is missing; give a date such as \"2026-09-15\"");
  return absl::CivilDay();
}

std::optional<absl::CivilDay> Object::DayIfAny(const char* key) const {
  const Json* value = Find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return ReadDay(*value, Path(key), mistakes_);
}

void Object::ForEach(
    const char* key,
    absl::FunctionRef<void(const Json& element, const std::string& field)> visit) const {
  const Json* list = Find(key);
  if (list == nullptr) return;
  if (!list->is_array()) return mistakes_.Note(Path(key), "is not a list; write [...]");
  for (size_t i = 0; i < list->size(); ++i) {
    visit((*list)[i], absl::StrCat(Path(key), "[", i, "]"));
  }
}

}  // namespace countersign::cli
