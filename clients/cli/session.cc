#include "clients/cli/session.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "clients/cli/failure.h"
#include "clients/cli/log/receipt_proof.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr uint32_t kPageRows = 500;
// Receipts of longer commands, such as imports, are summed up in one line.
constexpr int kReceiptLinesMax = 6;

const MethodDescriptor* MethodFor(const Message& request) {
  const auto* file = request.GetDescriptor()->file();
  for (int i = 0; i < file->service_count(); ++i) {
    for (int j = 0; j < file->service(i)->method_count(); ++j) {
      const MethodDescriptor* method = file->service(i)->method(j);
      if (method->input_type() == request.GetDescriptor()) return method;
    }
  }
  return nullptr;
}

const FieldDescriptor* FieldOf(const Message& message, const std::string& name) {
  return message.GetDescriptor()->FindFieldByName(name);
}

const FieldDescriptor* RowsOf(const Message& response) {
  for (int i = 0; i < response.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = response.GetDescriptor()->field(i);
    if (field->is_repeated()) return field;
  }
  return nullptr;
}

// "plan/6f1c0e4e", or with the whole id where whole ids are wanted.
std::string StreamWords(absl::string_view stream, const Terminal& terminal) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(stream, absl::MaxSplits('/', 1));
  if (terminal.full_ids || parts.second.empty()) return std::string(stream);
  return absl::StrCat(parts.first, "/", ShortId(parts.second));
}

void WriteReceipt(const v1::Receipt& receipt, const RequestOptions& options, Terminal& terminal) {
  const int count = receipt.entries_size();
  if (count == 0) {
    terminal.out << "Already so: nothing was written.\n";
  } else if (count > kReceiptLinesMax) {
    terminal.out << "Recorded " << count << " events at positions " << receipt.entries(0).position()
                 << " to " << receipt.entries(count - 1).position() << ".\n";
  } else {
    for (const auto& entry : receipt.entries()) {
      WriteLine(
          {{"Recorded", Tone::kGood},
           {absl::StrCat(" ", entry.event_type(), " at position ", entry.position(), ": ",
                         StreamWords(entry.stream(), terminal), " version ", entry.version())}},
          terminal);
    }
  }
  if (!receipt.checkpoint().empty()) {
    WriteWhatIsProven(receipt, options.log_keys.has_value(), terminal);
  }
  if (receipt.repeated()) {
    terminal.out << "This request came before; nothing was written twice.\n";
  }
}

void WriteCommandAnswer(const Message& response, const v1::Receipt* receipt,
                        const RequestOptions& options, Terminal& terminal) {
  if (const FieldDescriptor* summary = FieldOf(response, "summary"); summary != nullptr) {
    const auto* reflection = response.GetReflection();
    for (int i = 0; i < reflection->FieldSize(response, summary); ++i) {
      const std::string line = reflection->GetRepeatedString(response, summary, i);
      terminal.out << Hanging(PrintableLine(line), 2, terminal.width);
    }
  }
  if (receipt == nullptr) {
    terminal.out << "Dry run: nothing was written.\n";
  } else {
    WriteReceipt(*receipt, options, terminal);
  }
}

// Says that a list goes on, or is behind the journal.
void NoteWhatIsMissing(const Message& response, Terminal& terminal) {
  const auto* reflection = response.GetReflection();
  const FieldDescriptor* token = FieldOf(response, "next_page_token");
  if (token != nullptr && !reflection->GetString(response, token).empty()) {
    TellNote("There are more rows: see more with --limit N.", terminal);
  }
  const FieldDescriptor* reflects = FieldOf(response, "reflects");
  if (token == nullptr || reflects == nullptr) return;
  v1::Reflects stood;
  stood.CopyFrom(reflection->GetMessage(response, reflects));
  if (stood.behind()) TellNote("The list is behind the journal: ask again in a moment.", terminal);
}

// What a dry run found in the file at `path`; without fields when it found nothing.
Failure ProblemsIn(const Message& response, const std::string& path) {
  Failure failure;
  const FieldDescriptor* problems = FieldOf(response, "problems");
  const auto* reflection = response.GetReflection();
  for (int i = 0; problems != nullptr && i < reflection->FieldSize(response, problems); ++i) {
    v1::ImportProblem problem;
    problem.CopyFrom(reflection->GetRepeatedMessage(response, problems, i));
    std::string place = path;
    if (problem.line() > 0) absl::StrAppend(&place, ":", problem.line());
    if (!problem.field().empty()) absl::StrAppend(&place, ": ", problem.field());
    failure.fields.push_back({place, problem.message()});
  }
  failure.reason = "FILE_HAS_PROBLEMS";
  failure.message =
      absl::StrCat("Problems in the file: ", failure.fields.size(), ". Nothing was written.");
  failure.next = "mend the file and run it dry again";
  return failure;
}

