// Chapter: who reviews (R24 to R29, R90; A11, A23).
#include "absl/strings/ascii.h"
#include "services/rules/chapters/bounds.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"
#include "services/rules/state/plan_people.h"

namespace countersign::rules {
namespace {

// The basis that the recorded line managers show, where the command names none (R25, R26).
absl::StatusOr<v1::AssignmentBasis> BasisFor(v1::AssignmentBasis basis, bool is_line_manager,
                                             bool has_several) {
  switch (basis.basis_case()) {
    case v1::AssignmentBasis::kLineManager:
      if (!is_line_manager) break;
      if (!has_several) return basis;
      return Refuse(
          v1::SEVERAL_LINE_MANAGERS,
          "This person has several line managers, so the head decides who is best placed: "
          "give the basis as the head's choice.");
    case v1::AssignmentBasis::kHeadteacherChoice:
      if (!is_line_manager) break;
      return basis;
    case v1::AssignmentBasis::kOther:
      if (!absl::StripAsciiWhitespace(basis.other().note()).empty()) return basis;
      return Refuse(v1::NOTE_MISSING,
                    "Normally the reviewer is the line manager. Say in a note why it is somebody "
                    "else.");
    case v1::AssignmentBasis::BASIS_NOT_SET:
      if (!is_line_manager) {
        return Refuse(
            v1::NOTE_MISSING,
            "This person is not recorded as a line manager of the reviewee. Say in a note "
            "why they review, or record them as a line manager first.");
      }
      if (has_several) {
        basis.mutable_headteacher_choice();
      } else {
        basis.mutable_line_manager();
      }
      return basis;
  }
  return Refuse(v1::NOT_A_LINE_MANAGER,
                "This person is not recorded as a line manager of the reviewee. Record them as one "
                "first, or give another basis with a note.");
}

// Who is to review, on what ground, and among whom the head chose.
struct Choice {
  std::string reviewer_id;
  v1::AssignmentBasis basis;
  google::protobuf::RepeatedPtrField<std::string> candidate_ids;
};

absl::StatusOr<Choice> Choose(const Plan& plan, const Facts& facts, const std::string& reviewer_id,
                              const v1::AssignmentBasis& basis) {
  if (reviewer_id == plan.progress.reviewee_id()) {
    return Refuse(v1::REVIEWER_IS_REVIEWEE,
                  "Nobody reviews themselves. Choose the line manager or somebody else.");
  }
  if (!IsKnown(facts.PersonOf(reviewer_id))) {
    return absl::NotFoundError("there is no such person to be the reviewer");
  }
  const v1::PersonFacts& reviewee = facts.PersonOf(plan.progress.reviewee_id()).facts;
  const bool is_line_manager = Manages(reviewer_id, reviewee);
  // The reviewer reads the plan and judges the work, so nobody takes that upon themselves.
  if (reviewer_id == facts.caller_id && !is_line_manager) {
    return Refuse(v1::REVIEWER_IS_CALLER,
                  "Nobody makes themselves the reviewer of somebody whom they do not manage. Name "
                  "somebody else, or ask somebody else who may to record you as a line manager "
                  "first.");
  }
  const auto& managers = reviewee.manager_ids();
  absl::StatusOr<v1::AssignmentBasis> found = BasisFor(basis, is_line_manager, managers.size() > 1);
  if (!found.ok()) return found.status();
  Choice choice{reviewer_id, *std::move(found), {}};
  // R26: among whom the head chose belongs to the record of the choice.
  if (managers.size() > 1) choice.candidate_ids = managers;
  return choice;
}

Happening Of(const Plan& plan, v1::ReviewerEvent event) {
  Happening happening{plan.progress.plan_id(), {}};
  *happening.event.mutable_plan()->mutable_reviewer() = std::move(event);
  return happening;
}

Happening Replaced(const Plan& plan, const Choice& choice, const std::string& reason) {
  v1::ReviewerEvent event;
  v1::ReviewerReplaced* replaced = event.mutable_reviewer_replaced();
  replaced->set_reviewer_id(choice.reviewer_id);
  *replaced->mutable_basis() = choice.basis;
  *replaced->mutable_candidate_ids() = choice.candidate_ids;
  replaced->set_reason(reason);
  return Of(plan, std::move(event));
}

}  // namespace

Decision DecideReviewer(const Plan& plan, const Facts& facts, const v1::AssignReviewer& command) {
  if (command.reviewer_id() == plan.progress.reviewer_id()) return std::vector<Happening>{};
  if (!plan.progress.reviewer_id().empty()) {
    return Refuse(v1::REVIEWER_ALREADY_ASSIGNED,
                  "This plan has a reviewer. The reviewee may ask in writing for another one, and "
                  "the head replaces a reviewer who leaves.",
                  {{"reviewer_id", plan.progress.reviewer_id()}});
  }
  absl::StatusOr<Choice> choice = Choose(plan, facts, command.reviewer_id(), command.basis());
  if (!choice.ok()) return choice.status();
  v1::ReviewerEvent event;
  v1::ReviewerAssigned* assigned = event.mutable_reviewer_assigned();
  assigned->set_reviewer_id(choice->reviewer_id);
  *assigned->mutable_basis() = choice->basis;
  *assigned->mutable_candidate_ids() = choice->candidate_ids;
  return std::vector<Happening>{Of(plan, std::move(event))};
}

// R27: the right to ask has no time limit; only what follows from the answer does.
Decision DecideReviewer(const Plan& plan, const Facts&, const v1::RequestReplacement& command) {
  if (absl::Status nobody = RefuseUnlessAssigned(plan); !nobody.ok()) return nobody;
  if (Happened(plan.progress.replacement_requested())) {
    if (plan.replacements.back().reasons == command.reasons()) return std::vector<Happening>{};
    return RefuseWhileUndecided(plan);
  }
  RequestedReplacement request;
  request.reasons = command.reasons();
  if (HasNoRoomFor(request, plan.replacements)) {
    return Refuse(v1::RECORD_TOO_LONG,
                  "The requests for another reviewer of this plan with their answers would be "
                  "longer than 500,000 bytes. Shorten this one.");
  }
  v1::ReviewerEvent event;
  event.mutable_replacement_requested()->set_replacement(plan.progress.replacements() + 1);
  event.mutable_replacement_requested()->set_reasons(command.reasons());
  return std::vector<Happening>{Of(plan, std::move(event))};
}

Decision DecideReviewer(const Plan& plan, const Facts& facts,
                        const v1::DecideReplacement& command) {
  if (!Happened(plan.progress.replacement_requested())) {
    return Refuse(v1::REPLACEMENT_NOT_REQUESTED,
                  "No request for another reviewer waits for a decision. If the reviewer leaves, "
                  "replace them.");
  }
  const uint32_t number = plan.progress.replacements();
  v1::ReviewerEvent event;
  switch (command.decision_case()) {
    case v1::DecideReplacement::kKeep:
      event.mutable_replacement_declined()->set_replacement(number);
      event.mutable_replacement_declined()->set_reasons(command.reasons());
      return std::vector<Happening>{Of(plan, std::move(event))};
    case v1::DecideReplacement::kReplace: {
      if (command.replace().reviewer_id() == plan.progress.reviewer_id()) {
        return Refuse(v1::REVIEWER_UNCHANGED,
                      "That is the reviewer whom the reviewee asked to replace. Name another one, "
                      "or decide that the reviewer stays.",
                      {{"reviewer_id", plan.progress.reviewer_id()}});
      }
      absl::StatusOr<Choice> choice =
          Choose(plan, facts, command.replace().reviewer_id(), command.replace().basis());
      if (!choice.ok()) return choice.status();
      event.mutable_replacement_upheld()->set_replacement(number);
      event.mutable_replacement_upheld()->set_reasons(command.reasons());
      std::vector<Happening> happenings = {Of(plan, std::move(event)), Replaced(plan, *choice, "")};
      happenings.back().follows_first = true;
      return happenings;
    }
    case v1::DecideReplacement::DECISION_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("say whether the reviewer stays or who reviews instead");
}

Decision DecideReviewer(const Plan& plan, const Facts& facts, const v1::ReplaceReviewer& command) {
  if (absl::Status nobody = RefuseUnlessAssigned(plan); !nobody.ok()) return nobody;
  if (command.reviewer_id() == plan.progress.reviewer_id()) return std::vector<Happening>{};
  if (absl::Status undecided = RefuseWhileUndecided(plan); !undecided.ok()) return undecided;
  absl::StatusOr<Choice> choice = Choose(plan, facts, command.reviewer_id(), command.basis());
  if (!choice.ok()) return choice.status();
  return std::vector<Happening>{Replaced(plan, *choice, command.reason())};
}

}  // namespace countersign::rules
