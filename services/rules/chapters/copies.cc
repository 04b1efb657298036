// Chapter: who is given the record (R75 to R77).
#include "services/rules/decide.h"
#include "services/rules/refusals.h"
#include "services/rules/state/plan_people.h"

namespace countersign::rules {
namespace {

// The first copy that is still owed and cannot be given out, because nobody holds the office.
absl::Status RefuseVacant(const Plan& plan) {
  if (!Happened(plan.progress.original_lodged())) {
    return Refuse(v1::NO_HEADTEACHER,
                  "The school has no head who could keep the original. Appoint one first.");
  }
  return Refuse(v1::NO_TRAINING_LEAD,
                "Nobody in the school plans training, so nobody could be given the annex. Give "
                "somebody that role first.");
}

}  // namespace

std::vector<Happening> CopiesOf(const Plan& plan, const Facts& facts) {
  std::vector<Happening> happenings;
  const auto add = [&]() -> v1::CopiesEvent& {
    happenings.push_back({plan.progress.plan_id(), {}});
    return *happenings.back().event.mutable_plan()->mutable_copies();
  };
  if (!Happened(plan.progress.copy_issued())) {
    add().mutable_copy_issued()->set_digest(plan.digest);
  }
  const std::string head = HeadOf(facts.school->facts, facts.Today());
  if (!Happened(plan.progress.original_lodged()) && !head.empty()) {
    v1::OriginalLodged* lodged = add().mutable_original_lodged();
    lodged->set_digest(plan.digest);
    lodged->set_head_id(head);
  }
  const std::string training_lead = TrainingLeadOf(facts.school->facts, facts.Today());
  if (!Happened(plan.progress.annex_copy_issued()) && !training_lead.empty()) {
    v1::AnnexCopyIssued* issued = add().mutable_annex_copy_issued();
    issued->set_digest(plan.digest);
    issued->set_training_lead_id(training_lead);
  }
  return happenings;
}

Decision DecideCopies(const Plan& plan, const Facts& facts, const v1::IssueCopies&) {
  const PlanState state = StateOf(plan.progress);
  if (state != PlanState::kSigned && state != PlanState::kClosedUnsigned) {
    return Refuse(v1::RECORD_NOT_CLOSED,
                  "Copies are given out when both have signed, or when the head has closed the "
                  "record.");
  }
  if (!OwesCopies(plan.progress)) return std::vector<Happening>{};
  std::vector<Happening> happenings = CopiesOf(plan, facts);
  if (happenings.empty()) return RefuseVacant(plan);
  return happenings;
}

}  // namespace countersign::rules
