// Comments written on open plans, each with the version that its plan is expected to have. A plan
// is in the hands of one slot at a time, so no two writers ever meet.
#ifndef COUNTERSIGN_TESTS_BENCH_COMMENTS_H_
#define COUNTERSIGN_TESTS_BENCH_COMMENTS_H_

#include <deque>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "countersign/v1/recording_service.grpc.pb.h"
#include "tests/bench/closed_loop.h"
#include "tests/bench/founding.h"
#include "tests/bench/words.h"

namespace countersign::bench {

// Entries of a plan after its preparation, from its opening to its first draft, and as many more as
// are written before the next plan's turn: 40 together, as in the peers' workload.
inline constexpr int kPreparedEntries = 5;
inline constexpr int kCommentsInTurn = 35;
// Plans that one slot has open at once and writes to in rotation.
inline constexpr int kOpenAtOnce = 4;

class Commenting {
 public:
  // The plans are borrowed; their versions move on with what is written.
  Commenting(const Channels& channels, std::vector<OpenPlan>& plans);

  // Writes for `length`, or until every plan has had one turn if `one_turn` is said. Every slot
  // takes plans that have waited longest, and puts them back when it is done. FAILED_PRECONDITION
  // when there are not plans enough for so many slots; else the server's errors.
  absl::StatusOr<Answers> Write(int in_flight, absl::Duration length, bool one_turn = false);

  // Hands in one comment with a version that its plan had before. OK when the server refuses that
  // as it should (ABORTED); FAILED_PRECONDITION when it does not.
  absl::Status CheckThatAStaleVersionIsRefused();

 private:
  // What a slot has in its hands.
  struct Hands {
    std::vector<OpenPlan*> open;
    int written = 0;            // Since it took these plans.
    OpenPlan* asked = nullptr;  // Whose comment is on its way.
  };

  // The next plan that a slot writes to; null when none is left.
  OpenPlan* NextPlan(Hands& hands, bool one_turn);
  void FillIn(const OpenPlan& plan, v1::AddCommentRequest& request);

  const std::vector<std::unique_ptr<v1::RecordingService::Stub>> stubs_;
  RequestIds request_ids_;
  uint64_t texts_ = 0;
  std::deque<OpenPlan*> resting_;  // Those that have waited longest first.
};

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_COMMENTS_H_
