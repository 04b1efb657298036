#include "services/rpc/answer_log.h"

#include <array>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/rpc/to_grpc_status.h"
#include "services/rpc/unreadable.h"

namespace countersign::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;

constexpr size_t kIncidentBytes = 6;

std::string CodeName(const grpc::Status& answer) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(answer.error_code()));
}

// What is the same for the log, and what it says of it.
std::string LineOf(const std::string& method, const grpc::Status& answer) {
  const std::string reason = ReasonOf(answer);
  const std::string code = CodeName(answer);
  std::string line = absl::StrCat(method, ": ", code);
  if (!reason.empty() && reason != code) absl::StrAppend(&line, " ", reason);
  if (IsInside(answer)) absl::StrAppend(&line, ": ", answer.error_message());
  return line;
}

class PastTheLog : public grpc::experimental::Interceptor {
 public:
  PastTheLog(std::string method, std::shared_ptr<AnswerLog> log)
      : method_(std::move(method)), log_(std::move(log)) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* batch) override {
    if (batch->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const grpc::Status answer = batch->GetSendStatus();
      if (!answer.ok()) batch->ModifySendStatus(log_->Leaving(method_, answer));
    }
    batch->Proceed();
  }

 private:
  const std::string method_;
  const std::shared_ptr<AnswerLog> log_;
};

}  // namespace

std::string AnswerLog::NewIncident() {
  std::array<uint8_t, kIncidentBytes> bytes{};
  options_.random(absl::MakeSpan(bytes));
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

grpc::Status AnswerLog::Leaving(const std::string& method, const grpc::Status& answer) {
  if (answer.ok()) return answer;
  std::string line = LineOf(method, answer);
  const absl::Time now = options_.now();
  Said said;
  bool is_new = false;
  {
    std::lock_guard lock(mutex_);
    const Said* before = said_.Find(line);
    if (before != nullptr) said = *before;
    is_new = now - said.at >= kOneLineCovers;
    Said after = said;
    if (is_new) {
      after = {.at = now, .unsaid = 0, .incident = IsInside(answer) ? NewIncident() : ""};
      said.incident = after.incident;
    } else {
      ++after.unsaid;
    }
    said_.Put(line, after);
  }
  if (is_new) {
    if (!said.incident.empty()) line = absl::StrCat("incident ", said.incident, ": ", line);
    if (said.unsaid > 0) absl::StrAppend(&line, " (", said.unsaid, " more like it before)");
    options_.log(line);
  }
  return said.incident.empty() ? answer : ForPeople(answer, said.incident);
}

grpc::experimental::Interceptor* LoggedAnswers::CreateServerInterceptor(
    grpc::experimental::ServerRpcInfo* call) {
  // gRPC owns what is returned; nullptr means that nobody is interested in the call.
  std::string method = MethodOfOurs(call->method());
  return method.empty() ? nullptr : new PastTheLog(std::move(method), log_);
}

}  // namespace countersign::rpc
