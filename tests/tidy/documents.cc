#include "tests/tidy/documents.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace countersign::tidy {
namespace {

constexpr size_t kPageLinesMax = 60;

struct Row {
  // Line in its file, from 1.
  size_t line;
  // Without the bars and the blanks around them.
  std::vector<std::string> cells;
};

// The rows of every table in lines [first, last) of a page, heads and rules of tables included.
std::vector<Row> RowsOf(const SourceFile& page, size_t first, size_t last) {
  std::vector<Row> rows;
  for (size_t i = first; i < std::min(last, page.lines.size()); ++i) {
    absl::string_view line = absl::StripAsciiWhitespace(page.lines[i]);
    if (line.size() < 2 || line.front() != '|' || line.back() != '|') continue;
    Row row{i + 1, absl::StrSplit(line.substr(1, line.size() - 2), '|')};
    for (std::string& cell : row.cells) absl::StripAsciiWhitespace(&cell);
    rows.push_back(std::move(row));
  }
  return rows;
}

// What stands between backticks.
std::set<std::string> Quoted(absl::string_view cell) {
  const std::vector<std::string> parts = absl::StrSplit(cell, '`');
  std::set<std::string> quoted;
  for (size_t i = 1; i + 1 < parts.size(); i += 2) quoted.insert(parts[i]);
  return quoted;
}

// "Suite.Name" of every test in the text.
void AddTestsIn(absl::string_view text, std::set<std::string>& tests) {
  for (absl::string_view macro : {"TEST(", "TEST_F(", "TEST_P("}) {
    for (size_t at = text.find(macro); at != absl::string_view::npos;
         at = text.find(macro, at + 1)) {
      const size_t begin = at + macro.size();
      const size_t end = text.find(')', begin);
      if (end == absl::string_view::npos) break;
      std::vector<absl::string_view> names = absl::StrSplit(text.substr(begin, end - begin), ',');
      if (names.size() != 2) continue;
      tests.insert(absl::StrCat(absl::StripAsciiWhitespace(names[0]), ".",
                                absl::StripAsciiWhitespace(names[1])));
    }
  }
}

std::set<std::string> TestsOf(const Tree& tree) {
  std::set<std::string> tests;
  for (const SourceFile* file : tree.Under("tests/", {".cc"})) AddTestsIn(file->text, tests);
  return tests;
}

// R71 or A01b.
bool IsRule(absl::string_view cell) {
  return cell.size() >= 2 && (cell[0] == 'R' || cell[0] == 'A') && absl::ascii_isdigit(cell[1]);
}

std::set<std::string> NamesFor(const std::map<std::string, std::set<std::string>>& citations,
                               const std::string& rule) {
  const auto found = citations.find(rule);
  return found == citations.end() ? std::set<std::string>() : found->second;
}

std::string InBackticks(const std::set<std::string>& names) {
  if (names.empty()) return "nothing";
  return absl::StrCat("`", absl::StrJoin(names, "`, `"), "`");
}

void AddRowFaults(const SourceFile& page, const Row& row, const Citations& citations,
                  const std::set<std::string>& tests, Faults& faults) {
  if (row.cells.size() != 6) {
    faults.push_back(FaultAt(page, row.line, "A row has six cells."));
    return;
  }
  const std::string& rule = row.cells[0];
  const std::set<std::string> events = NamesFor(citations.events, rule);
  if (Quoted(row.cells[2]) != events) {
    faults.push_back(
        FaultAt(page, row.line,
                absl::StrCat("The events that cite ", rule, " are ", InBackticks(events), ".")));
  }
  const std::set<std::string> refusals = NamesFor(citations.refusals, rule);
  if (Quoted(row.cells[3]) != refusals) {
    faults.push_back(FaultAt(
        page, row.line,
        absl::StrCat("The refusals that cite ", rule, " are ", InBackticks(refusals), ".")));
  }
  const std::set<std::string> named = Quoted(row.cells[5]);
  if (named.empty()) {
    faults.push_back(FaultAt(page, row.line,
                             absl::StrCat(rule,
                                          " names no test; write one in tests/guidance/ and "
                                          "name it here as `Suite.Test`.")));
  }
  for (const std::string& test : named) {
    if (tests.count(test) > 0) continue;
    faults.push_back(FaultAt(page, row.line, absl::StrCat("There is no test ", test, ".")));
  }
}

// A decision's name: four digits, then words in lower case.
bool IsDecisionName(absl::string_view name) {
  if (name.size() < 9 || !absl::EndsWith(name, ".md") || name[4] != '-') return false;
  return std::all_of(name.begin(), name.begin() + 4, absl::ascii_isdigit) &&
         std::all_of(name.begin() + 5, name.end() - 3, [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
         });
}

}  // namespace

