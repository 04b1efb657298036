// Chapter: the planning and review meeting (R33, R68; A01, A01b).
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/deadlines/notice.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

// R34: an hour is enough in most cases.
constexpr uint32_t kMinutesUnlessSaid = 60;

std::vector<Happening> One(const Plan& plan, v1::MeetingEvent event) {
  Happening happening{plan.progress.plan_id(), {}};
  *happening.event.mutable_plan()->mutable_meeting() = std::move(event);
  return {std::move(happening)};
}

v1::Meeting Filled(v1::Meeting meeting) {
  if (meeting.minutes() == 0) meeting.set_minutes(kMinutesUnlessSaid);
  return meeting;
}

bool Same(const v1::Meeting& left, const v1::Meeting& right) {
  return google::protobuf::util::MessageDifferencer::Equals(left, right);
}

absl::Status RefuseUnlessConfirmed(const Plan& plan) {
  if (Happened(plan.progress.meeting_confirmed())) return absl::OkStatus();
  return Refuse(v1::MEETING_NOT_CONFIRMED, "No meeting is confirmed yet. Confirm it first.");
}

absl::Status RefuseIfHeld(const Plan& plan) {
  if (!Happened(plan.progress.meeting_held())) return absl::OkStatus();
  return Refuse(v1::MEETING_ALREADY_HELD,
                "The meeting has been held. If its day was written down wrongly, correct it.",
                {{"held_on", plan.progress.meeting_on()}});
}

absl::CivilDay AnniversaryOf(absl::CivilDay day, int years) {
  return absl::CivilDay(day.year() + years, day.month(), day.day());
}

absl::Status RefuseOutsideCycle(const Plan& plan, const Facts& facts,
                                absl::string_view meeting_on) {
  const v1::TrustFacts::Cycle* cycle = FindCycle(facts.trust->facts, plan.progress.cycle_id());
  const std::optional<absl::CivilDay> day = DayOf(meeting_on);
  if (cycle == nullptr || !day.has_value()) return absl::DataLossError("plan without a cycle");
  const std::optional<absl::CivilDay> first = DayOf(cycle->first_on());
  const std::optional<absl::CivilDay> last = DayOf(cycle->last_on());
  if (!first.has_value() || !last.has_value()) return absl::DataLossError("cycle without days");
  // Planning may fall in the last weeks of the cycle before (R20), never a year away from it.
  if (*day >= AnniversaryOf(*first, -1) && *day <= AnniversaryOf(*last, 1)) {
    return absl::OkStatus();
  }
  return Refuse(v1::MEETING_OUTSIDE_CYCLE,
                "The meeting lies more than a year outside the cycle of this plan. Check the year.",
                {{"cycle_first_on", cycle->first_on()}, {"cycle_last_on", cycle->last_on()}});
}

// What the reviewee does then instead of working, as a sentence without its full stop.
std::string NotWorkingInWords(NotInWorkingTime why, absl::CivilDay day, const Facts& facts,
                              const WorkFacts& work) {
  const std::string date = DateWithWeekday(day);
  switch (why) {
    case NotInWorkingTime::kBankHoliday:
      return absl::StrCat(date, " is a bank holiday");
    case NotInWorkingTime::kSchoolClosed:
      return absl::StrCat("The school is closed on ", date);
    case NotInWorkingTime::kSchoolHoliday:
      return absl::StrCat(date, " lies in ", HolidayName(day, facts.school->calendar),
                          ", and the reviewee works in term time only");
    case NotInWorkingTime::kNotWorking:
      return absl::StrCat("The reviewee does not work on ", date, " (they work ",
                          WorksInWords(work, day), ")");
    case NotInWorkingTime::kOutsideHours:
      return absl::StrCat("The reviewee does not work then (on ", date, " they work ",
                          HoursInWords(day, work), ")");
  }
  return {};
}

