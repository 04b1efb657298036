#include "services/registrar.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "services/event_codec.h"
#include "services/permission/guard.h"
#include "services/rules/event_type.h"
#include "storage/hash.h"
#include "storage/merkle_tree.h"

namespace countersign {
namespace {

using storage::StreamId;
using storage::StreamType;

std::string Sha256(absl::string_view bytes) {
  const storage::Hash hash = storage::Sha256({bytes.data(), bytes.size()});
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

bool OpensSomething(const v1::Command& command) {
  return command.person().has_enrol() || command.trust().has_register_school() ||
         command.trust().has_open_cycle();
}

}  // namespace

Registrar::Registrar(storage::Journal& journal, storage::Keyring& keyring, States& states,
                     const Clock& clock, Denials& denials, absl::TimeZone zone, CardsNow cards)
    : journal_(journal),
      keyring_(keyring),
      denials_(denials),
      zone_(zone),
      states_(states),
      reader_(states, keyring, clock, zone, std::move(cards)) {}

void Registrar::Hand(Submission submission, Answer answer) {
  absl::StatusOr<Gathered> gathered = reader_.Gather(submission);
  if (!gathered.ok()) return answer(Unreadable(submission, gathered.status()));

  Receipt receipt;
  receipt.subject_id = storage::ToString(gathered->subject.id);
  std::string fresh_id;
  if (OpensSomething(submission.command)) {
    absl::StatusOr<storage::Id> opened = keyring_.Pseudonym(
        kTrustStream, "opened by a request",
        std::string(submission.caller.person_id.bytes()).append(submission.request_id.bytes()));
    if (!opened.ok()) return answer(opened.status());
    fresh_id = storage::ToString(*opened);
    receipt.subject_id = fresh_id;
  }
  // A retry gets its first answer before anything is judged: the state has moved on since, and with
  // it perhaps what the caller may do (whoever founds a trust may not found one any more).
  absl::StatusOr<bool> known =
      submission.dry_run ? false : FirstAnswer(submission, *gathered, receipt);
  if (known.ok() && *known) return answer(std::move(receipt));

  const PolicyRow* row = Permit(submission.action, gathered->standings);
  if (row == nullptr) {
    return answer(Denied(submission, gathered->standings));
  }
  if (!known.ok()) return answer(known.status());
  if (absl::Status stale = RefuseIfStale(submission, *gathered); !stale.ok()) return answer(stale);

  absl::StatusOr<std::vector<rules::Happening>> decided = Decide(submission, *gathered, fresh_id);
  if (!decided.ok()) return answer(decided.status());
  receipt.appended.head = journal_.head();
  if (submission.dry_run) receipt.would_happen = *std::move(decided);
  if (submission.dry_run) return answer(std::move(receipt));

  // "Already so" is an answer too, and is remembered under its request id.
  absl::StatusOr<storage::AppendRequest> request = Sealed(submission, *gathered, *decided);
  if (!request.ok()) return answer(request.status());
  ExpectStillSo(*gathered, row->standing, submission.command, request->expectations);
  request->author.acting_as = std::string(NameOf(row->standing));
  request->author.policy_rule = std::string(row->id);
  for (const storage::NewEvent& event : request->events) {
    receipt.event_types.push_back(event.event_type);
  }
  journal_.Append(
      *std::move(request),
      [this, caller = submission.caller.person_id, standing = row->standing,
       happenings = *std::move(decided), receipt = std::move(receipt),
       answer = std::move(answer)](absl::StatusOr<storage::AppendReceipt> appended) mutable {
        if (!appended.ok()) return answer(appended.status());
        Follow(caller, std::string(NameOf(standing)), *appended, std::move(happenings));
        receipt.appended = *std::move(appended);
        answer(std::move(receipt));
      });
}

void Registrar::Follow(const storage::Id& caller, const std::string& acting_as,
                       const storage::AppendReceipt& appended,
                       std::vector<rules::Happening> happenings) {
  // The first answer again: what was written then may be other than what was decided now.
  if (appended.repeated) return;
  rules::Recorded recorded;
  recorded.actor_id = storage::ToString(caller);
  recorded.acting_as = acting_as;
  for (size_t i = 0; i < appended.entries.size(); ++i) {
    const storage::AppendedEntry& entry = appended.entries[i];
    recorded.position = entry.position;
    recorded.version = entry.version;
    recorded.recorded_at_us = absl::ToUnixMicros(entry.recorded_at);
    recorded.subject_id = storage::ToString(entry.stream.id);
    recorded.event = std::move(happenings[i].event);
    states_.Follow(entry.stream, recorded);
  }
}

absl::Status Registrar::Permitted(const Submission& submission) {
  absl::StatusOr<Gathered> gathered = reader_.Gather(submission);
  if (!gathered.ok()) return Unreadable(submission, gathered.status());
  if (Permit(submission.action, gathered->standings) != nullptr) return absl::OkStatus();
  return Denied(submission, gathered->standings);
}

absl::Status Registrar::Denied(const Submission& submission, const Standings& standings) {
  const PolicyBar* bar = BarAgainst(submission.action, standings);
  return denials_.Deny(submission.caller.person_id, submission.action,
                       bar == nullptr ? "" : bar->instead);
}

absl::Status Registrar::Unreadable(const Submission& submission, const absl::Status& why) {
  if (!IsUnreadable(why)) return why;
  if (Permit(submission.action, reader_.StandingsUnread(submission)) != nullptr) return why;
  return denials_.Deny(submission.caller.person_id, submission.action);
}

absl::StatusOr<storage::Hash> Registrar::BodyDigest(const Submission& submission,
                                                    const Gathered& gathered) {
  return keyring_.KeyedDigest(
      gathered.subject,
      absl::StrCat(gathered.subject.Bytes(), submission.expected_version.has_value() ? 1 : 0,
                   submission.expected_version.value_or(0),
                   submission.command.SerializeAsString()));
}

absl::Status Registrar::RefuseIfStale(const Submission& submission, const Gathered& gathered) {
  if (!submission.expected_version.has_value()) return absl::OkStatus();
  // Below zero stand the journal's own marks, which no caller can mean.
  constexpr uint64_t kGreatest = std::numeric_limits<int64_t>::max();
  const auto expected = static_cast<int64_t>(std::min(*submission.expected_version, kGreatest));
  if (expected == gathered.subject_version) return absl::OkStatus();
  return storage::VersionConflictError({gathered.subject, expected, gathered.subject_version});
}

absl::StatusOr<bool> Registrar::FirstAnswer(const Submission& submission, const Gathered& gathered,
                                            Receipt& receipt) {
  absl::StatusOr<std::optional<storage::KnownRequest>> known =
      journal_.FindRequest(submission.caller.person_id, submission.request_id);
  if (!known.ok()) return known.status();
  if (!known->has_value()) return false;
  // What never was has no key to digest with, and nothing was ever asked of it.
  if (gathered.subject_version == storage::kNoStream) return storage::RequestIdReusedError();
  absl::StatusOr<storage::Hash> body_digest = BodyDigest(submission, gathered);
  if (!body_digest.ok()) return body_digest.status();
  if ((*known)->body_digest != *body_digest) return storage::RequestIdReusedError();
  receipt.appended.repeated = true;
  receipt.appended.head = journal_.head();
  const absl::Status read = journal_.ReadAll(
      (*known)->first_position, (*known)->count,
      [&](const storage::StoredEvent& stored, std::string_view entry_bytes) {
        receipt.appended.entries.push_back({stored.position, stored.stream, stored.version,
                                            storage::LeafHash(entry_bytes), stored.recorded_at});
        receipt.event_types.emplace_back(stored.event_type);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return true;
}

rules::Decision Registrar::Decide(const Submission& submission, const Gathered& gathered,
                                  const std::string& fresh_id) {
  rules::Facts facts;
  facts.now = gathered.now;
  facts.trust = gathered.trust.state.get();
  facts.school = gathered.school.state.get();
  for (const auto& [id, folded] : gathered.people) facts.people[id] = folded.state.get();
  facts.ids_by_staff_key = gathered.ids_by_staff_key;
  const auto& then = gathered.when_notice_judged;
  facts.when_notice_judged = {then.trust.state.get(), then.school.state.get(),
                              then.reviewer.state.get(), then.reviewee.state.get()};
  facts.zone = zone_;
  facts.caller_id = storage::ToString(submission.caller.person_id);
  facts.signing_method = submission.caller.method;
  facts.sha256 = Sha256;
  facts.fresh_id = fresh_id;
  const v1::Command& command = submission.command;
  switch (command.about_case()) {
    case v1::Command::kPlan:
      return rules::Decide(*gathered.plan, facts, command.plan());
    case v1::Command::kPerson:
      return rules::Decide(*gathered.person, facts, command.person());
    case v1::Command::kSchool:
      return rules::Decide(*gathered.school, facts, command.school());
    case v1::Command::kTrust:
      return rules::Decide(*gathered.trust, facts, command.trust());
    case v1::Command::ABOUT_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the command is about nothing");
}

absl::StatusOr<storage::AppendRequest> Registrar::Sealed(
    const Submission& submission, const Gathered& gathered,
    const std::vector<rules::Happening>& happenings) {
  absl::StatusOr<storage::Hash> body_digest = BodyDigest(submission, gathered);
  if (!body_digest.ok()) return body_digest.status();
  storage::AppendRequest request;
  request.author.actor = submission.caller.person_id;
  request.request_id = submission.request_id;
  request.body_digest = *body_digest;
  // Every stream that is written must be as it was read; what nobody read must not exist yet.
  absl::flat_hash_map<StreamId, int64_t> versions = {{gathered.subject, gathered.subject_version},
                                                     {kTrustStream, gathered.trust.version}};
  for (const auto* person : {&gathered.person, &gathered.caller}) {
    if ((*person)->facts.person_id().empty()) continue;
    absl::StatusOr<storage::Id> id = storage::ParseId((*person)->facts.person_id());
    if (id.ok()) versions[{StreamType::kPerson, *id}] = person->version;
  }
  for (const auto& [person_id, folded] : gathered.people) {
    absl::StatusOr<storage::Id> id = storage::ParseId(person_id);
    if (id.ok()) versions[{StreamType::kPerson, *id}] = folded.version;
  }
  absl::StatusOr<std::vector<storage::NewEvent>> events = SealAll(keyring_, happenings);
  if (!events.ok()) return events.status();
  request.events = *std::move(events);
  absl::flat_hash_map<StreamId, bool> expected;
  for (size_t i = 0; i < happenings.size(); ++i) {
    storage::NewEvent& event = request.events[i];
    if (expected.try_emplace(event.stream, true).second) {
      const auto read = versions.find(event.stream);
      request.expectations.push_back(
          {event.stream, read == versions.end() ? storage::kNoStream : read->second});
    }
    if (happenings[i].follows_first) event.caused_by = storage::EarlierEvent{0};
  }
  return request;
}

}  // namespace countersign
