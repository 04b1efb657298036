// What is true of one plan now: the record of one reviewee for one cycle.
//
//   enrolled --reviewer_assigned--> reviewer assigned --meeting_confirmed--> meeting confirmed
//      meeting confirmed --meeting_cancelled--> reviewer assigned
//      meeting confirmed --meeting_moved, meeting_corrected, notice_waived--> (same)
//      meeting confirmed --meeting_held--> meeting held --draft_issued--> draft issued
//      draft issued <--changes_requested / draft_revised, change_declined--> changes requested
//      draft issued --record_finalised--> finalised --signed, signed--> signed (closed)
//      finalised --changes_requested, comment_added, draft_revised--> draft issued, signatures void
//   any state before signed --enrolment_withdrawn--> withdrawn (closed)
//
// Evolve believes events: whether something may happen is judged in decide.h alone.
#ifndef COUNTERSIGN_SERVICES_RULES_PLAN_H_
#define COUNTERSIGN_SERVICES_RULES_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "countersign/v1/cards.pb.h"
#include "countersign/v1/record.pb.h"
#include "services/rules/recorded.h"

namespace countersign::rules {

enum class PlanState {
  kUnborn,  // No such plan.
  kEnrolled,
  kReviewerAssigned,
  kMeetingConfirmed,
  kMeetingHeld,
  kDraftIssued,
  kChangesRequested,
  kFinalised,
  kSigned,
  kWithdrawn,
};

// A change the reviewee asked for (R72).
struct RequestedChange {
  uint32_t change = 0;
  std::string section;
  std::string wish;
  bool open = true;
  std::string declined_because;  // Set when it was declined.
};

// A signature on the record as it stands (R74).
struct StandingSignature {
  std::string signer_id;
  bool as_reviewer = false;
  int64_t signed_at_us = 0;
  std::string method;
  std::string meaning;
};

// A plan with its content.
struct Plan {
  v1::PlanProgress progress;  // Ids, states and dates; all that deadlines depend on.
  v1::Meeting meeting;        // As confirmed, moved or corrected.
  v1::Record record;          // The last draft, as stored bytes.
  v1::RevieweeComments comments;
  std::string comments_bytes;  // As finalised; empty while the record is not final.
  std::string digest;          // Of the final record, 32 bytes; empty while it is not final.
  std::vector<RequestedChange> changes;
  std::vector<StandingSignature> signatures;
};

PlanState StateOf(const v1::PlanProgress& progress);

// Closed plans accept nothing.
bool IsClosed(PlanState state);

// What the event changes of ids, states and dates. For projections, which never see text. Events
// that change none are passed over on purpose, one by one. DATA_LOSS for an event of unknown kind
// or of another stream.
absl::Status Advance(v1::PlanProgress& progress, const Recorded& recorded);

// The plan after the event. DATA_LOSS as Advance.
absl::StatusOr<Plan> Evolve(Plan before, const Recorded& recorded);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_PLAN_H_
