#include "clients/cli/flag_names.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"

namespace countersign::cli {
namespace {

// "answers[0]" as "answers".
absl::string_view WithoutIndex(absl::string_view name) { return name.substr(0, name.find('[')); }

absl::string_view LastNameOf(absl::string_view path) {
  const size_t dot = path.rfind('.');
  return WithoutIndex(dot == path.npos ? path : path.substr(dot + 1));
}

// Whether `path` is the field or lies below it.
bool LiesIn(absl::string_view path, absl::string_view field) {
  if (field.empty() || !absl::ConsumePrefix(&path, field)) return false;
  return path.empty() || path[0] == '.' || path[0] == '[';
}

bool Names(const Parameter& parameter, absl::string_view last_name) {
  const std::string name = absl::StrReplaceAll(parameter.name, {{"-", "_"}});
  for (const absl::string_view ending : {"", "_id", "_ids", "_on", "_at"}) {
    if (last_name == absl::StrCat(name, ending)) return true;
  }
  return false;
}

// A parameter, and how many bytes of a path it declares.
struct Declared {
  const Parameter* parameter = nullptr;
  size_t bytes = 0;
};

// The parameter that declares the most of the path; of two, the one that was given.
Declared Declaring(const CommandSpec& command, const Arguments& arguments, absl::string_view path) {
  Declared best;
  for (const Parameter& parameter : command.parameters) {
    for (const std::string& field : parameter.fields) {
      if (!LiesIn(path, field)) continue;
      const bool given = best.parameter != nullptr && field.size() == best.bytes &&
                         !arguments.Has(best.parameter->name) && arguments.Has(parameter.name);
      if (field.size() > best.bytes || given) best = {&parameter, field.size()};
    }
  }
  return best;
}

const Parameter* Named(const CommandSpec& command, const Arguments& arguments,
                       absl::string_view path) {
  const Parameter* named = nullptr;
  for (const Parameter& parameter : command.parameters) {
    if (!parameter.fields.empty() || !Names(parameter, LastNameOf(path))) continue;
    if (named == nullptr || !arguments.Has(named->name)) named = &parameter;
  }
  return named;
}

// People are looked up by what was typed before the command itself is sent, and then the request is
// another one. Only where one person was named is it plain which.
const Parameter* OnlyPerson(const CommandSpec& command, const Arguments& arguments,
                            absl::string_view path) {
  if (path != "staff_key" && path != "reviewee") return nullptr;
  const Parameter* only = nullptr;
  for (const Parameter& parameter : command.parameters) {
    if (parameter.kind != Kind::kPerson || !arguments.Has(parameter.name)) continue;
    if (only != nullptr || arguments.Texts(parameter.name).size() > 1) return nullptr;
    only = &parameter;
  }
  return only;
}

}  // namespace

std::string FlagFor(const CommandSpec& command, const Arguments& arguments,
                    absl::string_view path) {
  if (path == "request_id") return "--request-id";
  if (path == "expected_version") return "--expected-version";
  // A place in a file, or what was typed already.
  if (path.find_first_of(": -") != path.npos) return "";
  const Declared declared = Declaring(command, arguments, path);
  if (declared.parameter != nullptr) {
    absl::string_view rest = path.substr(declared.bytes);
    absl::ConsumePrefix(&rest, ".");
    const std::string name = NameOf(*declared.parameter);
    const bool inside = !rest.empty() && declared.parameter->kind == Kind::kFile;
    return inside ? absl::StrCat(name, ": ", rest) : name;
  }
  const Parameter* parameter = Named(command, arguments, path);
  if (parameter == nullptr) parameter = OnlyPerson(command, arguments, path);
  return parameter == nullptr ? "" : NameOf(*parameter);
}

}  // namespace countersign::cli
