#include "tests/end_to_end/client.h"

#include <gtest/gtest.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace countersign::end_to_end {
namespace {

constexpr absl::Duration kCallWait = absl::Seconds(30);

std::shared_ptr<grpc::Channel> ConnectTo(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // Channels to one address would share a connection, and callers at once would be one caller.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

std::string RandomUuid(std::mt19937_64& random) {
  const uint64_t high = random();
  const uint64_t low = random();
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, (high >> 16) & 0xffff,
                         high & 0xffff, low >> 48, low & 0xffffffffffff);
}

FailureReason ReasonOf(const grpc::Status& status) {
  FailureReason found;
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return found;
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (!detail.UnpackTo(&info)) continue;
    found.reason = info.reason();
    found.values.insert(info.metadata().begin(), info.metadata().end());
  }
  return found;
}

Client::Client(const std::string& address, std::string who)
    : who_(std::move(who)),
      channel_(ConnectTo(address)),
      recording_(v1::RecordingService::NewStub(channel_)),
      plans_(v1::PlanService::NewStub(channel_)) {}

void Client::Prepare(grpc::ClientContext& context) const {
  context.AddMetadata("countersign-demo-user", who_);
  context.set_deadline(absl::ToChronoTime(absl::Now() + kCallWait));
}

grpc::Status Client::AddComment(const Comment& comment, v1::Receipt* receipt) {
  v1::AddCommentRequest request;
  request.set_request_id(comment.request_id);
  request.set_plan_id(comment.plan_id);
  request.mutable_intent()->set_text(comment.text);
  if (comment.expected_version.has_value()) {
    request.set_expected_version(*comment.expected_version);
  }
  grpc::ClientContext context;
  Prepare(context);
  v1::AddCommentResponse response;
  grpc::Status status = recording_->AddComment(&context, request, &response);
  if (status.ok()) *receipt = response.receipt();
  return status;
}

std::vector<v1::TimelineEntry> Client::Timeline(const std::string& plan_id) {
  std::vector<v1::TimelineEntry> entries;
  v1::GetTimelineRequest request;
  request.set_plan_id(plan_id);
  request.mutable_page()->set_page_size(500);
  do {
    grpc::ClientContext context;
    Prepare(context);
    v1::GetTimelineResponse response;
    const grpc::Status status = plans_->GetTimeline(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    entries.insert(entries.end(), response.entries().begin(), response.entries().end());
    request.mutable_page()->set_page_token(response.next_page_token());
  } while (!request.page().page_token().empty());
  return entries;
}

v1::ListObligationsResponse Client::Obligations(const std::string& plan_id) {
  v1::ListObligationsRequest request;
  request.set_plan_id(plan_id);
  grpc::ClientContext context;
  Prepare(context);
  v1::ListObligationsResponse response;
  const grpc::Status status = plans_->ListObligations(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

}  // namespace countersign::end_to_end
