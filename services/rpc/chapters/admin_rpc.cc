#include "services/rpc/chapters/admin_rpc.h"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "services/operator/backup_runner.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/reading.h"
#include "services/rpc/telling.h"
#include "services/rpc/to_grpc_status.h"

namespace countersign::rpc {
namespace {

v1::RebuildProgress::Phase PhaseOf(RebuildPhase phase) {
  // What is left after the comparison is short: the last entries, and one write.
  return phase == RebuildPhase::kFilling ? v1::RebuildProgress::PHASE_BUILDING
                                         : v1::RebuildProgress::PHASE_COMPARING;
}

v1::RebuildProgress MessageOf(const RebuildProgress& progress, const std::string& projection) {
  v1::RebuildProgress message;
  message.set_projection(projection);
  message.set_phase(PhaseOf(progress.phase));
  message.set_entries(progress.entries_done);
  message.set_entries_total(progress.entries);
  message.set_cards_compared(progress.cards_compared);
  return message;
}

std::vector<v1::RebuildProgress> LastWordsOf(const RebuildResult& result) {
  std::vector<v1::RebuildProgress> words;
  for (const CardsCompared& compared : result.compared) {
    v1::RebuildProgress& message = words.emplace_back();
    message.set_projection(compared.projection);
    message.set_phase(v1::RebuildProgress::PHASE_DONE);
    message.set_entries(result.switched_at);
    message.set_entries_total(result.switched_at);
    message.set_cards_compared(compared.cards);
    message.set_cards_different(compared.differing);
    for (const std::string& key : compared.first_differing) message.add_differing_kinds(key);
    if (compared.old_were_damaged) message.add_differing_kinds("(old cards that the disk lost)");
  }
  return words;
}

v1::Backup MessageOf(const storage::Backup& backup) {
  v1::Backup message;
  message.set_backup(backup.number);
  *message.mutable_created_at() = TimestampOf(backup.created_at);
  message.set_entries(backup.head.size);
  message.set_root(backup.head.root.data(), backup.head.root.size());
  message.set_bytes(backup.bytes);
  message.set_has_keys(backup.has_keys);
  return message;
}

v1::BackupProgress MessageOf(const storage::BackupStep& step) {
  v1::BackupProgress message;
  message.set_phase(step.phase == storage::BackupStep::Phase::kCopying
                        ? v1::BackupProgress::PHASE_COPYING
                        : v1::BackupProgress::PHASE_VERIFYING);
  message.set_done(step.done);
  message.set_total(step.total);
  return message;
}

absl::Status WithoutBackups() {
  return absl::FailedPreconditionError(
      "This server has no folder for backups. Start it with --backups DIR, best on another disk.");
}

using TellingBackup = Telling<v1::BackupProgress>;
using Begin = std::function<absl::Status(BackupRunner&, BackupCaller)>;

// A call about a backup: whoever may, and then what `begin` begins.
grpc::ServerWriteReactor<v1::BackupProgress>* TellOfBackup(const Office& office,
                                                           grpc::CallbackServerContext* context,
                                                           const google::protobuf::Message& request,
                                                           const Begin& begin) {
  NoticeDemo(office, context);
  auto* const telling = new TellingBackup;
  const absl::StatusOr<Reader> reader = AdmitFor(office, *context, request, Action::kKeepBackups);
  absl::Status started = reader.status();
  if (started.ok() && office.backups == nullptr) started = WithoutBackups();
  if (started.ok()) {
    BackupCaller caller;
    caller.is_wanted = [telling] { return telling->is_wanted(); };
    caller.on_step = [telling](const storage::BackupStep& step) { telling->Tell(MessageOf(step)); };
    caller.done = [telling](const absl::StatusOr<storage::Backup>& backup) {
      if (!backup.ok()) return telling->End(backup.status());
      v1::BackupProgress last;
      last.set_phase(v1::BackupProgress::PHASE_DONE);
      *last.mutable_backup() = MessageOf(*backup);
      telling->End(absl::OkStatus(), {std::move(last)});
    };
    started = begin(*office.backups, std::move(caller));
  }
  if (!started.ok()) telling->End(started);
  return telling;
}

}  // namespace

grpc::ServerWriteReactor<v1::RebuildProgress>* AdminRpc::Rebuild(
    grpc::CallbackServerContext* context, const v1::RebuildRequest* request) {
  NoticeDemo(office_, context);
  auto* const telling = new Telling<v1::RebuildProgress>;
  const absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kRebuildCards);
  if (!reader.ok()) {
    telling->End(reader.status());
    return telling;
  }
  RebuildRequest rebuild;
  if (!request->projection().empty()) rebuild.projections.push_back(request->projection());
  rebuild.is_wanted = [telling] { return telling->is_wanted(); };
  rebuild.on_progress = [telling,
                         projection = request->projection()](const RebuildProgress& progress) {
    telling->Tell(MessageOf(progress, projection));
  };
  rebuild.done = [telling](const absl::StatusOr<RebuildResult>& result) {
    if (!result.ok()) return telling->End(result.status());
    telling->End(absl::OkStatus(), LastWordsOf(*result));
  };
  const absl::Status started = office_.projector.Rebuild(std::move(rebuild));
  if (!started.ok()) telling->End(started);
  return telling;
}

grpc::ServerWriteReactor<v1::BackupProgress>* AdminRpc::CreateBackup(
    grpc::CallbackServerContext* context, const v1::CreateBackupRequest* request) {
  return TellOfBackup(office_, context, *request, [](BackupRunner& backups, BackupCaller caller) {
    return backups.Create(std::move(caller));
  });
}

grpc::ServerWriteReactor<v1::BackupProgress>* AdminRpc::VerifyBackup(
    grpc::CallbackServerContext* context, const v1::VerifyBackupRequest* request) {
  return TellOfBackup(office_, context, *request,
                      [number = request->backup()](BackupRunner& backups, BackupCaller caller) {
                        return backups.Verify(number, std::move(caller));
                      });
}

grpc::ServerWriteReactor<v1::BackupProgress>* AdminRpc::RestoreBackup(
    grpc::CallbackServerContext* context, const v1::RestoreBackupRequest* request) {
  return TellOfBackup(
      office_, context, *request, [request](BackupRunner& backups, BackupCaller caller) {
        return backups.Restore(request->backup(), request->into(), std::move(caller));
      });
}

grpc::ServerUnaryReactor* AdminRpc::ListBackups(grpc::CallbackServerContext* context,
                                                const v1::ListBackupsRequest* request,
                                                v1::ListBackupsResponse* response) {
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const auto list = [&]() -> absl::Status {
    const absl::StatusOr<Reader> reader =
        AdmitFor(office_, *context, *request, Action::kKeepBackups);
    if (!reader.ok()) return reader.status();
    if (office_.backups == nullptr) return WithoutBackups();
    const absl::StatusOr<std::vector<storage::Backup>> backups = office_.backups->List();
    if (!backups.ok()) return backups.status();
    for (const storage::Backup& backup : *backups) *response->add_backups() = MessageOf(backup);
    return absl::OkStatus();
  };
  reactor->Finish(ToGrpcStatus(list()));
  return reactor;
}

}  // namespace countersign::rpc
