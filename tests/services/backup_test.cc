// Backups over the wire: who may, what is told, what is there afterwards, one at a time, and what
// becomes of it when the caller goes away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "countersign/v1/admin_service.grpc.pb.h"
#include "services/operator/backup_runner.h"
#include "tests/services/desk.h"
#include "tests/storage/journal_fixtures.h"
#include "tests/support/intervals.h"

namespace countersign {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using v1::BackupProgress;

class KeepingBackups : public testing::Test {
 protected:
  static ServerOptions Options(rocksdb::Env* disk) {
    ServerOptions options = DemoOn(disk, "/office/records");
    options.backups = "/elsewhere/backups";
    return options;
  }

  // One call that is told of step by step.
  template <typename Request>
  grpc::Status Follow(std::unique_ptr<grpc::ClientReader<BackupProgress>> (
                          v1::AdminService::Stub::*method)(grpc::ClientContext*, const Request&),
                      const std::string& as, const Request& request) {
    grpc::ClientContext context;
    if (!as.empty()) context.AddMetadata(rpc::kDemoUserKey, as);
    context.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
    told.clear();
    const auto reader = (stub_.get()->*method)(&context, request);
    BackupProgress progress;
    while (reader->Read(&progress)) told.push_back(progress);
    return reader->Finish();
  }
  grpc::Status Create(const std::string& as) {
    return Follow(&v1::AdminService::Stub::CreateBackup, as, v1::CreateBackupRequest());
  }
  grpc::Status Verify(uint32_t number) {
    v1::VerifyBackupRequest request;
    request.set_backup(number);
    return Follow(&v1::AdminService::Stub::VerifyBackup, "T1", request);
  }
  grpc::Status Restore(uint32_t number, const std::string& into) {
    v1::RestoreBackupRequest request;
    request.set_backup(number);
    request.set_into(into);
    return Follow(&v1::AdminService::Stub::RestoreBackup, "T1", request);
  }
  std::vector<uint32_t> Listed() {
    std::vector<uint32_t> numbers;
    const Reply reply = desk_.Call("T1", "AdminService.ListBackups", v1::ListBackupsRequest());
    EXPECT_TRUE(reply.ok()) << reply;
    for (const v1::Backup& backup : reply.As<v1::ListBackupsResponse>().backups()) {
      numbers.push_back(backup.backup());
    }
    return numbers;
  }

  std::vector<BackupProgress> told;

