// `countersign admin backup ...`: the backups of AdminService.

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/table.h"
#include "countersign/v1/admin_service.pb.h"

namespace countersign::cli {
namespace {

Step StepOf(const v1::BackupProgress& told) {
  if (told.phase() == v1::BackupProgress::PHASE_VERIFYING) {
    return {.doing = "verifying", .done = told.done(), .total = told.total(), .unit = "entries"};
  }
  return {.doing = "copying", .done = told.done(), .total = told.total(), .unit = "bytes"};
}

absl::Status WhyNot(const absl::Status& status, const std::string& next) {
  if (absl::IsNotFound(status)) {
    return WithAdvice(status, "`countersign admin backup list` shows what there is");
  }
  if (absl::IsResourceExhausted(status)) {
    return WithAdvice(status, "make room on the disk that the message names, and repeat");
  }
  if (!absl::IsCancelled(status)) return status;
  return MakeFailure(
      absl::StatusCode::kCancelled,
      {.reason = "STOPPED",
       .message = "This was stopped. The backups that were complete are as they were.",
       .next = next});
}

std::string EntriesWords(const v1::Backup& backup) {
  return absl::StrCat(CountWords(backup.entries()), " entries, root ",
                      absl::BytesToHexString(backup.root().substr(0, 4)));
}

// "Backup 3 of 249 entries, root 8d2f7171, made Mon 9 Nov 2026 09:00, " and how it is.
void WriteBackup(const v1::Backup& backup, const std::string& how, Terminal& terminal) {
  WriteLine({{absl::StrCat("Backup ", backup.backup()), Tone::kBold},
             {absl::StrCat(": ", EntriesWords(backup), ".")}},
            terminal);
  WriteLine({{absl::StrCat("  ", how)}}, terminal);
  if (backup.has_keys()) return;
  WriteLine({{"  Its keys are kept no longer: what is written about people in it is unreadable."}},
            terminal);
}

// Sends a request that is told of step by step, and shows the backup in the end.
Outcome Carry(Session& session, const google::protobuf::Message& request, const std::string& how,
              const std::string& next) {
  v1::Backup backup;
  absl::Status status;
  {
    Progress progress(session.terminal());
    status = session.Follow<v1::BackupProgress>(request, [&](const v1::BackupProgress& told) {
      backup = told.backup();
      if (told.phase() != v1::BackupProgress::PHASE_DONE) progress.Show(StepOf(told));
    });
  }
  if (!status.ok()) return WhyNot(status, next);
  return session.Show(backup, [&](Terminal& terminal) { WriteBackup(backup, how, terminal); });
}

Outcome Create(Session& session, const Arguments&) {
  return Carry(session, v1::CreateBackupRequest(),
               "It is whole: its files were read again after they were written.",
               "countersign admin backup create");
}

Outcome Verify(Session& session, const Arguments& arguments) {
  v1::VerifyBackupRequest request;
  request.set_backup(arguments.Number("backup"));
  return Carry(session, request, "Verified: every file, entry, payload and hash.",
               "countersign admin backup verify");
}

Outcome Restore(Session& session, const Arguments& arguments) {
  v1::RestoreBackupRequest request;
  request.set_backup(arguments.Number("backup"));
  request.set_into(arguments.Text("into"));
  return Carry(session, request,
               absl::StrCat("Restored into ", request.into(), ", beside the server's folder."),
               "countersign admin backup restore --into NAME");
}

Outcome List(Session& session, const Arguments&) {
  const auto answer = session.Ask<v1::ListBackupsResponse>(v1::ListBackupsRequest());
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    Table table({"BACKUP", "MADE", "ENTRIES", "BYTES", "KEYS"});
    for (const v1::Backup& backup : answer->backups()) {
      table.AddRow({{absl::StrCat(backup.backup())},
                    {MomentWords(backup.created_at())},
                    {CountWords(backup.entries())},
                    {CountWords(backup.bytes())},
                    {backup.has_keys() ? "kept" : "gone"}});
    }
    WriteList(table, "There is no backup yet.", terminal);
  });
}

Parameter WhichBackup() {
  return Positional("backup", Kind::kNumber, "Number of the backup; default: the newest");
}

}  // namespace

std::vector<CommandSpec> BackupCommands() {
  return {
      {.noun = "admin backup",
       .verb = "create",
       .summary = "Copies journal and keys to the server's backup folder, while it serves",
       .examples = {"countersign admin backup create"},
       .run = Create},
      {.noun = "admin backup",
       .verb = "list",
       .summary = "Lists the backups, newest first",
       .examples = {"countersign admin backup list"},
       .run = List},
      {.noun = "admin backup",
       .verb = "verify",
       .summary = "Reads a backup through: checksums, every entry, payload and hash",
       .examples = {"countersign admin backup verify", "countersign admin backup verify 3"},
       .parameters = {WhichBackup()},
       .run = Verify},
      {.noun = "admin backup",
       .verb = "restore",
       .summary = "Restores a backup into a new folder beside the server's own, verified",
       .examples = {"countersign admin backup restore 3 --into records-of-monday"},
       .parameters = {WhichBackup(),
                      Required(Option("into", Kind::kText,
                                      "Name of the new folder: letters, digits and hyphens"))},
       .run = Restore},
  };
}

}  // namespace countersign::cli