// R86: the meeting is in working time; nobody is expected to give their own.
absl::Status RefuseOutsideWorkingTime(const Plan& plan, const Facts& facts,
                                      const v1::Meeting& meeting) {
  const std::optional<absl::CivilDay> day = DayOf(meeting.on());
  if (!day.has_value()) return absl::InternalError("a meeting on no day");
  const WorkFacts& work = facts.PersonOf(plan.progress.reviewee_id()).work;
  const std::optional<NotInWorkingTime> why = WhyNotInWorkingTime(
      *day, MinuteOfDay(meeting.starts_at()), static_cast<int>(meeting.minutes()),
      facts.school->calendar, facts.trust->holidays, work);
  if (!why.has_value()) return absl::OkStatus();
  std::vector<std::pair<std::string, std::string>> values = {{"meeting_on", meeting.on()}};
  if (std::string hours = HoursInWords(*day, work); !hours.empty()) {
    values.emplace_back("hours", std::move(hours));
  }
  return Refuse(v1::MEETING_OUTSIDE_WORKING_TIME,
                absl::StrCat(NotWorkingInWords(*why, *day, facts, work),
                             ", and nobody meets in their own time. Choose a time at which they "
                             "work, or correct what is recorded."),
                std::move(values));
}

absl::Status RefuseInFuture(const Facts& facts, absl::string_view held_on) {
  if (held_on <= IsoOf(facts.Today())) return absl::OkStatus();
  return Refuse(v1::MEETING_IN_THE_FUTURE,
                "A meeting cannot have been held on a day to come. Record it when it is over.",
                {{"today", IsoOf(facts.Today())}});
}

// R68: who recorded that it was held knew of it, so it was over by then.
absl::Status RefuseAfterRecorded(const Plan& plan, const Facts& facts,
                                 absl::string_view corrected_on) {
  const absl::CivilDay recorded_on = DayOf(plan.progress.meeting_held(), facts.zone);
  if (corrected_on <= IsoOf(recorded_on)) return absl::OkStatus();
  return Refuse(v1::MEETING_IN_THE_FUTURE,
                absl::StrCat("The meeting was recorded as held on ", DateWithWeekday(recorded_on),
                             ", so it was held on that day or before. Correct it to such a day."),
                {{"recorded_on", IsoOf(recorded_on)}});
}

// R29: a request is considered before the meeting it is about. A meeting that was held before the
// reviewee asked is a fact all the same.
absl::Status RefuseHeldWhileUndecided(const Plan& plan, const Facts& facts,
                                      absl::string_view held_on) {
  const v1::Moment& requested = plan.progress.replacement_requested();
  if (!Happened(requested) || held_on < IsoOf(DayOf(requested, facts.zone))) {
    return absl::OkStatus();
  }
  return RefuseWhileUndecided(plan);
}

}  // namespace

Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::ConfirmMeeting& command) {
  const v1::Meeting meeting = Filled(command.meeting());
  if (absl::Status nobody = RefuseUnlessAssigned(plan); !nobody.ok()) return nobody;
  const bool is_confirmed = Happened(plan.progress.meeting_confirmed());
  const bool is_held = Happened(plan.progress.meeting_held());
  if (is_confirmed && !is_held && Same(meeting, plan.meeting)) return std::vector<Happening>{};
  // R29: a request is considered before a meeting with the reviewer it is about is set.
  if (absl::Status undecided = RefuseWhileUndecided(plan); !undecided.ok()) return undecided;
  if (absl::Status held = RefuseIfHeld(plan); !held.ok()) return held;
  if (is_confirmed) {
    return Refuse(v1::MEETING_ALREADY_CONFIRMED,
                  "A meeting is confirmed already. Move it, or correct it if it was written down "
                  "wrongly.",
                  {{"meeting_on", plan.progress.meeting_on()}});
  }
  if (absl::Status outside = RefuseOutsideCycle(plan, facts, meeting.on()); !outside.ok()) {
    return outside;
  }
  if (absl::Status off = RefuseOutsideWorkingTime(plan, facts, meeting); !off.ok()) return off;
  v1::MeetingEvent event;
  *event.mutable_meeting_confirmed()->mutable_meeting() = meeting;
  return One(plan, std::move(event));
}

Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::MoveMeeting& command) {
  const v1::Meeting meeting = Filled(command.meeting());
  if (absl::Status unconfirmed = RefuseUnlessConfirmed(plan); !unconfirmed.ok()) return unconfirmed;
  if (absl::Status held = RefuseIfHeld(plan); !held.ok()) return held;
  if (Same(meeting, plan.meeting)) return std::vector<Happening>{};
  if (absl::Status undecided = RefuseWhileUndecided(plan); !undecided.ok()) return undecided;
  if (absl::Status outside = RefuseOutsideCycle(plan, facts, meeting.on()); !outside.ok()) {
    return outside;
  }
  if (absl::Status off = RefuseOutsideWorkingTime(plan, facts, meeting); !off.ok()) return off;
  v1::MeetingEvent event;
  *event.mutable_meeting_moved()->mutable_meeting() = meeting;
  event.mutable_meeting_moved()->set_reason(command.reason());
  return One(plan, std::move(event));
}

Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::CorrectMeeting& command) {
  const v1::Meeting meeting = Filled(command.meeting());
  if (absl::Status unconfirmed = RefuseUnlessConfirmed(plan); !unconfirmed.ok()) return unconfirmed;
  if (Same(meeting, plan.meeting)) return std::vector<Happening>{};
  const bool is_held = Happened(plan.progress.meeting_held());
  // Another day for a meeting yet to come is a move by another name.
  if (!is_held && meeting.on() != plan.progress.meeting_on()) {
    if (absl::Status undecided = RefuseWhileUndecided(plan); !undecided.ok()) return undecided;
  }
  if (absl::Status outside = RefuseOutsideCycle(plan, facts, meeting.on()); !outside.ok()) {
    return outside;
  }
  if (is_held) {
    // What was recorded after the request may be put onto no day that could not have been recorded.
    if (plan.progress.meeting_held().position_after() >
        plan.progress.replacement_requested().position_after()) {
      const absl::Status undecided = RefuseHeldWhileUndecided(plan, facts, meeting.on());
      if (!undecided.ok()) return undecided;
    }
    if (absl::Status after = RefuseAfterRecorded(plan, facts, meeting.on()); !after.ok()) {
      return after;
    }
  } else if (absl::Status off = RefuseOutsideWorkingTime(plan, facts, meeting); !off.ok()) {
    return off;
  }
  v1::MeetingEvent event;
  *event.mutable_meeting_corrected()->mutable_meeting() = meeting;
  event.mutable_meeting_corrected()->set_reason(command.reason());
  return One(plan, std::move(event));
}

