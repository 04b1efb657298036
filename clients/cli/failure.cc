#include "clients/cli/failure.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/output/json.h"
#include "clients/cli/output/text.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace countersign::cli {
namespace {

using google::rpc::BadRequest;
using google::rpc::ErrorInfo;
using google::rpc::PreconditionFailure;

// For some reasons that the server names, whatever their code; empty for all others.
std::string NextStepFor(absl::string_view reason) {
  if (reason == kWaitFailed) return "it is recorded: do not do it anew";
  if (reason == kSigningStopped) {
    return "asking again does not help: have whoever runs the server mend what its log names, "
           "mostly a full disk of the anchor, and start it again; what was signed before can be "
           "had with `countersign log export --size N`";
  }
  if (reason == "CLOCK_UNCONFIRMED") {
    return "have whoever runs the server set its clock right, or start it with --confirm-clock";
  }
  return "";
}

std::string OrdinaryNextStep(absl::string_view reason, absl::StatusCode code) {
  if (std::string next = NextStepFor(reason); !next.empty()) return next;
  switch (code) {
    case absl::StatusCode::kUnauthenticated:
      return "say who you are with --as STAFF_KEY, or set COUNTERSIGN_AS";
    case absl::StatusCode::kPermissionDenied:
      return "`countersign whoami` shows who you are and your roles";
    case absl::StatusCode::kNotFound:
      return "`countersign plan list`, `people list` and `school list` show what there is";
    case absl::StatusCode::kAborted:
      return "look at it again, and repeat the command if it is still right";
    case absl::StatusCode::kUnavailable:
      // Whoever gives a reason was reached.
      if (!reason.empty()) return "try again in a moment; if it stays so, tell whoever runs it";
      return "check that the server runs, and the address in --server or COUNTERSIGN_SERVER";
    case absl::StatusCode::kDeadlineExceeded:
      return "try again, or allow more time with --timeout SECONDS";
    case absl::StatusCode::kResourceExhausted:
      return "the server is busy: try again in a moment";
    case absl::StatusCode::kDataLoss:
      return "sign nothing, change nothing, and tell the auditor";
    default:
      return "";
  }
}

// The details as they came; empty when there are none or they cannot be read.
google::rpc::Status DetailsOf(const absl::Status& status) {
  google::rpc::Status details;
  const auto payload = status.GetPayload(kDetailsPayload);
  if (payload.has_value() && !details.ParseFromString(std::string(*payload))) details.Clear();
  return details;
}

void SetDetails(const google::rpc::Status& details, absl::Status& status) {
  status.SetPayload(kDetailsPayload, absl::Cord(details.SerializeAsString()));
}

std::string Placed(absl::string_view field, absl::string_view path) {
  absl::string_view place = field;
  if (absl::ConsumePrefix(&place, "file:")) return absl::StrCat(path, ":", place);
  if (place == "file") return std::string(path);
  absl::ConsumePrefix(&place, "line ");
  if (!place.empty() && absl::ascii_isdigit(place[0])) return absl::StrCat(path, ":", place);
  return std::string(field);
}

// What the message says beyond its fields, which have lines of their own: a server that names the
// first of them in the message puts it behind a colon.
std::string MessageWithoutFields(const Failure& failure) {
  for (const FieldProblem& field : failure.fields) {
    const size_t repeated = failure.message.find(field.problem);
    if (field.problem.empty() || repeated == std::string::npos) continue;
    const size_t colon = failure.message.find(": ");
    if (colon < repeated) return absl::StrCat(failure.message.substr(0, colon), ".");
  }
  return failure.message;
}

nlohmann::ordered_json ToFailureJson(const Failure& failure) {
  nlohmann::ordered_json error;
  error["code"] = failure.code;
  error["reason"] = failure.reason;
  error["rule"] = failure.rule;
  error["message"] = failure.message;
  error["next"] = failure.next;
  error["values"] = failure.values;
  error["fields"] = nlohmann::ordered_json::array();
  for (const FieldProblem& field : failure.fields) {
    error["fields"].push_back(
        {{"field", field.field}, {"flag", field.flag}, {"problem", field.problem}});
  }
  nlohmann::ordered_json document;
  document["error"] = std::move(error);
  return document;
}

}  // namespace