  const std::unique_ptr<rocksdb::Env> disk_{NewMemoryDisk()};
  SettledDesk desk_{Options(disk_.get())};
  const std::unique_ptr<v1::AdminService::Stub> stub_ = v1::AdminService::NewStub(
      grpc::CreateChannel(desk_.server().address(), grpc::InsecureChannelCredentials()));
};

TEST_F(KeepingBackups, IsForTheTrustLeadAlone) {
  for (const char* somebody : {"A1", "B1", "H1", "O1", "S2"}) {
    EXPECT_EQ(Create(somebody).error_code(), grpc::PERMISSION_DENIED) << somebody;
    EXPECT_EQ(desk_.Call(somebody, "AdminService.ListBackups", v1::ListBackupsRequest()).code(),
              grpc::PERMISSION_DENIED)
        << somebody;
  }
  EXPECT_EQ(Create("").error_code(), grpc::UNAUTHENTICATED);
  EXPECT_TRUE(Listed().empty());
}

TEST_F(KeepingBackups, TellsItsProgressAndThenWhatThereIs) {
  const uint64_t before = desk_.JournalSize();
  const int64_t earliest = absl::ToUnixSeconds(absl::Now());
  const grpc::Status created = Create("T1");
  ASSERT_TRUE(created.ok()) << created.error_message();
  ASSERT_GE(told.size(), 2u);
  for (size_t i = 1; i < told.size(); ++i) EXPECT_GE(told[i].phase(), told[i - 1].phase());
  EXPECT_EQ(told.back().phase(), BackupProgress::PHASE_DONE);
  const v1::Backup& backup = told.back().backup();
  EXPECT_EQ(backup.backup(), 1u);
  EXPECT_GE(backup.entries(), before);
  EXPECT_EQ(backup.root().size(), 32u);
  EXPECT_TRUE(backup.has_keys());
  // By the machine's clock, not the demo's.
  EXPECT_GE(backup.created_at().seconds(), earliest);
  EXPECT_LE(backup.created_at().seconds(), absl::ToUnixSeconds(absl::Now()));
  EXPECT_TRUE(Create("T1").ok());
  EXPECT_THAT(Listed(), ElementsAre(2, 1));
}

TEST_F(KeepingBackups, VerifiesEveryEntryOfABackup) {
  ASSERT_TRUE(Create("T1").ok());
  const grpc::Status verified = Verify(1);
  ASSERT_TRUE(verified.ok()) << verified.error_message();
  EXPECT_EQ(told.back().backup().backup(), 1u);
  EXPECT_EQ(Verify(7).error_code(), grpc::NOT_FOUND);
}

TEST_F(KeepingBackups, FindsAByteThatChanged) {
  ASSERT_TRUE(Create("T1").ok());
  const std::string path = "/elsewhere/backups/keys/1/rows";
  std::string rows;
  ASSERT_TRUE(rocksdb::ReadFileToString(disk_.get(), path, &rows).ok());
  rows[rows.size() / 2] ^= 1;
  ASSERT_TRUE(rocksdb::WriteStringToFile(disk_.get(), rows, path, true).ok());
  EXPECT_EQ(Verify(1).error_code(), grpc::DATA_LOSS);
  EXPECT_EQ(Restore(1, "again").error_code(), grpc::DATA_LOSS);
  EXPECT_TRUE(disk_->FileExists("/office/again").IsNotFound());
}

TEST_F(KeepingBackups, RestoresBesideTheServersFolderAndNowhereElse) {
  ASSERT_TRUE(Create("T1").ok());
  const grpc::Status restored = Restore(0, "records-of-monday");
  ASSERT_TRUE(restored.ok()) << restored.error_message();
  EXPECT_TRUE(disk_->FileExists("/office/records-of-monday/journal/CURRENT").ok());
  EXPECT_TRUE(disk_->FileExists("/office/records-of-monday/keyring/epoch-1.key").ok());
  for (const char* name : {"../records", "a/b", "..", "", "a b", "records\n"}) {
    EXPECT_EQ(Restore(0, name).error_code(), grpc::INVALID_ARGUMENT) << name;
  }
  EXPECT_EQ(Restore(0, "records").error_code(), grpc::FAILED_PRECONDITION) << "it is there";
}

TEST_F(KeepingBackups, GoesOnWhileOthersWrite) {
  ASSERT_TRUE(Create("T1").ok());
  desk_.Wrote("O1", "EnrolmentService.Enrol", desk_.carol, rules::Enrol(desk_.carol, desk_.cycle));
  ASSERT_TRUE(Create("T1").ok());
  EXPECT_TRUE(Verify(1).ok());
  EXPECT_TRUE(Verify(2).ok());
}

TEST(AServerWithoutABackupFolder, SaysWhichFlagItLacks) {
  const std::unique_ptr<rocksdb::Env> disk(NewMemoryDisk());
  SettledDesk desk(DemoOn(disk.get()));
  const Reply reply = desk.Call("T1", "AdminService.ListBackups", v1::ListBackupsRequest());
  EXPECT_EQ(reply.code(), grpc::FAILED_PRECONDITION);
  EXPECT_THAT(reply.status.error_message(), HasSubstr("--backups DIR"));
}

class ABackupRunner : public storage::JournalTest {};

TEST_F(ABackupRunner, RemovesKeysThatExpireWhileNobodyAsksForAnything) {
  Open();
  const auto keyring = storage::Keyring::Open({.path = folder_ / "keyring"}).value();
  storage::BackupsOptions kept;
  kept.path = folder_ / "backups";
  kept.now = [this] { return clocks_.now(); };
  kept.min_free_bytes = 0;
  const auto untold = [](const storage::BackupStep&) { return absl::OkStatus(); };
  ASSERT_TRUE(storage::Backups(kept).Create(*journal_, *keyring, untold).ok());
  Intervals intervals;
  BackupRunnerOptions options{.data = folder_ / "data"};
  options.wait = intervals.Wait();
  BackupRunner runner(storage::Backups(kept), *journal_, *keyring, std::move(options));
  clocks_.Pass(absl::Hours(24 * 30));
  intervals.Pass();
  EXPECT_EQ(intervals.asked_for(), absl::Hours(1));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "backups/keys/1"));
  clocks_.Pass(absl::Hours(1));
  intervals.Pass();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "backups/keys/1"));
  intervals.End();
  runner.Shutdown();
}

}  // namespace
}  // namespace countersign
