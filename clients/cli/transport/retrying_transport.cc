#include <utility>

#include "clients/cli/failure.h"
#include "clients/cli/transport/transport.h"
#include "countersign/v1/demo_service.pb.h"

namespace countersign::cli {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(200);

// A request id makes a command safe to repeat, and a question changes nothing. A stretch of time by
// which a demo's clock moves is neither.
bool IsSafeToRepeat(const google::protobuf::Message& request) {
  return request.GetDescriptor() != v1::AdvanceClockRequest::descriptor();
}

class RetryingTransport : public Transport {
 public:
  RetryingTransport(Transport& inner, std::function<void(absl::Duration)> sleep)
      : inner_(inner), sleep_(std::move(sleep)) {}

  absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response) override {
    absl::Duration pause = kFirstPause;
    int retries_left = 2;
    while (true) {
      response->Clear();
      const absl::Status status = inner_.Call(method, request, response);
      // A call that ran into its deadline has taken its time already: one more is enough.
      const int cost = absl::IsDeadlineExceeded(status) ? 2 : 1;
      const bool passing = (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) &&
                           ReasonOf(status) != kSigningStopped;
      if (!passing || !IsSafeToRepeat(request) || retries_left < cost) return status;
      retries_left -= cost;
      sleep_(pause);
      pause *= 3;
    }
  }

  // Sent once: what was answered already cannot be taken back.
  absl::Status Follow(const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message* response,
                      const std::function<void()>& each) override {
    return inner_.Follow(method, request, response, each);
  }

  void StopFollowing() override { inner_.StopFollowing(); }

  void TellWaiting(std::function<void(absl::Duration)> waiting) override {
    inner_.TellWaiting(std::move(waiting));
  }

  bool demo() const override { return inner_.demo(); }

 private:
  Transport& inner_;
  std::function<void(absl::Duration)> sleep_;
};

}  // namespace

std::unique_ptr<Transport> MakeRetryingTransport(Transport& inner,
                                                 std::function<void(absl::Duration)> sleep) {
  return std::make_unique<RetryingTransport>(inner, std::move(sleep));
}

}  // namespace countersign::cli
