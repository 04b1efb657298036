// One run of the command line against one server: sends requests, shows answers.
//
// Every RPC has a request message of its own, so the message alone says which RPC is meant: it is
// looked up in the schema, and so is the field that a command's request id goes into. Not safe for
// several threads.

#ifndef COUNTERSIGN_CLIENTS_CLI_SESSION_H_
#define COUNTERSIGN_CLIENTS_CLI_SESSION_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/output/answer.h"
#include "clients/cli/output/terminal.h"
#include "clients/cli/transport/request_id.h"
#include "clients/cli/transport/transport.h"
#include "clients/verifier/key_file.h"
#include "countersign/v1/api.pb.h"

namespace countersign::cli {

// How a command ended: a code, or why it failed.
using Outcome = absl::StatusOr<ExitCode>;

// Flags that belong to a command's request.
struct RequestOptions {
  // Empty: a new random one.
  std::string request_id = {};
  // The version of the thing that the caller has seen.
  std::optional<uint64_t> expected_version = {};
  // What the receipt waits for.
  v1::WaitFor wait_for = v1::WAIT_FOR_UNSPECIFIED;
  // Where the proof of the command's last entry goes (C2SP tlog-proof); empty: nowhere.
  std::string proof_path = {};
  // Under which the receipt's checkpoint must be signed; nothing: who signed is not looked at.
  std::optional<verifier::KeyFile> log_keys = {};
};

class Session {
 public:
  // `transport` and `terminal` must outlive the session.
  Session(Transport& transport, Terminal& terminal, RandomSource random, RequestOptions options);

  Terminal& terminal() { return terminal_; }
  const RandomSource& random() const { return random_; }
  // Sends a query. The failures of Transport::Call().
  template <typename Response>
  absl::StatusOr<Response> Ask(const google::protobuf::Message& request) {
    Response response;
    if (absl::Status status = Call(request, &response); !status.ok()) return status;
    return response;
  }

  // Sends a query for a list (a request with `page`, an answer with `next_page_token` and one
  // repeated field) as often as it takes to have `limit` rows or all. The token of the answer is
  // left set when there are more.
  template <typename Response>
  absl::StatusOr<Response> AskForList(google::protobuf::Message& request, uint32_t limit) {
    Response response;
    if (absl::Status status = CallForList(request, limit, &response); !status.ok()) return status;
    return response;
  }

  // Sends a query that is answered little by little, and hands every answer to `each`. The failures
  // of Transport::Follow().
  template <typename Response>
  absl::Status Follow(const google::protobuf::Message& request,
                      const std::function<void(const Response&)>& each) {
    Response response;
    return CallAndFollow(request, &response, [&] { each(response); });
  }

  // Transport::StopFollowing(), for the `each` of Follow().
  void StopFollowing() { transport_.StopFollowing(); }

  // Sends a command: puts the request id, the expected version and what is waited for in, shows
  // where the journal wrote it down and what that proves, and for people `next` on stderr, with
  // "{subject}" standing for the id of what the command was about. When nobody answered, the
  // failure says how to send the very same request; when the proof could not be kept, that the
  // command stands (kProofNotKept).
  Outcome Submit(google::protobuf::Message& request, absl::string_view next);

  // Submit() for a request that carries the file at `path`: every problem in the file is told with
  // its place in it, and the time that the server takes is told as progress. Problems that a dry
  // run found are INVALID_ARGUMENT as well.
  Outcome SubmitFile(google::protobuf::Message& request, const std::string& path,
                     absl::string_view next);

  // Shows an answer in the format asked for; in a table as `words` writes it to the terminal. That
  // a list is not whole, or behind the journal, is said on stderr, unless the answer says it.
  Outcome Show(const google::protobuf::Message& response,
               const std::function<void(Terminal&)>& words);

  // Show() for what the CLI found by itself.
  Outcome ShowDocument(const nlohmann::ordered_json& document, const LocalAnswer& shape,
                       const std::function<void(Terminal&)>& words);

  // What the last command of this run that the journal answered left there; nothing when there was
  // none.
  const std::optional<v1::Receipt>& receipt() const { return receipt_; }

 private:
  absl::Status Call(const google::protobuf::Message& request, google::protobuf::Message* response);
  absl::Status CallAndFollow(const google::protobuf::Message& request,
                             google::protobuf::Message* response,
                             const std::function<void()>& each);
  // Fills in what every command carries, sends it, and returns the answer.
  absl::StatusOr<std::unique_ptr<google::protobuf::Message>> CallForReceipt(
      google::protobuf::Message& request);
  // The answer to this request.
  Outcome ShowReceipt(const google::protobuf::Message& request,
                      const google::protobuf::Message& response, bool dry_run,
                      absl::string_view next);
  absl::Status CallForList(google::protobuf::Message& request, uint32_t limit,
                           google::protobuf::Message* response);

  Transport& transport_;
  Terminal& terminal_;
  RandomSource random_;
  RequestOptions options_;
  std::optional<v1::Receipt> receipt_;
};

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_SESSION_H_