// "people.csv: 61 lines".
std::string FileWords(const Message& request, const std::string& path) {
  const std::string file = request.GetReflection()->GetString(request, FieldOf(request, "file"));
  const size_t slash = path.rfind('/');
  return absl::StrCat(path.substr(slash == path.npos ? 0 : slash + 1), ": ",
                      CountWords(std::count(file.begin(), file.end(), '\n')), " lines");
}

// Nobody may know whether the command arrived; only the same request id makes it safe to ask again.
absl::Status WithWayToRepeat(const absl::Status& status, const std::string& request_id) {
  if (!absl::IsUnavailable(status) && !absl::IsDeadlineExceeded(status)) return status;
  const Failure failure = ReadFailure(status);
  const absl::string_view what_for =
      failure.reason == kWaitFailed ? "for its receipt" : "to repeat it safely";
  return WithAdvice(status,
                    absl::StrCat(failure.next, "; ", what_for, ", add --request-id ", request_id));
}

// The journal has the command: whoever reads that a file failed must not do it twice.
absl::Status WithoutProof(const v1::Receipt& receipt, const absl::Status& unsaved) {
  if (receipt.entries().empty()) return unsaved;
  const std::string position = absl::StrCat(receipt.entries().rbegin()->position());
  return MakeFailure(absl::StatusCode::kUnknown,
                     {.reason = std::string(kProofNotKept),
                      .message = absl::StrCat("The command was recorded at position ", position,
                                              "; only its proof was not kept. ", unsaved.message()),
                      .next = absl::StrCat("do not repeat the command; `countersign log prove ",
                                           position, " --out FILE` gets the proof")});
}

}  // namespace

Session::Session(Transport& transport, Terminal& terminal, RandomSource random,
                 RequestOptions options)
    : transport_(transport),
      terminal_(terminal),
      random_(std::move(random)),
      options_(std::move(options)) {}

absl::Status Session::Call(const Message& request, Message* response) {
  const MethodDescriptor* method = MethodFor(request);
  if (method == nullptr) {
    return absl::InternalError(absl::StrCat(request.GetTypeName(), " is no request of an RPC."));
  }
  return transport_.Call(method->full_name(), request, response);
}

absl::Status Session::CallAndFollow(const Message& request, Message* response,
                                    const std::function<void()>& each) {
  const MethodDescriptor* method = MethodFor(request);
  if (method == nullptr || !method->server_streaming()) {
    return absl::InternalError(
        absl::StrCat(request.GetTypeName(), " is no request of an RPC that streams."));
  }
  return transport_.Follow(method->full_name(), request, response, each);
}

