#include "services/rules/deadlines/deadlines.h"

#include <algorithm>
#include <utility>

#include "services/rules/deadlines/status_ladder.h"

namespace countersign::rules {
namespace {

bool IsResting(absl::CivilDay day, const std::vector<Rest>& rests) {
  return std::any_of(rests.begin(), rests.end(), [day](const Rest& rest) {
    return rest.first <= day && (!rest.last.has_value() || day <= *rest.last);
  });
}

// Nothing when `day` counts for the party, else the first reason why not.
std::optional<Skip> WhyNot(absl::CivilDay day, const DeadlineInputs& inputs, Party party) {
  const auto skip = WhyNotCounted(day, *inputs.calendar, *inputs.holidays, WorkOf(inputs, party),
                                  ExtendForOf(inputs.policy));
  if (skip.has_value() || !IsResting(day, inputs.rests)) return skip;
  return Skip{ReasonNotCounted::kPlanSuspended, {}};
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
  Count count;
  int number = 0;
  absl::CivilDay day = direction.first;
  for (int searched = 0; number < wanted && searched < kSearchDays; ++searched) {
    const auto skip = WhyNot(day, inputs, party);
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

// The dates before any extension.

DueDate CountedDraft(const DeadlineInputs& inputs, Detail detail) {
  return DueAfterMeeting(inputs, Party::kReviewer, inputs.policy.draft_days, detail);
}

DueDate CountedFinal(const DeadlineInputs& inputs, Detail detail) {
  const int wanted = inputs.policy.final_days;
  DueDate due = DueAfterMeeting(inputs, Party::kReviewer, wanted, detail);
  // What is suspended for the reviewer is later than any date of the reviewee's.
  if (due.suspended) return due;
  DueDate reviewees = DueAfterMeeting(inputs, Party::kReviewee, wanted, detail);
  return reviewees.suspended || *due.due_on < *reviewees.due_on ? reviewees : due;
}

using Counting = DueDate (*)(const DeadlineInputs& inputs, Detail detail);

// Whether the plan rests and the date was still to come when the rest began: with or without the
// head's day, which is later than the counted one. What was late by then stays late.
bool IsHeldByARest(const DeadlineInputs& inputs, absl::CivilDay extended_to, const DueDate& counted,
                   Counting count) {
  DeadlineInputs before = inputs;
  const auto open = std::find_if(before.rests.begin(), before.rests.end(),
                                 [](const Rest& rest) { return !rest.last.has_value(); });
  if (open == before.rests.end()) return false;
  if (open->first <= extended_to) return true;
  // Where no day is in sight, this rest may hide one, or an absence without an end may.
  before.rests.erase(open);
  return counted.suspended && !count(before, Detail::kDateOnly).suspended;
}

// An extension is a floor, and ends a suspension (R78), but for that of a rest: nobody can do
// anything in a plan that rests, so no day that was still to come is due, the head's neither.
DueDate Extended(const DeadlineInputs& inputs, const std::optional<absl::CivilDay>& extended_to,
                 Counting count, Detail detail) {
  DueDate due = count(inputs, detail);
  if (!extended_to.has_value()) return due;
  if (due.due_on.has_value() && *extended_to <= *due.due_on) return due;
  const bool is_held = IsHeldByARest(inputs, *extended_to, due, count);
  due.due_on = is_held ? std::nullopt : extended_to;
  due.extended = !is_held;
  due.suspended = is_held;
  return due;
}

}  // namespace

const WorkFacts& WorkOf(const DeadlineInputs& inputs, Party party) {
  return party == Party::kReviewer ? *inputs.reviewer : *inputs.reviewee;
}

ExtendFor ExtendForOf(const DeadlinePolicy& policy) {
  return {.pattern = policy.extend_for_pattern, .absence = policy.extend_for_absence};
}

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
  return Extended(inputs, inputs.extended_draft, &CountedDraft, detail);
}

DueDate FinalDue(const DeadlineInputs& inputs, Detail detail) {
  return Extended(inputs, inputs.extended_final, &CountedFinal, detail);
}

std::optional<absl::CivilDay> GraceEndsOn(const DeadlineInputs& inputs, absl::CivilDay from,
                                          Party party) {
  const Count count =
      CountDays(inputs, party, {from + 1, 1}, inputs.policy.signature_grace_days, nullptr);
  if (!count.found) return std::nullopt;
  return count.last;
}

absl::Time DueInstant(absl::CivilDay due_on, absl::TimeZone zone) {
  return absl::FromCivil(absl::CivilSecond(due_on + 1) - 1, zone);
}

int DaysLeft(absl::CivilDay today, absl::CivilDay due_on, const DeadlineInputs& inputs,
             Party owed_by, int at_most) {
  int left = 0;
  for (absl::CivilDay day = today + 1; day <= due_on && left < at_most; ++day) {
    if (!WhyNot(day, inputs, owed_by).has_value()) ++left;
  }
  return left;
}

Status StatusOn(absl::CivilDay today, const ObligationFacts& facts, const DeadlineInputs& inputs,
                Party owed_by, absl::TimeZone zone) {
  KnownDays<absl::CivilDay> known;
  known.starts_on = facts.starts_on;
  known.due_on = facts.due_on;
  // Compared by day, so that the fractions of the last second are on time.
  if (facts.met_at.has_value()) known.met_on = absl::ToCivilDay(*facts.met_at, zone);
  known.suspended = facts.suspended;
  known.waived = facts.waived;
  known.discharged = facts.discharged;
  return StatusOnLadder(today, known, [&] {
    return DaysLeft(today, *facts.due_on, inputs, owed_by, kDueSoonDaysLeft + 1) <=
           kDueSoonDaysLeft;
  });
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
    case ReasonNotCounted::kPlanSuspended:
      return "plan_suspended";
  }
  return {};
}

absl::string_view PartyName(Party party) {
  return party == Party::kReviewer ? "reviewer" : "reviewee";
}

}  // namespace countersign::rules
