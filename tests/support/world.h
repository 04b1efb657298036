// All that is known at some point of a test: the trust, its schools, people and plans, folded from
// events by the real Evolve.
#ifndef COUNTERSIGN_TESTS_SUPPORT_WORLD_H_
#define COUNTERSIGN_TESTS_SUPPORT_WORLD_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/decide.h"
#include "tests/support/commands.h"
#include "tests/support/london.h"

namespace countersign::rules {

// A value: copies go separate ways. A thing that was never mentioned is an unknown one.
struct World {
  Trust trust;
  std::map<std::string, School> schools;
  std::map<std::string, Person> people;
  std::map<std::string, Plan> plans;

  absl::Time now = absl::UnixEpoch();          // When the last event was recorded.
  uint64_t entries = 0;                        // Positions given so far.
  std::map<std::string, uint64_t> versions;    // Streams by id, with the next version.
  std::vector<Recorded> entries_of_the_plans;  // As the timeline is told them.
  // By plan: what was known when its notice was last in question.
  std::map<std::string, std::shared_ptr<const World>> when_notice_judged;
};

// The event as the journal would write it now. INVALID_ARGUMENT for one that a test places before
// its predecessor.
inline absl::StatusOr<Recorded> RecordedNext(const World& world, const Past& past) {
  absl::Time at = world.now + absl::Minutes(1);
  if (!past.at.empty()) {
    if (InLondon(past.at) + absl::Minutes(1) <= world.now) {
      return absl::InvalidArgumentError(
          absl::StrCat("the history runs backwards: nothing can be recorded at ", past.at,
                       " after ", absl::FormatTime(world.now, London())));
    }
    at = std::max(InLondon(past.at), world.now + absl::Microseconds(1));
  } else {
    at = std::max(at, InLondon(past.no_earlier));
  }
  Recorded recorded;
  recorded.position = world.entries;
  const auto version = world.versions.find(past.subject_id);
  recorded.version = version == world.versions.end() ? 0 : version->second;
  recorded.recorded_at_us = absl::ToUnixMicros(at);
  recorded.subject_id = past.subject_id;
  recorded.actor_id = past.by;
  recorded.event = past.event;
  return recorded;
}

// Folds the entry into the value it is about.
template <typename Thing>
absl::Status Fold(Thing& thing, const Recorded& recorded) {
  absl::StatusOr<Thing> after = Evolve(thing, recorded);
  if (!after.ok()) return after.status();
  thing = *std::move(after);
  return absl::OkStatus();
}

// Adds what happened. Facts of streams that no rule folds only take a place in the journal.
inline absl::Status Learn(World& world, const Past& past) {
  absl::StatusOr<Recorded> recorded = RecordedNext(world, past);
  if (!recorded.ok()) return recorded.status();
  world.now = absl::FromUnixMicros(recorded->recorded_at_us);
  ++world.entries;
  ++world.versions[past.subject_id];
  switch (past.event.stream_case()) {
    case v1::Event::kPlan:
      world.entries_of_the_plans.push_back(*recorded);
      if (absl::Status folded = Fold(world.plans[past.subject_id], *recorded); !folded.ok()) {
        return folded;
      }
      if (world.plans[past.subject_id].progress.notice_judged().position_after() == world.entries) {
        auto then = std::make_shared<World>(world);
        then->when_notice_judged.clear();
        world.when_notice_judged[past.subject_id] = std::move(then);
      }
      return absl::OkStatus();
    case v1::Event::kPerson:
      return Fold(world.people[past.subject_id], *recorded);
    case v1::Event::kSchool:
      return Fold(world.schools[past.subject_id], *recorded);
    case v1::Event::kTrust:
      return Fold(world.trust, *recorded);
    case v1::Event::kAccess:
    case v1::Event::kCaller:
    case v1::Event::kJournal:
      return absl::OkStatus();
    case v1::Event::STREAM_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("an event about nothing");
}

inline const Person& PersonIn(const World& world, const std::string& person_id) {
  static const Person* const kUnknown = new Person();
  const auto found = world.people.find(person_id);
  return found == world.people.end() ? *kUnknown : found->second;
}

inline const School& SchoolIn(const World& world, const std::string& school_id) {
  static const School* const kUnknown = new School();
  const auto found = world.schools.find(school_id);
  return found == world.schools.end() ? *kUnknown : found->second;
}

inline const Plan& PlanIn(const World& world, const std::string& plan_id = kPlan) {
  static const Plan* const kUnborn = new Plan();
  const auto found = world.plans.find(plan_id);
  return found == world.plans.end() ? *kUnborn : found->second;
}

// What a plan's obligations are found from, as the world knows it.
inline ObligationInputs InputsIn(const World& world, const v1::PlanProgress& progress) {
  return {.trust = &world.trust,
          .school = &SchoolIn(world, progress.school_id()),
          .reviewer = &PersonIn(world, progress.reviewer_id()),
          .reviewee = &PersonIn(world, progress.reviewee_id())};
}

// Who owes it on a day, or settled it. What the head owes is the office's: whoever holds it then,
// or the trust lead where the plan is about the head, reviewed by the head, or that of somebody
// whom the head manages and nobody reviews yet (A11).
inline std::string OwedBy(const World& world, const v1::PlanProgress& progress,
                          const Obligation& owed, absl::CivilDay day) {
  if (!owed.owed_by_head || !owed.owed_by_id.empty()) return owed.owed_by_id;
  const std::string head = HeadOf(SchoolIn(world, progress.school_id()).facts, day);
  const auto is_party = [&](const std::string& person_id) {
    return person_id == progress.reviewer_id() || person_id == progress.reviewee_id();
  };
  const auto& managers = PersonIn(world, progress.reviewee_id()).facts.manager_ids();
  const bool would_review = progress.reviewer_id().empty() &&
                            std::find(managers.begin(), managers.end(), head) != managers.end();
  if (!is_party(head) && !would_review) return head;
  std::string substitute;
  for (const v1::RoleHeld& held : world.trust.facts.roles()) {
    const bool leads = held.role() == v1::ROLE_TRUST_LEAD && Counts(held, day);
    if (leads && !is_party(held.person_id())) substitute = held.person_id();
  }
  return substitute;
}

// Facts for a command, as the registrar gathers them: only what was asked for is there.
inline Facts FactsFor(const World& world, const Intent& intent, absl::Time now,
                      const std::string& caller) {
  Facts facts;
  facts.now = now;
  facts.zone = London();
  facts.caller_id = caller;
  facts.signing_method = "demo";
  facts.sha256 = StandInDigest;
  facts.fresh_id = kFresh;
  facts.trust = &world.trust;
  std::vector<std::string> needed;
  switch (intent.command.about_case()) {
    case v1::Command::kPlan: {
      const Plan& plan = PlanIn(world, intent.subject_id);
      needed = PeopleNeeded(plan, intent.command.plan());
      facts.school = &SchoolIn(world, plan.progress.school_id());
      const auto then = world.when_notice_judged.find(intent.subject_id);
      if (then != world.when_notice_judged.end()) {
        facts.when_notice_judged = InputsIn(*then->second, plan.progress);
      }
      break;
    }
    case v1::Command::kPerson:
      needed = PeopleNeeded(intent.command.person());
      facts.school = &SchoolIn(world, PersonIn(world, intent.subject_id).facts.school_id());
      break;
    case v1::Command::kSchool:
      needed = PeopleNeeded(intent.command.school().grant_role());
      break;
    case v1::Command::kTrust:
      needed = PeopleNeeded(intent.command.trust().grant_role());
      for (const std::string& key : StaffKeysNeeded(intent.command.trust())) {
        facts.ids_by_staff_key[key] = NewIdFor(key);
        for (const auto& [id, person] : world.people) {
          if (person.staff_key == key) facts.ids_by_staff_key[key] = id;
        }
        needed.push_back(facts.ids_by_staff_key[key]);
      }
      break;
    case v1::Command::ABOUT_NOT_SET:
      break;
  }
  for (const std::string& id : needed) facts.people[id] = &PersonIn(world, id);
  return facts;
}

inline Decision DecisionOn(const World& world, const Intent& intent, absl::Time now,
                           const std::string& caller) {
  const Facts facts = FactsFor(world, intent, now, caller);
  switch (intent.command.about_case()) {
    case v1::Command::kPlan:
      return Decide(PlanIn(world, intent.subject_id), facts, intent.command.plan());
    case v1::Command::kPerson:
      return Decide(PersonIn(world, intent.subject_id), facts, intent.command.person());
    case v1::Command::kSchool:
      return Decide(SchoolIn(world, intent.subject_id), facts, intent.command.school());
    case v1::Command::kTrust:
      return Decide(world.trust, facts, intent.command.trust());
    case v1::Command::ABOUT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("a command about nothing");
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_SUPPORT_WORLD_H_
