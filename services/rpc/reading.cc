#include "services/rpc/reading.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/projections/obligation_cards.h"
#include "services/rpc/instants.h"
#include "services/rpc/malformed.h"
#include "services/rpc/to_grpc_status.h"
#include "storage/entry.h"

namespace countersign::rpc {
namespace {

absl::StatusOr<absl::Time> RecordedAt(const Office& office, uint64_t position) {
  absl::StatusOr<std::string> bytes = office.journal.ReadEntry(position);
  if (!bytes.ok()) return bytes.status();
  absl::StatusOr<v1::Entry> entry = storage::ParseEntry(*bytes);
  if (!entry.ok()) return entry.status();
  return absl::FromUnixMicros(entry->recorded_at_us());
}

// How many entries were recorded at or before an instant: times are strictly increasing.
absl::StatusOr<uint64_t> EntriesAt(const Office& office, uint64_t size, absl::Time instant) {
  uint64_t known_before = 0;
  uint64_t unknown_until = size;
  while (known_before < unknown_until) {
    const uint64_t middle = known_before + (unknown_until - known_before) / 2;
    absl::StatusOr<absl::Time> recorded_at = RecordedAt(office, middle);
    if (!recorded_at.ok()) return recorded_at.status();
    if (*recorded_at <= instant) {
      known_before = middle + 1;
    } else {
      unknown_until = middle;
    }
  }
  return known_before;
}

}  // namespace

absl::StatusOr<Reader> Admit(const Office& office, const grpc::ServerContextBase& context,
                             const google::protobuf::Message& request) {
  absl::Status malformed = MalformedError(ViolationsIn(request));
  if (!malformed.ok()) return malformed;
  absl::StatusOr<Caller> caller = Identify(office, context);
  if (!caller.ok()) return caller.status();
  Reader reader;
  reader.caller = *std::move(caller);
  absl::StatusOr<Folded<rules::Person>> person = office.states.PersonOf(reader.id());
  if (!person.ok()) return person.status();
  reader.person = *std::move(person);
  absl::StatusOr<Folded<rules::Trust>> trust = office.states.TheTrust();
  if (!trust.ok()) return trust.status();
  reader.trust = *std::move(trust);
  return reader;
}

absl::StatusOr<Reader> AdmitFor(const Office& office, const grpc::ServerContextBase& context,
                                const google::protobuf::Message& request, Action action) {
  absl::StatusOr<Reader> reader = Admit(office, context, request);
  if (!reader.ok()) return reader.status();
  if (Permit(action, countersign::StandingsTo(*reader->trust, *reader->person)) != nullptr) {
    return reader;
  }
  return office.denials.Deny(reader->caller.person_id, action);
}

absl::StatusOr<Moment> MomentOf(const Office& office, bool has_as_of, const v1::AsOf& as_of) {
  Moment moment;
  const uint64_t size = office.journal.head().size;
  moment.reflects = size;
  moment.at = office.clock.Now();
  if (!has_as_of || as_of.moment_case() == v1::AsOf::MOMENT_NOT_SET) return moment;
  if (as_of.has_position()) {
    if (as_of.position() > size) {
      return absl::OutOfRangeError(absl::StrCat("The journal has only ", size, " entries."));
    }
    moment.reflects = as_of.position();
    if (as_of.position() > 0) {
      absl::StatusOr<absl::Time> recorded_at = RecordedAt(office, as_of.position() - 1);
      if (!recorded_at.ok()) return recorded_at.status();
      moment.at = *recorded_at;
    }
  } else {
    moment.at = TimeOf(as_of.instant());
    // Entries may be stamped ahead of the clock, because their times strictly increase.
    absl::Time latest = office.clock.Now();
    if (size > 0) {
      absl::StatusOr<absl::Time> last = RecordedAt(office, size - 1);
      if (!last.ok()) return last.status();
      latest = std::max(latest, *last);
    }
    if (moment.at > latest) return absl::OutOfRangeError("That moment is still to come.");
    absl::StatusOr<uint64_t> entries = EntriesAt(office, size, moment.at);
    if (!entries.ok()) return entries.status();
    moment.reflects = *entries;
  }
  moment.before_position = moment.reflects;
  return moment;
}

v1::PersonName NameOfPerson(const Office& office, const std::string& person_id) {
  v1::PersonName name;
  if (person_id.empty()) return name;
  name.set_person_id(person_id);
  absl::StatusOr<Folded<rules::Person>> person = office.states.PersonOf(person_id);
  if (person.ok()) name.set_name((*person)->name);
  return name;
}

absl::StatusOr<PlanFile> FileOf(const Office& office, const std::string& plan_id,
                                uint64_t before_position) {
  PlanFile file;
  absl::StatusOr<Folded<rules::Plan>> plan = office.states.PlanOf(plan_id, before_position);
  if (!plan.ok()) return plan.status();
  file.plan = *std::move(plan);
  absl::StatusOr<Folded<rules::Trust>> trust = office.states.TheTrust(before_position);
  if (!trust.ok()) return trust.status();
  file.trust = *std::move(trust);
  const v1::PlanProgress& progress = file.plan->progress;
  if (progress.plan_id().empty()) return file;
  absl::StatusOr<Folded<rules::School>> school =
      office.states.SchoolOf(progress.school_id(), before_position);
  if (!school.ok()) return school.status();
  file.school = *std::move(school);
  absl::StatusOr<Folded<rules::Person>> reviewee =
      office.states.PersonOf(progress.reviewee_id(), before_position);
  if (!reviewee.ok()) return reviewee.status();
  file.reviewee = *std::move(reviewee);
  if (progress.reviewer_id().empty()) return file;
  absl::StatusOr<Folded<rules::Person>> reviewer =
      office.states.PersonOf(progress.reviewer_id(), before_position);
  if (!reviewer.ok()) return reviewer.status();
  file.reviewer = *std::move(reviewer);
  return file;
}

Standings StandingsTo(const PlanFile& file, const Reader& reader) {
  return countersign::StandingsTo(*file.plan, *file.reviewee, *file.school, *reader.trust,
                                  *reader.person);
}

absl::StatusOr<projections::Reach> ReachOf(const Office& office, const Reader& reader,
                                           Action action) {
  projections::Reach reach;
  const Standings to_trust = countersign::StandingsTo(*reader.trust, *reader.person);
  reach.everything = Permit(action, to_trust) != nullptr;
  if (reach.everything) return reach;
  for (const v1::TrustFacts::School& known : reader.trust->facts.schools()) {
    absl::StatusOr<Folded<rules::School>> school = office.states.SchoolOf(known.school_id());
    if (!school.ok()) return school.status();
    const Standings to_school = countersign::StandingsTo(**school, *reader.trust, *reader.person);
    if (Permit(action, to_school) != nullptr) reach.school_ids.push_back(known.school_id());
  }
  Standings in_own_plans;
  in_own_plans.Add(Standing::kReviewee);
  in_own_plans.Add(Standing::kReviewer);
  if (Permit(action, in_own_plans) != nullptr) reach.person_id = reader.id();
  return reach;
}

void WhenCaughtUp(const Office& office, grpc::ServerUnaryReactor* reactor, v1::Reflects* reflects,
                  std::function<absl::Status(const projections::CardReader&)> list) {
  office.projector.WhenReached(
      office.journal.head().size, kListsWait,
      [&office, reactor, reflects, list = std::move(list)](const Reached& reached) {
        absl::StatusOr<SnapshotCards> cards =
            office.projector.Snapshot(projections::ObligationCards::kName);
        if (!cards.ok()) return reactor->Finish(ToGrpcStatus(cards.status()));
        reflects->set_position(cards->position());
        reflects->set_behind(reached.behind);
        reactor->Finish(ToGrpcStatus(list(*cards)));
      });
}

size_t PageSizeOf(const v1::Page& page) { return page.page_size() == 0 ? 50 : page.page_size(); }

}  // namespace countersign::rpc
