#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "clients/cli/failure.h"
#include "clients/cli/transport/transport.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageLite;

constexpr char kDemoCallerKey[] = "countersign-demo-user";
constexpr char kDemoServerKey[] = "countersign-demo";
constexpr absl::Duration kTellingPause = absl::Milliseconds(250);
constexpr char kDetailsKey[] = "grpc-status-details-bin";

// "countersign.v1.PlanService.GetPlan" as "/countersign.v1.PlanService/GetPlan".
std::string PathOf(std::string method) {
  const size_t dot = method.rfind('.');
  if (dot != std::string::npos) method[dot] = '/';
  return absl::StrCat("/", method);
}

absl::Status ToStatus(const grpc::Status& answer, const grpc::ClientContext& context,
                      const std::string& server) {
  if (answer.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(answer.error_code());
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto details = trailers.find(kDetailsKey);
  std::string message = answer.error_message();
  if (details == trailers.end() && code == absl::StatusCode::kUnavailable) {
    message = absl::StrCat("No server answers at ", server, " (", message, ").");
  } else if (details == trailers.end() && code == absl::StatusCode::kDeadlineExceeded) {
    message = absl::StrCat("The server at ", server, " did not answer in time.");
  }
  absl::Status status(code, message);
  if (details != trailers.end()) {
    status.SetPayload(kDetailsPayload, absl::Cord(absl::string_view(details->second.data(),
                                                                    details->second.size())));
  }
  return status;
}

class GrpcTransport : public Transport {
 public:
  explicit GrpcTransport(const Address& address) : address_(address) {
    grpc::ChannelArguments arguments;
    // A proxy of the environment must never see records.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    // So that a retry within the second dials again instead of repeating the last refusal.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
    auto channel =
        grpc::CreateCustomChannel(address.server, grpc::InsecureChannelCredentials(), arguments);
    stub_ = std::make_unique<Stub>(std::move(channel));
  }

  absl::Status Call(const std::string& method, const Message& request, Message* response) override {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + address_.call_wait));
    if (!address_.caller.empty()) {
      const bool sendable = std::all_of(address_.caller.begin(), address_.caller.end(),
                                        [](unsigned char c) { return absl::ascii_isprint(c); });
      if (!sendable) {
        return absl::InvalidArgumentError("--as takes a staff key in plain ASCII letters.");
      }
      context.AddMetadata(kDemoCallerKey, address_.caller);
    }
    grpc::Status answer;
    absl::Notification answered;
    stub_->UnaryCall(&context, PathOf(method), grpc::StubOptions(), &request, response,
                     [&](grpc::Status status) {
                       answer = std::move(status);
                       answered.Notify();
                     });
    const absl::Time begun = absl::Now();
    while (!answered.WaitForNotificationWithTimeout(kTellingPause)) {
      if (waiting_) waiting_(absl::Now() - begun);
    }
    demo_ = demo_ || context.GetServerInitialMetadata().count(kDemoServerKey) > 0 ||
            context.GetServerTrailingMetadata().count(kDemoServerKey) > 0;
    return ToStatus(answer, context, address_.server);
  }

  void TellWaiting(std::function<void(absl::Duration)> waiting) override {
    waiting_ = std::move(waiting);
  }

  bool demo() const override { return demo_; }

 private:
  using Stub = grpc::TemplatedGenericStub<MessageLite, MessageLite>;

  Address address_;
  std::unique_ptr<Stub> stub_;
  std::function<void(absl::Duration)> waiting_;
  bool demo_ = false;
};

}  // namespace

std::unique_ptr<Transport> MakeGrpcTransport(const Address& address) {
  return std::make_unique<GrpcTransport>(address);
}

}  // namespace countersign::cli
