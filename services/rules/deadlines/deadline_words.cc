#include "services/rules/deadlines/deadline_words.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/rules/deadlines/days.h"

namespace countersign::rules {
namespace {

constexpr std::array<absl::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

// "22 September 2026".
std::string Date(absl::CivilDay day) {
  return absl::StrCat(day.day(), " ", kMonths[day.month() - 1], " ", day.year());
}

// "1 day", "2 days".
std::string Counted(absl::civil_diff_t number, absl::string_view noun) {
  return absl::StrCat(number, " ", noun, number == 1 ? "" : "s");
}

// ", who works Monday to Thursday", with each pattern in force over the working; nothing when the
// pattern moved nothing.
std::string WhoWorks(const DueDate& due, const WorkFacts& person) {
  const bool moved = std::any_of(due.days.begin(), due.days.end(), [](const Working& line) {
    return line.reason == ReasonNotCounted::kNotWorking;
  });
  if (!moved) return "";
  const auto [first, last] = std::minmax(due.days.front().day, due.days.back().day);
  const WorkPattern* in_force = PatternOn(first, person);
  std::string words = absl::StrCat(", who works ", PatternInWords(*in_force));
  for (absl::CivilDay day = first + 1; day <= last; ++day) {
    const WorkPattern* pattern = PatternOn(day, person);
    if (pattern == in_force) continue;
    in_force = pattern;
    absl::StrAppend(&words, ", and ", PatternInWords(*pattern), " from ", Date(day));
  }
  return words;
}

// A skipped day as people call it; empty for what the words "working days" say already.
std::string SkippedInWords(const Working& line, const SchoolCalendar& calendar) {
  switch (*line.reason) {
    case ReasonNotCounted::kWeekend:
    case ReasonNotCounted::kNotWorking:
      return "";
    case ReasonNotCounted::kBankHoliday: {
      // "Good Friday", but "the Spring bank holiday" and "the Battle of the Boyne".
      const bool takes_article =
          absl::StrContains(absl::AsciiStrToLower(line.title), "bank holiday") ||
          absl::StartsWith(line.title, "Battle");
      return absl::StrCat(takes_article ? "the " : "", line.title);
    }
    case ReasonNotCounted::kSchoolClosed:
      return line.title.empty() ? "the school closure"
                                : absl::StrCat("the school closure (", line.title, ")");
    case ReasonNotCounted::kSchoolHoliday:
      return std::string(HolidayName(line.day, calendar));
    case ReasonNotCounted::kAbsent:
      return "days of recorded absence";
    case ReasonNotCounted::kPlanSuspended:
      return "days on which the plan rested";
  }
  return "";
}

// "; half term and Good Friday do not count", each named once, in the order met.
std::string NotCounted(const DueDate& due, const SchoolCalendar& calendar) {
  std::vector<std::string> names;
  bool plural = false;
  for (const Working& line : due.days) {
    if (!line.reason.has_value()) continue;
    std::string name = SkippedInWords(line, calendar);
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) continue;
    plural = plural || line.reason == ReasonNotCounted::kAbsent ||
             line.reason == ReasonNotCounted::kPlanSuspended;
    names.push_back(std::move(name));
  }
  if (names.empty()) return "";
  plural = plural || names.size() > 1;
  return absl::StrCat("; ", Listed(names), plural ? " do not count" : " does not count");
}

// "; INSET on Saturday 3 October 2026 counts": open days that moved the date.
std::string CountedAsOpen(const DueDate& due, const DeadlineInputs& inputs) {
  std::vector<std::string> open_days;
  for (const Working& line : due.days) {
    const NamedDay* open_day = OpenDayOn(line.day, *inputs.calendar);
    if (line.reason.has_value() || open_day == nullptr) continue;
    const auto otherwise =
        WhyNotOrdinary(line.day, *inputs.calendar, *inputs.holidays,
                       WorkOf(inputs, due.counted_for), ExtendForOf(inputs.policy));
    if (!otherwise.has_value()) continue;
    open_days.push_back(absl::StrCat(open_day->name.empty() ? "the extra open day" : open_day->name,
                                     " on ", DateWithWeekday(line.day)));
  }
  if (open_days.empty()) return "";
  return absl::StrCat("; ", Listed(open_days), open_days.size() == 1 ? " counts" : " count");
}

// "10 working days for Amina", before anything that qualifies it.
std::string Wanted(Deadline deadline, const DeadlinePolicy& policy, absl::string_view name) {
  switch (deadline) {
    case Deadline::kNotice:
      return absl::StrCat(
          Counted(policy.notice_days, policy.notice_clear ? "clear working day" : "working day"),
          " of notice for ", name);
    case Deadline::kDraft:
      return absl::StrCat(Counted(policy.draft_days, "working day"), " for ", name);
    case Deadline::kFinal:
      return absl::StrCat(Counted(policy.final_days, "working day"), " for ", name);
  }
  return "";
}

// What keeps the date from being found: "who is recorded absent with no end date", most often.
std::string WhyNotFound(const DeadlineInputs& inputs, Party party) {
  const WorkFacts& person = WorkOf(inputs, party);
  const bool rests_for_good = std::any_of(inputs.rests.begin(), inputs.rests.end(),
                                          [](const Rest& rest) { return !rest.last.has_value(); });
  if (rests_for_good) return "whose plan rests";
  const bool absent_for_good =
      std::any_of(person.absences.begin(), person.absences.end(),
                  [](const Absence& absence) { return !absence.last.has_value(); });
  if (inputs.policy.extend_for_absence && absent_for_good) {
    return "who is recorded absent with no end date";
  }
  return absl::StrCat("who has too few working days within ", kSearchDays, " days of the meeting");
}

// Notice that needs no counting of working days.
std::string PlainNotice(const DeadlinePolicy& policy) {
  if (policy.notice_days == 0) return "No notice is asked for: the day of the meeting will do.";
  return absl::StrCat(Counted(policy.notice_days, "day"),
                      " before the meeting; every day counts, weekends and holidays too.");
}

}  // namespace

