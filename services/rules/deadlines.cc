#include "services/rules/deadlines.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/rules/days.h"

namespace countersign::rules {
namespace {

const WorkFacts& FactsOf(const DeadlineInputs& inputs, Party party) {
  return party == Party::kReviewer ? *inputs.reviewer : *inputs.reviewee;
}

ExtendFor ExtendForOf(const DeadlinePolicy& policy) {
  return {.pattern = policy.extend_for_pattern, .absence = policy.extend_for_absence};
}

// A run of calendar days in the direction of counting.
struct Direction {
  absl::CivilDay first;
  int step;  // 1 forwards, -1 backwards.
};

// The outcome of counting. `last` is the day that completed the count, or the one before
// `Direction::first` when none was wanted.
struct Count {
  bool found = false;
  absl::CivilDay last;
  bool provisional = false;
};

// Counts `wanted` days that count for `party`, within kSearchDays, and adds a line per calendar day
// to `working` unless it is null.
Count CountDays(const DeadlineInputs& inputs, Party party, Direction direction, int wanted,
                std::vector<Working>* working) {
  const WorkFacts& person = FactsOf(inputs, party);
  const ExtendFor extend_for = ExtendForOf(inputs.policy);
  Count count;
  int number = 0;
  absl::CivilDay day = direction.first;
  for (int searched = 0; number < wanted && searched < kSearchDays; ++searched) {
    const auto skip = WhyNotCounted(day, *inputs.calendar, *inputs.holidays, person, extend_for);
    // Once provisional, always provisional: no need to ask again.
    if (!count.provisional) count.provisional = IsProvisional(day, skip, *inputs.calendar);
    if (!skip.has_value()) ++number;
    if (working != nullptr) {
      Working& line = working->emplace_back();
      line.day = day;
      if (skip.has_value()) {
        line.reason = skip->reason;
        line.title = std::string(skip->title);
      } else {
        line.number = number;
        const NamedDay* open_day = OpenDayOn(day, *inputs.calendar);
        if (open_day != nullptr) line.title = open_day->name;
      }
    }
    day += direction.step;
  }
  count.found = number == wanted;
  count.last = day - direction.step;
  return count;
}

DueDate Suspended(Party party) {
  DueDate due;
  due.suspended = true;
  due.counted_for = party;
  return due;
}

DueDate DueAfterMeeting(const DeadlineInputs& inputs, Party party, int wanted, Detail detail) {
  DueDate due;
  const Count count = CountDays(inputs, party, {inputs.meeting_on + 1, 1}, wanted,
                                detail == Detail::kWithWorking ? &due.days : nullptr);
  if (!count.found) return Suspended(party);
  due.due_on = due.computed_on = count.last;
  due.provisional = count.provisional;
  due.counted_for = party;
  return due;
}

// An extension is a floor, and ends a suspension (R78).
void Extend(const std::optional<absl::CivilDay>& extended_to, DueDate& due) {
  if (!extended_to.has_value()) return;
  if (due.due_on.has_value() && *extended_to <= *due.due_on) return;
  due.due_on = extended_to;
  due.extended = true;
  due.suspended = false;
}

bool MetOnTime(const ObligationFacts& facts, absl::TimeZone zone) {
  // Compared by day, so that the fractions of the last second are on time.
  return !facts.due_on.has_value() || absl::ToCivilDay(*facts.met_at, zone) <= *facts.due_on;
}

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
    plural = plural || line.reason == ReasonNotCounted::kAbsent;
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
                       FactsOf(inputs, due.counted_for), ExtendForOf(inputs.policy));
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
  const WorkFacts& person = FactsOf(inputs, party);
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

DueDate NoticeBy(const DeadlineInputs& inputs, Detail detail) {
  const DeadlinePolicy& policy = inputs.policy;
  DueDate due;
  due.counted_for = Party::kReviewee;
  if (policy.notice_days == 0 || policy.notice_unit == NoticeUnit::kCalendar) {
    due.due_on = due.computed_on = inputs.meeting_on - policy.notice_days;
    return due;
  }
  const absl::CivilDay first = policy.notice_clear ? inputs.meeting_on - 1 : inputs.meeting_on;
  const Count count = CountDays(inputs, Party::kReviewee, {first, -1}, policy.notice_days,
                                detail == Detail::kWithWorking ? &due.days : nullptr);
  if (!count.found) return Suspended(Party::kReviewee);
  // The days of notice lie after the day of confirming.
  due.due_on = due.computed_on = count.last - 1;
  due.provisional = count.provisional;
  return due;
}

DueDate DraftDue(const DeadlineInputs& inputs, Detail detail) {
  DueDate due = DueAfterMeeting(inputs, Party::kReviewer, inputs.policy.draft_days, detail);
  Extend(inputs.extended_draft, due);
  return due;
}

DueDate FinalDue(const DeadlineInputs& inputs, Detail detail) {
  const int wanted = inputs.policy.final_days;
  DueDate due = DueAfterMeeting(inputs, Party::kReviewer, wanted, detail);
  // What is suspended for the reviewer is later than any date of the reviewee's.
  if (!due.suspended) {
    DueDate reviewees = DueAfterMeeting(inputs, Party::kReviewee, wanted, detail);
    if (reviewees.suspended || *due.due_on < *reviewees.due_on) due = std::move(reviewees);
  }
  Extend(inputs.extended_final, due);
  return due;
}

absl::Time DueInstant(absl::CivilDay due_on, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(due_on + 1) - 1, zone);
}

