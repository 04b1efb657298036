#include "services/imports/people_csv.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/facts.pb.h"
#include "services/imports/csv_rows.h"
#include "services/imports/text.h"
#include "services/imports/work_pattern.h"

namespace countersign::imports {
namespace {

using countersign::v1::RegisterPeople;
using countersign::v1::StaffRow;
using Problems = std::vector<ImportProblem>;

constexpr std::array<absl::string_view, 9> kColumns = {
    "staff_key", "name",       "job_title",      "team",         "urn",
    "works",     "works_from", "term_time_only", "line_managers"};
constexpr std::array<absl::string_view, 3> kRequiredColumns = {"staff_key", "name", "job_title"};

// Where each column of the header stands.
struct Header {
  std::map<std::string, std::size_t, std::less<>> place_of;
  std::size_t fields = 0;
};

Header ReadHeader(const CsvRow& row, Problems& problems) {
  Header header;
  header.fields = row.fields.size();
  if (row.fields.size() == 1 && row.fields[0].find_first_of(";\t") != std::string::npos) {
    problems.push_back(
        {row.line, "", "The columns are not separated by commas: save the file as CSV."});
    return header;
  }
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    std::string name =
        absl::StrReplaceAll(absl::AsciiStrToLower(OneLine(row.fields[i])), {{" ", "_"}});
    if (std::find(kColumns.begin(), kColumns.end(), name) == kColumns.end()) {
      problems.push_back(
          {row.line, "",
           absl::StrCat("There is no column ", Quoted(row.fields[i]),
                        ": take it out, or name it one of ", absl::StrJoin(kColumns, ", "), ".")});
    } else if (!header.place_of.emplace(name, i).second) {
      problems.push_back(
          {row.line, name, absl::StrCat("The column ", name, " is there twice: keep one.")});
    }
  }
  for (absl::string_view required : kRequiredColumns) {
    if (header.place_of.contains(required)) continue;
    problems.push_back({row.line, std::string(required),
                        absl::StrCat("The column ", required, " is missing: add it.")});
  }
  return header;
}

// Reads one person, column by column.
class PersonReader {
 public:
  PersonReader(const Header& header, const CsvRow& row, Problems& problems)
      : header_(header), row_(row), problems_(problems) {}

  StaffRow Read() {
    person_.set_line(static_cast<uint32_t>(row_.line));
    person_.set_staff_key(Text("staff_key"));
    person_.set_name(Text("name"));
    person_.set_job_title(Text("job_title"));
    person_.set_team(Text("team"));
    person_.set_urn(Urn());
    ReadPattern();
    person_.set_term_time_only(TermTimeOnly());
    ReadManagers();
    if (absl::StrContains(person_.staff_key(), ';')) {
      Mend("staff_key", absl::StrCat("The key ", Quoted(person_.staff_key()),
                                     " holds a semicolon, which separates keys under "
                                     "line_managers: choose another."));
    }
    return std::move(person_);
  }

 private:
  void Mend(absl::string_view column, std::string message) {
    problems_.push_back({row_.line, std::string(column), std::move(message)});
  }

  std::string Cell(absl::string_view column) const {
    const auto found = header_.place_of.find(column);
    if (found == header_.place_of.end() || found->second >= row_.fields.size()) return "";
    return OneLine(row_.fields[found->second]);
  }

  std::string Text(absl::string_view column) {
    std::string text = Cell(column);
    const countersign::v1::Check limits = LimitsOf(StaffRow::descriptor(), std::string(column));
    if (text.size() > limits.bytes_max()) Mend(column, TooLong(text, limits.bytes_max()));
    // A column that is missing altogether was a problem of the header.
    if (text.empty() && limits.required() && header_.place_of.contains(column)) {
      Mend(column, absl::StrCat("The field ", column, " is empty: fill it in for this person."));
    }
    return text;
  }

  std::string Urn() {
    std::string urn = Cell("urn");
    const bool digits = std::all_of(urn.begin(), urn.end(), absl::ascii_isdigit);
    if (!urn.empty() && (urn.size() != 6 || !digits)) {
      Mend("urn", absl::StrCat(Quoted(urn),
                               " is not a school's unique reference number: write "
                               "its six digits, or nothing for central staff."));
    }
    return urn;
  }

