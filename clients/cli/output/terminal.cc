#include "clients/cli/output/terminal.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/json.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

absl::string_view SequenceFor(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\033[32m";
    case Tone::kSoon:
      return "\033[33m";
    case Tone::kBad:
      return "\033[31m";
    case Tone::kDim:
      return "\033[2m";
    case Tone::kBold:
      return "\033[1m";
  }
  return "";
}

}  // namespace

const std::vector<std::pair<std::string, OutputFormat>>& OutputFormats() {
  static const auto* const formats = new std::vector<std::pair<std::string, OutputFormat>>{
      {"table", OutputFormat::kTable},
      {"json", OutputFormat::kJson},
      {"jsonl", OutputFormat::kJsonl},
      {"csv", OutputFormat::kCsv},
  };
  return *formats;
}

std::string Paint(absl::string_view text, Tone tone, bool color) {
  if (!color || tone == Tone::kPlain || text.empty()) return std::string(text);
  return absl::StrCat(SequenceFor(tone), text, "\033[0m");
}

void TellNote(absl::string_view message, Terminal& terminal,
              const std::map<std::string, std::string>& values) {
  if (terminal.speaks_json()) {
    nlohmann::ordered_json document;
    document["note"]["message"] = std::string(message);
    if (!values.empty()) document["note"]["values"] = values;
    terminal.err << JsonLine(document) << "\n";
  } else {
    terminal.err << Printable(message) << "\n";
  }
}

void TellNextStep(absl::string_view step, Terminal& terminal) {
  if (terminal.for_programs() || step.empty()) return;
  terminal.err << Paint("next:", Tone::kBold, terminal.color_err) << " " << Printable(step) << "\n";
}

}  // namespace countersign::cli
