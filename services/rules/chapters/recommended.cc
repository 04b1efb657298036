#include "services/rules/chapters/recommended.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/recorded.h"

namespace countersign::rules {
namespace {

// Whether what comes before the meeting can still be done.
bool IsBeforeTheMeeting(const v1::PlanProgress& progress) {
  switch (StateOf(progress)) {
    case PlanState::kReviewerAssigned:
    case PlanState::kMeetingConfirmed:
      return true;
    case PlanState::kUnborn:
    case PlanState::kEnrolled:
    case PlanState::kMeetingHeld:
    case PlanState::kDraftIssued:
    case PlanState::kChangesRequested:
    case PlanState::kFinalised:
    case PlanState::kSigned:
    case PlanState::kWithdrawn:
    case PlanState::kSuspended:
    case PlanState::kClosedUnsigned:
      break;
  }
  return false;
}

}  // namespace

std::vector<std::string> Recommended(const v1::PlanProgress& progress,
                                     const v1::PersonFacts& reviewee, const NameFunction& name_of) {
  std::vector<std::string> recommended;
  if (!IsBeforeTheMeeting(progress)) return recommended;
  if (!Happened(progress.preparation_pack_issued())) {
    recommended.push_back("R36: give the reviewee the documents to prepare with.");
  }
  // R40: the reviewer consults the other line managers before the meeting.
  const auto& consulted = progress.consulted_ids();
  for (const std::string& manager_id : reviewee.manager_ids()) {
    if (manager_id == progress.reviewer_id() ||
        std::find(consulted.begin(), consulted.end(), manager_id) != consulted.end()) {
      continue;
    }
    recommended.push_back(
        absl::StrCat("R40: consult ", name_of(manager_id), ", who manages the reviewee too."));
  }
  if (!Happened(progress.release_arranged())) {
    recommended.push_back("R86: arrange who stands in for the reviewee during the meeting.");
  }
  return recommended;
}

}  // namespace countersign::rules