Decision DecideMeeting(const Plan& plan, const Facts&, const v1::CancelMeeting& command) {
  if (absl::Status unconfirmed = RefuseUnlessConfirmed(plan); !unconfirmed.ok()) return unconfirmed;
  if (absl::Status held = RefuseIfHeld(plan); !held.ok()) return held;
  v1::MeetingEvent event;
  event.mutable_meeting_cancelled()->set_reason(command.reason());
  return One(plan, std::move(event));
}

// R33: the notice protects the reviewee, so only they give it up; a notice that was kept leaves
// nothing to give up.
Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::WaiveNotice& command) {
  if (absl::Status unconfirmed = RefuseUnlessConfirmed(plan); !unconfirmed.ok()) return unconfirmed;
  if (Happened(plan.progress.notice_waived())) return std::vector<Happening>{};
  const ObligationInputs& known = facts.when_notice_judged;
  absl::StatusOr<DeadlineInputs> inputs = DeadlineInputsOf(
      plan.progress, *known.trust, *known.school, *known.reviewer, *known.reviewee);
  if (!inputs.ok()) return inputs.status();
  const NoticeJudged notice =
      JudgeNotice(plan.progress, *std::move(inputs), facts.zone, Detail::kDateOnly);
  if (notice.in_time) {
    return Refuse(v1::NOTICE_NOT_SHORT,
                  "The meeting was confirmed in time, so there is no short notice to waive and "
                  "nothing to do.",
                  {{"confirm_by", IsoOf(notice.due.due_on)}});
  }
  v1::MeetingEvent event;
  event.mutable_notice_waived()->set_reason(command.reason());
  return One(plan, std::move(event));
}

Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::RecordMeetingHeld& command) {
  if (absl::Status unconfirmed = RefuseUnlessConfirmed(plan); !unconfirmed.ok()) return unconfirmed;
  const std::string held_on =
      command.held_on().empty() ? plan.progress.meeting_on() : command.held_on();
  if (Happened(plan.progress.meeting_held())) {
    if (held_on == plan.progress.meeting_on()) return std::vector<Happening>{};
    return RefuseIfHeld(plan);
  }
  if (absl::Status undecided = RefuseHeldWhileUndecided(plan, facts, held_on); !undecided.ok()) {
    return undecided;
  }
  if (absl::Status outside = RefuseOutsideCycle(plan, facts, held_on); !outside.ok()) {
    return outside;
  }
  if (absl::Status future = RefuseInFuture(facts, held_on); !future.ok()) return future;
  v1::MeetingEvent event;
  event.mutable_meeting_held()->set_held_on(held_on);
  event.mutable_meeting_held()->set_summary_given(command.summary_given());
  return One(plan, std::move(event));
}

}  // namespace countersign::rules
