#include "clients/cli/deadlines/check.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "clients/cli/deadlines/case_file.h"
#include "services/rules/deadlines/deadlines.h"

namespace countersign::cli {
namespace {

using rules::DueDate;

std::string DayText(const std::optional<absl::CivilDay>& day) {
  return day.has_value() ? absl::FormatCivilTime(*day) : "null";
}

std::string FlagText(bool flag) { return flag ? "true" : "false"; }

std::string LineText(const std::vector<ExpectedLine>& lines, size_t i) {
  if (i >= lines.size()) return "no more days";
  return absl::StrCat(absl::FormatCivilTime(lines[i].date), " ", lines[i].verdict);
}

std::vector<ExpectedLine> LinesOf(const DueDate& due) {
  std::vector<ExpectedLine> lines;
  for (const rules::Working& working : due.days) {
    lines.push_back({working.day, working.reason.has_value()
                                      ? absl::StrCat("skipped ", rules::ReasonName(*working.reason,
                                                                                   due.counted_for))
                                      : absl::StrCat("day ", working.number)});
  }
  return lines;
}

void Compare(const std::string& name, const std::string& what, const char* due_key,
             const Expected& expected, const DueDate& due, std::vector<Difference>& differences) {
  if (!expected.given) return;
  const auto compare = [&](absl::string_view field, const std::string& wanted,
                           const std::string& got) {
    if (wanted != got) differences.push_back({name, absl::StrCat(what, ".", field), wanted, got});
  };
  if (expected.names_due) compare(due_key, DayText(expected.due), DayText(due.due_on));
  compare("provisional", FlagText(expected.provisional), FlagText(due.provisional));
  compare("extended", FlagText(expected.extended), FlagText(due.extended));
  if (expected.suspended.has_value()) {
    compare("suspended", FlagText(*expected.suspended), FlagText(due.suspended));
  }
  if (expected.counted_for.has_value()) {
    compare("counted_for", *expected.counted_for, std::string(rules::PartyName(due.counted_for)));
  }
  if (!expected.days.has_value()) return;
  const std::vector<ExpectedLine> got = LinesOf(due);
  for (size_t i = 0; i < std::max(got.size(), expected.days->size()); ++i) {
    const std::string wanted = LineText(*expected.days, i);
    if (wanted == LineText(got, i)) continue;
    // One shifted day shifts all that follow: the first says enough.
    return compare(absl::StrCat("days[", i, "]"), wanted, LineText(got, i));
  }
}

std::vector<Difference> RunCase(DeadlineCase& one, const rules::BankHolidays& holidays) {
  rules::DeadlineInputs& inputs = one.inputs;
  inputs.calendar = &one.calendar;
  inputs.holidays = &holidays;
  inputs.reviewer = &one.reviewer;
  inputs.reviewee = &one.reviewee;
  std::vector<Difference> differences;
  Compare(one.name, "notice", "confirm_by", one.notice,
          rules::NoticeBy(inputs, rules::Detail::kDateOnly), differences);
  Compare(one.name, "draft", "due", one.draft, rules::DraftDue(inputs, rules::Detail::kWithWorking),
          differences);
  Compare(one.name, "final", "due", one.final, rules::FinalDue(inputs, rules::Detail::kWithWorking),
          differences);
  return differences;
}

// A file that is not there is a mistake of whoever typed its name.
absl::Status Unusable(const absl::Status& status) {
  return absl::InvalidArgumentError(status.message());
}

}  // namespace

absl::StatusOr<CheckReport> CheckDeadlines(const std::string& path,
                                           const std::optional<std::string>& holidays_path) {
  const auto holidays = LoadHolidays(holidays_path);
  if (!holidays.ok()) return Unusable(holidays.status());
  auto cases = LoadCases(path, holidays->divisions);
  if (!cases.ok()) return Unusable(cases.status());
  CheckReport report;
  for (DeadlineCase& one : *cases) {
    auto differences = RunCase(one, holidays->days);
    if (!differences.empty()) report.failed.push_back(std::move(differences));
  }
  report.passed = cases->size() - report.failed.size();
  return report;
}

std::string ReportText(const CheckReport& report) {
  std::string text;
  for (const std::vector<Difference>& differences : report.failed) {
    absl::StrAppend(&text, differences.front().name, ": ",
                    absl::StrJoin(differences, "; ",
                                  [](std::string* line, const Difference& difference) {
                                    absl::StrAppend(line, difference.field, " expected ",
                                                    difference.expected, ", got ", difference.got);
                                  }),
                    "\n");
  }
  absl::StrAppend(&text, report.passed, " passed, ", report.failed.size(), " failed\n");
  return text;
}

nlohmann::ordered_json ReportDocument(const CheckReport& report) {
  nlohmann::ordered_json document = {{"passed", report.passed},
                                     {"failed", report.failed.size()},
                                     {"differences", nlohmann::ordered_json::array()}};
  for (const std::vector<Difference>& differences : report.failed) {
    for (const Difference& difference : differences) {
      document["differences"].push_back({{"name", difference.name},
                                         {"field", difference.field},
                                         {"expected", difference.expected},
                                         {"got", difference.got}});
    }
  }
  return document;
}

}  // namespace countersign::cli
