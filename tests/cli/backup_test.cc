// The commands for backups: what they send, what they tell on the way, how they end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "countersign/v1/admin_service.pb.h"
#include "tests/cli/cli_fixture.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

v1::Backup ABackup() {
  v1::Backup backup;
  backup.set_backup(3);
  backup.mutable_created_at()->set_seconds(1'794'214'800);
  backup.set_entries(1143);
  backup.set_root(std::string(32, '\x5a'));
  backup.set_bytes(123456);
  backup.set_has_keys(true);
  return backup;
}

// Every second call is the last of its kind, as the made-up server answers twice.
std::function<absl::Status(Message*)> TellsOfBackups(v1::BackupProgress::Phase phase) {
  auto calls = std::make_shared<int>(0);
  return [phase, calls](Message* response) {
    v1::BackupProgress told;
    const bool is_first = ++*calls % 2 == 1;
    told.set_phase(is_first ? phase : v1::BackupProgress::PHASE_DONE);
    told.set_done(500);
    told.set_total(1143);
    if (!is_first) *told.mutable_backup() = ABackup();
    response->CopyFrom(told);
    return absl::OkStatus();
  };
}

TEST(ABackupCommand, TellsItsProgressAndThenWhatThereIs) {
  MadeUpServer server;
  server.AnswerTo("AdminService.CreateBackup", TellsOfBackups(v1::BackupProgress::PHASE_COPYING));
  const CommandSpec& create = CommandNamed("admin backup", "create");
  const Ended run = RunOn(server, create, {}, {.progress = ProgressStyle::kLines});
  EXPECT_EQ(run.code, ExitCode::kDone);
  EXPECT_EQ(run.err, "copying: 500 of 1,143 bytes, 43 %\n");
  EXPECT_THAT(run.out, HasSubstr("Backup 3: 1,143 entries, root 5a5a5a5a.\n  It is whole"));
  const Ended json = RunOn(server, create, {}, {.format = OutputFormat::kJson});
  EXPECT_EQ(nlohmann::json::parse(json.out)["backup"], 3);
}

TEST(ABackupCommand, NamesTheBackupAndTheFolder) {
  MadeUpServer server;
  server.AnswerTo("AdminService.VerifyBackup", TellsOfBackups(v1::BackupProgress::PHASE_VERIFYING));
  const Ended verified = RunOn(server, CommandNamed("admin backup", "verify"), {{"backup", {"3"}}},
                               {.progress = ProgressStyle::kLines});
  EXPECT_EQ(verified.err, "verifying: 500 of 1,143 entries, 43 %\n");
  EXPECT_EQ(server.Last<v1::VerifyBackupRequest>().backup(), 3u);
  const Ended restored =
      RunOn(server, CommandNamed("admin backup", "restore"), {{"into", {"records-of-monday"}}});
  EXPECT_EQ(restored.code, ExitCode::kDone);
  EXPECT_EQ(server.Last<v1::RestoreBackupRequest>().backup(), 0u) << "the newest";
  EXPECT_EQ(server.Last<v1::RestoreBackupRequest>().into(), "records-of-monday");
}

TEST(ABackupCommand, SaysWhenTheKeysAreGone) {
  MadeUpServer server;
  v1::ListBackupsResponse answer;
  *answer.add_backups() = ABackup();
  *answer.add_backups() = ABackup();
  answer.mutable_backups(1)->set_has_keys(false);
  server.AnswerTo("AdminService.ListBackups", Answers(answer));
  EXPECT_THAT(RunOn(server, CommandNamed("admin backup", "list"), {}).out,
              AllOf(HasSubstr("123,456"), HasSubstr("kept"), HasSubstr("gone")));
}

TEST(ABackupCommand, ThatWasStoppedSaysThatTheOthersAreAsTheyWere) {
  MadeUpServer server;
  server.AnswerTo("AdminService.CreateBackup",
                  [](Message*) { return absl::CancelledError("Cancelled on the client"); });
  const Ended run = RunOn(server, CommandNamed("admin backup", "create"), {});
  EXPECT_EQ(run.code, ExitCode::kFailed);
  EXPECT_THAT(run.err, HasSubstr("are as they were"));
}

TEST(ABackupCommand, SaysWhatToDoWhereThereIsNoRoomOrNoBackup) {
  MadeUpServer server;
  server.AnswerTo("AdminService.CreateBackup",
                  [](Message*) { return absl::ResourceExhaustedError("The disk is full."); });
  const Ended full = RunOn(server, CommandNamed("admin backup", "create"), {});
  EXPECT_THAT(full.err, AllOf(HasSubstr("make room"), Not(HasSubstr("busy"))));
  server.AnswerTo("AdminService.VerifyBackup",
                  [](Message*) { return absl::NotFoundError("There is no backup 9."); });
  const Ended none = RunOn(server, CommandNamed("admin backup", "verify"), {{"backup", {"9"}}});
  EXPECT_EQ(none.code, ExitCode::kNotFound);
  EXPECT_THAT(none.err, AllOf(HasSubstr("admin backup list"), Not(HasSubstr("plan list"))));
}

}  // namespace
}  // namespace countersign::cli
