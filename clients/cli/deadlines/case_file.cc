#include "clients/cli/deadlines/case_file.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "clients/cli/deadlines/strict_json.h"

namespace countersign::cli {

// From bank-holidays.json, compiled in.
extern const char kPublishedBankHolidays[];

namespace {

constexpr absl::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr std::pair<absl::string_view, rules::Division> kDivisions[] = {
    {"england-and-wales", rules::Division::kEnglandAndWales},
    {"scotland", rules::Division::kScotland},
    {"northern-ireland", rules::Division::kNorthernIreland}};

// ---- The bank holidays. ----

absl::StatusOr<PublishedHolidays> ReadHolidays(const Json& json) {
  Mistakes mistakes;
  PublishedHolidays published;
  const Object file(&json, "", {"england-and-wales", "scotland", "northern-ireland"}, mistakes);
  if (!json.is_object()) mistakes.Note("the file", "is not an object; use the government's file");
  for (const auto& [name, division] : kDivisions) {
    const Json* of_division = file.Find(name.data());
    if (of_division == nullptr) continue;
    const Object fields(of_division, std::string(name), {"division", "events"}, mistakes);
    if (fields.Find("events") == nullptr) {
      mistakes.Note(fields.Path("events"),
                    "is missing; use the file as the government publishes it");
    }
    std::vector<rules::NamedDay> days;
    fields.ForEach("events", [&](const Json& value, const std::string& field) {
      const Object event(&value, field, {"title", "date", "notes", "bunting"}, mistakes);
      days.push_back({event.Text("title", ""), event.Day("date")});
    });
    published.days.Set(division, std::move(days));
    published.divisions.insert(division);
  }
  if (!mistakes.first().ok()) return mistakes.first();
  return published;
}

// ---- The cases. ----

rules::NamedDays ReadSpan(const Json& value, const std::string& field, Mistakes& mistakes) {
  const Object span(&value, field, {"name", "first", "last"}, mistakes);
  rules::NamedDays days{span.Text("name", ""), span.Day("first"), {}};
  days.last = span.Find("last") == nullptr ? days.first : span.Day("last");
  if (days.last < days.first) {
    mistakes.Note(span.Path("last"), "is before `first`; make it the same day or a later one");
  }
  return days;
}

rules::SchoolCalendar ReadCalendar(const Object& fields) {
  Mistakes& mistakes = fields.mistakes();
  rules::SchoolCalendar calendar;
  const std::string name = fields.Text("division", "england-and-wales");
  const auto division = std::find_if(std::begin(kDivisions), std::end(kDivisions),
                                     [&](const auto& known) { return known.first == name; });
  if (division == std::end(kDivisions)) {
    mistakes.Note("division", "is none; write england-and-wales, scotland or northern-ireland");
  } else {
    calendar.division = division->second;
  }
  const Object published(fields.Find("calendar"), "calendar", {"terms", "closures", "open_days"},
                         mistakes);
  published.ForEach("terms", [&](const Json& value, const std::string& field) {
    calendar.terms.push_back(ReadSpan(value, field, mistakes));
  });
  published.ForEach("closures", [&](const Json& value, const std::string& field) {
    calendar.closures.push_back(ReadSpan(value, field, mistakes));
  });
  published.ForEach("open_days", [&](const Json& value, const std::string& field) {
    const Object day(&value, field, {"name", "date"}, mistakes);
    calendar.open_days.push_back({day.Text("name", ""), day.Day("date")});
  });
  return calendar;
}

void AddWorkday(absl::string_view name, const Json* hours, const std::string& field,
                rules::WorkWeek& week, Mistakes& mistakes) {
  const auto weekday = std::find(std::begin(kWeekdays), std::end(kWeekdays), name);
  if (weekday == std::end(kWeekdays)) {
    return mistakes.Note(field, absl::StrCat("\"", name,
                                             "\" is no weekday; write mon, tue, wed, "
                                             "thu, fri, sat or sun"));
  }
  const auto index = weekday - std::begin(kWeekdays);
  week.works[index] = true;
  if (hours == nullptr || hours->is_null()) return;
  if (!hours->is_number() || hours->get<double>() <= 0 || hours->get<double>() > 24) {
    return mistakes.Note(field, "is not a number of hours; write one above 0, 24 at most, or null");
  }
  week.minutes[index] = static_cast<int>(std::lround(hours->get<double>() * 60));
}

rules::WorkWeek ReadWeek(const Json& value, const std::string& field, Mistakes& mistakes) {
  rules::WorkWeek week;
  if (value.is_object()) {
    for (const auto& item : value.items()) {
      AddWorkday(item.key(), &item.value(), absl::StrCat(field, ".", item.key()), week, mistakes);
    }
    return week;
  }
  if (!value.is_array()) {
    mistakes.Note(field, "is not a week; write a list such as [\"mon\", \"tue\"]");
    return week;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    const std::string name = value[i].is_string() ? value[i].get<std::string>() : value[i].dump();
    AddWorkday(name, nullptr, absl::StrCat(field, "[", i, "]"), week, mistakes);
  }
  return week;
}

rules::WorkFacts ReadPerson(const Json* value, const char* name, Mistakes& mistakes) {
  const Object fields(value, name, {"term_time_only", "pattern", "absences"}, mistakes);
  rules::WorkFacts person;
  person.term_time_only = fields.Flag("term_time_only", true);

  const Json* pattern_value = fields.Find("pattern");
  if (pattern_value != nullptr && !pattern_value->is_null()) {
    const Object cycle(pattern_value, fields.Path("pattern"), {"weeks", "anchor"}, mistakes);
    rules::WorkPattern pattern;
    cycle.ForEach("weeks", [&](const Json& week, const std::string& field) {
      pattern.weeks.push_back(ReadWeek(week, field, mistakes));
    });
    const auto anchor = cycle.DayIfAny("anchor");
    if (pattern.weeks.empty()) {
      mistakes.Note(cycle.Path("weeks"),
                    "has no week; give one, or leave out the pattern of a "
                    "person who works every weekday");
    } else if (pattern.weeks.size() > 1 && !anchor.has_value()) {
      mistakes.Note(cycle.Path("anchor"),
                    "is missing; give the Monday on which the first of the "
                    "weeks begins");
    }
    pattern.anchor = anchor.value_or(absl::CivilDay());
    person.patterns.push_back(std::move(pattern));
  }

  fields.ForEach("absences", [&](const Json& absence_value, const std::string& field) {
    const Object span(&absence_value, field, {"first", "last"}, mistakes);
    rules::Absence absence{span.Day("first"), span.DayIfAny("last")};
    if (span.Find("last") == nullptr) absence.last = absence.first;
    if (absence.last.has_value() && *absence.last < absence.first) {
      mistakes.Note(span.Path("last"),
                    "is before `first`; make it the same day or a later one, or "
                    "null for an absence with no end");
    }
    person.absences.push_back(absence);
  });
  return person;
}

rules::DeadlinePolicy ReadPolicy(const Json* value, Mistakes& mistakes) {
  const Object fields(value, "policy",
                      {"notice_days", "notice_unit", "notice_clear", "draft_days", "final_days",
                       "signature_grace_days", "extend_for_pattern", "extend_for_absence"},
                      mistakes);
  rules::DeadlinePolicy policy;
  policy.notice_days = fields.Days("notice_days", policy.notice_days);
  policy.notice_clear = fields.Flag("notice_clear", policy.notice_clear);
  policy.draft_days = fields.Days("draft_days", policy.draft_days);
  policy.final_days = fields.Days("final_days", policy.final_days);
  policy.signature_grace_days = fields.Days("signature_grace_days", policy.signature_grace_days);
  policy.extend_for_pattern = fields.Flag("extend_for_pattern", policy.extend_for_pattern);
  policy.extend_for_absence = fields.Flag("extend_for_absence", policy.extend_for_absence);
  const std::string unit = fields.Text("notice_unit", "working");
  if (unit == "calendar") {
    policy.notice_unit = rules::NoticeUnit::kCalendar;
  } else if (unit != "working") {
    mistakes.Note("policy.notice_unit", "is no unit; write working or calendar");
  }
  return policy;
}

std::vector<ExpectedLine> ReadLines(const Object& fields) {
  std::vector<ExpectedLine> lines;
  fields.ForEach("days", [&](const Json& value, const std::string& field) {
    const Object line(&value, field, {"date", "day", "skipped"}, fields.mistakes());
    if ((line.Find("day") == nullptr) == (line.Find("skipped") == nullptr)) {
      fields.mistakes().Note(field,
                             "has not one of `day` and `skipped`; give its number or why it "
                             "was skipped");
    }
    lines.push_back({line.Day("date"), line.Find("day") != nullptr
                                           ? absl::StrCat("day ", line.Days("day", 0))
                                           : absl::StrCat("skipped ", line.Text("skipped", ""))});
  });
  return lines;
}

// `due_key` is what the file calls the date: "confirm_by" for notice.
Expected ReadExpected(const Json* value, const Object& fields, const char* due_key) {
  Expected expected;
  expected.given = value != nullptr;
  const Json* due = fields.Find(due_key);
  expected.names_due = due != nullptr;
  expected.due = fields.DayIfAny(due_key);
  expected.provisional = fields.Flag("provisional", false);
  expected.extended = fields.Flag("extended", false);
  if (due != nullptr || fields.Find("suspended") != nullptr) {
    expected.suspended = fields.Flag("suspended", due != nullptr && due->is_null());
  }
  if (fields.Find("counted_for") != nullptr) {
    expected.counted_for = fields.Text("counted_for", "");
  }
  if (fields.Find("days") != nullptr) expected.days = ReadLines(fields);
  return expected;
}

void ReadExpectations(const Json* value, DeadlineCase& one, Mistakes& mistakes) {
  const Object expect(value, "expect", {"notice", "draft", "final"}, mistakes);
  const Json* notice = expect.Find("notice");
  one.notice = ReadExpected(
      notice, Object(notice, "expect.notice", {"confirm_by", "provisional", "suspended"}, mistakes),
      "confirm_by");
  for (const auto& [key, expected] : {std::pair{"draft", &one.draft}, {"final", &one.final}}) {
    const Json* found = expect.Find(key);
    *expected = ReadExpected(
        found,
        Object(found, expect.Path(key),
               {"due", "provisional", "suspended", "extended", "counted_for", "days"}, mistakes),
        "due");
  }
}

absl::StatusOr<DeadlineCase> ReadCase(const Json& value, size_t index,
                                      const std::set<rules::Division>& divisions) {
  Mistakes mistakes;
  DeadlineCase one;
  if (!value.is_object()) mistakes.Note("the case", "is not an object; write {...}");
  const Object fields(&value, "",
                      {"name", "division", "calendar", "reviewer", "reviewee", "policy", "extended",
                       "meeting", "expect"},
                      mistakes);
  one.name = fields.Text("name", absl::StrCat("case ", index + 1));
  // A line of the answer is a line, whatever the file calls its cases.
  std::replace_if(
      one.name.begin(), one.name.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  one.calendar = ReadCalendar(fields);
  if (divisions.count(one.calendar.division) == 0) {
    mistakes.Note("division", "is not in the file of bank holidays; add it there");
  }
  one.reviewer = ReadPerson(fields.Find("reviewer"), "reviewer", mistakes);
  one.reviewee = ReadPerson(fields.Find("reviewee"), "reviewee", mistakes);
  one.inputs.meeting_on = fields.Day("meeting");
  one.inputs.policy = ReadPolicy(fields.Find("policy"), mistakes);
  const Object extended(fields.Find("extended"), "extended", {"draft", "final"}, mistakes);
  one.inputs.extended_draft = extended.DayIfAny("draft");
  one.inputs.extended_final = extended.DayIfAny("final");
  ReadExpectations(fields.Find("expect"), one, mistakes);
  if (mistakes.first().ok()) return one;
  return absl::InvalidArgumentError(
      absl::StrCat("case ", index + 1, " (", one.name, "): ", mistakes.first().message()));
}

absl::StatusOr<std::vector<DeadlineCase>> ReadCases(const Json& json,
                                                    const std::set<rules::Division>& divisions) {
  if (!json.is_object()) {
    return absl::InvalidArgumentError("is not an object; write {\"format\": 1, \"cases\": [...]}");
  }
  Mistakes mistakes;
  const Object file(&json, "", {"format", "cases"}, mistakes);
  const Json* format = file.Find("format");
  if (format == nullptr || *format != 1) {
    mistakes.Note("format", "is not 1; write \"format\": 1, the only one that this program knows");
  }
  if (file.Find("cases") == nullptr) mistakes.Note("cases", "is missing; give a list of cases");
  std::vector<DeadlineCase> cases;
  absl::Status first_bad;
  file.ForEach("cases", [&](const Json& value, const std::string&) {
    if (!first_bad.ok()) return;
    auto one = ReadCase(value, cases.size(), divisions);
    if (one.ok()) {
      cases.push_back(*std::move(one));
    } else {
      first_bad = one.status();
    }
  });
  if (!mistakes.first().ok()) return mistakes.first();
  if (!first_bad.ok()) return first_bad;
  return cases;
}

absl::Status InFile(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

}  // namespace

absl::StatusOr<PublishedHolidays> LoadHolidays(const std::optional<std::string>& path) {
  const std::string name = path.value_or("the bank holidays of this program");
  const auto json = path.has_value() ? ReadJsonFile(*path) : ParseJson(kPublishedBankHolidays);
  if (!json.ok()) return InFile(name, json.status());
  auto holidays = ReadHolidays(*json);
  if (!holidays.ok()) return InFile(name, holidays.status());
  return holidays;
}

absl::StatusOr<std::vector<DeadlineCase>> LoadCases(const std::string& path,
                                                    const std::set<rules::Division>& divisions) {
  const auto json = ReadJsonFile(path);
  if (!json.ok()) return InFile(path, json.status());
  auto cases = ReadCases(*json, divisions);
  if (!cases.ok()) return InFile(path, cases.status());
  return cases;
}

}  // namespace countersign::cli