absl::Status Session::CallForList(Message& request, uint32_t limit, Message* response) {
  const FieldDescriptor* page_field = FieldOf(request, "page");
  const FieldDescriptor* token_field = FieldOf(*response, "next_page_token");
  const FieldDescriptor* rows_field = RowsOf(*response);
  std::string token;
  uint32_t rows = 0;
  while (rows < limit) {
    v1::Page page;
    page.set_page_size(std::min(limit - rows, kPageRows));
    page.set_page_token(token);
    request.GetReflection()->MutableMessage(&request, page_field)->CopyFrom(page);
    const std::unique_ptr<Message> answer(response->New());
    if (absl::Status status = Call(request, answer.get()); !status.ok()) return status;
    const std::string next = answer->GetReflection()->GetString(*answer, token_field);
    // The token must be set, not merged: an empty one at the end would leave the one before.
    response->MergeFrom(*answer);
    response->GetReflection()->SetString(response, token_field, next);
    rows = response->GetReflection()->FieldSize(*response, rows_field);
    if (next.empty() || next == token) break;
    token = next;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Message>> Session::CallForReceipt(Message& request) {
  const auto* reflection = request.GetReflection();
  const std::string request_id =
      options_.request_id.empty() ? NewRequestId(random_) : options_.request_id;
  reflection->SetString(&request, FieldOf(request, "request_id"), request_id);
  if (options_.wait_for != v1::WAIT_FOR_UNSPECIFIED) {
    reflection->SetEnumValue(&request, FieldOf(request, "wait_for"), options_.wait_for);
  }
  if (options_.expected_version.has_value()) {
    reflection->SetUInt64(&request, FieldOf(request, "expected_version"),
                          *options_.expected_version);
  }
  std::unique_ptr<Message> response(google::protobuf::MessageFactory::generated_factory()
                                        ->GetPrototype(MethodFor(request)->output_type())
                                        ->New());
  if (absl::Status status = Call(request, response.get()); !status.ok()) {
    return WithWayToRepeat(status, request_id);
  }
  return response;
}

Outcome Session::ShowReceipt(const Message& request, const Message& response, bool dry_run,
                             absl::string_view next) {
  const FieldDescriptor* receipt_field = FieldOf(response, "receipt");
  v1::Receipt receipt;
  const bool written = !dry_run && response.GetReflection()->HasField(response, receipt_field);
  absl::Status saved;
  if (written) {
    receipt.CopyFrom(response.GetReflection()->GetMessage(response, receipt_field));
    receipt_ = receipt;
    // Nothing is shown as recorded that the receipt itself contradicts.
    const std::string request_id =
        request.GetReflection()->GetString(request, FieldOf(request, "request_id"));
    absl::Status proven = CheckReceipt(receipt, request_id, options_.log_keys);
    if (!proven.ok()) return proven;
    saved = SaveProof(receipt, options_.proof_path);
  }
  Outcome outcome = Show(response, [&](Terminal& terminal) {
    WriteCommandAnswer(response, written ? &receipt : nullptr, options_, terminal);
    if (written && options_.wait_for == v1::WAIT_FOR_PROJECTED) {
      terminal.out << "Every list shows it.\n";
    }
  });
  if (!saved.ok()) return WithoutProof(receipt, saved);
  if (outcome.ok()) {
    TellNextStep(absl::StrReplaceAll(next, {{"{subject}", receipt.subject_id()}}), terminal_);
  }
  return outcome;
}

Outcome Session::Submit(Message& request, absl::string_view next) {
  const auto response = CallForReceipt(request);
  if (!response.ok()) return response.status();
  return ShowReceipt(request, **response, /*dry_run=*/false, next);
}

Outcome Session::SubmitFile(Message& request, const std::string& path, absl::string_view next) {
  const auto response = [&] {
    Progress progress(terminal_);
    const std::string sent = FileWords(request, path);
    transport_.TellWaiting([&](absl::Duration waited) {
      const auto seconds = static_cast<uint64_t>(absl::ToInt64Seconds(waited));
      progress.Show({.doing = absl::StrCat(sent, " sent, the server works on them"),
                     .done = seconds,
                     .unit = "s"});
    });
    auto answer = CallForReceipt(request);
    transport_.TellWaiting(nullptr);
    return answer;
  }();
  if (!response.ok()) return NameFile(response.status(), path);
  Failure failure = ProblemsIn(**response, path);
  if (!failure.fields.empty()) {
    return MakeFailure(absl::StatusCode::kInvalidArgument, failure);
  }
  const bool dry_run = request.GetReflection()->GetBool(request, FieldOf(request, "dry_run"));
  return ShowReceipt(request, **response, dry_run, dry_run ? "the same without --dry-run" : next);
}

Outcome Session::Show(const Message& response, const std::function<void(Terminal&)>& words) {
  if (terminal_.for_programs()) {
    const absl::StatusOr<std::string> text = RenderAnswer(response, terminal_.format);
    if (!text.ok()) return text.status();
    terminal_.out << *text;
  } else {
    words(terminal_);
  }
  // The document itself says both.
  if (terminal_.format != OutputFormat::kJson) NoteWhatIsMissing(response, terminal_);
  return ExitCode::kDone;
}

Outcome Session::ShowDocument(const nlohmann::ordered_json& document, const LocalAnswer& shape,
                              const std::function<void(Terminal&)>& words) {
  if (terminal_.for_programs()) {
    terminal_.out << RenderDocument(document, shape, terminal_.format);
  } else {
    words(terminal_);
  }
  return ExitCode::kDone;
}

}  // namespace countersign::cli
