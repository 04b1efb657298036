// What is true of one plan now: the record of one reviewee for one cycle.
//
//   enrolled --reviewer_assigned--> reviewer assigned --meeting_confirmed--> meeting confirmed
//      meeting confirmed --meeting_cancelled--> reviewer assigned
//      meeting confirmed --meeting_moved, meeting_corrected, notice_waived--> (same)
//      meeting confirmed --meeting_held--> meeting held --draft_issued--> draft issued
//      draft issued <--changes_requested / draft_revised, change_declined--> changes requested
//      draft issued --record_finalised--> finalised --signed, signed--> signed (closed)
//      finalised --changes_requested, comment_added, draft_revised--> draft issued, signatures void
//   finalised --signature_declined--> (same) --closed_unsigned--> closed unsigned (closed)
//   signed, closed unsigned --copy_issued, original_lodged, annex_copy_issued--> (same)
//   reviewer assigned, meeting confirmed --reviewer_replaced--> reviewer assigned
//      meeting held and later --reviewer_replaced--> (same, but final no more)
//   any open state --plan_suspended--> suspended --plan_resumed--> that state
//   any open state --replacement_requested, replacement_declined, deadline_extended,
//                    preparation_pack_issued, preparation_shared, consultation_recorded,
//                    release_arranged--> (same)
//   any state before the meeting was held --enrolment_withdrawn--> withdrawn (closed)
//
// Evolve believes events: whether something may happen is judged in decide.h alone.
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_PLAN_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_PLAN_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "countersign/v1/cards.pb.h"
#include "countersign/v1/plan_events.pb.h"
#include "countersign/v1/record.pb.h"
#include "services/rules/state/comments.h"
#include "services/rules/state/recorded.h"

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
  kSuspended,
  kClosedUnsigned,
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

// A request for another reviewer (R27 to R29). Its reasons are for the reviewee and the head alone.
struct RequestedReplacement {
  uint32_t replacement = 0;
  std::string reviewer_id;  // Who was the reviewer then.
  std::string reasons;
  int64_t requested_at_us = 0;
  bool decided = false;
  bool upheld = false;
  std::string decision_reasons;
  int64_t decided_at_us = 0;
};

// A party that declined to sign the record as it stands (A04).
struct StandingDecline {
  std::string party_id;
  bool as_reviewer = false;
  int64_t declined_at_us = 0;
  std::string reason;
};

// What was said before the meeting, so that the same is not written down twice.
struct Preparation {
  std::vector<std::string> documents;  // Of the last pack.
  std::vector<std::string> shared;     // Thoughts of the reviewee.
  std::vector<v1::ConsultationRecorded> consultations;
  std::string cover;  // Of the last release arranged.
};

// A plan with its content.
struct Plan {
  v1::PlanProgress progress;  // Ids, states and dates; all that deadlines depend on.
  v1::Meeting meeting;        // As confirmed, moved or corrected.
  v1::Record record;          // The last draft, as stored bytes.
  Comments comments;
  std::string comments_bytes;  // As finalised; empty while the record is not final.
  std::string digest;          // Of the final record, 32 bytes; empty while it is not final.
  std::vector<RequestedChange> changes;
  std::vector<StandingSignature> signatures;
  std::vector<StandingDecline> declined;
  std::string closed_because;  // Set when the head closed the record unsigned.
  std::string original_lodged_with_id;
  std::string annex_issued_to_id;
  std::vector<RequestedReplacement> replacements;
  Preparation preparation;
};

PlanState StateOf(const v1::PlanProgress& progress);

// Closed plans accept nothing but the copies still owed.
bool IsClosed(PlanState state);

// Whether the plan rests now.
bool IsSuspended(const v1::PlanProgress& progress);

// What the event changes of ids, states and dates. For projections, which never see text. Events
// that change none are passed over on purpose, one by one. DATA_LOSS for an event of unknown kind
// or of another stream.
absl::Status Advance(v1::PlanProgress& progress, const Recorded& recorded);

// The plan after the event. DATA_LOSS as Advance.
absl::StatusOr<Plan> Evolve(Plan before, const Recorded& recorded);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_PLAN_H_
