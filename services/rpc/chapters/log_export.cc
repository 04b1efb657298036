#include "services/rpc/chapters/log_export.h"

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/event_codec.h"
#include "services/rpc/chapters/log_rpc.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/proofs.h"
#include "services/rpc/reading.h"
#include "services/rpc/signing_stopped.h"
#include "services/rpc/streaming.h"
#include "storage/copies/export.h"

namespace countersign::rpc {
namespace {

// What is exported, and by whom.
struct Wanted {
  Caller caller;
  const PolicyRow* row = nullptr;  // That allows it.
  uint64_t size = 0;
  bool payloads = false;
};

// No log, no export: once it is known that there is something to send, before any of it leaves.
absl::Status JournalIt(const Office& office, const Wanted& wanted) {
  v1::Event event;
  v1::LogExported* exported = event.mutable_journal()->mutable_log_exported();
  exported->set_size(wanted.size);
  exported->set_payloads(wanted.payloads);
  absl::StatusOr<storage::NewEvent> sealed = Seal(office.keyring, event, kJournalId);
  if (!sealed.ok()) return sealed.status();
  storage::AppendRequest request;
  request.events.push_back(*std::move(sealed));
  request.author.actor = wanted.caller.person_id;
  request.author.acting_as = std::string(NameOf(wanted.row->standing));
  request.author.policy_rule = std::string(wanted.row->id);
  return office.journal.Append(std::move(request)).status();
}

// One call: pieces come from the reading thread, which waits while the caller is slow. Deletes
// itself when gRPC is done with it, which is after End().
class Exporting : public grpc::ServerWriteReactor<v1::ExportResponse> {
 public:
  explicit Exporting(const Office& office) : office_(office) {}

  // On the reading thread. This object may be gone when it returns.
  void Read(const Wanted& wanted) {
    End(StopWritingAt(office_, [&]() -> absl::Status {
      absl::StatusOr<SignedHead> signed_head = office_.checkpointer.Exactly(wanted.size);
      if (!signed_head.ok()) return AboutSigning(office_.checkpointer, signed_head.status());
      bool journaled = false;
      return storage::WriteExport(office_.journal, {wanted.size, wanted.payloads},
                                  [&](std::string_view piece, uint64_t entries) -> absl::Status {
                                    if (!journaled) {
                                      if (absl::Status written = JournalIt(office_, wanted);
                                          !written.ok())
                                        return written;
                                      journaled = true;
                                    }
                                    return Hand(wanted, piece, entries);
                                  });
    }()));
  }

  // Nothing more will come.
  void End(const absl::Status& why) { GoOn(pieces_.End(why)); }

  void OnWriteDone(bool ok) override { GoOn(pieces_.Written(ok)); }
  void OnCancel() override { pieces_.Leave(); }
  void OnDone() override { delete this; }

 private:
  // Waits until there is room.
  absl::Status Hand(const Wanted& wanted, std::string_view piece, uint64_t entries) {
    const Action action = wanted.payloads ? Action::kExportPayloads : Action::kReadLog;
    if (absl::Status may = StillMay(office_, wanted.caller, action); !may.ok()) return may;
    v1::ExportResponse response;
    response.set_piece(std::string(piece));
    response.set_entries(entries);
    response.set_entries_total(wanted.size);
    const absl::StatusOr<ExportPieces::Step> next = pieces_.Put(std::move(response));
    if (!next.ok()) return next.status();
    GoOn(*next);
    return absl::OkStatus();
  }

  // Under no lock: what gRPC calls back may come before it returns, and after Finish() this object
  // may be gone.
  void GoOn(ExportPieces::Step next) {
    switch (next) {
      case ExportPieces::Step::kNone:
        return;
      case ExportPieces::Step::kWrite:
        return StartWrite(&pieces_.sending());
      case ExportPieces::Step::kFinish:
        return Finish(pieces_.status());
    }
  }