absl::Status MakeFailure(absl::StatusCode code, const Failure& failure) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(failure.message);
  ErrorInfo reason;
  reason.set_reason(failure.reason);
  reason.set_domain("countersign");
  if (!failure.rule.empty()) (*reason.mutable_metadata())["rule"] = failure.rule;
  details.add_details()->PackFrom(reason);
  if (!failure.fields.empty()) {
    BadRequest malformed;
    for (const FieldProblem& problem : failure.fields) {
      auto* violation = malformed.add_field_violations();
      violation->set_field(problem.field);
      violation->set_description(problem.problem);
    }
    details.add_details()->PackFrom(malformed);
  }
  if (!failure.next.empty()) {
    PreconditionFailure precondition;
    auto* violation = precondition.add_violations();
    violation->set_type(failure.reason);
    violation->set_description(failure.next);
    details.add_details()->PackFrom(precondition);
  }
  absl::Status status(code, failure.message);
  SetDetails(details, status);
  return status;
}

Failure ReadFailure(const absl::Status& status) {
  Failure failure;
  failure.code = absl::StatusCodeToString(status.code());
  failure.message = std::string(status.message());
  const google::rpc::Status details = DetailsOf(status);
  for (const auto& detail : details.details()) {
    ErrorInfo reason;
    BadRequest malformed;
    PreconditionFailure precondition;
    if (detail.UnpackTo(&reason)) {
      failure.reason = reason.reason();
      for (const auto& [name, value] : reason.metadata()) {
        (name == "rule" ? failure.rule : failure.values[name]) = value;
      }
    } else if (detail.UnpackTo(&malformed)) {
      for (const auto& violation : malformed.field_violations()) {
        failure.fields.push_back({violation.field(), violation.description()});
      }
    } else if (detail.UnpackTo(&precondition)) {
      for (const auto& violation : precondition.violations()) {
        // A server that has no better advice repeats its sentence here.
        if (violation.description() != failure.message) failure.next = violation.description();
      }
    }
  }
  if (failure.next.empty()) {
    failure.next = OrdinaryNextStep(failure.reason, status.code());
  }
  return failure;
}

absl::Status WithAdvice(const absl::Status& status, absl::string_view next) {
  if (status.ok()) return status;
  const Failure failure = ReadFailure(status);
  if (failure.next != OrdinaryNextStep(failure.reason, status.code())) return status;
  google::rpc::Status details = DetailsOf(status);
  PreconditionFailure precondition;
  precondition.add_violations()->set_description(std::string(next));
  details.add_details()->PackFrom(precondition);
  absl::Status advised = status;
  SetDetails(details, advised);
  return advised;
}

std::string ReasonOf(const absl::Status& status) { return ReadFailure(status).reason; }

absl::Status NameFile(const absl::Status& status, absl::string_view path) {
  google::rpc::Status details = DetailsOf(status);
  for (auto& detail : *details.mutable_details()) {
    BadRequest malformed;
    if (!detail.UnpackTo(&malformed)) continue;
    for (auto& violation : *malformed.mutable_field_violations()) {
      violation.set_field(Placed(violation.field(), path));
    }
    detail.PackFrom(malformed);
  }
  absl::Status named = status;
  if (details.details_size() > 0) SetDetails(details, named);
  return named;
}

void TellFailure(const Failure& failure, Terminal& terminal) {
  if (terminal.speaks_json()) {
    const nlohmann::ordered_json document = ToFailureJson(failure);
    const bool on_one_line = terminal.format == OutputFormat::kJsonl;
    terminal.err << (on_one_line ? JsonLine(document) : DumpJson(document)) << "\n";
    return;
  }
  std::string text = absl::StrCat(Paint("error:", Tone::kBad, terminal.color_err), " ",
                                  Printable(MessageWithoutFields(failure)), "\n");
  for (const FieldProblem& field : failure.fields) {
    absl::StrAppend(&text, "  ", Printable(field.flag.empty() ? field.field : field.flag), ": ",
                    Printable(field.problem), "\n");
  }
  if (!failure.reason.empty()) {
    absl::StrAppend(&text, "  why: ", Printable(failure.reason));
    if (!failure.rule.empty()) absl::StrAppend(&text, " (rule ", Printable(failure.rule), ")");
    absl::StrAppend(&text, "\n");
  }
  if (!failure.next.empty()) absl::StrAppend(&text, "  next: ", Printable(failure.next), "\n");
  terminal.err << text;
}

void TellFailure(const absl::Status& status, Terminal& terminal) {
  TellFailure(ReadFailure(status), terminal);
}

}  // namespace countersign::cli