int DaysLeft(absl::CivilDay today, absl::CivilDay due_on, const DeadlineInputs& inputs,
             Party owed_by, int at_most) {
  const WorkFacts& person = FactsOf(inputs, owed_by);
  const ExtendFor extend_for = ExtendForOf(inputs.policy);
  int left = 0;
  for (absl::CivilDay day = today + 1; day <= due_on && left < at_most; ++day) {
    if (!WhyNotCounted(day, *inputs.calendar, *inputs.holidays, person, extend_for)) ++left;
  }
  return left;
}

Status StatusOn(absl::CivilDay today, const ObligationFacts& facts, const DeadlineInputs& inputs,
                Party owed_by, absl::TimeZone zone) {
  if (facts.met_at.has_value() && MetOnTime(facts, zone)) return Status::kMet;
  if (facts.waived) return Status::kWaived;
  if (facts.met_at.has_value()) return Status::kMetLate;
  if (facts.discharged) return Status::kDischarged;
  if (!facts.starts_on.has_value() || today < *facts.starts_on) return Status::kNotStarted;
  if (!facts.due_on.has_value()) return facts.suspended ? Status::kSuspended : Status::kPending;
  if (today > *facts.due_on) return Status::kOverdue;
  const int left = DaysLeft(today, *facts.due_on, inputs, owed_by, kDueSoonDaysLeft + 1);
  return left <= kDueSoonDaysLeft ? Status::kDueSoon : Status::kPending;
}

absl::string_view ReasonName(ReasonNotCounted reason, Party counted_for) {
  const bool reviewer = counted_for == Party::kReviewer;
  switch (reason) {
    case ReasonNotCounted::kWeekend:
      return "weekend";
    case ReasonNotCounted::kBankHoliday:
      return "bank_holiday";
    case ReasonNotCounted::kSchoolClosed:
      return "school_closed";
    case ReasonNotCounted::kSchoolHoliday:
      return "school_holiday";
    case ReasonNotCounted::kNotWorking:
      return reviewer ? "reviewer_not_working" : "reviewee_not_working";
    case ReasonNotCounted::kAbsent:
      return reviewer ? "reviewer_absent" : "reviewee_absent";
  }
  return {};
}

absl::string_view PartyName(Party party) {
  return party == Party::kReviewer ? "reviewer" : "reviewee";
}

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
  std::string sentence =
      absl::StrCat(wanted, WhoWorks(due, FactsOf(inputs, due.counted_for)),
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
