#include "services/rules/state/school.h"

#include <algorithm>
#include <utility>

#include "services/rules/deadlines/days.h"

namespace countersign::rules {
namespace {

using google::protobuf::RepeatedPtrField;

absl::Status UnknownEvent() {
  return absl::DataLossError("event of unknown kind about a school: written by a newer version");
}

// The day so many days after an ISO day. What is no day stays as it is: CalendarOf names it.
std::string Shifted(const std::string& iso, int days) {
  const std::optional<absl::CivilDay> day = DayOf(iso);
  return day.has_value() ? IsoOf(*day + days) : iso;
}

// What of an earlier calendar lies outside the days that the new one speaks for. A term that
// reaches into them is cut there, not dropped. ISO days compare as text.
void KeepOutside(const v1::NamedDays& days, const v1::SchoolCalendar& calendar,
                 RepeatedPtrField<v1::NamedDays>& kept) {
  if (days.first_on() < calendar.covers_first_on()) {
    v1::NamedDays* before = kept.Add();
    *before = days;
    before->set_last_on(std::min(days.last_on(), Shifted(calendar.covers_first_on(), -1)));
  }
  if (days.last_on() > calendar.covers_last_on()) {
    v1::NamedDays* after = kept.Add();
    *after = days;
    after->set_first_on(std::max(days.first_on(), Shifted(calendar.covers_last_on(), 1)));
  }
}

void KeepOutside(const v1::NamedDay& day, const v1::SchoolCalendar& calendar,
                 RepeatedPtrField<v1::NamedDay>& kept) {
  if (day.on() < calendar.covers_first_on() || day.on() > calendar.covers_last_on()) {
    *kept.Add() = day;
  }
}

// Outside the days that the new calendar speaks for the old ones stand, within them the new ones.
template <typename Day, typename FirstOf>
void Merge(RepeatedPtrField<Day>& old_days, const RepeatedPtrField<Day>& new_days,
           const v1::SchoolCalendar& calendar, FirstOf first_of) {
  RepeatedPtrField<Day> kept;
  for (const Day& day : old_days) KeepOutside(day, calendar, kept);
  for (const Day& day : new_days) *kept.Add() = day;
  std::stable_sort(kept.begin(), kept.end(), [&](const Day& left, const Day& right) {
    return first_of(left) < first_of(right);
  });
  old_days.Swap(&kept);
}

void Publish(v1::SchoolCalendar& known, const v1::SchoolCalendar& calendar) {
  const auto first_on = [](const v1::NamedDays& days) { return days.first_on(); };
  const auto on = [](const v1::NamedDay& day) { return day.on(); };
  Merge(*known.mutable_terms(), calendar.terms(), calendar, first_on);
  Merge(*known.mutable_closures(), calendar.closures(), calendar, first_on);
  Merge(*known.mutable_open_days(), calendar.open_days(), calendar, on);
  if (known.covers_first_on().empty() || calendar.covers_first_on() < known.covers_first_on()) {
    known.set_covers_first_on(calendar.covers_first_on());
  }
  if (calendar.covers_last_on() > known.covers_last_on()) {
    known.set_covers_last_on(calendar.covers_last_on());
  }
}

void EndRole(RepeatedPtrField<v1::RoleHeld>& roles, const std::string& person_id, v1::Role role) {
  roles.erase(std::remove_if(roles.begin(), roles.end(),
                             [&](const v1::RoleHeld& held) {
                               return held.person_id() == person_id && held.role() == role;
                             }),
              roles.end());
}

std::string HolderOf(const v1::SchoolFacts& facts, v1::Role role, absl::CivilDay today) {
  for (int i = facts.roles_size() - 1; i >= 0; --i) {
    const v1::RoleHeld& held = facts.roles(i);
    if (held.role() == role && Counts(held, today)) return held.person_id();
  }
  return "";
}

absl::StatusOr<NamedDays> NamedDaysOf(const v1::NamedDays& days) {
  const std::optional<absl::CivilDay> first = DayOf(days.first_on());
  const std::optional<absl::CivilDay> last = DayOf(days.last_on());
  if (!first.has_value() || !last.has_value()) return absl::DataLossError("a calendar of no days");
  return NamedDays{days.name(), *first, *last};
}

}  // namespace

absl::Status AdvanceRoles(RepeatedPtrField<v1::RoleHeld>& roles, const v1::RoleEvent& event) {
  switch (event.event_case()) {
    case v1::RoleEvent::kRoleGranted: {
      const v1::RoleGranted& granted = event.role_granted();
      EndRole(roles, granted.person_id(), granted.role());
      v1::RoleHeld* held = roles.Add();
      held->set_person_id(granted.person_id());
      held->set_role(granted.role());
      held->set_first_on(granted.first_on());
      held->set_last_on(granted.last_on());
      return absl::OkStatus();
    }
    case v1::RoleEvent::kRoleEnded:
      EndRole(roles, event.role_ended().person_id(), event.role_ended().role());
      return absl::OkStatus();
    case v1::RoleEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

bool Counts(const v1::RoleHeld& held, absl::CivilDay today) {
  const std::string on = IsoOf(today);  // ISO days compare as text.
  return held.first_on() <= on && (held.last_on().empty() || on <= held.last_on());
}

bool HasRole(const RepeatedPtrField<v1::RoleHeld>& roles, absl::string_view person_id,
             v1::Role role, absl::CivilDay today) {
  return std::any_of(roles.begin(), roles.end(), [&](const v1::RoleHeld& held) {
    return held.person_id() == person_id && held.role() == role && Counts(held, today);
  });
}

std::string HeadOf(const v1::SchoolFacts& facts, absl::CivilDay today) {
  return HolderOf(facts, v1::ROLE_HEADTEACHER, today);
}

std::string TrainingLeadOf(const v1::SchoolFacts& facts, absl::CivilDay today) {
  return HolderOf(facts, v1::ROLE_TRAINING_LEAD, today);
}

absl::Status Advance(v1::SchoolFacts& facts, const Recorded& recorded) {
  const v1::SchoolEvent& school = recorded.event.school();
  switch (school.chapter_case()) {
    case v1::SchoolEvent::kRegistration:
      switch (school.registration().event_case()) {
        case v1::SchoolRegistrationEvent::kSchoolRegistered: {
          const v1::SchoolRegistered& registered = school.registration().school_registered();
          facts.set_school_id(recorded.subject_id);
          facts.set_name(registered.name());
          facts.set_urn(registered.urn());
          facts.set_division(registered.division());
          return absl::OkStatus();
        }
        case v1::SchoolRegistrationEvent::EVENT_NOT_SET:
          break;
      }
      return UnknownEvent();
    case v1::SchoolEvent::kCalendar:
      switch (school.calendar().event_case()) {
        case v1::SchoolCalendarEvent::kCalendarPublished:
          Publish(*facts.mutable_calendar(), school.calendar().calendar_published().calendar());
          return absl::OkStatus();
        case v1::SchoolCalendarEvent::EVENT_NOT_SET:
          break;
      }
      return UnknownEvent();
    case v1::SchoolEvent::kRoles:
      return AdvanceRoles(*facts.mutable_roles(), school.roles());
    case v1::SchoolEvent::kPolicy:
      switch (school.policy().event_case()) {
        case v1::SchoolPolicyEvent::kPolicyOverridden: {
          v1::DatedPolicy* dated = facts.add_overrides();
          dated->set_effective_from_on(school.policy().policy_overridden().effective_from_on());
          *dated->mutable_policy() = school.policy().policy_overridden().policy();
          return absl::OkStatus();
        }
        case v1::SchoolPolicyEvent::EVENT_NOT_SET:
          break;
      }
      return UnknownEvent();
    case v1::SchoolEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<School> Evolve(School before, const Recorded& recorded) {
  School school = std::move(before);
  if (const absl::Status advanced = Advance(school.facts, recorded); !advanced.ok()) {
    return advanced;
  }
  absl::StatusOr<SchoolCalendar> calendar = CalendarOf(school.facts);
  if (!calendar.ok()) return calendar.status();
  school.calendar = *std::move(calendar);
  return school;
}

absl::StatusOr<SchoolCalendar> CalendarOf(const v1::SchoolFacts& facts) {
  SchoolCalendar calendar;
  calendar.division = DivisionOf(facts.division());
  for (const v1::NamedDays& term : facts.calendar().terms()) {
    absl::StatusOr<NamedDays> days = NamedDaysOf(term);
    if (!days.ok()) return days.status();
    calendar.terms.push_back(*std::move(days));
  }
  for (const v1::NamedDays& closure : facts.calendar().closures()) {
    absl::StatusOr<NamedDays> days = NamedDaysOf(closure);
    if (!days.ok()) return days.status();
    calendar.closures.push_back(*std::move(days));
  }
  for (const v1::NamedDay& open : facts.calendar().open_days()) {
    const std::optional<absl::CivilDay> day = DayOf(open.on());
    if (!day.has_value()) return absl::DataLossError("an open day that is no day");
    calendar.open_days.push_back({open.name(), *day});
  }
  return calendar;
}

Division DivisionOf(v1::Division division) {
  if (division == v1::DIVISION_SCOTLAND) return Division::kScotland;
  if (division == v1::DIVISION_NORTHERN_IRELAND) return Division::kNorthernIreland;
  return Division::kEnglandAndWales;
}

}  // namespace countersign::rules
