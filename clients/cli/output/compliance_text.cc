#include "clients/cli/output/compliance_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

constexpr char kNoBreak[] = "\xC2\xA0";

std::string PlaceWords(const v1::ComplianceRow& row) {
  // A table keeps no indentation, so a dash shows what belongs to the school above.
  if (row.is_team()) return absl::StrCat("- ", row.team().empty() ? "no team" : row.team());
  return row.school_id().empty() ? "all together" : row.school_name();
}

// What stands neither for nor against anybody, where there is any: "11 not started, 2 waived".
std::string RestWords(const v1::ComplianceCounts& counts) {
  std::string words;
  const auto add = [&](uint32_t count, absl::string_view name) {
    if (count > 0) absl::StrAppend(&words, words.empty() ? "" : ", ", count, " ", name);
  };
  add(counts.not_started(), "not started");
  add(counts.suspended(), "suspended");
  add(counts.waived(), "waived");
  add(counts.discharged(), "discharged");
  return words;
}

// Keeps a short text on one line of its column.
std::string Unbroken(absl::string_view text) {
  return absl::StrReplaceAll(text, {{" ", kNoBreak}});
}

std::vector<Cell> FiguresOf(const v1::ComplianceRow& row) {
  if (row.withheld()) return {{"withheld", Tone::kDim}, {"-"}, {"-"}, {"-"}, {"-"}};
  const v1::ComplianceCounts& counts = row.counts();
  return {{Unbroken(RateWords(row.numerator(), row.denominator()))},
          {absl::StrCat(counts.met_late()), counts.met_late() > 0 ? Tone::kSoon : Tone::kPlain},
          {absl::StrCat(counts.overdue()), counts.overdue() > 0 ? Tone::kBad : Tone::kPlain},
          {absl::StrCat(counts.due_soon())},
          {absl::StrCat(counts.pending())}};
}

Table ComplianceTable(const v1::GetComplianceResponse& answer, bool by_kind) {
  std::vector<std::string> headers = {"WHERE"};
  if (by_kind) headers.push_back("WHAT");
  headers.insert(headers.end(), {"PEOPLE", "IN TIME", "LATE", "OVERDUE", "SOON", "OPEN"});
  Table table(headers);
  for (const auto& row : answer.rows()) {
    const bool of_one_kind = row.kind() != v1::OBLIGATION_KIND_UNSPECIFIED;
    // The rows of the kinds stand below that of their school or team, which is named once.
    std::vector<Cell> cells = {
        {of_one_kind ? "" : PlaceWords(row), row.is_team() ? Tone::kPlain : Tone::kBold}};
    if (by_kind) {
      cells.push_back({of_one_kind
                           ? EnumWords(v1::ObligationKind_Name(row.kind()), "OBLIGATION_KIND_")
                           : "all"});
    }
    cells.push_back({of_one_kind ? "" : absl::StrCat(row.people())});
    for (Cell& cell : FiguresOf(row)) cells.push_back(std::move(cell));
    table.AddRow(std::move(cells));
    if (!row.withheld()) table.AddNote(RestWords(row.counts()));
  }
  return table;
}

}  // namespace

std::string RateWords(uint32_t numerator, uint32_t denominator) {
  if (denominator == 0) return "none due yet";
  uint64_t share = (uint64_t{200} * numerator + denominator) / (uint64_t{2} * denominator);
  if (numerator < denominator) share = std::min<uint64_t>(share, 99);
  if (numerator > 0) share = std::max<uint64_t>(share, 1);
  return absl::StrCat(numerator, " of ", denominator, ", ", share, " %");
}

void WriteCompliance(const v1::GetComplianceResponse& answer, bool by_kind, Terminal& terminal) {
  WriteLine({{absl::StrCat("Deadlines kept in ", answer.cycle_name()), Tone::kBold},
             {absl::StrCat(", as of ", DayWords(answer.on()))}},
            terminal);
  const Table table = ComplianceTable(answer, by_kind);
  if (table.empty()) {
    terminal.out << "No figures that you may see.\n";
    return;
  }
  terminal.out << "\n" << table.Render(terminal.width, terminal.color_out) << "\n";
  terminal.out << Paragraph(
      "IN TIME: met in time, of all that was met or is overdue. LATE: met late. SOON: due soon. "
      "OPEN: due later.",
      0, terminal.width);
  const bool withholds = std::any_of(answer.rows().begin(), answer.rows().end(),
                                     [](const v1::ComplianceRow& row) { return row.withheld(); });
  if (withholds) {
    terminal.out << Paragraph(
        "withheld: the figures are about fewer than five people, or would tell such figures.", 0,
        terminal.width);
  }
}

}  // namespace countersign::cli
