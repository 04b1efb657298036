#include "clients/cli/output/csv.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

// What spreadsheets take for the beginning of a formula, and the apostrophe itself, so that taking
// one off is always right. The last four are the full-width forms.
constexpr absl::string_view kFormulaFronts[] = {"=",
                                                "+",
                                                "-",
                                                "@",
                                                "\t",
                                                "\r",
                                                "\n",
                                                "\'",
                                                "\xEF\xBC\x9D",
                                                "\xEF\xBC\x8B",
                                                "\xEF\xBC\x8D",
                                                "\xEF\xBC\xA0"};

std::string CellOf(absl::string_view text) {
  const std::string cell = WithoutFormula(Harmless(text));
  const bool quoted = cell.find_first_of(",\"\r\n") != std::string::npos ||
                      absl::StartsWith(cell, " ") || absl::EndsWith(cell, " ");
  if (!quoted) return cell;
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

}  // namespace

std::string WithoutFormula(absl::string_view text) {
  const bool formula =
      std::any_of(std::begin(kFormulaFronts), std::end(kFormulaFronts),
                  [&](absl::string_view front) { return absl::StartsWith(text, front); });
  return absl::StrCat(formula ? "'" : "", text);
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    absl::StrAppend(&line, i == 0 ? "" : ",", CellOf(cells[i]));
  }
  return absl::StrCat(line, "\r\n");
}

}  // namespace countersign::cli
