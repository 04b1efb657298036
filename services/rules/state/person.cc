#include "services/rules/state/person.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/rules/deadlines/days.h"

namespace countersign::rules {
namespace {

absl::Status UnknownEvent() {
  return absl::DataLossError("event of unknown kind about a person: written by a newer version");
}

v1::PersonFacts::Absence* FindAbsence(v1::PersonFacts& facts, uint32_t absence) {
  for (v1::PersonFacts::Absence& candidate : *facts.mutable_absences()) {
    if (candidate.absence() == absence) return &candidate;
  }
  return nullptr;
}

void SetPattern(v1::PersonFacts& facts, const v1::WorkPatternChanged& change) {
  facts.set_term_time_only(change.term_time_only());
  v1::PersonFacts::DatedPattern dated;
  dated.set_effective_from_on(change.effective_from_on());
  *dated.mutable_pattern() = change.pattern();
  dated.set_term_time_only(change.term_time_only());
  auto* patterns = facts.mutable_patterns();
  const auto after = std::upper_bound(patterns->begin(), patterns->end(), dated,
                                      [](const auto& left, const auto& right) {
                                        return left.effective_from_on() < right.effective_from_on();
                                      });
  const int place = static_cast<int>(after - patterns->begin());
  *patterns->Add() = std::move(dated);
  for (int i = patterns->size() - 1; i > place; --i) patterns->SwapElements(i, i - 1);
}

absl::Status AdvanceWork(v1::PersonFacts& facts, const v1::WorkFactsEvent& chapter,
                         const Recorded& recorded) {
  switch (chapter.event_case()) {
    case v1::WorkFactsEvent::kPersonRegistered:
      facts.set_person_id(recorded.subject_id);
      facts.set_school_id(chapter.person_registered().school_id());
      facts.set_team(chapter.person_registered().team());
      return absl::OkStatus();
    case v1::WorkFactsEvent::kPostChanged:
      facts.set_school_id(chapter.post_changed().school_id());
      facts.set_team(chapter.post_changed().team());
      return absl::OkStatus();
    case v1::WorkFactsEvent::kWorkPatternChanged:
      SetPattern(facts, chapter.work_pattern_changed());
      return absl::OkStatus();
    case v1::WorkFactsEvent::kLineManagersNamed:
      *facts.mutable_manager_ids() = chapter.line_managers_named().manager_ids();
      return absl::OkStatus();
    case v1::WorkFactsEvent::kAbsenceRecorded: {
      v1::PersonFacts::Absence* absence = facts.add_absences();
      absence->set_absence(chapter.absence_recorded().absence());
      absence->set_first_on(chapter.absence_recorded().first_on());
      absence->set_last_on(chapter.absence_recorded().last_on());
      facts.set_absences_recorded(chapter.absence_recorded().absence());
      return absl::OkStatus();
    }
    case v1::WorkFactsEvent::kAbsenceCorrected:
      if (auto* absence = FindAbsence(facts, chapter.absence_corrected().absence())) {
        absence->set_first_on(chapter.absence_corrected().first_on());
        absence->set_last_on(chapter.absence_corrected().last_on());
      }
      return absl::OkStatus();
    case v1::WorkFactsEvent::kAbsenceWithdrawn: {
      auto* absences = facts.mutable_absences();
      const uint32_t withdrawn = chapter.absence_withdrawn().absence();
      absences->erase(
          std::remove_if(absences->begin(), absences->end(),
                         [&](const auto& absence) { return absence.absence() == withdrawn; }),
          absences->end());
      return absl::OkStatus();
    }
    case v1::WorkFactsEvent::kNameChanged:
      return absl::OkStatus();  // Cards hold no names.
    case v1::WorkFactsEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status AdvancePlans(v1::PersonFacts& facts, const v1::PersonPlansEvent& chapter) {
  switch (chapter.event_case()) {
    case v1::PersonPlansEvent::kPlanOpened: {
      v1::PersonFacts::OpenPlan* plan = facts.add_plans();
      plan->set_cycle_id(chapter.plan_opened().cycle_id());
      plan->set_plan_id(chapter.plan_opened().plan_id());
      return absl::OkStatus();
    }
    case v1::PersonPlansEvent::kPlanClosedEarly: {
      auto* plans = facts.mutable_plans();
      const std::string& closed = chapter.plan_closed_early().plan_id();
      plans->erase(std::remove_if(plans->begin(), plans->end(),
                                  [&](const auto& plan) { return plan.plan_id() == closed; }),
                   plans->end());
      return absl::OkStatus();
    }
    case v1::PersonPlansEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<WorkPattern> WorkPatternOf(const v1::PersonFacts::DatedPattern& dated) {
  WorkPattern pattern;
  pattern.term_time_only = dated.term_time_only();
  if (!dated.effective_from_on().empty()) {
    pattern.from = DayOf(dated.effective_from_on());
    if (!pattern.from.has_value()) return absl::DataLossError("a work pattern from no day");
  }
  for (const v1::WorkWeek& week : dated.pattern().weeks()) {
    WorkWeek& counted = pattern.weeks.emplace_back();
    for (const v1::WorkWeek::Day& day : week.days()) {
      if (day.weekday() < 1 || day.weekday() > 7) return absl::DataLossError("no such weekday");
      const uint32_t at = day.weekday() - 1;
      counted.works[at] = true;
      if (day.minutes() > 0) counted.minutes[at] = static_cast<int>(day.minutes());
      counted.starts[at] = MinuteOfDay(day.starts_at());
      counted.ends[at] = MinuteOfDay(day.ends_at());
    }
  }
  if (!dated.pattern().anchor_on().empty()) {
    const std::optional<absl::CivilDay> anchor = DayOf(dated.pattern().anchor_on());
    if (!anchor.has_value()) return absl::DataLossError("a work pattern anchored on no day");
    pattern.anchor = *anchor;
  }
  return pattern;
}

// What the facts do not hold: name, key and job title.
void NameAndPost(Person& person, const v1::WorkFactsEvent& fact) {
  switch (fact.event_case()) {
    case v1::WorkFactsEvent::kPersonRegistered:
      person.name = fact.person_registered().name();
      person.staff_key = fact.person_registered().staff_key();
      person.job_title = fact.person_registered().job_title();
      return;
    case v1::WorkFactsEvent::kPostChanged:
      person.job_title = fact.post_changed().job_title();
      return;
    case v1::WorkFactsEvent::kNameChanged:
      person.name = fact.name_changed().name();
      return;
    case v1::WorkFactsEvent::kWorkPatternChanged:
    case v1::WorkFactsEvent::kLineManagersNamed:
    case v1::WorkFactsEvent::kAbsenceRecorded:
    case v1::WorkFactsEvent::kAbsenceCorrected:
    case v1::WorkFactsEvent::kAbsenceWithdrawn:
    case v1::WorkFactsEvent::EVENT_NOT_SET:
      return;  // All of it is in the facts, or the event is of the other chapter.
  }
}

}  // namespace

absl::Status Advance(v1::PersonFacts& facts, const Recorded& recorded) {
  const v1::PersonEvent& person = recorded.event.person();
  switch (person.chapter_case()) {
    case v1::PersonEvent::kWorkFactsChanged:
      return AdvanceWork(facts, person.work_facts_changed(), recorded);
    case v1::PersonEvent::kPlans:
      return AdvancePlans(facts, person.plans());
    case v1::PersonEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Person> Evolve(Person before, const Recorded& recorded) {
  Person person = std::move(before);
  if (const absl::Status advanced = Advance(person.facts, recorded); !advanced.ok()) {
    return advanced;
  }
  NameAndPost(person, recorded.event.person().work_facts_changed());
  absl::StatusOr<WorkFacts> work = WorkFactsOf(person.facts);
  if (!work.ok()) return work.status();
  person.work = *std::move(work);
  return person;
}

absl::StatusOr<WorkFacts> WorkFactsOf(const v1::PersonFacts& facts) {
  WorkFacts work;
  work.term_time_only = facts.term_time_only();
  for (const v1::PersonFacts::DatedPattern& dated : facts.patterns()) {
    absl::StatusOr<WorkPattern> pattern = WorkPatternOf(dated);
    if (!pattern.ok()) return pattern.status();
    work.patterns.push_back(*std::move(pattern));
  }
  for (const v1::PersonFacts::Absence& absence : facts.absences()) {
    const std::optional<absl::CivilDay> first = DayOf(absence.first_on());
    if (!first.has_value()) return absl::DataLossError("an absence from no day");
    work.absences.push_back({*first, DayOf(absence.last_on())});
  }
  return work;
}

std::string WorksInWords(const WorkFacts& work, absl::CivilDay today) {
  const WorkPattern* pattern = PatternOn(today, work);
  return absl::StrCat(PatternInWords(pattern == nullptr ? WorkPattern() : *pattern),
                      TermTimeOnlyOn(today, work) ? ", term time only" : ", all year");
}

}  // namespace countersign::rules
