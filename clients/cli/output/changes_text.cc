#include "clients/cli/output/changes_text.h"

#include <string>

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

// One line of a text in pieces of different colours, broken at spaces where it is too long, every
// part of it behind the same indentation.
class MarkedLine {
 public:
  explicit MarkedLine(Terminal& terminal) : terminal_(terminal) {}

  void Add(const Cell& piece) {
    bool first = true;
    for (absl::string_view word : absl::StrSplit(piece.text, ' ')) {
      space_before_ = space_before_ || !first;
      first = false;
      if (!word.empty()) AddWord(word, piece.tone);
    }
  }

  void End() {
    terminal_.out << text_ << "\n";
    text_.clear();
    columns_ = 0;
    space_before_ = false;
  }

 private:
  void AddWord(absl::string_view word, Tone tone) {
    const int spaces = space_before_ && columns_ > kIndent ? 1 : 0;
    if (columns_ > kIndent && columns_ + spaces + ColumnsOf(word) > terminal_.width) {
      BreakLine();
    } else if (spaces > 0) {
      text_ += ' ';
      ++columns_;
    }
    space_before_ = false;
    Indent();
    // A word that is longer than a line is broken within.
    while (columns_ + ColumnsOf(word) > terminal_.width) {
      const absl::string_view front = FrontOf(word, terminal_.width - columns_);
      if (front.size() == word.size()) break;
      absl::StrAppend(&text_, Paint(front, tone, terminal_.color_out));
      word.remove_prefix(front.size());
      BreakLine();
      Indent();
    }
    absl::StrAppend(&text_, Paint(word, tone, terminal_.color_out));
    columns_ += ColumnsOf(word);
  }

  void Indent() {
    if (columns_ > 0) return;
    text_.append(kIndent, ' ');
    columns_ = kIndent;
  }

  void BreakLine() {
    text_ += '\n';
    columns_ = 0;
  }

  Terminal& terminal_;
  std::string text_;
  int columns_ = 0;
  bool space_before_ = false;
};

// Lines as the texts have them; a stretch that goes over several is marked in each.
void WriteWords(const v1::FieldChange& change, Terminal& terminal) {
  MarkedLine line(terminal);
  for (const v1::Words& stretch : change.words()) {
    bool first = true;
    for (const absl::string_view part : absl::StrSplit(stretch.text(), '\n')) {
      if (!first) line.End();
      first = false;
      if (!part.empty()) line.Add(Marked(stretch.in(), PrintableLine(part)));
    }
  }
  line.End();
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
