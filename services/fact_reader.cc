#include "services/fact_reader.h"

#include <utility>

#include "services/permission/policy.h"
#include "services/rules/decide.h"

namespace countersign {
namespace {

using storage::StreamId;
using storage::StreamType;

absl::StatusOr<StreamId> SubjectStream(const Submission& submission) {
  StreamType type = StreamType::kTrust;
  switch (submission.command.about_case()) {
    case v1::Command::kPlan:
      type = StreamType::kPlan;
      break;
    case v1::Command::kPerson:
      type = StreamType::kPerson;
      break;
    case v1::Command::kSchool:
      type = StreamType::kSchool;
      break;
    case v1::Command::kTrust:
      return kTrustStream;
    case v1::Command::ABOUT_NOT_SET:
      return absl::InvalidArgumentError("the command is about nothing");
  }
  absl::StatusOr<storage::Id> id = storage::ParseId(submission.subject_id);
  if (!id.ok()) return id.status();
  return StreamId{type, *id};
}

}  // namespace

absl::StatusOr<std::string> FactReader::PersonIdOf(const std::string& staff_key) {
  absl::StatusOr<storage::Id> id = keyring_.Pseudonym(kTrustStream, "staff key", staff_key);
  if (!id.ok()) return id.status();
  return storage::ToString(*id);
}

absl::StatusOr<Gathered> FactReader::Gather(const Submission& submission) {
  Gathered gathered;
  absl::StatusOr<StreamId> subject = SubjectStream(submission);
  if (!subject.ok()) return subject.status();
  gathered.subject = *subject;
  gathered.now = clock_.Now();
  gathered.today = absl::ToCivilDay(gathered.now, zone_);
  absl::StatusOr<Folded<rules::Trust>> trust = states_.TheTrust();
  if (!trust.ok()) return trust.status();
  gathered.trust = *trust;
  absl::StatusOr<Folded<rules::Person>> caller =
      states_.PersonOf(storage::ToString(submission.caller.person_id));
  if (!caller.ok()) return caller.status();
  gathered.caller = *caller;
  absl::Status status;
  switch (submission.command.about_case()) {
    case v1::Command::kPlan:
      status = GatherPlan(submission, gathered);
      break;
    case v1::Command::kPerson:
      status = GatherPerson(submission, gathered);
      break;
    case v1::Command::kSchool:
      status = GatherSchool(submission, gathered);
      break;
    case v1::Command::kTrust:
      status = GatherTrust(submission, gathered);
      break;
    case v1::Command::ABOUT_NOT_SET:
      break;
  }
  if (!status.ok()) return status;
  return gathered;
}

absl::Status FactReader::AddPerson(Gathered& gathered, const std::string& person_id) {
  if (gathered.people.contains(person_id)) return absl::OkStatus();
  absl::StatusOr<Folded<rules::Person>> person = states_.PersonOf(person_id);
  if (!person.ok()) return person.status();
  gathered.people[person_id] = *std::move(person);
  return absl::OkStatus();
}

absl::Status FactReader::AddSchool(Gathered& gathered, const std::string& school_id) {
  if (school_id.empty()) return absl::OkStatus();
  absl::StatusOr<Folded<rules::School>> school = states_.SchoolOf(school_id);
  if (!school.ok()) return school.status();
  gathered.school = *std::move(school);
  return absl::OkStatus();
}

absl::Status FactReader::AddWhenNoticeJudged(const v1::PlanProgress& progress, Gathered& gathered) {
  const uint64_t before_position = progress.notice_judged().position_after();
  if (before_position == 0) return absl::OkStatus();
  auto& then = gathered.when_notice_judged;
  absl::StatusOr<Folded<rules::Trust>> trust = states_.TheTrust(before_position);
  if (!trust.ok()) return trust.status();
  then.trust = *std::move(trust);
  absl::StatusOr<Folded<rules::School>> school =
      states_.SchoolOf(progress.school_id(), before_position);
  if (!school.ok()) return school.status();
  then.school = *std::move(school);
  for (const auto& [id, person] : {std::pair{&progress.reviewer_id(), &then.reviewer},
                                   std::pair{&progress.reviewee_id(), &then.reviewee}}) {
    absl::StatusOr<Folded<rules::Person>> known = states_.PersonOf(*id, before_position);
    if (!known.ok()) return known.status();
    *person = *std::move(known);
  }
  return absl::OkStatus();
}

absl::Status FactReader::GatherPlan(const Submission& submission, Gathered& gathered) {
  absl::StatusOr<Folded<rules::Plan>> plan = states_.PlanOf(submission.subject_id);
  if (!plan.ok()) return plan.status();
  gathered.plan = *std::move(plan);
  gathered.subject_version = gathered.plan.version;
  const v1::PlanProgress& progress = gathered.plan->progress;
  for (const std::string& id : rules::PeopleNeeded(*gathered.plan, submission.command.plan())) {
    if (id.empty()) continue;
    if (absl::Status added = AddPerson(gathered, id); !added.ok()) return added;
  }
  if (absl::Status added = AddSchool(gathered, progress.school_id()); !added.ok()) return added;
  if (submission.command.plan().has_waive_notice()) {
    if (absl::Status added = AddWhenNoticeJudged(progress, gathered); !added.ok()) return added;
  }
  const auto reviewee = gathered.people.find(progress.reviewee_id());
  if (reviewee != gathered.people.end()) gathered.person = reviewee->second;
  gathered.standings = StandingsTo(*gathered.plan, *gathered.person, *gathered.school,
                                   *gathered.trust, *gathered.caller, gathered.today);
  return absl::OkStatus();
}

absl::Status FactReader::GatherPerson(const Submission& submission, Gathered& gathered) {
  absl::StatusOr<Folded<rules::Person>> person = states_.PersonOf(submission.subject_id);
  if (!person.ok()) return person.status();
  gathered.person = *std::move(person);
  gathered.subject_version = gathered.person.version;
  for (const std::string& id : rules::PeopleNeeded(submission.command.person())) {
    if (absl::Status added = AddPerson(gathered, id); !added.ok()) return added;
  }
  if (absl::Status added = AddSchool(gathered, gathered.person->facts.school_id()); !added.ok()) {
    return added;
  }
  gathered.standings = StandingsTo(*gathered.person, *gathered.school, *gathered.trust,
                                   *gathered.caller, gathered.today);
  return absl::OkStatus();
}

absl::Status FactReader::GatherSchool(const Submission& submission, Gathered& gathered) {
  if (absl::Status added = AddSchool(gathered, submission.subject_id); !added.ok()) return added;
  gathered.subject_version = gathered.school.version;
  for (const std::string& id : rules::PeopleNeeded(submission.command.school().grant_role())) {
    if (absl::Status added = AddPerson(gathered, id); !added.ok()) return added;
  }
  gathered.standings =
      StandingsTo(*gathered.school, *gathered.trust, *gathered.caller, gathered.today);
  return absl::OkStatus();
}

absl::Status FactReader::GatherTrust(const Submission& submission, Gathered& gathered) {
  gathered.subject_version = gathered.trust.version;
  gathered.standings = StandingsTo(*gathered.trust, *gathered.caller, gathered.today);
  // A list of thousands is not read for somebody who may not hand it in.
  if (Permit(submission.action, gathered.standings) == nullptr) return absl::OkStatus();
  const v1::TrustCommand& command = submission.command.trust();
  for (const std::string& key : rules::StaffKeysNeeded(command)) {
    absl::StatusOr<std::string> id = PersonIdOf(key);
    if (!id.ok()) return id.status();
    gathered.ids_by_staff_key[key] = *id;
    if (absl::Status added = AddPerson(gathered, *id); !added.ok()) return added;
  }
  for (const std::string& id : rules::PeopleNeeded(command.grant_role())) {
    if (absl::Status added = AddPerson(gathered, id); !added.ok()) return added;
  }
  return absl::OkStatus();
}

Standings FactReader::StandingsUnread(const Submission& submission) {
  const absl::StatusOr<Folded<rules::Trust>> trust = states_.TheTrust();
  const absl::StatusOr<Folded<rules::Person>> caller =
      states_.PersonOf(storage::ToString(submission.caller.person_id));
  if (!trust.ok() || !caller.ok()) return {};
  const absl::CivilDay today = absl::ToCivilDay(clock_.Now(), zone_);
  if (!submission.command.has_plan()) return StandingsTo(**trust, **caller, today);
  return LastKnownStandings(cards_, submission.subject_id, **trust, **caller, today);
}

}  // namespace countersign