std::string Sentence(Deadline deadline, const DueDate& due, const DeadlineInputs& inputs,
                     const PartyNames& names) {
  const DeadlinePolicy& policy = inputs.policy;
  if (deadline == Deadline::kNotice &&
      (policy.notice_days == 0 || policy.notice_unit == NoticeUnit::kCalendar)) {
    return PlainNotice(policy);
  }
  const std::string& name = due.counted_for == Party::kReviewer ? names.reviewer : names.reviewee;
  const std::string wanted = Wanted(deadline, policy, name);
  if (!due.computed_on.has_value()) {
    const std::string unfound =
        absl::StrCat(wanted, ", ", WhyNotFound(inputs, due.counted_for), ", cannot be counted");
    if (due.suspended) return absl::StrCat("No due date for now: ", unfound, ".");
    return absl::StrCat(unfound, "; the head has set ", Date(*due.due_on), ".");
  }
  if (due.suspended) {
    const auto& given =
        deadline == Deadline::kDraft ? inputs.extended_draft : inputs.extended_final;
    return absl::StrCat("No due date for now: the plan rests. The head had given time until ",
                        Date(given.value_or(*due.computed_on)), ".");
  }
  std::string sentence =
      absl::StrCat(wanted, WhoWorks(due, WorkOf(inputs, due.counted_for)),
                   NotCounted(due, *inputs.calendar), CountedAsOpen(due, inputs));
  if (due.extended) {
    absl::StrAppend(&sentence, "; extended by the head from ", Date(*due.computed_on), " to ",
                    Date(*due.due_on));
  }
  if (due.provisional) {
    absl::StrAppend(&sentence,
                    "; provisional, because the school has not published all its term dates for "
                    "this time");
  }
  return absl::StrCat(sentence, ".");
}

std::string StandingSentence(absl::CivilDay today, const ObligationFacts& facts,
                             const DeadlineInputs& inputs, Party owed_by, absl::TimeZone zone) {
  // Set wherever the status below speaks of it.
  const absl::CivilDay due_on = facts.due_on.value_or(today);
  const absl::CivilDay met_on =
      facts.met_at.has_value() ? absl::ToCivilDay(*facts.met_at, zone) : today;
  switch (StatusOn(today, facts, inputs, owed_by, zone)) {
    case Status::kNotStarted:
      return facts.starts_on.has_value()
                 ? absl::StrCat("Not started: begins on ", DateWithWeekday(*facts.starts_on), ".")
                 : "Not started: no date to count from yet.";
    case Status::kPending:
      return facts.due_on.has_value() ? absl::StrCat("Due on ", DateWithWeekday(due_on), ".")
                                      : "Open, with no due date.";
    case Status::kDueSoon: {
      if (today == due_on) return absl::StrCat("Due today, ", DateWithWeekday(due_on), ".");
      const int left = DaysLeft(today, due_on, inputs, owed_by, kDueSoonDaysLeft);
      return absl::StrCat("Due on ", DateWithWeekday(due_on), ": ",
                          left == 0 ? "no working days" : Counted(left, "working day"), " left.");
    }
    case Status::kOverdue:
      return absl::StrCat("Was due on ", DateWithWeekday(due_on), ": ",
                          Counted(today - due_on, "day"), " late.");
    case Status::kMet:
      return absl::StrCat("Done on ", DateWithWeekday(met_on),
                          facts.due_on.has_value() ? ", on time." : ".");
    case Status::kMetLate:
      return absl::StrCat("Done on ", DateWithWeekday(met_on), ", ",
                          Counted(met_on - due_on, "day"), " late.");
    case Status::kSuspended:
      return "No due date for now.";
    case Status::kWaived:
      return "Waived.";
    case Status::kDischarged:
      return "No longer owed.";
  }
  return "";
}

}  // namespace countersign::rules
