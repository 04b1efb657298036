#include "clients/cli/output/changes_text.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

constexpr int kIndent = 4;

// `sign` stands before every line, so that no value can pass for something else.
void WriteValue(absl::string_view sign, const std::string& value, Tone tone, Terminal& terminal) {
  if (value.empty()) return;
  const int columns = terminal.width - kIndent - ColumnsOf(sign);
  for (const std::string& line : Wrap(Printable(value), columns)) {
    terminal.out << std::string(kIndent, ' ')
                 << Paint(absl::StrCat(sign, line), tone, terminal.color_out) << "\n";
  }
}

Cell Marked(v1::Words::In in, absl::string_view text) {
  switch (in) {
    case v1::Words::IN_OLD:
      return {absl::StrCat("[-", text, "-]"), Tone::kBad};
    case v1::Words::IN_NEW:
      return {absl::StrCat("{+", text, "+}"), Tone::kGood};
    default:
      return {std::string(text)};
  }
}

// Lines as the texts have them; a stretch that goes over several is marked in each.
void WriteWords(const v1::FieldChange& change, Terminal& terminal) {
  const std::string indent(kIndent, ' ');
  std::vector<Cell> line = {{indent}};
  for (const v1::Words& stretch : change.words()) {
    bool first = true;
    for (const absl::string_view part : absl::StrSplit(stretch.text(), '\n')) {
      if (!first) {
        WriteLine(line, terminal);
        line = {{indent}};
      }
      first = false;
      if (!part.empty()) line.push_back(Marked(stretch.in(), PrintableLine(part)));
    }
  }
  WriteLine(line, terminal);
}

}  // namespace

void WriteEvent(const v1::TimelineEntry& entry, const std::string& rule, Terminal& terminal) {
  std::string who = entry.actor().name().empty() ? "the system" : entry.actor().name();
  if (!entry.acting_as().empty()) absl::StrAppend(&who, " (", entry.acting_as(), ")");
  std::string where = absl::StrCat("position ", entry.position(), ", version ", entry.version());
  if (!rule.empty()) absl::StrAppend(&where, ", row ", rule);
  WriteLine({{MomentWords(entry.recorded_at()), Tone::kBold},
             {absl::StrCat("  ", who, "  ")},
             {where, Tone::kDim}},
            terminal);
  terminal.out << Paragraph(PrintableLine(entry.words()), 2, terminal.width);
  if (!entry.text().empty()) {
    terminal.out << Paragraph(Printable(entry.text()), 6, terminal.width);
  }
}

void WriteHistory(const v1::GetHistoryResponse& answer, Terminal& terminal) {
  if (answer.entries().empty()) terminal.out << "Nothing had happened yet.\n";
  for (const v1::HistoryEntry& entry : answer.entries()) {
    WriteEvent(entry.event(), entry.policy_rule(), terminal);
    for (const v1::FieldChange& change : entry.changes()) {
      WriteLine({{"  "}, {change.field()}}, terminal);
      WriteValue("- ", change.old_value(), Tone::kBad, terminal);
      WriteValue("+ ", change.new_value(), Tone::kGood, terminal);
    }
  }
}

void WriteComparison(const v1::CompareVersionsResponse& answer, Terminal& terminal) {
  WriteLine({{MomentWords(answer.first_recorded_at()), Tone::kBold},
             {"  and  "},
             {MomentWords(answer.second_recorded_at()), Tone::kBold}},
            terminal);
  if (answer.changes().empty()) terminal.out << "Nothing differs that you may see.\n";
  for (const v1::FieldChange& change : answer.changes()) {
    WriteLine({{change.field(), Tone::kBold}}, terminal);
    WriteWords(change, terminal);
  }
}

}  // namespace countersign::cli