Faults FolderTableFaults(const Tree& tree) {
  const SourceFile* readme = tree.Find("README.md");
  if (readme == nullptr) return {"README.md: missing. Its \"## Folders\" holds a table."};
  const auto heading = std::find(readme->lines.begin(), readme->lines.end(), "## Folders");
  if (heading == readme->lines.end()) {
    return {"README.md: no heading \"## Folders\" with a table | `services/rules/` | what |."};
  }
  const auto next = std::find_if(heading + 1, readme->lines.end(), [](const std::string& line) {
    return absl::StartsWith(line, "## ");
  });
  const std::set<std::string> folders = tree.Folders();
  std::set<std::string> listed;
  Faults faults;
  for (const Row& row :
       RowsOf(*readme, heading - readme->lines.begin(), next - readme->lines.begin())) {
    for (const std::string& folder : Quoted(row.cells[0])) {
      listed.insert(folder);
      if (folders.count(folder) > 0) continue;
      faults.push_back(
          FaultAt(*readme, row.line, absl::StrCat("There is no folder ", folder, ".")));
    }
  }
  for (const std::string& folder : folders) {
    if (folder[0] == '.' || listed.count(folder) > 0) continue;
    const size_t depth = std::count(folder.begin(), folder.end(), '/');
    const bool product = absl::StartsWith(folder, "services/") ||
                         absl::StartsWith(folder, "storage/") ||
                         absl::StartsWith(folder, "clients/") || absl::StartsWith(folder, "tests/");
    if (depth == 1 || (product && depth == 2)) {
      faults.push_back(absl::StrCat("README.md: the table under \"## Folders\" lacks | `", folder,
                                    "` | what it holds |."));
    }
  }
  return faults;
}

Faults DecisionFaults(const Tree& tree) {
  constexpr absl::string_view kFolder = "docs/decisions/";
  constexpr absl::string_view kParts[] = {"## Context", "## Decision", "## Rejected",
                                          "## Consequences", "## Revisit when"};
  const SourceFile* index = tree.Find("docs/architecture.md");
  if (index == nullptr) return {"docs/architecture.md: missing. It lists every decision."};
  Faults faults;
  std::set<std::string> numbers;
  for (const SourceFile* page : tree.Under(kFolder)) {
    const std::string name = page->path.substr(kFolder.size());
    if (!IsDecisionName(name)) {
      faults.push_back(absl::StrCat(page->path, ": name it 0001-verb-phrase.md."));
      continue;
    }
    if (!numbers.insert(name.substr(0, 4)).second) {
      faults.push_back(absl::StrCat(page->path, ": the number is taken."));
    }
    for (absl::string_view part : kParts) {
      if (std::find(page->lines.begin(), page->lines.end(), part) != page->lines.end()) continue;
      faults.push_back(absl::StrCat(page->path, ": no part \"", part, "\"."));
    }
    if (page->lines.size() > kPageLinesMax) {
      faults.push_back(absl::StrCat(page->path, ": ", page->lines.size(),
                                    " lines; a decision is one page of ", kPageLinesMax, "."));
    }
    if (!absl::StrContains(index->text, name)) {
      faults.push_back(absl::StrCat("docs/architecture.md: does not list decisions/", name, "."));
    }
  }
  return faults;
}

Faults GuidanceTableFaults(const Tree& tree, const Citations& citations) {
  const SourceFile* page = tree.Find("docs/guidance.md");
  if (page == nullptr) return {"docs/guidance.md: missing."};
  const std::set<std::string> tests = TestsOf(tree);
  std::set<std::string> rows;
  Faults faults;
  for (const Row& row : RowsOf(*page, 0, page->lines.size())) {
    if (!IsRule(row.cells[0])) continue;
    if (!rows.insert(row.cells[0]).second) {
      faults.push_back(FaultAt(*page, row.line, absl::StrCat(row.cells[0], " has a row already.")));
    }
    AddRowFaults(*page, row, citations, tests, faults);
  }
  for (const std::string& rule : citations.Rules()) {
    if (rows.count(rule) > 0) continue;
    faults.push_back(
        absl::StrCat("docs/guidance.md: no row for ", rule, ", which the schema cites."));
  }
  return faults;
}

Faults UntestedRules(const Tree& tree, const Citations& citations) {
  const std::vector<const SourceFile*> tests = tree.Under("tests/guidance/", {".cc"});
  Faults faults;
  for (const std::string& rule : citations.Rules()) {
    if (std::any_of(tests.begin(), tests.end(),
                    [&](const SourceFile* file) { return HasWord(file->text, rule); })) {
      continue;
    }
    faults.push_back(absl::StrCat("tests/guidance/: no test cites ", rule,
                                  ", which the schema cites. Write one under a comment \"// ", rule,
                                  ": ...\"."));
  }
  return faults;
}

Faults UntestedRefusals(const Tree& tree, const std::vector<std::string>& reasons) {
  Faults faults;
  for (const std::string& reason : reasons) {
    bool mentioned = false;
    for (const SourceFile* file : tree.Under("tests/", {".cc", ".h"})) {
      if (absl::StartsWith(file->path, "tests/tidy/")) continue;
      mentioned = mentioned || HasWord(file->text, reason);
    }
    if (mentioned) continue;
    faults.push_back(absl::StrCat("tests/: no test provokes the refusal ", reason,
                                  ". Write an allowed and a refused case in tests/guidance/."));
  }
  return faults;
}

}  // namespace countersign::tidy
