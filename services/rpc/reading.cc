#include "services/rpc/reading.h"

#include <chrono>
#include <optional>
#include <utility>

#include "services/projections/directory.h"
#include "services/projections/obligation_cards.h"
#include "services/reading/last_known.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/to_grpc_status.h"
#include "services/rules/state/plan_people.h"

namespace countersign::rpc {
namespace {

// What `read` was told, or, where the history cannot be read, what the cards of the present know;
// nothing where they do not know it either.
template <typename Card>
absl::StatusOr<Card> OrItsCard(
    const Office& office, absl::StatusOr<Card> read,
    const std::function<absl::StatusOr<std::optional<Card>>(const projections::CardReader&)>&
        find) {
  if (read.ok() || !IsUnreadable(read.status())) return read;
  const absl::StatusOr<SnapshotCards> cards =
      office.projector.Snapshot(projections::ObligationCards::kName);
  if (!cards.ok()) return cards.status();
  absl::StatusOr<std::optional<Card>> card = find(*cards);
  if (!card.ok()) return card.status();
  return card->value_or(Card());
}

absl::StatusOr<v1::PlanProgress> PresentPlan(const Office& office, const std::string& plan_id) {
  absl::StatusOr<v1::PlanProgress> read;
  absl::StatusOr<Folded<rules::Plan>> plan = office.states.PlanOf(plan_id);
  if (plan.ok()) read = (*plan)->progress;
  if (!plan.ok()) read = plan.status();
  return OrItsCard<v1::PlanProgress>(office, std::move(read), [&](const auto& cards) {
    return projections::FindPlan(cards, plan_id);
  });
}

absl::StatusOr<v1::PersonFacts> PresentPerson(const Office& office, const std::string& person_id) {
  absl::StatusOr<v1::PersonFacts> read;
  absl::StatusOr<Folded<rules::Person>> person = office.states.PersonOf(person_id);
  if (person.ok()) read = (*person)->facts;
  if (!person.ok()) read = person.status();
  return OrItsCard<v1::PersonFacts>(office, std::move(read), [&](const auto& cards) {
    return projections::FindPerson(cards, person_id);
  });
}

}  // namespace

absl::StatusOr<Reader> Admit(const Office& office, const grpc::ServerContextBase& context,
                             const google::protobuf::Message& request,
                             std::vector<FieldViolation> more) {
  std::vector<FieldViolation> violations = ViolationsIn(request);
  violations.insert(violations.end(), more.begin(), more.end());
  absl::Status malformed = MalformedError(violations);
  if (!malformed.ok()) return malformed;
  absl::StatusOr<Caller> caller = Identify(office, context);
  if (!caller.ok()) return caller.status();
  Reader reader;
  reader.caller = *std::move(caller);
  reader.today = absl::ToCivilDay(office.clock.Now(), office.zone);
  absl::StatusOr<Folded<rules::Person>> person = office.states.PersonOf(reader.id());
  if (!person.ok()) return person.status();
  reader.person = *std::move(person);
  absl::StatusOr<Folded<rules::Trust>> trust = office.states.TheTrust();
  if (!trust.ok()) return trust.status();
  reader.trust = *std::move(trust);
  return reader;
}

absl::StatusOr<Reader> AdmitFor(const Office& office, const grpc::ServerContextBase& context,
                                const google::protobuf::Message& request, Action action,
                                std::vector<FieldViolation> more) {
  absl::StatusOr<Reader> reader = Admit(office, context, request, std::move(more));
  if (!reader.ok()) return reader.status();
  if (Permit(action, StandingsTo(*reader)) != nullptr) return reader;
  return office.denials.Deny(reader->caller.person_id, action);
}

absl::StatusOr<Asking> MomentAsked(const Office& office, const Reader& reader,
                                   const v1::AsOf& as_of, const v1::Page& page) {
  absl::StatusOr<Moment> moment = MomentOf(office.journal, office.clock, as_of);
  if (!moment.ok()) return moment.status();
  if (absl::Status token = CheckToken(page, *moment, office.zone); !token.ok()) return token;
  Asking asking{*moment, reader.today};
  if (moment->is_past()) asking.today = absl::ToCivilDay(moment->at, office.zone);
  return asking;
}

v1::PersonName NameOfPerson(const Office& office, const std::string& person_id,
                            uint64_t before_position) {
  v1::PersonName name;
  if (person_id.empty()) return name;
  name.set_person_id(person_id);
  absl::StatusOr<Folded<rules::Person>> person = office.states.PersonOf(person_id, before_position);
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

Standings StandingsTo(const Reader& reader) {
  return countersign::StandingsTo(*reader.trust, *reader.person, reader.today);
}

Standings StandingsTo(const rules::School& school, const Reader& reader) {
  return countersign::StandingsTo(school, *reader.trust, *reader.person, reader.today);
}

Standings StandingsTo(const PlanFile& file, const Reader& reader) {
  return countersign::StandingsTo(*file.plan, *file.reviewee, *file.school, *reader.trust,
                                  *reader.person, reader.today);
}

absl::Status UnreadableTo(const Office& office, const Reader& reader, Action action,
                          const std::string& plan_id, const absl::Status& status) {
  if (!IsUnreadable(status)) return status;
  const auto cards = [&] { return office.projector.Snapshot(projections::ObligationCards::kName); };
  const Standings standings = plan_id.empty() ? StandingsTo(reader)
                                              : LastKnownStandings(cards, plan_id, *reader.trust,
                                                                   *reader.person, reader.today);
  if (Permit(action, standings) != nullptr) return status;
  return office.denials.Deny(reader.caller.person_id, action);
}

absl::StatusOr<projections::Reach> ReachOf(const Office& office, const Reader& reader,
                                           Action action) {
  projections::Reach reach;
  reach.everything = Permit(action, StandingsTo(reader)) != nullptr;
  if (reach.everything) return reach;
  for (const v1::TrustFacts::School& known : reader.trust->facts.schools()) {
    absl::StatusOr<Folded<rules::School>> school = office.states.SchoolOf(known.school_id());
    if (!school.ok()) return school.status();
    if (Permit(action, StandingsTo(**school, reader)) != nullptr) {
      reach.school_ids.push_back(known.school_id());
    }
  }
  Standings in_own_plans;
  in_own_plans.Add(Standing::kReviewee);
  in_own_plans.Add(Standing::kReviewer);
  if (Permit(action, in_own_plans) != nullptr) reach.person_id = reader.id();
  return reach;
}

projections::Reach PlansAsOf(const Office& office, const Moment& moment, projections::Reach reach) {
  if (!moment.is_past() || reach.everything) return reach;
  reach.judge = [&office, now = reach](const std::string& plan_id) -> absl::StatusOr<bool> {
    const absl::StatusOr<v1::PlanProgress> plan = PresentPlan(office, plan_id);
    if (!plan.ok()) return plan.status();
    return now.HasSchool(plan->school_id()) ||
           (!now.person_id.empty() &&
            (now.person_id == plan->reviewee_id() || now.person_id == rules::ReviewerOf(*plan)));
  };
  return reach;
}

projections::Reach PeopleAsOf(const Office& office, const Moment& moment,
                              projections::Reach reach) {
  if (!moment.is_past() || reach.everything) return reach;
  reach.judge = [&office, now = reach](const std::string& person_id) -> absl::StatusOr<bool> {
    const absl::StatusOr<v1::PersonFacts> person = PresentPerson(office, person_id);
    if (!person.ok()) return person.status();
    return now.HasSchool(person->school_id());
  };
  return reach;
}

grpc::ServerUnaryReactor* ListFrom(
    const Office& office, grpc::CallbackServerContext* context, const Moment& moment,
    v1::Reflects* reflects, std::function<absl::Status(const projections::CardReader&)> list) {
  NoticeDemo(office, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  if (moment.is_past()) {
    reflects->set_position(moment.reflects);
    // Whose own deadline has passed will ask again; only who hangs up before it has lost interest.
    auto is_wanted = [context] {
      return !context->IsCancelled() || std::chrono::system_clock::now() >= context->deadline();
    };
    office.past_cards.WhenMade(
        moment.reflects, std::move(is_wanted),
        [reactor, list = std::move(list)](const absl::StatusOr<PastCards::Made>& cards) {
          reactor->Finish(ToGrpcStatus(cards.ok() ? list(**cards) : cards.status()));
        });
    return reactor;
  }
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
  return reactor;
}

size_t PageSizeOf(const v1::Page& page) { return page.page_size() == 0 ? 50 : page.page_size(); }

}  // namespace countersign::rpc
