// Chapter: who reviews (R24 to R26, R90).
#include <algorithm>

#include "absl/strings/ascii.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

// The basis that the recorded line managers show, where the command names none (R25, R26).
absl::StatusOr<v1::AssignmentBasis> BasisFor(const v1::AssignReviewer& command,
                                             bool is_line_manager, bool has_several) {
  v1::AssignmentBasis basis = command.basis();
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

}  // namespace

Decision DecideReviewer(const Plan& plan, const Facts& facts, const v1::AssignReviewer& command) {
  if (command.reviewer_id() == plan.progress.reviewer_id()) return std::vector<Happening>{};
  if (!plan.progress.reviewer_id().empty()) {
    return Refuse(v1::REVIEWER_ALREADY_ASSIGNED,
                  "This plan has a reviewer. The reviewee may ask in writing for a replacement.",
                  {{"reviewer_id", plan.progress.reviewer_id()}});
  }
  if (command.reviewer_id() == plan.progress.reviewee_id()) {
    return Refuse(v1::REVIEWER_IS_REVIEWEE,
                  "Nobody reviews themselves. Choose the line manager or somebody else.");
  }
  if (!IsKnown(facts.PersonOf(command.reviewer_id()))) {
    return absl::NotFoundError("there is no such person to be the reviewer");
  }
  const auto& managers = facts.PersonOf(plan.progress.reviewee_id()).facts.manager_ids();
  const bool is_line_manager =
      std::find(managers.begin(), managers.end(), command.reviewer_id()) != managers.end();
  absl::StatusOr<v1::AssignmentBasis> basis =
      BasisFor(command, is_line_manager, managers.size() > 1);
  if (!basis.ok()) return basis.status();

  Happening assigned{plan.progress.plan_id(), {}};
  v1::ReviewerAssigned* event =
      assigned.event.mutable_plan()->mutable_reviewer()->mutable_reviewer_assigned();
  event->set_reviewer_id(command.reviewer_id());
  *event->mutable_basis() = *basis;
  // R26: among whom the head chose belongs to the record of the choice.
  if (managers.size() > 1) *event->mutable_candidate_ids() = managers;
  return std::vector<Happening>{std::move(assigned)};
}

}  // namespace countersign::rules
