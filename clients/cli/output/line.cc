#include "clients/cli/output/line.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

constexpr int kIndent = 4;

// Puts words on lines; a word that is longer than a line is broken.
class Words {
 public:
  Words(int width, bool color) : width_(width), color_(color) {}

  // `glued`: no space stands before it, as before a comma in another colour.
  void Add(absl::string_view word, Tone tone, bool glued) {
    if (begun_ && !glued && columns_ + 1 + ColumnsOf(word) > width_) BreakLine();
    if (begun_ && !glued) {
      text_ += ' ';
      ++columns_;
    }
    while (columns_ + ColumnsOf(word) > width_) {
      const absl::string_view front = FrontOf(word, width_ - columns_);
      if (front.size() == word.size()) break;
      absl::StrAppend(&text_, Paint(front, tone, color_));
      word.remove_prefix(front.size());
      BreakLine();
    }
    absl::StrAppend(&text_, Paint(word, tone, color_));
    columns_ += ColumnsOf(word);
    begun_ = true;
  }

  const std::string& text() const { return text_; }

 private:
  void BreakLine() {
    absl::StrAppend(&text_, "\n", std::string(kIndent, ' '));
    columns_ = kIndent;
    begun_ = false;
  }

  int width_;
  bool color_;
  std::string text_;
  int columns_ = 0;
  bool begun_ = false;  // Whether the present line has a word.
};

}  // namespace

void WriteLine(const std::vector<Cell>& pieces, Terminal& terminal) {
  std::string whole;
  int columns = 0;
  Words words(terminal.width, terminal.color_out);
  bool glued = false;
  for (const Cell& piece : pieces) {
    const std::string text = PrintableLine(piece.text);
    absl::StrAppend(&whole, Paint(text, piece.tone, terminal.color_out));
    columns += ColumnsOf(text);
    if (absl::StartsWith(text, " ")) glued = false;
    for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
      words.Add(word, piece.tone, glued);
      glued = false;
    }
    glued = !text.empty() && !absl::EndsWith(text, " ");
  }
  terminal.out << (columns <= terminal.width ? whole : words.text()) << "\n";
}

}  // namespace countersign::cli