  void ReadPattern() {
    const std::string from = Cell("works_from");
    int weeks = 0;
    if (const std::string works = Cell("works"); !works.empty()) {
      absl::StatusOr<countersign::v1::WorkPattern> pattern = ReadWorkPattern(works);
      if (!pattern.ok()) {
        Mend("works", std::string(pattern.status().message()));
        return;
      }
      weeks = pattern->weeks_size();
      *person_.mutable_pattern() = *std::move(pattern);
    }
    if (weeks > 1) {
      const std::optional<absl::CivilDay> anchor = ParseDay(from);
      if (anchor.has_value() && absl::GetWeekday(*anchor) == absl::Weekday::monday) {
        person_.mutable_pattern()->set_anchor_on(from);
        return;
      }
      Mend("works_from",
           absl::StrCat(
               from.empty() ? "The field is empty" : absl::StrCat(Quoted(from), " is not a Monday"),
               ": write the Monday on which the first week of the cycle began, as in "
               "2026-09-07."));
    } else if (!from.empty()) {
      Mend("works_from",
           "Only a cycle of several weeks has a Monday on which it began: leave the field empty, "
           "or write the weeks under works with | between them.");
    }
  }

  bool TermTimeOnly() {
    const std::string answer = absl::AsciiStrToLower(Cell("term_time_only"));
    if (answer == "yes" || answer.empty()) return true;
    if (answer != "no") {
      Mend("term_time_only",
           absl::StrCat(Quoted(answer), " is neither yes nor no: write one of the two."));
    }
    return false;
  }

  void ReadManagers() {
    static const countersign::v1::Check limits =
        LimitsOf(StaffRow::descriptor(), "manager_staff_keys");
    const std::string cell = Cell("line_managers");
    const std::vector<absl::string_view> keys = absl::StrSplit(cell, ';', absl::SkipWhitespace());
    if (keys.size() > limits.items_max()) {
      Mend("line_managers", absl::StrCat("There are more than ", limits.items_max(),
                                         " line managers: write at most that many."));
      return;
    }
    std::set<std::string> seen;
    for (absl::string_view untrimmed : keys) {
      const std::string key(absl::StripAsciiWhitespace(untrimmed));
      if (!seen.insert(absl::AsciiStrToLower(key)).second) {
        Mend("line_managers", absl::StrCat(Quoted(key), " is there twice: write it once."));
      } else if (absl::EqualsIgnoreCase(key, person_.staff_key())) {
        Mend("line_managers", "Nobody manages themselves: take the person's own key out.");
      } else if (key.size() > limits.bytes_max()) {
        Mend("line_managers", TooLong(key, limits.bytes_max()));
      }
      person_.add_manager_staff_keys(key);
    }
  }

