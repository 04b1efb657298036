#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_utils.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "clients/cli/failure.h"
#include "clients/cli/transport/interrupt.h"
#include "clients/cli/transport/transport.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using google::protobuf::MessageLite;

constexpr char kDemoCallerKey[] = "countersign-demo-user";
constexpr char kDemoServerKey[] = "countersign-demo";
constexpr absl::Duration kTellingPause = absl::Milliseconds(250);
constexpr int kAnswerBytesMax = 16 << 20;
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

// One call that is answered little by little. gRPC tells it of answers on threads of its own; the
// thread that waits takes them one by one, and only then is the next one read.
class Listening : public grpc::ClientBidiReactor<MessageLite, MessageLite> {
 public:
  enum class Heard { kNothing, kAnswer, kEnd };

  // Answers are read into `response`.
  Listening(const Message& request, Message* response) : request_(request), response_(response) {}

  void Begin() {
    // So that the call lasts while the next answer is not asked for yet.
    AddHold();
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(response_);
    StartCall();
  }

  // Waits for the next answer or the end, at most so long.
  Heard Wait(absl::Duration at_most) {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(
        absl::Condition(
            +[](Listening* self) { return self->answered_ || self->ended_; }, this),
        at_most);
    if (answered_) return Heard::kAnswer;
    return ended_ ? Heard::kEnd : Heard::kNothing;
  }

  // The answer has been taken; the next one may come.
  void ReadOn() {
    {
      absl::MutexLock lock(&mutex_);
      answered_ = false;
    }
    StartRead(response_);
  }

  // Once the end was heard.
  const grpc::Status& status() const { return status_; }

  void OnReadDone(bool ok) override {
    if (!ok) return RemoveHold();
    absl::MutexLock lock(&mutex_);
    answered_ = true;
  }

  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&mutex_);
    status_ = status;
    ended_ = true;
  }

 private:
  const Message& request_;
  Message* response_;
  absl::Mutex mutex_;
  bool answered_ = false;  // Under mutex_; the answer itself is read only while it is true.
  bool ended_ = false;     // Under mutex_.
  grpc::Status status_;    // Set before ended_.
};

class GrpcTransport : public Transport {
 public:
  explicit GrpcTransport(const Address& address) : address_(address) {
    grpc::ChannelArguments arguments;
    // A proxy of the environment must never see records.
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    // So that a retry within the second dials again instead of repeating the last refusal.
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
    // A record pack holds the record three times (docs/record-pack.md).
    arguments.SetMaxReceiveMessageSize(kAnswerBytesMax);
    auto channel =
        grpc::CreateCustomChannel(address.server, grpc::InsecureChannelCredentials(), arguments);
    stub_ = std::make_unique<Stub>(std::move(channel));
  }

  absl::Status Call(const std::string& method, const Message& request, Message* response) override {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + address_.call_wait));
    if (absl::Status status = NameCaller(context); !status.ok()) return status;
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
    NoticeDemo(context);
    return ToStatus(answer, context, address_.server);
  }

  absl::Status Follow(const std::string& method, const Message& request, Message* response,
                      const std::function<void()>& each) override {
    grpc::ClientContext context;
    if (absl::Status status = NameCaller(context); !status.ok()) return status;
    const InterruptWatch watch;
    stop_following_ = false;
    Listening listening(request, response);
    stub_->PrepareBidiStreamingCall(&context, PathOf(method), grpc::StubOptions(), &listening);
    listening.Begin();
    while (true) {
      const Listening::Heard heard = listening.Wait(kTellingPause);
      if (heard == Listening::Heard::kEnd) break;
      if (InterruptWatch::interrupted()) context.TryCancel();
      if (heard == Listening::Heard::kNothing) continue;
      if (!stop_following_) each();
      if (stop_following_) context.TryCancel();
      listening.ReadOn();
    }
    NoticeDemo(context);
    return ToStatus(listening.status(), context, address_.server);
  }

  void StopFollowing() override { stop_following_ = true; }

  void TellWaiting(std::function<void(absl::Duration)> waiting) override {
    waiting_ = std::move(waiting);
  }

  bool demo() const override { return demo_; }

 private:
  absl::Status NameCaller(grpc::ClientContext& context) const {
    if (address_.caller.empty()) return absl::OkStatus();
    const bool sendable = std::all_of(address_.caller.begin(), address_.caller.end(),
                                      [](unsigned char c) { return absl::ascii_isprint(c); });
    if (!sendable) {
      return absl::InvalidArgumentError("--as takes a staff key in plain ASCII letters.");
    }
    context.AddMetadata(kDemoCallerKey, address_.caller);
    return absl::OkStatus();
  }

  void NoticeDemo(const grpc::ClientContext& context) {
    demo_ = demo_ || context.GetServerInitialMetadata().count(kDemoServerKey) > 0 ||
            context.GetServerTrailingMetadata().count(kDemoServerKey) > 0;
  }

  using Stub = grpc::TemplatedGenericStub<MessageLite, MessageLite>;

  Address address_;
  std::unique_ptr<Stub> stub_;
  std::function<void(absl::Duration)> waiting_;
  bool demo_ = false;
  bool stop_following_ = false;
};

}  // namespace

std::unique_ptr<Transport> MakeGrpcTransport(const Address& address) {
  return std::make_unique<GrpcTransport>(address);
}

}  // namespace countersign::cli
