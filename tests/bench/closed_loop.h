// Asks a server as fast as it answers, with a fixed number of calls in flight: one thread, one
// completion queue, two connections. A slot sends its next call when its last one was answered, so
// a slow server is asked less, and latencies never count a queue on this side.
#ifndef COUNTERSIGN_TESTS_BENCH_CLOSED_LOOP_H_
#define COUNTERSIGN_TESTS_BENCH_CLOSED_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/rpc/caller.h"

namespace countersign::bench {

// Connections to a server, as many as the client of the floor server has. Copies share them.
class Channels {
 public:
  explicit Channels(const std::string& address);

  template <typename Service>
  std::vector<std::unique_ptr<typename Service::Stub>> Stubs() const {
    std::vector<std::unique_ptr<typename Service::Stub>> stubs;
    for (const auto& channel : channels_) stubs.push_back(Service::NewStub(channel));
    return stubs;
  }

 private:
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
};

// What a loop measured.
struct Answers {
  std::vector<float> latencies_us{};  // From just before the send to the answer in this thread.
  double seconds = 0;                 // From the first send to the last answer.

  double per_second() const { return seconds > 0 ? latencies_us.size() / seconds : 0; }
};

// A stub's PrepareAsync... of some RPC.
template <typename Stub, typename Request, typename Response>
using Method = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (Stub::*)(
    grpc::ClientContext*, const Request&, grpc::CompletionQueue*);

template <typename Request, typename Response>
struct Talk {
  // Fills in the next request of a slot and returns who asks, by staff key; nothing when the slot
  // has no more to ask. Not part of the latency.
  std::function<std::optional<std::string>(int slot, Request& request)> ask;
  // Takes an answer; an error ends the loop.
  std::function<absl::Status(int slot, const Response& response)> take;
};

// Runs the loop for `length`, or until no slot has more to ask. The first call that fails ends it:
// its error comes back, with the server's words.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Answers> AskInClosedLoop(const std::vector<std::unique_ptr<Stub>>& stubs,
                                        Method<Stub, Request, Response> method, int in_flight,
                                        absl::Duration length, Talk<Request, Response> talk) {
  using Clock = std::chrono::steady_clock;
  struct Slot {
    int number;
    Request request;
    Response response;
    grpc::Status status;
    std::optional<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader;
    Clock::time_point sent_at;
  };
  grpc::CompletionQueue queue;
  std::vector<Slot> slots(in_flight);
  const Clock::time_point begin = Clock::now();
  // A length without end must not overflow the clock.
  const Clock::time_point end =
      begin + absl::ToChronoNanoseconds(std::min(length, absl::Hours(24)));
  const auto send = [&](Slot& slot) {
    slot.request.Clear();
    const std::optional<std::string> caller = talk.ask(slot.number, slot.request);
    if (!caller.has_value()) return false;
    slot.context.emplace();
    slot.context->AddMetadata(rpc::kDemoUserKey, *caller);
    slot.sent_at = Clock::now();
    Stub& stub = *stubs[slot.number % stubs.size()];
    slot.reader = (stub.*method)(&*slot.context, slot.request, &queue);
    slot.reader->StartCall();
    slot.reader->Finish(&slot.response, &slot.status, &slot);
    return true;
  };
  int waiting = 0;
  for (int i = 0; i < in_flight; ++i) {
    slots[i].number = i;
    if (send(slots[i])) ++waiting;
  }
  Answers answers;
  absl::Status failed;
  Clock::time_point last = begin;
  void* tag = nullptr;
  bool ok = false;
  while (waiting > 0 && queue.Next(&tag, &ok)) {
    Slot& slot = *static_cast<Slot*>(tag);
    last = Clock::now();
    --waiting;
    if (!slot.status.ok()) {
      failed.Update(absl::Status(static_cast<absl::StatusCode>(slot.status.error_code()),
                                 slot.status.error_message()));
    }
    if (!failed.ok()) continue;
    answers.latencies_us.push_back(
        std::chrono::duration<float, std::micro>(last - slot.sent_at).count());
    failed.Update(talk.take(slot.number, slot.response));
    if (failed.ok() && last < end && send(slot)) ++waiting;
  }
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
  if (!failed.ok()) return failed;
  answers.seconds = std::chrono::duration<double>(last - begin).count();
  return answers;
}

// One call, waited for.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> AskOnce(const std::vector<std::unique_ptr<Stub>>& stubs,
                                 Method<Stub, Request, Response> method, const std::string& caller,
                                 const Request& request) {
  bool asked = false;
  Response answer;
  Talk<Request, Response> talk;
  talk.ask = [&](int, Request& sent) -> std::optional<std::string> {
    if (std::exchange(asked, true)) return std::nullopt;
    sent = request;
    return caller;
  };
  talk.take = [&](int, const Response& response) {
    answer = response;
    return absl::OkStatus();
  };
  const absl::StatusOr<Answers> answers =
      AskInClosedLoop(stubs, method, 1, absl::InfiniteDuration(), std::move(talk));
  if (!answers.ok()) {
    return absl::Status(answers.status().code(), absl::StrCat(Request::descriptor()->name(), ": ",
                                                              answers.status().message()));
  }
  return answer;
}

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_CLOSED_LOOP_H_