  const Header& header_;
  const CsvRow& row_;
  Problems& problems_;
  StaffRow person_;
};

void RefuseKeysTwice(const RegisterPeople& intent, Problems& problems) {
  std::map<std::string, uint32_t> line_of;
  for (const StaffRow& person : intent.people()) {
    if (person.staff_key().empty()) continue;
    const auto [first, is_new] =
        line_of.emplace(absl::AsciiStrToLower(person.staff_key()), person.line());
    if (is_new) continue;
    problems.push_back({static_cast<int>(person.line()), "staff_key",
                        absl::StrCat("The key ", Quoted(person.staff_key()), " stands on line ",
                                     first->second, " already: keep one row for each person.")});
  }
}

std::string SummariseSchools(const RegisterPeople& intent) {
  std::map<std::string, int> people_at;
  for (const StaffRow& person : intent.people()) ++people_at[person.urn()];
  std::vector<std::string> schools;
  for (const auto& [urn, people] : people_at) {
    schools.push_back(urn.empty() ? absl::StrCat(people, " central")
                                  : absl::StrCat(people, " at ", urn));
  }
  return absl::StrCat(Count(intent.people_size(), "person", "people"), ": ",
                      absl::StrJoin(schools, ", "), ".");
}

std::string SummarisePatterns(const RegisterPeople& intent) {
  int term_time_only = 0;
  int part_of_week = 0;
  int cycles = 0;
  for (const StaffRow& person : intent.people()) {
    if (person.term_time_only()) ++term_time_only;
    if (person.pattern().weeks_size() > 1) {
      ++cycles;
    } else if (person.pattern().weeks_size() == 1 && person.pattern().weeks(0).days_size() < 5) {
      ++part_of_week;
    }
  }
  return absl::StrCat(term_time_only, " in term time only, ", intent.people_size() - term_time_only,
                      " all year; ", part_of_week, " on part of the week, ", cycles,
                      " on a cycle of several weeks.");
}

// Line managers who must be registered already, because this file does not bring them.
std::vector<std::string> ManagersElsewhere(const RegisterPeople& intent) {
  std::set<std::string> here;
  for (const StaffRow& person : intent.people()) here.insert(person.staff_key());
  std::set<std::string> elsewhere;
  for (const StaffRow& person : intent.people()) {
    for (const std::string& manager : person.manager_staff_keys()) {
      if (!here.contains(manager)) elsewhere.insert(manager);
    }
  }
  return {elsewhere.begin(), elsewhere.end()};
}

std::size_t RowsWithoutTermTime(const Header& header, const std::vector<CsvRow>& rows) {
  const auto column = header.place_of.find("term_time_only");
  if (column == header.place_of.end()) return rows.size() - 1;
  return std::count_if(rows.begin() + 1, rows.end(), [&column](const CsvRow& row) {
    return OneLine(row.fields[column->second]).empty();
  });
}

std::vector<std::string> Summarise(const RegisterPeople& intent, std::size_t assumed) {
  std::vector<std::string> summary = {SummariseSchools(intent), SummarisePatterns(intent)};
  if (assumed > 0) {
    summary.push_back(
        absl::StrCat("Assumed to work in term time only: ", Count(assumed, "person", "people"),
                     " with nothing under term_time_only."));
  }
  if (const std::vector<std::string> elsewhere = ManagersElsewhere(intent); !elsewhere.empty()) {
    summary.push_back(
        absl::StrCat("Line managers who are not in this file and must be registered "
                     "already: ",
                     absl::StrJoin(elsewhere, ", "), "."));
  }
  return summary;
}

}  // namespace

Imported<RegisterPeople> ReadPeople(absl::string_view file) {
  Imported<RegisterPeople> imported;
  Problems& problems = imported.problems;
  if (file.size() > kPeopleBytesMax) {
    problems.push_back({0, "",
                        absl::StrCat("The file has ", file.size(), " bytes: write at most ",
                                     kPeopleBytesMax, ".")});
    return imported;
  }
  static const std::size_t people_max =
      LimitsOf(RegisterPeople::descriptor(), "people").items_max();
  const std::vector<CsvRow> rows =
      ReadCsvRows(file, {.rows = people_max + 1, .fields_per_row = 50}, problems);
  if (rows.size() < 2) {
    if (problems.empty()) {
      problems.push_back({0, "",
                          "The file has no people: write a header line and below it one "
                          "row for each person."});
    }
    if (rows.empty()) return imported;
  }
  const Header header = ReadHeader(rows[0], problems);
  for (std::size_t i = 1; i < rows.size() && header.place_of.size() > 0; ++i) {
    if (rows[i].fields.size() != header.fields) {
      problems.push_back(
          {rows[i].line, "",
           absl::StrCat("The row has ", Count(rows[i].fields.size(), "field", "fields"),
                        " and the header ", header.fields,
                        ": put text that holds a comma between quotation marks.")});
      continue;
    }
    *imported.intent.add_people() = PersonReader(header, rows[i], problems).Read();
  }
  RefuseKeysTwice(imported.intent, problems);
  if (problems.empty()) {
    imported.summary = Summarise(imported.intent, RowsWithoutTermTime(header, rows));
  } else {
    imported.intent.Clear();
  }
  SortByLine(problems);
  return imported;
}

}  // namespace countersign::imports
