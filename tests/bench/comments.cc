#include "tests/bench/comments.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace countersign::bench {
namespace {

constexpr uint32_t kRequestSeries = 2;

}  // namespace

Commenting::Commenting(const Channels& channels, std::vector<OpenPlan>& plans)
    : stubs_(channels.Stubs<v1::RecordingService>()), request_ids_(kRequestSeries) {
  for (OpenPlan& plan : plans) resting_.push_back(&plan);
}

OpenPlan* Commenting::NextPlan(Hands& hands, bool one_turn) {
  const int turn = kCommentsInTurn * static_cast<int>(hands.open.size());
  if (hands.written == turn) {
    // In a single turn no plan comes back.
    if (!one_turn) resting_.insert(resting_.end(), hands.open.begin(), hands.open.end());
    hands = {};
    while (!resting_.empty() && static_cast<int>(hands.open.size()) < kOpenAtOnce) {
      hands.open.push_back(resting_.front());
      resting_.pop_front();
    }
    if (hands.open.empty()) return nullptr;
  }
  return hands.open[hands.written++ % hands.open.size()];
}

void Commenting::FillIn(const OpenPlan& plan, v1::AddCommentRequest& request) {
  request.set_request_id(request_ids_.Next());
  request.set_plan_id(plan.plan_id);
  request.set_expected_version(plan.version);
  request.mutable_intent()->set_text(CommentText(texts_++));
}

absl::StatusOr<Answers> Commenting::Write(int in_flight, absl::Duration length, bool one_turn) {
  if (!one_turn && static_cast<int>(resting_.size()) < in_flight * kOpenAtOnce) {
    return absl::FailedPreconditionError(absl::StrCat(
        in_flight, " slots need ", in_flight * kOpenAtOnce, " plans; there are ", resting_.size()));
  }
  const std::deque<OpenPlan*> all = resting_;
  std::vector<Hands> slots(in_flight);
  Talk<v1::AddCommentRequest, v1::AddCommentResponse> talk;
  talk.ask = [&](int slot, v1::AddCommentRequest& request) -> std::optional<std::string> {
    OpenPlan* plan = NextPlan(slots[slot], one_turn);
    if (plan == nullptr) return std::nullopt;
    slots[slot].asked = plan;
    FillIn(*plan, request);
    return plan->reviewee;
  };
  talk.take = [&](int slot, const v1::AddCommentResponse& response) {
    OpenPlan& plan = *slots[slot].asked;
    if (response.receipt().entries_size() != 1 ||
        response.receipt().entries(0).version() != plan.version + 1) {
      return absl::InternalError(
          absl::StrCat("not one entry after version ", plan.version, " of plan ", plan.plan_id));
    }
    ++plan.version;
    return absl::OkStatus();
  };
  absl::StatusOr<Answers> answers =
      AskInClosedLoop(stubs_, &v1::RecordingService::Stub::PrepareAsyncAddComment, in_flight,
                      length, std::move(talk));
  if (one_turn) {
    resting_ = all;
  } else {
    for (const Hands& hands : slots) {
      resting_.insert(resting_.end(), hands.open.begin(), hands.open.end());
    }
  }
  return answers;
}

absl::Status Commenting::CheckThatAStaleVersionIsRefused() {
  OpenPlan stale = *resting_.front();
  --stale.version;
  v1::AddCommentRequest request;
  FillIn(stale, request);
  const absl::Status refused =
      AskOnce(stubs_, &v1::RecordingService::Stub::PrepareAsyncAddComment, stale.reviewee, request)
          .status();
  if (absl::IsAborted(refused)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("a stale version was not refused as ABORTED: ", refused.ToString()));
}

}  // namespace countersign::bench
