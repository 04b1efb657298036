// Chapter: the trust and its schools: policy, calendars, cycles, roles (R01, R02, R20, R24).
#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"
#include "services/rules/state/roles.h"

namespace countersign::rules {
namespace {

using google::protobuf::util::MessageDifferencer;

v1::TrustEvent& AddTrust(std::vector<Happening>& happenings) {
  happenings.push_back({kTrustId, {}});
  return *happenings.back().event.mutable_trust();
}

Decision Found(const Trust& trust, const Facts& facts, const v1::FoundTrust& command) {
  if (IsFounded(trust)) {
    return Refuse(v1::TRUST_ALREADY_FOUNDED,
                  "The trust has been founded. Add its schools and people instead.",
                  {{"trust", trust.facts.name()}});
  }
  const std::string& lead_id = facts.ids_by_staff_key.at(command.lead_staff_key());
  std::vector<Happening> happenings;
  v1::TrustFounded* founded = AddTrust(happenings).mutable_registration()->mutable_trust_founded();
  founded->set_name(command.name());
  founded->set_group_uid(command.group_uid());
  happenings.push_back({lead_id, {}});
  v1::PersonRegistered* lead = happenings.back()
                                   .event.mutable_person()
                                   ->mutable_work_facts_changed()
                                   ->mutable_person_registered();
  lead->set_name(command.lead_name());
  lead->set_staff_key(command.lead_staff_key());
  lead->set_job_title(command.lead_job_title());
  v1::RoleGranted* granted = AddTrust(happenings).mutable_roles()->mutable_role_granted();
  granted->set_person_id(lead_id);
  granted->set_role(v1::ROLE_TRUST_LEAD);
  happenings[1].follows_first = happenings[2].follows_first = true;
  return happenings;
}

Decision Register(const Trust& trust, const Facts& facts, const v1::RegisterSchool& command) {
  const std::string& urn = command.urn();
  if (urn.size() != 6 || !std::all_of(urn.begin(), urn.end(), absl::ascii_isdigit)) {
    return Refuse(v1::URN_UNCLEAR, "The unique reference number of a school has six digits.",
                  {{"urn", urn}});
  }
  for (const v1::TrustFacts::School& school : trust.facts.schools()) {
    if (school.urn() == urn) {
      return Refuse(
          v1::SCHOOL_ALREADY_REGISTERED,
          "A school with this number is in the trust. Use that school, or correct the number.",
          {{"school_id", school.school_id()}});
    }
  }
  std::vector<Happening> happenings;
  happenings.push_back({facts.fresh_id, {}});
  v1::SchoolRegistered* registered =
      happenings.back().event.mutable_school()->mutable_registration()->mutable_school_registered();
  registered->set_name(command.name());
  registered->set_urn(urn);
  registered->set_division(command.division());
  v1::SchoolJoined* joined = AddTrust(happenings).mutable_registration()->mutable_school_joined();
  joined->set_school_id(facts.fresh_id);
  joined->set_urn(urn);
  happenings.back().follows_first = true;
  return happenings;
}

// R02: what was adopted for meetings from a day on stands for them; the next word is for that day
// or a later one. True when the last word says the same already.
absl::StatusOr<bool> SaysSo(const google::protobuf::RepeatedPtrField<v1::DatedPolicy>& policies,
                            const std::string& effective_from_on, const v1::Policy& policy) {
  if (policies.empty()) return false;
  const v1::DatedPolicy& last = policies[policies.size() - 1];
  if (effective_from_on < last.effective_from_on()) {
    return Refuse(v1::POLICY_NOT_LATEST,
                  "A policy for meetings from a later day is in force. Adopt one from that day or "
                  "a later one.",
                  {{"latest_from_on", last.effective_from_on()}});
  }
  return effective_from_on == last.effective_from_on() &&
         MessageDifferencer::Equals(policy, last.policy());
}

Decision Adopt(const Trust& trust, const v1::AdoptPolicy& command) {
  std::vector<Happening> happenings;
  const absl::StatusOr<bool> says_so =
      SaysSo(trust.facts.policies(), command.effective_from_on(), command.policy());
  if (!says_so.ok()) return says_so.status();
  if (*says_so) return happenings;
  v1::PolicyAdopted* adopted = AddTrust(happenings).mutable_policy()->mutable_policy_adopted();
  adopted->set_effective_from_on(command.effective_from_on());
  *adopted->mutable_policy() = command.policy();
  return happenings;
}

// Whether what was published says what is known already: an import that is run again, every week
// perhaps, leaves no trace.
template <typename Facts>
bool ChangesNothing(const v1::Event& published, const Facts& facts) {
  Recorded recorded;
  recorded.event = published;
  Facts after = facts;
  return Advance(after, recorded).ok() && MessageDifferencer::Equals(after, facts);
}

Decision Publish(const Trust& trust, const v1::PublishBankHolidays& command) {
  std::set<int> divisions;
  for (const v1::DivisionHolidays& list : command.divisions()) {
    bool clear = list.division() != v1::DIVISION_UNSPECIFIED && !list.days().empty() &&
                 divisions.insert(list.division()).second;
    for (int i = 1; i < list.days_size(); ++i) {
      clear = clear && list.days(i - 1).on() < list.days(i).on();
    }
    if (!clear) {
      return Refuse(v1::HOLIDAYS_UNCLEAR,
                    "Give one list of bank holidays for each division, in the order of the days.");
    }
  }
  std::vector<Happening> happenings;
  *AddTrust(happenings).mutable_calendar()->mutable_bank_holidays_published()->mutable_divisions() =
      command.divisions();
  if (ChangesNothing(happenings.front().event, trust.facts)) happenings.clear();
  return happenings;
}

Decision Open(const Trust& trust, const Facts& facts, const v1::OpenCycle& command) {
  bool clear = command.first_on() <= command.last_on();
  for (const v1::TrustFacts::Cycle& cycle : trust.facts.cycles()) {
    if (cycle.name() == command.name() && cycle.first_on() == command.first_on() &&
        cycle.last_on() == command.last_on()) {
      return std::vector<Happening>{};
    }
    clear = clear && cycle.name() != command.name() &&
            (command.last_on() < cycle.first_on() || command.first_on() > cycle.last_on());
  }
  if (!clear) {
    return Refuse(
        v1::CYCLE_UNCLEAR,
        "A cycle ends after it begins, has a name of its own and overlaps no other. Check its name "
        "and both days.");
  }
  std::vector<Happening> happenings;
  v1::CycleOpened* opened = AddTrust(happenings).mutable_calendar()->mutable_cycle_opened();
  opened->set_cycle_id(facts.fresh_id);
  opened->set_name(command.name());
  opened->set_first_on(command.first_on());
  opened->set_last_on(command.last_on());
  return happenings;
}

absl::Status RefuseUnclear(const v1::SchoolCalendar& calendar) {
  const auto refuse = [](absl::string_view why) {
    return Refuse(v1::CALENDAR_UNCLEAR, absl::StrCat("The calendar is not clear: ", why));
  };
  const auto covers = [&](const std::string& on) {
    return calendar.covers_first_on() <= on && on <= calendar.covers_last_on();
  };
  if (calendar.covers_last_on() < calendar.covers_first_on()) {
    return refuse("it ends before it begins.");
  }
  std::vector<const v1::NamedDays*> terms;
  for (const v1::NamedDays& term : calendar.terms()) terms.push_back(&term);
  std::sort(terms.begin(), terms.end(), [](const auto* left, const auto* right) {
    return left->first_on() < right->first_on();
  });
  for (size_t i = 0; i < terms.size(); ++i) {
    if (terms[i]->last_on() < terms[i]->first_on()) {
      return refuse(absl::StrCat("the term ", terms[i]->name(), " ends before it begins."));
    }
    if (!covers(terms[i]->first_on()) || !covers(terms[i]->last_on())) {
      return refuse(absl::StrCat("the term ", terms[i]->name(), " lies outside the days covered."));
    }
    if (i > 0 && terms[i]->first_on() <= terms[i - 1]->last_on()) {
      return refuse(
          absl::StrCat("the terms ", terms[i - 1]->name(), " and ", terms[i]->name(), " overlap."));
    }
  }
  for (const v1::NamedDays& closure : calendar.closures()) {
    if (closure.last_on() < closure.first_on()) {
      return refuse(absl::StrCat("the closure ", closure.name(), " ends before it begins."));
    }
    // What lies outside would be added once more each time the calendar is published again.
    if (!covers(closure.first_on()) || !covers(closure.last_on())) {
      return refuse(
          absl::StrCat("the closure ", closure.name(), " lies outside the days covered."));
    }
  }
  for (const v1::NamedDay& open : calendar.open_days()) {
    if (!covers(open.on())) {
      return refuse(absl::StrCat("the open day ", open.name(), " lies outside the days covered."));
    }
  }
  return absl::OkStatus();
}

}  // namespace

Decision Decide(const School& school, const Facts& facts, const v1::SchoolCommand& command) {
  if (!IsKnown(school)) return absl::NotFoundError("there is no such school");
  std::vector<Happening> happenings = {{school.facts.school_id(), {}}};
  v1::SchoolEvent& event = *happenings.front().event.mutable_school();
  switch (command.intent_case()) {
    case v1::SchoolCommand::kPublishCalendar: {
      const v1::SchoolCalendar& calendar = command.publish_calendar().calendar();
      if (absl::Status unclear = RefuseUnclear(calendar); !unclear.ok()) return unclear;
      *event.mutable_calendar()->mutable_calendar_published()->mutable_calendar() = calendar;
      if (ChangesNothing(happenings.front().event, school.facts)) happenings.clear();
      return happenings;
    }
    case v1::SchoolCommand::kGrantRole: {
      absl::StatusOr<std::optional<v1::RoleEvent>> granted =
          DecideGrant(House::kSchool, school.facts.roles(), facts, command.grant_role());
      if (!granted.ok()) return granted.status();
      if (!granted->has_value()) return std::vector<Happening>{};
      *event.mutable_roles() = **granted;
      return happenings;
    }
    case v1::SchoolCommand::kEndRole: {
      absl::StatusOr<v1::RoleEvent> ended =
          DecideEnd(school.facts.roles(), facts, command.end_role());
      if (!ended.ok()) return ended.status();
      *event.mutable_roles() = *ended;
      return happenings;
    }
    case v1::SchoolCommand::kOverridePolicy: {
      const v1::OverridePolicy& departure = command.override_policy();
      const absl::StatusOr<bool> says_so =
          SaysSo(school.facts.overrides(), departure.effective_from_on(), departure.policy());
      if (!says_so.ok()) return says_so.status();
      if (*says_so) return std::vector<Happening>{};
      v1::PolicyOverridden* overridden = event.mutable_policy()->mutable_policy_overridden();
      overridden->set_effective_from_on(departure.effective_from_on());
      *overridden->mutable_policy() = departure.policy();
      return happenings;
    }
    case v1::SchoolCommand::INTENT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the command says nothing about the school");
}

Decision Decide(const Trust& trust, const Facts& facts, const v1::TrustCommand& command) {
  if (!command.has_found_trust() && !IsFounded(trust)) {
    return Refuse(v1::TRUST_NOT_FOUNDED, "The trust has not been founded yet. Found it first.");
  }
  std::vector<Happening> happenings;
  switch (command.intent_case()) {
    case v1::TrustCommand::kFoundTrust:
      return Found(trust, facts, command.found_trust());
    case v1::TrustCommand::kRegisterSchool:
      return Register(trust, facts, command.register_school());
    case v1::TrustCommand::kAdoptPolicy:
      return Adopt(trust, command.adopt_policy());
    case v1::TrustCommand::kPublishBankHolidays:
      return Publish(trust, command.publish_bank_holidays());
    case v1::TrustCommand::kOpenCycle:
      return Open(trust, facts, command.open_cycle());
    case v1::TrustCommand::kRegisterPeople:
      return DecideStaffList(facts, command.register_people());
    case v1::TrustCommand::kGrantRole: {
      absl::StatusOr<std::optional<v1::RoleEvent>> granted =
          DecideGrant(House::kTrust, trust.facts.roles(), facts, command.grant_role());
      if (!granted.ok()) return granted.status();
      if (granted->has_value()) *AddTrust(happenings).mutable_roles() = **granted;
      return happenings;
    }
    case v1::TrustCommand::kEndRole: {
      absl::StatusOr<v1::RoleEvent> ended =
          DecideEnd(trust.facts.roles(), facts, command.end_role());
      if (!ended.ok()) return ended.status();
      *AddTrust(happenings).mutable_roles() = *ended;
      return happenings;
    }
    case v1::TrustCommand::INTENT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the command says nothing about the trust");
}

}  // namespace countersign::rules
