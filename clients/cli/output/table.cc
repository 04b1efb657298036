#include "clients/cli/output/table.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

constexpr int kGap = 2;

// No column becomes narrower than this, unless its texts are.
constexpr int kColumnLeast = 8;

int LongestWord(absl::string_view text) {
  int longest = 0;
  for (const absl::string_view word : absl::StrSplit(text, ' ')) {
    longest = std::max(longest, ColumnsOf(word));
  }
  return longest;
}

// Takes columns off the widest until all fit into `room` or none is wider than its least.
void Shrink(std::vector<int>& widths, const std::vector<int>& least, int room) {
  while (std::accumulate(widths.begin(), widths.end(), 0) > room) {
    int widest = -1;
    for (size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] <= least[i]) continue;
      if (widest < 0 || widths[i] > widths[widest]) widest = static_cast<int>(i);
    }
    if (widest < 0) return;
    --widths[widest];
  }
}

// The text with every word in at most `columns`.
std::string WithShortWords(absl::string_view text, int columns) {
  std::vector<std::string> words;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    words.push_back(Shortened(word, columns));
  }
  return absl::StrJoin(words, " ");
}

std::string RenderRow(const std::vector<Cell>& cells, const std::vector<int>& widths, bool color) {
  std::vector<std::vector<std::string>> columns;
  size_t height = 0;
  for (size_t i = 0; i < cells.size(); ++i) {
    columns.push_back(Wrap(WithShortWords(cells[i].text, widths[i]), widths[i]));
    height = std::max(height, columns.back().size());
  }
  std::string text;
  for (size_t line = 0; line < height; ++line) {
    std::string rendered;
    int padding = 0;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string part = line < columns[i].size() ? columns[i][line] : "";
      if (!part.empty()) {
        // Padding is written only once something follows it, so no line ends in spaces.
        absl::StrAppend(&rendered, std::string(padding, ' '), Paint(part, cells[i].tone, color));
        padding = 0;
      }
      padding += widths[i] - std::min(ColumnsOf(part), widths[i]) + kGap;
    }
    absl::StrAppend(&text, rendered, "\n");
  }
  return text;
}

}  // namespace

Table::Table(std::vector<std::string> headers) : headers_(std::move(headers)) {}

void Table::AddRow(std::vector<Cell> cells) {
  cells.resize(headers_.size());
  for (Cell& cell : cells) cell.text = PrintableLine(cell.text);
  rows_.push_back({std::move(cells), ""});
}

void Table::AddNote(absl::string_view note) {
  if (!rows_.empty()) rows_.back().note = PrintableLine(note);
}

std::vector<int> Table::WidthsFor(int width) const {
  std::vector<int> widths;
  std::vector<int> least;
  for (size_t i = 0; i < headers_.size(); ++i) {
    widths.push_back(ColumnsOf(headers_[i]));
    least.push_back(LongestWord(headers_[i]));
    for (const Row& row : rows_) {
      widths[i] = std::max(widths[i], ColumnsOf(row.cells[i].text));
      least[i] = std::max(least[i], LongestWord(row.cells[i].text));
    }
  }
  const int room = width - kGap * (static_cast<int>(headers_.size()) - 1);
  Shrink(widths, least, room);
  Shrink(widths, std::vector<int>(widths.size(), kColumnLeast), room);
  return widths;
}

std::string Table::Render(int width, bool color) const {
  const std::vector<int> widths = WidthsFor(width);
  std::vector<Cell> heading;
  for (const std::string& header : headers_) heading.push_back({header, Tone::kBold});
  std::string text = RenderRow(heading, widths, color);
  for (const Row& row : rows_) {
    absl::StrAppend(&text, RenderRow(row.cells, widths, color));
    if (row.note.empty()) continue;
    for (const std::string& line : Wrap(row.note, width - kGap)) {
      absl::StrAppend(&text, std::string(kGap, ' '), Paint(line, Tone::kDim, color), "\n");
    }
  }
  return text;
}

void WriteList(const Table& table, absl::string_view when_empty, Terminal& terminal) {
  if (table.empty()) {
    terminal.out << when_empty << "\n";
  } else {
    terminal.out << table.Render(terminal.width, terminal.color_out);
  }
}

}  // namespace countersign::cli
