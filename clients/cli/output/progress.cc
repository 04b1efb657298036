#include "clients/cli/output/progress.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/json.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

constexpr absl::Duration kLinePause = absl::Seconds(10);

std::string LineOf(const Step& step, const Terminal& terminal) {
  if (!terminal.speaks_json()) return PrintableLine(StepWords(step));
  nlohmann::ordered_json document;
  document["progress"] = {
      {"doing", step.doing}, {"done", step.done}, {"total", step.total}, {"unit", step.unit}};
  return JsonLine(document);
}

}  // namespace

std::string CountWords(uint64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string words;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) words += ',';
    words += digits[i];
  }
  return words;
}

std::string StepWords(const Step& step) {
  std::string words = absl::StrCat(step.doing, ": ", CountWords(step.done));
  if (step.total > 0) absl::StrAppend(&words, " of ", CountWords(step.total));
  absl::StrAppend(&words, " ", step.unit);
  if (step.total > 0) {
    const double share = static_cast<double>(step.done) / static_cast<double>(step.total);
    absl::StrAppend(&words, ", ", static_cast<int>(100 * std::min(share, 1.0)), " %");
  }
  return words;
}

Progress::Progress(Terminal& terminal, std::function<absl::Time()> clock)
    : terminal_(terminal), clock_(std::move(clock)) {}

Progress::~Progress() {
  if (terminal_.progress == ProgressStyle::kRewritten && shown_columns_ > 0) {
    Rewrite("");
    terminal_.err << '\r' << std::flush;
  }
}

void Progress::Show(const Step& step) {
  switch (terminal_.progress) {
    case ProgressStyle::kNone:
      return;
    case ProgressStyle::kRewritten:
      // One column stays free: a line that is full would move on some terminals.
      return Rewrite(Shortened(PrintableLine(StepWords(step)), terminal_.width - 1));
    case ProgressStyle::kLines:
      const absl::Time now = clock_();
      if (step.doing == last_doing_ && now - last_line_ < kLinePause) return;
      last_doing_ = step.doing;
      last_line_ = now;
      terminal_.err << LineOf(step, terminal_) << std::endl;
      return;
  }
}

void Progress::Rewrite(const std::string& line) {
  const int columns = ColumnsOf(line);
  // Spaces take off what is left of a longer line before, also on terminals without escapes.
  terminal_.err << '\r' << line << std::string(std::max(shown_columns_ - columns, 0), ' ')
                << std::flush;
  shown_columns_ = columns;
}

}  // namespace countersign::cli
