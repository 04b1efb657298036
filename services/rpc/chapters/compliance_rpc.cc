#include "services/rpc/chapters/compliance_rpc.h"

#include <optional>
#include <string>
#include <utility>

#include "services/projections/compliance.h"
#include "services/projections/directory.h"
#include "services/reading/moments.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/plan_view.h"
#include "services/rpc/reading.h"
#include "services/rules/deadlines/days.h"

namespace countersign::rpc {
namespace {

// Whose figures the policy lets the reader see. Who governs a school and has another standing to it
// sees it as by the other.
absl::StatusOr<projections::ComplianceSight> SightOf(const Office& office, const Reader& reader) {
  projections::ComplianceSight sight;
  for (const v1::TrustFacts::School& known : reader.trust->facts.schools()) {
    absl::StatusOr<Folded<rules::School>> school = office.states.SchoolOf(known.school_id());
    if (!school.ok()) return school.status();
    Standings standings = StandingsTo(**school, reader);
    if (Permit(Action::kSeeCompliance, standings) == nullptr) continue;
    standings.Remove(Standing::kGovernor);
    const bool in_full = Permit(Action::kSeeCompliance, standings) != nullptr;
    (in_full ? sight.school_ids : sight.governed_school_ids).push_back(known.school_id());
  }
  return sight;
}

bool Holds(const projections::ComplianceSight& sight, const std::string& school_id) {
  for (const auto* ids : {&sight.school_ids, &sight.governed_school_ids}) {
    for (const std::string& id : *ids) {
      if (school_id.empty() || id == school_id) return true;
    }
  }
  return false;
}

// Whether the answer withholds what is about few people.
bool Withholds(const projections::ComplianceSight& sight, const std::string& school_id) {
  return Holds({.governed_school_ids = sight.governed_school_ids}, school_id);
}

// The cycle that was asked for; unasked, the one that began last, which is the one that the day
// lies in if there is one, for cycles do not overlap; before all of them the first. nullptr for
// none.
const v1::TrustFacts::Cycle* CycleAsked(const rules::Trust& trust, const std::string& cycle_id,
                                        absl::CivilDay today) {
  if (!cycle_id.empty()) return rules::FindCycle(trust.facts, cycle_id);
  const std::string day = rules::IsoOf(today);
  const v1::TrustFacts::Cycle* begun = nullptr;
  const v1::TrustFacts::Cycle* coming = nullptr;
  for (const v1::TrustFacts::Cycle& cycle : trust.facts.cycles()) {
    if (cycle.first_on() > day) {
      if (coming == nullptr || cycle.first_on() < coming->first_on()) coming = &cycle;
    } else if (begun == nullptr || cycle.first_on() > begun->first_on()) {
      begun = &cycle;
    }
  }
  return begun != nullptr ? begun : coming;
}

void FillFigures(const projections::StatusCounts& counts, v1::ComplianceRow& row) {
  row.set_numerator(counts.Numerator());
  row.set_denominator(counts.Denominator());
  v1::ComplianceCounts& shown = *row.mutable_counts();
  shown.set_met(counts.Of(rules::Status::kMet));
  shown.set_met_late(counts.Of(rules::Status::kMetLate));
  shown.set_overdue(counts.Of(rules::Status::kOverdue));
  shown.set_due_soon(counts.Of(rules::Status::kDueSoon));
  shown.set_pending(counts.Of(rules::Status::kPending));
  shown.set_not_started(counts.Of(rules::Status::kNotStarted));
  shown.set_suspended(counts.Of(rules::Status::kSuspended));
  shown.set_waived(counts.Of(rules::Status::kWaived));
  shown.set_discharged(counts.Of(rules::Status::kDischarged));
}

// Adds the rows of a group; `row` says which group.
void AddRows(const projections::ComplianceGroup& group, bool by_kind, v1::ComplianceRow row,
             v1::GetComplianceResponse& response) {
  row.set_people(static_cast<uint32_t>(group.people));
  row.set_withheld(group.withheld);
  if (!group.withheld) FillFigures(group.Together(), row);
  *response.add_rows() = row;
  if (!by_kind) return;
  for (size_t i = 0; i < projections::kCountedKinds.size(); ++i) {
    row.set_kind(KindOf(projections::kCountedKinds[i]));
    if (!group.withheld) FillFigures(group.by_kind[i], row);
    *response.add_rows() = row;
  }
}

// Which rows a level has.
struct Levels {
  bool all = false;
  bool schools = false;
  bool teams = false;
};

Levels LevelsOf(const v1::GetComplianceRequest& request) {
  // Of one school, all schools together are no more than that school.
  const bool several = request.school_id().empty();
  if (request.level() == v1::COMPLIANCE_LEVEL_TRUST) return {true, false, false};
  if (request.level() == v1::COMPLIANCE_LEVEL_SCHOOL) return {false, true, false};
  if (request.level() == v1::COMPLIANCE_LEVEL_TEAM) return {several, true, true};
  return {several, true, false};
}

absl::Status Show(const projections::CardReader& cards, const projections::Compliance& compliance,
                  const v1::GetComplianceRequest& request, v1::GetComplianceResponse& response) {
  const Levels levels = LevelsOf(request);
  if (levels.all) AddRows(compliance.all, request.by_kind(), {}, response);
  if (!levels.schools) return absl::OkStatus();
  for (const projections::SchoolCompliance& school : compliance.schools) {
    const absl::StatusOr<std::optional<v1::SchoolFacts>> facts =
        projections::FindSchool(cards, school.school_id);
    if (!facts.ok()) return facts.status();
    v1::ComplianceRow row;
    row.set_school_id(school.school_id);
    if (facts->has_value()) row.set_school_name((*facts)->name());
    AddRows(school.group, request.by_kind(), row, response);
    if (!levels.teams) continue;
    row.set_is_team(true);
    for (const projections::TeamCompliance& team : school.teams) {
      row.set_team(team.team);
      AddRows(team.group, request.by_kind(), row, response);
    }
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* ComplianceRpc::GetCompliance(grpc::CallbackServerContext* context,
                                                       const v1::GetComplianceRequest* request,
                                                       v1::GetComplianceResponse* response) {
  absl::StatusOr<Reader> reader = Admit(office_, *context, *request);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<projections::ComplianceSight> sight = SightOf(office_, *reader);
  if (!sight.ok()) return Finished(office_, context, sight.status());
  if (!Holds(*sight, request->school_id())) {
    return Finished(office_, context,
                    office_.denials.Deny(reader->caller.person_id, Action::kSeeCompliance));
  }
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  if (Withholds(*sight, request->school_id())) {
    // Figures of two moments that lie one entry apart would tell what one person did (R84).
    absl::StatusOr<Moment> midnight = StartOfDay(office_.journal, asking->moment, office_.zone);
    if (!midnight.ok()) return Finished(office_, context, midnight.status());
    asking->moment = *midnight;
  }
  absl::StatusOr<Folded<rules::Trust>> trust = office_.states.TheTrust(asking->before_position());
  if (!trust.ok()) return Finished(office_, context, trust.status());
  const v1::TrustFacts::Cycle* cycle = CycleAsked(**trust, request->cycle_id(), asking->today);
  if (cycle == nullptr) {
    return Finished(office_, context,
                    absl::NotFoundError(request->cycle_id().empty() ? "No cycle was opened yet."
                                                                    : "There is no such cycle."));
  }
  response->set_cycle_id(cycle->cycle_id());
  response->set_cycle_name(cycle->name());
  response->set_on(rules::IsoOf(asking->today));
  projections::ComplianceFilter filter = {cycle->cycle_id(), request->school_id(), asking->today,
                                          *std::move(sight)};
  return ListFrom(office_, context, asking->moment, response->mutable_reflects(),
                  [request, response, filter = std::move(filter)](
                      const projections::CardReader& cards) -> absl::Status {
                    const absl::StatusOr<projections::Compliance> compliance =
                        projections::ReadCompliance(cards, filter);
                    if (!compliance.ok()) return compliance.status();
                    return Show(cards, *compliance, *request, *response);
                  });
}

}  // namespace countersign::rpc
