// What the offices record: enrolments, work, absences, calendars, roles, policies.
#include <algorithm>

#include "tests/scenario/choice.h"
#include "tests/scenario/staff.h"

namespace countersign::scenario {

Asked Choice::Enrolment() {
  std::vector<std::string> left;
  for (const std::string& person : cast_.reviewees) {
    if (model_.people.at(person).plans.empty()) left.push_back(person);
  }
  Asked asked;
  const bool odd = left.empty() || dice_.Chance(8);
  asked.subject = odd ? dice_.Pick(cast_.reviewees) : dice_.Pick(left);
  if (odd && dice_.Chance(30)) asked.subject = cast_.central;
  const std::string& school = model_.people.at(asked.subject).school;
  asked.actor = school.empty() ? cast_.trust_office : cast_.offices.at(school);
  const bool unknown_cycle = odd && dice_.Chance(20);
  asked.command.mutable_person()->mutable_enrol()->set_cycle_id(
      unknown_cycle ? "00000000-0000-4000-8000-000000000077" : cast_.cycle);
  return asked;
}

Asked Choice::AboutFacts() {
  const int chance = dice_.Below(100);
  if (chance < 74) return AboutWork();
  const std::string school = dice_.Pick(cast_.schools);
  if (chance < 84) {
    Asked asked{cast_.offices.at(school), school, {}};
    v1::SchoolCalendar& calendar = calendars_.at(school);
    Announce(dice_, model_.today(), calendar);
    *asked.command.mutable_school()->mutable_publish_calendar()->mutable_calendar() = calendar;
    return asked;
  }
  return chance < 93 ? AboutRoles(school) : AboutPolicy(school);
}

void Choice::Absence(const ModelPerson& person, v1::PersonCommand& command) {
  const Day first = model_.today() + dice_.Between(-18, 12);
  const bool ends = dice_.Chance(75);
  const std::string last = ends ? Iso(first + dice_.Between(dice_.Chance(5) ? -2 : 0, 12)) : "";
  // One that stands, the one without an end first, so that people come back.
  int number = person.absences + 1;
  for (const auto& [other, absence] : person.work.absences) {
    if (number > person.absences || !absence.last.has_value()) number = other;
  }
  const bool any = !person.work.absences.empty();
  if (dice_.Chance(any ? 40 : 90)) {
    command.mutable_record_absence()->set_first_on(Iso(first));
    command.mutable_record_absence()->set_last_on(last);
  } else if (dice_.Chance(65)) {
    v1::CorrectAbsence* correct = command.mutable_correct_absence();
    correct->set_absence(static_cast<uint32_t>(number));
    correct->set_first_on(any ? Iso(person.work.absences.rbegin()->second.first) : Iso(first));
    correct->set_last_on(ends ? Iso(model_.today() + dice_.Between(-2, 6)) : "");
  } else {
    command.mutable_withdraw_absence()->set_absence(static_cast<uint32_t>(number));
  }
}

Asked Choice::AboutWork() {
  const ModelPerson& person =
      model_.people.at(dice_.Pick(dice_.Chance(70) ? cast_.colleagues : cast_.reviewees));
  Asked asked{dice_.Chance(80) ? cast_.offices.at(person.school) : cast_.trust_lead, person.id, {}};
  v1::PersonCommand& command = *asked.command.mutable_person();
  const int chance = dice_.Below(100);
  if (chance < 70) {
    Absence(person, command);
  } else if (chance < 80) {
    const bool always = dice_.Chance(20);
    *command.mutable_change_work_pattern() = MadeUpTimetable(
        dice_, always ? std::nullopt : std::optional(model_.today() + dice_.Between(-10, 40)));
  } else if (chance < 90) {
    v1::ChangePost* post = command.mutable_change_post();
    post->set_job_title(dice_.Chance(50) ? "Teaching assistant" : "Cover supervisor");
    post->set_team(dice_.Chance(50) ? "Key Stage 1" : "Key Stage 2");
    post->set_school_id(person.school);
  } else {
    std::vector<std::string> some;
    for (int i = dice_.Below(4); i > 0; --i) {
      const std::string& manager = dice_.Pick(cast_.colleagues);
      if (std::count(some.begin(), some.end(), manager) == 0) some.push_back(manager);
    }
    if (dice_.Chance(4)) some.push_back(asked.actor);
    command.mutable_name_line_managers();  // Nobody is an answer too.
    for (const std::string& manager : some) {
      command.mutable_name_line_managers()->add_manager_ids(manager);
    }
  }
  return asked;
}

Asked Choice::AboutRoles(const std::string& school) {
  Asked asked{cast_.trust_lead, school, {}};
  v1::SchoolCommand& command = *asked.command.mutable_school();
  const bool head = dice_.Chance(65);
  const v1::Role role = head ? v1::ROLE_HEADTEACHER : v1::ROLE_TRAINING_LEAD;
  const std::string person =
      head ? dice_.Pick(cast_.heads.at(school)) : cast_.training_leads.at(school);
  // A school is rarely without a head for long.
  const bool vacant = model_.HolderOf(model_.schools.at(school).grants, role).empty();
  if (!vacant && dice_.Chance(45)) {
    command.mutable_end_role()->set_person_id(person);
    command.mutable_end_role()->set_role(role);
    return asked;
  }
  v1::GrantRole* grant = command.mutable_grant_role();
  grant->set_person_id(person);
  grant->set_role(role);
  if (!vacant && dice_.Chance(50)) {
    const Day first = model_.today() + dice_.Between(-20, 20);
    grant->set_first_on(Iso(first));
    if (dice_.Chance(60)) grant->set_last_on(Iso(first + dice_.Between(-2, 60)));
  }
  return asked;
}

Asked Choice::AboutPolicy(const std::string& school) {
  const std::string from = Iso(model_.today() + dice_.Between(-40, 20));
  if (dice_.Chance(35)) {
    Asked asked{cast_.trust_lead, "", {}};
    v1::AdoptPolicy* adopt = asked.command.mutable_trust()->mutable_adopt_policy();
    adopt->set_effective_from_on(from);
    *adopt->mutable_policy() = MadeUpPolicy(dice_);
    return asked;
  }
  Asked asked{cast_.trust_lead, school, {}};
  v1::OverridePolicy* override_policy = asked.command.mutable_school()->mutable_override_policy();
  override_policy->set_effective_from_on(from);
  *override_policy->mutable_policy() = MadeUpPolicy(dice_);
  return asked;
}

}  // namespace countersign::scenario
