// The way to the server: one call at a time, answered once or little by little. Tests put a
// transport of their own here.

#ifndef COUNTERSIGN_CLIENTS_CLI_TRANSPORT_TRANSPORT_H_
#define COUNTERSIGN_CLIENTS_CLI_TRANSPORT_TRANSPORT_H_

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace countersign::cli {

// A connection to one server as one caller.
class Transport {
 public:
  virtual ~Transport() = default;

  // Sends `request` to `method`, a full name such as "countersign.v1.PlanService.GetPlan", and
  // waits. A failure carries the server's details (clients/cli/failure.h); UNAVAILABLE when nobody
  // answers, DEADLINE_EXCEEDED when nobody answers in time.
  virtual absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                            google::protobuf::Message* response) = 0;

  // Sends `request` to `method`, which answers little by little: every answer is read into
  // `response`, and then `each` is called, by the thread that waits. No deadline stands over it: it
  // ends with the last answer. CANCELLED when the user interrupts it (SIGINT), which tells the
  // server; otherwise the failures of Call(), maybe after some answers.
  virtual absl::Status Follow(const std::string& method, const google::protobuf::Message& request,
                              google::protobuf::Message* response,
                              const std::function<void()>& each) = 0;

  // To be called by `each`: ends the Follow() under way, which then returns CANCELLED. A transport
  // whose answers end by themselves need not.
  virtual void StopFollowing() {}

  // Has `waiting` called with the time waited so far, a few times a second, while Call() waits, by
  // the thread that waits. Nothing: no more. A transport that never waits need not.
  virtual void TellWaiting(std::function<void(absl::Duration)> /*waiting*/) {}

  // Whether an answer so far came from a demo server: made-up people, movable clock.
  virtual bool demo() const = 0;
};

// Whom to call, and as whom.
struct Address {
  std::string server = {};        // Such as "127.0.0.1:7340".
  std::string caller = {};        // Staff key of a demo's person; empty says nobody.
  absl::Duration call_wait = {};  // How long one call may take.
};

// A transport over gRPC. The connection is made by the first call. INVALID_ARGUMENT from a call
// when the caller's key cannot be sent (anything but printable ASCII).
std::unique_ptr<Transport> MakeGrpcTransport(const Address& address);

// A transport that sends a request again, unchanged, when `inner` answers UNAVAILABLE (at most
// twice more) or DEADLINE_EXCEEDED (only when it was the first), but not while signing is stopped:
// that does not pass by itself. It is safe: queries change nothing, and a command carries its
// request id. Follow() is never repeated. `sleep` waits between
// attempts. `inner` must outlive it.
std::unique_ptr<Transport> MakeRetryingTransport(Transport& inner,
                                                 std::function<void(absl::Duration)> sleep);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_TRANSPORT_TRANSPORT_H_