  const Office& office_;
  ExportPieces pieces_;
};

}  // namespace

ExportPieces::Wait ExportPieces::WaitsFor(absl::Duration patience) {
  return [patience](std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                    const std::function<bool()>& ready) {
    return changed.wait_for(lock, absl::ToChronoMilliseconds(patience), ready);
  };
}

absl::StatusOr<ExportPieces::Step> ExportPieces::Put(v1::ExportResponse piece) {
  std::unique_lock lock(lock_);
  // Each write that is done makes room, so that whoever takes anything is waited for anew.
  const bool ready =
      wait_(changed_, lock, [this] { return gone_ || pieces_.size() < kWaitingMax; });
  if (gone_) return absl::CancelledError("The caller has gone.");
  if (!ready) {
    pieces_.clear();
    return absl::DeadlineExceededError(
        absl::StrCat("Nothing of the export was taken for ", absl::FormatDuration(kExportPatience),
                     ", and others wait: ask again, and read on without a rest."));
  }
  pieces_.push_back(std::move(piece));
  return Next();
}

ExportPieces::Step ExportPieces::Written(bool ok) {
  std::lock_guard guard(lock_);
  writing_ = false;
  if (!ok) gone_ = true;
  return Next();
}

void ExportPieces::Leave() {
  std::lock_guard guard(lock_);
  gone_ = true;
  changed_.notify_all();
}

ExportPieces::Step ExportPieces::End(const absl::Status& why) {
  std::lock_guard guard(lock_);
  ended_ = ToGrpcStatus(why);
  return Next();
}

ExportPieces::Step ExportPieces::Next() {
  if (gone_) pieces_.clear();
  Step next = Step::kNone;
  if (!writing_ && !finished_ && !pieces_.empty()) {
    sending_ = std::move(pieces_.front());
    pieces_.pop_front();
    writing_ = true;
    next = Step::kWrite;
  } else if (!writing_ && !finished_ && ended_.has_value()) {
    finished_ = true;
    next = Step::kFinish;
  }
  changed_.notify_all();
  return next;
}

LogExports::~LogExports() {
  for (Running& running : running_) running.thread.join();
}

absl::Status LogExports::Run(std::function<void()> reading) {
  std::lock_guard guard(lock_);
  for (auto running = running_.begin(); running != running_.end();) {
    if (running->done) running->thread.join();
    running = running->done ? running_.erase(running) : std::next(running);
  }
  if (running_.size() >= kExportsMax) {
    return absl::ResourceExhaustedError(
        absl::StrCat(kExportsMax, " exports are being read already: try again when one is done."));
  }
  Running& running = running_.emplace_back();
  running.thread = std::thread([this, &running, reading = std::move(reading)] {
    reading();
    std::lock_guard done(lock_);
    running.done = true;
  });
  return absl::OkStatus();
}

grpc::ServerWriteReactor<v1::ExportResponse>* LogRpc::Export(grpc::CallbackServerContext* context,
                                                             const v1::ExportRequest* request) {
  NoticeDemo(office_, context);
  auto* const exporting = new Exporting(office_);
  const auto begin = [&]() -> absl::Status {
    const Action action = request->payloads() ? Action::kExportPayloads : Action::kReadLog;
    const absl::StatusOr<Reader> reader = AdmitFor(office_, *context, *request, action);
    if (!reader.ok()) return reader.status();
    const uint64_t size = office_.journal.head().size;
    if (request->size() > size) {
      return BeyondTheHead(office_, absl::StrCat("The size ", request->size()));
    }
    Wanted wanted{reader->caller, Permit(action, StandingsTo(*reader)),
                  request->size() == 0 ? size : request->size(), request->payloads()};
    return exports_.Run([exporting, wanted = std::move(wanted)] { exporting->Read(wanted); });
  };
  if (absl::Status begun = begin(); !begun.ok()) exporting->End(begun);
  return exporting;
}

}  // namespace countersign::rpc
