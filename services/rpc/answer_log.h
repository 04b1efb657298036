// The last look at every answer that is an error: the operator is told, and what was said inside
// stays inside.
//
// A call that is refused is named in the log by its method and its reason, at most once a minute. A
// call that fails inside gets an incident: the log has its number with what went wrong, and the
// caller gets one sentence for people with the same number. Neither holds content or a name.
#ifndef COUNTERSIGN_SERVICES_RPC_ANSWER_LOG_H_
#define COUNTERSIGN_SERVICES_RPC_ANSWER_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "grpcpp/support/server_interceptor.h"
#include "grpcpp/support/status.h"
#include "storage/bounded_cache.h"
#include "storage/keyring/keyring.h"

namespace countersign::rpc {

// How long one line speaks for what is the same.
inline constexpr absl::Duration kOneLineCovers = absl::Minutes(1);

struct AnswerLogOptions {
  // Told a line for the operator. Must not block, and may be called by many threads.
  std::function<void(const std::string&)> log = [](const std::string&) {};
  // A clock that runs, also in a demo.
  std::function<absl::Time()> now = absl::Now;
  storage::RandomBytes random = storage::SystemRandom;
};

// Thread-safe.
class AnswerLog {
 public:
  explicit AnswerLog(AnswerLogOptions options) : options_(std::move(options)) {}

  // What leaves for `answer` to a call of `method`, for example "PlanService.GetPlan". Only errors
  // that come from inside are changed (IsInside in to_grpc_status.h).
  grpc::Status Leaving(const std::string& method, const grpc::Status& answer);

 private:
  // What was said of one kind of answer, and how often since.
  struct Said {
    absl::Time at = absl::InfinitePast();
    uint64_t unsaid = 0;
    std::string incident;
  };

  std::string NewIncident();

  const AnswerLogOptions options_;
  std::mutex mutex_;
  storage::BoundedCache<std::string, Said> said_{1'000};  // Under mutex_.
};

// Takes every answer to a method of ours past the log. Thread-safe.
class LoggedAnswers : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit LoggedAnswers(std::shared_ptr<AnswerLog> log) : log_(std::move(log)) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* call) override;

 private:
  const std::shared_ptr<AnswerLog> log_;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_ANSWER_LOG_H_
