// Chapter: facts about people's work that deadlines need (R25, R78, R81).
#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/decide.h"
#include "services/rules/patterns.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

// R86: hours decide whether a meeting lies in working time, so they must be some.
absl::Status RefuseUnclearHours(const v1::WorkWeek::Day& day) {
  const std::optional<int> starts = MinuteOfDay(day.starts_at());
  const std::optional<int> ends = MinuteOfDay(day.ends_at());
  const std::string weekday = absl::StrCat(day.weekday());
  if (starts.has_value() == day.starts_at().empty() || ends.has_value() == day.ends_at().empty()) {
    return Refuse(v1::PATTERN_UNCLEAR,
                  "The work pattern has hours that are none. Write them as in 08:30.",
                  {{"weekday", weekday}});
  }
  if (!starts.has_value() || !ends.has_value()) return absl::OkStatus();
  if (*ends <= *starts) {
    return Refuse(v1::PATTERN_UNCLEAR,
                  "The work pattern has a day that ends before it starts. Check both times.",
                  {{"weekday", weekday}});
  }
  if (day.minutes() > static_cast<uint32_t>(*ends - *starts)) {
    return Refuse(v1::PATTERN_UNCLEAR,
                  "The work pattern has a day with more minutes than lie between its start and its "
                  "end. Check the times and the minutes.",
                  {{"weekday", weekday}});
  }
  return absl::OkStatus();
}

std::vector<Happening> One(const Person& person, v1::WorkFactsEvent event) {
  Happening happening{person.facts.person_id(), {}};
  *happening.event.mutable_person()->mutable_work_facts_changed() = std::move(event);
  return {std::move(happening)};
}

absl::Status RefuseBackwards(const std::string& first_on, const std::string& last_on) {
  if (last_on.empty() || last_on >= first_on) return absl::OkStatus();
  return Refuse(v1::ABSENCE_ENDS_BEFORE_IT_BEGINS,
                "The absence ends before it begins. Check both days; leave the last one out while "
                "the end is not known.",
                {{"first_on", first_on}, {"last_on", last_on}});
}

const v1::PersonFacts::Absence* FindAbsence(const Person& person, uint32_t number) {
  for (const v1::PersonFacts::Absence& absence : person.facts.absences()) {
    if (absence.absence() == number) return &absence;
  }
  return nullptr;
}

absl::Status RefuseUnknownAbsence(uint32_t absence) {
  return Refuse(
      v1::ABSENCE_UNKNOWN,
      absl::StrCat("There is no absence ", absence, ". Look up its number, or record a new one."),
      {{"absence", absl::StrCat(absence)}});
}

Decision Post(const Person& person, const Facts& facts, const v1::ChangePost& command) {
  if (person.job_title == command.job_title() && person.facts.team() == command.team() &&
      person.facts.school_id() == command.school_id()) {
    return std::vector<Happening>{};
  }
  const auto& schools = facts.trust->facts.schools();
  const bool known =
      command.school_id().empty() ||
      std::any_of(schools.begin(), schools.end(), [&](const v1::TrustFacts::School& school) {
        return school.school_id() == command.school_id();
      });
  if (!known) return absl::NotFoundError("there is no such school in the trust");
  v1::WorkFactsEvent event;
  event.mutable_post_changed()->set_job_title(command.job_title());
  event.mutable_post_changed()->set_team(command.team());
  event.mutable_post_changed()->set_school_id(command.school_id());
  return One(person, std::move(event));
}

// Whether what is known says the same from that day on.
bool SamePattern(const Person& person, const v1::ChangeWorkPattern& command) {
  const v1::PersonFacts::DatedPattern* known = nullptr;
  for (const v1::PersonFacts::DatedPattern& dated : person.facts.patterns()) {
    if (dated.effective_from_on() == command.effective_from_on()) known = &dated;
  }
  return known != nullptr && known->term_time_only() == command.term_time_only() &&
         google::protobuf::util::MessageDifferencer::Equals(known->pattern(), command.pattern());
}

Decision Pattern(const Person& person, const v1::ChangeWorkPattern& command) {
  if (absl::Status unclear = RefuseUnclearPattern(command.pattern()); !unclear.ok()) {
    return unclear;
  }
  if (SamePattern(person, command)) return std::vector<Happening>{};
  v1::WorkFactsEvent event;
  event.mutable_work_pattern_changed()->set_effective_from_on(command.effective_from_on());
  *event.mutable_work_pattern_changed()->mutable_pattern() = command.pattern();
  event.mutable_work_pattern_changed()->set_term_time_only(command.term_time_only());
  return One(person, std::move(event));
}

