// A command line without a server: runs commands as `countersign` would, against answers that a
// test writes down, and remembers what was sent and shown.

#ifndef COUNTERSIGN_TESTS_CLI_CLI_FIXTURE_H_
#define COUNTERSIGN_TESTS_CLI_CLI_FIXTURE_H_

#include <google/protobuf/message.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/command.h"
#include "clients/cli/transport/transport.h"
#include "countersign/v1/plan_service.pb.h"

namespace countersign::cli {

inline constexpr char kPlanId[] = "aaaaaaaa-0000-4000-8000-000000000001";
inline constexpr char kPersonId[] = "bbbbbbbb-0000-4000-8000-000000000001";
inline constexpr char kSchoolId[] = "cccccccc-0000-4000-8000-000000000001";
inline constexpr char kCycleId[] = "dddddddd-0000-4000-8000-000000000001";
inline constexpr char kUrn[] = "990001";
inline constexpr char kCycleName[] = "2026/27";

// A server of one trust, one school, one person and one plan with a final record. Every command is
// accepted.
class MadeUpServer : public Transport {
 public:
  using Answer = std::function<absl::Status(google::protobuf::Message*)>;

  absl::Status Call(const std::string& method, const google::protobuf::Message& request,
                    google::protobuf::Message* response) override;
  // Answers twice.
  absl::Status Follow(const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message* response,
                      const std::function<void()>& each) override;
  bool demo() const override { return is_demo; }

  // Answers every call of `method` ("PlanService.GetPlan") so, instead of as usual.
  void AnswerTo(const std::string& method, Answer answer) { answers_[method] = std::move(answer); }

  // The last request of this type; an empty one when there was none.
  template <typename Request>
  Request Last() const {
    Request request;
    const auto sent = requests_.find(request.GetTypeName());
    if (sent != requests_.end()) request.CopyFrom(*sent->second);
    return request;
  }
  template <typename Request>
  bool Received() const {
    return requests_.count(Request().GetTypeName()) > 0;
  }

  std::vector<std::string> methods;  // Every call, as "PlanService.GetPlan".
  bool is_demo = false;
  // Whether every field of every answer is set, two elements in every list, with texts that are
  // hard to show: long words, line breaks, quotes, formulas, other scripts.
  bool is_full = false;
  // The last answer, and the last request whatever its type.
  std::unique_ptr<google::protobuf::Message> last_answer;
  std::unique_ptr<google::protobuf::Message> last_request;

 private:
  std::map<std::string, Answer> answers_;
  std::map<std::string, std::unique_ptr<google::protobuf::Message>> requests_;
};

// What one run left behind.
struct Ended {
  ExitCode code = ExitCode::kFailed;
  std::string out = {};
  std::string err = {};
};

// Values of a command's parameters, by name.
using Values = std::map<std::string, std::vector<std::string>>;

// How a run is set up.
struct Setting {
  OutputFormat format = OutputFormat::kTable;
  RequestOptions options = {};
  bool interactive = false;
  std::string stdin_text = {};
  // Where stdout goes instead of Ended::out; null: there.
  std::streambuf* stdout_buffer = nullptr;
  std::function<bool()> reader_left = {};
  ProgressStyle progress = ProgressStyle::kNone;
  bool full_ids = false;
};

// The command `countersign <noun> <verb>`; fails the test when there is none.
const CommandSpec& CommandNamed(absl::string_view noun, absl::string_view verb);

// What answers every call with this.
template <typename Response>
MadeUpServer::Answer Answers(const Response& answer) {
  return [answer](google::protobuf::Message* response) {
    response->CopyFrom(answer);
    return absl::OkStatus();
  };
}

// Runs a command.
Ended RunOn(MadeUpServer& server, const CommandSpec& command, const Values& values,
            const Setting& setting = {});

// A plan whose record is final, with a digest that fits its bytes; with `is_full`, every box of the
// form is filled in.
v1::PlanView FinalRecord(bool is_full = false);

// As much of a record pack as the command line reads: two entries, a checkpoint of 42.
std::string SamplePack();

// Sets every field of a message that is not set, as MadeUpServer::is_full says. Fields that say
// that a list goes on or that a file has mistakes stay as they are.
void FillEveryField(google::protobuf::Message& message);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_TESTS_CLI_CLI_FIXTURE_H_
