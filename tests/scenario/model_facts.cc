// What is recorded about people, schools and the trust.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/scenario/model.h"

namespace countersign::scenario {
namespace {

Stretch StretchOf(const std::string& first, const std::string& last) {
  return {*DayIn(first), DayIn(last)};
}

bool Same(const Stretch& a, const Stretch& b) { return a.first == b.first && a.last == b.last; }

// What a calendar says, in whatever order.
std::string CalendarIn(const v1::SchoolCalendar& calendar) {
  std::set<std::string> days;
  for (const v1::NamedDays& term : calendar.terms()) {
    days.insert(absl::StrCat("term ", term.first_on(), " ", term.last_on(), " ", term.name()));
  }
  for (const v1::NamedDays& closure : calendar.closures()) {
    days.insert(
        absl::StrCat("closed ", closure.first_on(), " ", closure.last_on(), " ", closure.name()));
  }
  for (const v1::NamedDay& day : calendar.open_days()) {
    days.insert(absl::StrCat("open ", day.on(), " ", day.name()));
  }
  return absl::StrJoin(days, "\n");
}

// "08:30" as minutes after midnight; -1 for the empty text.
int MinutesIn(const std::string& text) {
  return text.empty() ? -1 : std::stoi(text.substr(0, 2)) * 60 + std::stoi(text.substr(3));
}

Timetable TimetableOf(const v1::ChangeWorkPattern& command) {
  Timetable table;
  table.from = DayIn(command.effective_from_on());
  table.term_time_only = command.term_time_only();
  table.anchor = DayIn(command.pattern().anchor_on()).value_or(Day());
  for (const v1::WorkWeek& week : command.pattern().weeks()) {
    auto& shifts = table.weeks.emplace_back();
    for (const v1::WorkWeek::Day& day : week.days()) {
      shifts[day.weekday() - 1] = {true, MinutesIn(day.starts_at()), MinutesIn(day.ends_at())};
    }
  }
  return table;
}

std::string TakeAbsence(ModelPerson& person, const v1::PersonCommand& command) {
  auto& standing = person.work.absences;
  if (command.has_record_absence()) {
    const v1::RecordAbsence& record = command.record_absence();
    const Stretch days = StretchOf(record.first_on(), record.last_on());
    if (days.last.has_value() && *days.last < days.first) return "ABSENCE_ENDS_BEFORE_IT_BEGINS";
    for (const auto& [number, absence] : standing) {
      if (Same(absence, days)) return "already so";
    }
    standing[++person.absences] = days;
    return "accepted";
  }
  const int number = command.has_correct_absence()
                         ? static_cast<int>(command.correct_absence().absence())
                         : static_cast<int>(command.withdraw_absence().absence());
  if (standing.count(number) == 0) return "ABSENCE_UNKNOWN";
  if (command.has_withdraw_absence()) {
    standing.erase(number);
    return "accepted";
  }
  const v1::CorrectAbsence& correct = command.correct_absence();
  const Stretch days = StretchOf(correct.first_on(), correct.last_on());
  if (days.last.has_value() && *days.last < days.first) return "ABSENCE_ENDS_BEFORE_IT_BEGINS";
  if (Same(standing[number], days)) return "already so";
  standing[number] = days;
  return "accepted";
}

}  // namespace

std::optional<Day> DayIn(const std::string& iso) {
  Day day;
  if (iso.empty() || !absl::ParseCivilTime(iso, &day)) return std::nullopt;
  return day;
}

std::string Iso(std::optional<Day> day) { return day ? absl::FormatCivilTime(*day) : ""; }

bool Model::Has(const std::vector<Grant>& grants, const std::string& person, v1::Role role) const {
  return std::any_of(grants.begin(), grants.end(), [&](const Grant& grant) {
    return grant.person == person && grant.role == role &&
           grant.first.value_or(now_.on) <= now_.on && now_.on <= grant.last.value_or(now_.on);
  });
}

std::string Model::HolderOf(const std::vector<Grant>& grants, v1::Role role) const {
  std::string last;
  for (const Grant& grant : grants) {
    if (grant.role == role && Has({grant}, grant.person, role)) last = grant.person;
  }
  return last;
}

std::string Model::HeadOf(const std::string& school) const {
  return HolderOf(schools.at(school).grants, v1::ROLE_HEADTEACHER);
}

void Model::Begin(int step, Day today) { now_ = {step, today}; }

std::string Model::Take(const Asked& asked) {
  switch (asked.command.about_case()) {
    case v1::Command::kPlan: {
      const auto plan = plans.find(asked.subject);
      return plan == plans.end() ? "NOT_FOUND" : TakeAboutPlan(plan->second, asked);
    }
    case v1::Command::kPerson:
      return TakeAboutPerson(asked);
    case v1::Command::kSchool:
      return TakeAboutSchool(asked);
    case v1::Command::kTrust:
      return TakeAboutTrust(asked);
    case v1::Command::ABOUT_NOT_SET:
      break;
  }
  return "nothing";
}

std::string Model::TakeAboutPerson(const Asked& asked) {
  ModelPerson& person = people.at(asked.subject);
  const v1::PersonCommand& command = asked.command.person();
  if (command.has_enrol()) {
    const std::string& cycle = command.enrol().cycle_id();
    if (trust.cycles.count(cycle) == 0) return "CYCLE_UNKNOWN";
    if (person.school.empty()) return "NO_SCHOOL";
    return person.plans.count(cycle) > 0 ? "ALREADY_ENROLLED" : "accepted";
  }
  if (command.has_change_post()) {
    const v1::ChangePost& post = command.change_post();
    if (post.job_title() == person.job_title && post.team() == person.team) return "already so";
    person.job_title = post.job_title();
    person.team = post.team();
    return "accepted";
  }
  if (command.has_change_work_pattern()) {
    const v1::ChangeWorkPattern& change = command.change_work_pattern();
    std::string& from_that_day = person.patterns[change.effective_from_on()];
    if (from_that_day == change.SerializeAsString()) return "already so";
    from_that_day = change.SerializeAsString();
    person.work.timetables.push_back(TimetableOf(change));
    return "accepted";
  }
  if (command.has_name_line_managers()) {
    const auto& ids = command.name_line_managers().manager_ids();
    const std::vector<std::string> managers(ids.begin(), ids.end());
    if (std::count(managers.begin(), managers.end(), person.id) > 0) return "MANAGER_IS_PERSON";
    if (std::count(managers.begin(), managers.end(), asked.actor) > 0) return "MANAGER_IS_CALLER";
    if (managers == person.managers) return "already so";
    person.managers = managers;
    return "accepted";
  }
  return TakeAbsence(person, command);
}

void Model::Opened(const std::string& person, const std::string& cycle, const std::string& plan) {
  people.at(person).plans[cycle] = plan;
  plan_ids.push_back(plan);
  ModelPlan& opened = plans[plan];
  opened.id = plan;
  opened.reviewee = person;
  opened.school = people.at(person).school;
  opened.cycle = cycle;
  opened.enrolled = now_;
}

std::string Model::Grants(std::vector<Grant>& grants, const v1::GrantRole& command) {
  const Grant grant{command.person_id(), command.role(), DayIn(command.first_on()),
                    DayIn(command.last_on())};
  if (grant.last && (*grant.last < now_.on || *grant.last < grant.first.value_or(*grant.last))) {
    return "ROLE_DAYS_UNCLEAR";
  }
  for (auto held = grants.begin(); held != grants.end(); ++held) {
    if (held->person != grant.person || held->role != grant.role) continue;
    if (held->first == grant.first && held->last == grant.last) return "already so";
    grants.erase(held);
    break;
  }
  grants.push_back(grant);
  return "accepted";
}

std::string Model::TakeAboutSchool(const Asked& asked) {
  ModelSchool& school = schools.at(asked.subject);
  const v1::SchoolCommand& command = asked.command.school();
  if (command.has_publish_calendar()) {
    const v1::SchoolCalendar& calendar = command.publish_calendar().calendar();
    const std::string published = CalendarIn(calendar);
    if (published == school.calendar) return "already so";
    school.calendar = published;
    school.days.terms.clear();
    school.days.closures.clear();
    school.days.open_days.clear();
    for (const v1::NamedDays& term : calendar.terms()) {
      school.days.terms.push_back(StretchOf(term.first_on(), term.last_on()));
    }
    for (const v1::NamedDays& closure : calendar.closures()) {
      school.days.closures.push_back(StretchOf(closure.first_on(), closure.last_on()));
    }
    for (const v1::NamedDay& day : calendar.open_days()) {
      school.days.open_days.insert(*DayIn(day.on()));
    }
    return "accepted";
  }
  if (command.has_grant_role()) return Grants(school.grants, command.grant_role());
  if (command.has_end_role()) {
    const v1::EndRole& end = command.end_role();
    const auto ended =
        std::find_if(school.grants.begin(), school.grants.end(), [&](const Grant& grant) {
          return grant.person == end.person_id() && grant.role == end.role() &&
                 grant.last.value_or(now_.on) >= now_.on;
        });
    if (ended == school.grants.end()) return "ROLE_NOT_HELD";
    school.grants.erase(ended);
    return "accepted";
  }
  const v1::OverridePolicy& override_policy = command.override_policy();
  if (!school.overrides.empty()) {
    const v1::OverridePolicy& last = school.overrides.back();
    if (override_policy.SerializeAsString() == last.SerializeAsString()) return "already so";
    if (override_policy.effective_from_on() < last.effective_from_on()) return "POLICY_NOT_LATEST";
  }
  school.overrides.push_back(override_policy);
  return "accepted";
}

std::string Model::TakeAboutTrust(const Asked& asked) {
  const v1::TrustCommand& command = asked.command.trust();
  if (command.has_grant_role()) return Grants(trust.grants, command.grant_role());
  const v1::AdoptPolicy& adopt = command.adopt_policy();
  if (!trust.policies.empty()) {
    const v1::AdoptPolicy& last = trust.policies.back();
    if (adopt.SerializeAsString() == last.SerializeAsString()) return "already so";
    if (adopt.effective_from_on() < last.effective_from_on()) return "POLICY_NOT_LATEST";
  }
  trust.policies.push_back(adopt);
  return "accepted";
}

}  // namespace countersign::scenario