Decision Managers(const Person& person, const Facts& facts, const v1::NameLineManagers& command) {
  // Somebody named twice is still one line manager (R26).
  std::vector<std::string> managers;
  for (const std::string& manager : command.manager_ids()) {
    if (std::find(managers.begin(), managers.end(), manager) == managers.end()) {
      managers.push_back(manager);
    }
  }
  const auto& known = person.facts.manager_ids();
  if (std::equal(known.begin(), known.end(), managers.begin(), managers.end())) {
    return std::vector<Happening>{};
  }
  for (const std::string& manager : managers) {
    if (manager == person.facts.person_id()) {
      return Refuse(v1::MANAGER_IS_PERSON, "Nobody is their own line manager. Name somebody else.");
    }
    if (!IsKnown(facts.PersonOf(manager))) {
      return absl::NotFoundError("there is no such person to be the line manager");
    }
    // R81: a line manager reads the plan, so nobody opens it to themselves.
    if (manager == facts.caller_id &&
        std::find(known.begin(), known.end(), manager) == known.end()) {
      return Refuse(v1::MANAGER_IS_CALLER,
                    "Nobody makes themselves somebody's line manager, because line managers read "
                    "plans. Ask the head, or somebody else who may, to record it.");
    }
  }
  v1::WorkFactsEvent event;
  *event.mutable_line_managers_named()->mutable_manager_ids() = {managers.begin(), managers.end()};
  return One(person, std::move(event));
}

Decision Absent(const Person& person, const v1::RecordAbsence& command) {
  if (absl::Status backwards = RefuseBackwards(command.first_on(), command.last_on());
      !backwards.ok()) {
    return backwards;
  }
  for (const v1::PersonFacts::Absence& absence : person.facts.absences()) {
    if (absence.first_on() == command.first_on() && absence.last_on() == command.last_on()) {
      return std::vector<Happening>{};
    }
  }
  v1::WorkFactsEvent event;
  event.mutable_absence_recorded()->set_absence(person.facts.absences_recorded() + 1);
  event.mutable_absence_recorded()->set_first_on(command.first_on());
  event.mutable_absence_recorded()->set_last_on(command.last_on());
  return One(person, std::move(event));
}

Decision CorrectAbsent(const Person& person, const v1::CorrectAbsence& command) {
  const v1::PersonFacts::Absence* absence = FindAbsence(person, command.absence());
  if (absence == nullptr) return RefuseUnknownAbsence(command.absence());
  if (absl::Status backwards = RefuseBackwards(command.first_on(), command.last_on());
      !backwards.ok()) {
    return backwards;
  }
  if (absence->first_on() == command.first_on() && absence->last_on() == command.last_on()) {
    return std::vector<Happening>{};
  }
  v1::WorkFactsEvent event;
  event.mutable_absence_corrected()->set_absence(command.absence());
  event.mutable_absence_corrected()->set_first_on(command.first_on());
  event.mutable_absence_corrected()->set_last_on(command.last_on());
  return One(person, std::move(event));
}

Decision WithdrawAbsent(const Person& person, const v1::WithdrawAbsence& command) {
  if (FindAbsence(person, command.absence()) == nullptr) {
    return RefuseUnknownAbsence(command.absence());
  }
  v1::WorkFactsEvent event;
  event.mutable_absence_withdrawn()->set_absence(command.absence());
  return One(person, std::move(event));
}

}  // namespace

absl::Status RefuseUnclearPattern(const v1::WorkPattern& pattern) {
  for (const v1::WorkWeek& week : pattern.weeks()) {
    std::set<uint32_t> days;
    for (const v1::WorkWeek::Day& day : week.days()) {
      if (day.weekday() < 1 || day.weekday() > 7 || !days.insert(day.weekday()).second) {
        return Refuse(v1::PATTERN_UNCLEAR,
                      "The work pattern names a day twice in one week, or a day that is none.");
      }
      if (absl::Status unclear = RefuseUnclearHours(day); !unclear.ok()) return unclear;
    }
  }
  if (pattern.weeks_size() <= 1 && pattern.anchor_on().empty()) return absl::OkStatus();
  const std::optional<absl::CivilDay> anchor = DayOf(pattern.anchor_on());
  if (anchor.has_value() && absl::GetWeekday(*anchor) == absl::Weekday::monday) {
    return absl::OkStatus();
  }
  return Refuse(v1::PATTERN_UNCLEAR,
                "A work pattern of several weeks needs the Monday on which its first week began.");
}

Decision Decide(const Person& person, const Facts& facts, const v1::PersonCommand& command) {
  if (!IsKnown(person)) return absl::NotFoundError("there is no such person");
  switch (command.intent_case()) {
    case v1::PersonCommand::kEnrol:
      return DecideEnrolment(person, facts, command.enrol());
    case v1::PersonCommand::kChangePost:
      return Post(person, facts, command.change_post());
    case v1::PersonCommand::kChangeWorkPattern:
      return Pattern(person, command.change_work_pattern());
    case v1::PersonCommand::kNameLineManagers:
      return Managers(person, facts, command.name_line_managers());
    case v1::PersonCommand::kRecordAbsence:
      return Absent(person, command.record_absence());
    case v1::PersonCommand::kCorrectAbsence:
      return CorrectAbsent(person, command.correct_absence());
    case v1::PersonCommand::kWithdrawAbsence:
      return WithdrawAbsent(person, command.withdraw_absence());
    case v1::PersonCommand::INTENT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the command says nothing about the person");
}

}  // namespace countersign::rules
