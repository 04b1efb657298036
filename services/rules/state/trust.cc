#include "services/rules/state/trust.h"

#include <utility>
#include <vector>

#include "services/rules/deadlines/days.h"
#include "services/rules/state/school.h"

namespace countersign::rules {
namespace {

absl::Status UnknownEvent() {
  return absl::DataLossError("event of unknown kind about the trust: written by a newer version");
}

// Past years drop off the government's list, and days are moved or added within it: between its
// first and its last day the new list stands, outside them what was known before.
void Publish(v1::TrustFacts& facts, const v1::DivisionHolidays& list) {
  v1::DivisionHolidays* known = nullptr;
  for (v1::DivisionHolidays& candidate : *facts.mutable_holidays()) {
    if (candidate.division() == list.division()) known = &candidate;
  }
  if (known == nullptr) {
    known = facts.add_holidays();
    known->set_division(list.division());
  }
  if (list.days().empty()) return;
  const std::string& first = list.days(0).on();
  const std::string& last = list.days(list.days_size() - 1).on();
  v1::DivisionHolidays merged;
  merged.set_division(list.division());
  for (const v1::NamedDay& day : known->days()) {
    if (day.on() < first) *merged.add_days() = day;
  }
  for (const v1::NamedDay& day : list.days()) *merged.add_days() = day;
  for (const v1::NamedDay& day : known->days()) {
    if (day.on() > last) *merged.add_days() = day;
  }
  *known = std::move(merged);
}

absl::Status AdvanceRegistration(v1::TrustFacts& facts, const v1::TrustRegistrationEvent& event) {
  switch (event.event_case()) {
    case v1::TrustRegistrationEvent::kTrustFounded:
      facts.set_name(event.trust_founded().name());
      facts.set_group_uid(event.trust_founded().group_uid());
      return absl::OkStatus();
    case v1::TrustRegistrationEvent::kSchoolJoined: {
      v1::TrustFacts::School* school = facts.add_schools();
      school->set_school_id(event.school_joined().school_id());
      school->set_urn(event.school_joined().urn());
      return absl::OkStatus();
    }
    case v1::TrustRegistrationEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status AdvancePolicy(v1::TrustFacts& facts, const v1::TrustPolicyEvent& event) {
  switch (event.event_case()) {
    case v1::TrustPolicyEvent::kPolicyAdopted: {
      v1::DatedPolicy* dated = facts.add_policies();
      dated->set_effective_from_on(event.policy_adopted().effective_from_on());
      *dated->mutable_policy() = event.policy_adopted().policy();
      return absl::OkStatus();
    }
    case v1::TrustPolicyEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status AdvanceCalendar(v1::TrustFacts& facts, const v1::TrustCalendarEvent& event) {
  switch (event.event_case()) {
    case v1::TrustCalendarEvent::kBankHolidaysPublished:
      for (const v1::DivisionHolidays& list : event.bank_holidays_published().divisions()) {
        Publish(facts, list);
      }
      return absl::OkStatus();
    case v1::TrustCalendarEvent::kCycleOpened: {
      v1::TrustFacts::Cycle* cycle = facts.add_cycles();
      cycle->set_cycle_id(event.cycle_opened().cycle_id());
      cycle->set_name(event.cycle_opened().name());
      cycle->set_first_on(event.cycle_opened().first_on());
      cycle->set_last_on(event.cycle_opened().last_on());
      return absl::OkStatus();
    }
    case v1::TrustCalendarEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

DeadlinePolicy Knobs(const v1::Policy& policy) {
  DeadlinePolicy knobs;
  if (policy.has_notice_days()) knobs.notice_days = static_cast<int>(policy.notice_days());
  if (policy.notice_unit() == v1::Policy::NOTICE_UNIT_CALENDAR) {
    knobs.notice_unit = NoticeUnit::kCalendar;
  }
  if (policy.has_notice_clear()) knobs.notice_clear = policy.notice_clear();
  if (policy.has_draft_days()) knobs.draft_days = static_cast<int>(policy.draft_days());
  if (policy.has_final_days()) knobs.final_days = static_cast<int>(policy.final_days());
  if (policy.has_signature_grace_days()) {
    knobs.signature_grace_days = static_cast<int>(policy.signature_grace_days());
  }
  if (policy.has_extend_for_pattern()) knobs.extend_for_pattern = policy.extend_for_pattern();
  if (policy.has_extend_for_absence()) knobs.extend_for_absence = policy.extend_for_absence();
  return knobs;
}

// The last of those from that day or earlier: they stand in the order of their days. Null before
// the first.
const v1::Policy* InForce(const google::protobuf::RepeatedPtrField<v1::DatedPolicy>& policies,
                          absl::CivilDay meeting_on) {
  const std::string on = IsoOf(meeting_on);
  const v1::Policy* in_force = nullptr;
  for (const v1::DatedPolicy& dated : policies) {
    if (dated.effective_from_on() <= on) in_force = &dated.policy();
  }
  return in_force;
}

}  // namespace

absl::Status Advance(v1::TrustFacts& facts, const Recorded& recorded) {
  const v1::TrustEvent& trust = recorded.event.trust();
  switch (trust.chapter_case()) {
    case v1::TrustEvent::kRegistration:
      return AdvanceRegistration(facts, trust.registration());
    case v1::TrustEvent::kPolicy:
      return AdvancePolicy(facts, trust.policy());
    case v1::TrustEvent::kCalendar:
      return AdvanceCalendar(facts, trust.calendar());
    case v1::TrustEvent::kRoles:
      return AdvanceRoles(*facts.mutable_roles(), trust.roles());
    case v1::TrustEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Trust> Evolve(Trust before, const Recorded& recorded) {
  Trust trust = std::move(before);
  if (const absl::Status advanced = Advance(trust.facts, recorded); !advanced.ok()) {
    return advanced;
  }
  absl::StatusOr<BankHolidays> holidays = HolidaysOf(trust.facts);
  if (!holidays.ok()) return holidays.status();
  trust.holidays = *std::move(holidays);
  return trust;
}

absl::StatusOr<BankHolidays> HolidaysOf(const v1::TrustFacts& facts) {
  BankHolidays holidays;
  for (const v1::DivisionHolidays& list : facts.holidays()) {
    std::vector<NamedDay> days;
    for (const v1::NamedDay& named : list.days()) {
      const std::optional<absl::CivilDay> day = DayOf(named.on());
      if (!day.has_value()) return absl::DataLossError("a bank holiday that is no day");
      days.push_back({named.name(), *day});
    }
    holidays.Set(DivisionOf(list.division()), std::move(days));
  }
  return holidays;
}

DeadlinePolicy PolicyOn(const v1::TrustFacts& trust, const v1::SchoolFacts& school,
                        absl::CivilDay meeting_on) {
  v1::Policy policy;
  if (const v1::Policy* adopted = InForce(trust.policies(), meeting_on)) {
    policy = *adopted;
  }
  // Merging leaves alone what the school did not set, which is what following the trust means.
  if (const v1::Policy* departure = InForce(school.overrides(), meeting_on)) {
    policy.MergeFrom(*departure);
  }
  return Knobs(policy);
}

const v1::TrustFacts::Cycle* FindCycle(const v1::TrustFacts& facts, absl::string_view cycle_id) {
  for (const v1::TrustFacts::Cycle& cycle : facts.cycles()) {
    if (cycle.cycle_id() == cycle_id) return &cycle;
  }
  return nullptr;
}

}  // namespace countersign::rules
