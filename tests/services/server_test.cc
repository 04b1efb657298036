// The server as a whole: what is a demo and what is not, where it listens, and what it says of
// itself.
#include "services/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/log_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "services/operator/offline.h"
#include "storage/bytes.h"
#include "storage/errors.h"
#include "storage/journal.h"
#include "storage/journal_store.h"
#include "storage/keys.h"
#include "tests/services/desk.h"
#include "tests/storage/power_cut.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

class ServerTest : public testing::Test {
 protected:
  ServerOptions Demo() const { return DemoOn(disk_.get()); }
  ServerOptions Real() const {
    ServerOptions options = Demo();
    options.demo = false;
    options.demo_now = std::nullopt;
    return options;
  }
  absl::Status StatusOfStart(const ServerOptions& options) {
    return Server::Start(options).status();
  }
  static absl::Time ClockOf(Desk& desk) {
    const Reply reply = desk.Call("T1", "DemoService.GetClock", v1::GetClockRequest());
    EXPECT_TRUE(reply.ok()) << reply;
    return absl::FromUnixSeconds(reply.As<v1::GetClockResponse>().now().seconds());
  }

  const std::unique_ptr<rocksdb::Env> disk_{NewMemoryDisk()};
};
using ADemo = ServerTest;
using ARealServer = ServerTest;
using AServer = ServerTest;

TEST_F(ADemo, SaysSoInEveryAnswer) {
  SettledDesk desk(Demo());
  v1::GetPlanRequest request;
  request.set_plan_id(desk.plan);
  const std::vector<Reply> replies = {
      desk.Call("A1", "PlanService.GetPlan", request),
      desk.Call("S2", "PlanService.GetPlan", request),
      desk.Call("", "PlanService.GetPlan", request),
      desk.Call("A1", "PlanService.GetPlan", v1::GetPlanRequest()),
      desk.Call("A1", "PlanService.ListPlans", v1::ListPlansRequest()),
      desk.Call("A1", "PeopleService.WhoAmI", v1::WhoAmIRequest()),
      desk.Call("A1", "DemoService.GetClock", v1::GetClockRequest()),
      desk.HandIn("B1", "MeetingService.ConfirmMeeting", desk.plan, rules::ConfirmMeeting()),
      desk.HandIn("B1", "MeetingService.CancelMeeting", rules::kNobody, rules::CancelMeeting())};
  for (const Reply& reply : replies) {
    EXPECT_THAT(reply.metadata, Contains(Key(rpc::kDemoNoticeKey))) << reply;
  }
}

TEST_F(ADemo, StaysOneForEverAndItsClockGoesOn) {
  absl::Time stopped_at;
  {
    SettledDesk desk(Demo());
    v1::AdvanceClockRequest days;
    days.set_by_seconds(5 * 86'400);
    ASSERT_TRUE(desk.Call("T1", "DemoService.AdvanceClock", days).ok());
    stopped_at = ClockOf(desk);
    EXPECT_EQ(stopped_at, InLondon("2026-09-08 09:00"));
  }
  Desk desk(Real());
  EXPECT_TRUE(desk.server().is_demo());
  EXPECT_EQ(ClockOf(desk), stopped_at);
  EXPECT_TRUE(desk.Call("A1", "PeopleService.WhoAmI", v1::WhoAmIRequest()).ok());
}

TEST_F(ADemo, ItsClockMovesForwardOnlyAndOneWayAtATime) {
  SettledDesk desk(Demo());
  const absl::Time before = ClockOf(desk);
  v1::AdvanceClockRequest request;
  EXPECT_EQ(desk.Call("T1", "DemoService.AdvanceClock", request).code(), grpc::INVALID_ARGUMENT);
  request.set_to("2026-09-01T08:00:00Z");
  EXPECT_EQ(desk.Call("T1", "DemoService.AdvanceClock", request).code(), grpc::INVALID_ARGUMENT);
  request.set_by_seconds(60);
  EXPECT_EQ(desk.Call("T1", "DemoService.AdvanceClock", request).code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(ClockOf(desk), before);
  request.clear_by_seconds();
  request.set_to("2026-10-01T08:00:00Z");
  ASSERT_TRUE(desk.Call("T1", "DemoService.AdvanceClock", request).ok());
  EXPECT_EQ(ClockOf(desk), InLondon("2026-10-01 09:00"));
}

TEST_F(ADemo, BeginsItsJournalBySayingSo) {
  { Desk desk(Demo()); }
  storage::JournalOptions options;
  options.path = "/records/journal";
  options.env = disk_.get();
  const auto journal = Must(storage::Journal::Open(std::move(options)));
  std::vector<std::string> types;
  ASSERT_TRUE(journal
                  ->ReadAll(0, 10,
                            [&](const storage::StoredEvent& stored, std::string_view) {
                              types.emplace_back(stored.event_type);
                              return absl::OkStatus();
                            })
                  .ok());
  EXPECT_THAT(types, ElementsAre("journal_opened", "software_started", "log_key_named"));
}

TEST_F(ARealServer, LetsNobodyInWithoutSignInAndHasNoClockToMove) {
  Desk desk(Real());
  EXPECT_FALSE(desk.server().is_demo());
  const Reply who = desk.Call("T1", "PeopleService.WhoAmI", v1::WhoAmIRequest());
  EXPECT_EQ(who.code(), grpc::UNAUTHENTICATED);
  EXPECT_THAT(who.metadata, Not(Contains(Key(rpc::kDemoNoticeKey))));
  EXPECT_EQ(desk.HandIn("T1", "TrustService.FoundTrust", "", rules::FoundTrust()).code(),
            grpc::UNAUTHENTICATED);
  EXPECT_EQ(desk.Call("T1", "DemoService.GetClock", v1::GetClockRequest()).code(),
            grpc::PERMISSION_DENIED);
  v1::AdvanceClockRequest request;
  request.set_by_seconds(60);
  EXPECT_EQ(desk.Call("T1", "DemoService.AdvanceClock", request).code(), grpc::PERMISSION_DENIED);
}

TEST_F(ARealServer, ItsRecordsNeverBecomeADemo) {
  { Desk desk(Real()); }
  const absl::Status refused = StatusOfStart(Demo());
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("choose another folder"));
  Desk again(Real());
  EXPECT_FALSE(again.server().is_demo());
}

// A demo on the machine's disk, in a folder of its own.
class ADataFolder : public testing::Test {
 protected:
  ADataFolder() { std::filesystem::remove_all(folder_); }
  ~ADataFolder() override { std::filesystem::remove_all(folder_); }

  ServerOptions Options() const { return DemoOn(rocksdb::Env::Default(), folder_.string()); }
  void Serve() { SettledDesk desk(Options()); }
  void Lose(const std::string& part) { std::filesystem::remove_all(folder_ / part); }
  void ExpectRefused(const ServerOptions& options, absl::StatusCode code,
                     const std::string& words) const {
    const absl::Status refused = Server::Start(options).status();
    EXPECT_EQ(refused.code(), code) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(words));
  }
  void ExpectServed(const ServerOptions& options) const {
    const absl::Status served = Server::Start(options).status();
    EXPECT_TRUE(served.ok()) << served;
  }
  // Every file in the folder, as it is.
  std::map<std::string, std::string> Files() const {
    std::map<std::string, std::string> files;
    for (const auto& item : std::filesystem::recursive_directory_iterator(folder_)) {
      if (!item.is_regular_file()) continue;
      std::ifstream file(item.path(), std::ios::binary);
      files[item.path().string()] = {std::istreambuf_iterator<char>(file), {}};
    }
    return files;
  }
  // Entries of the journal, which nobody may have open.
  uint64_t Size() const {
    storage::JournalOptions options;
    options.path = (folder_ / "journal").string();
    return Must(storage::Journal::Open(std::move(options)))->head().size;
  }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("countersign-parts-" + std::to_string(getpid()));
};

// What lies side by side in it belongs together, or nothing is served.
TEST_F(ADataFolder, ThatLostItsJournalIsNotServed) {
  Serve();
  Lose("journal");
  ExpectRefused(Options(), absl::StatusCode::kFailedPrecondition, "Restore the data folder");
  // The cards tell as well.
  Lose("anchor");
  ExpectRefused(Options(), absl::StatusCode::kDataLoss, "Restore the data folder");
}

TEST_F(ADataFolder, ThatLostItsKeyringIsNotServed) {
  Serve();
  Lose("keyring");
  ExpectRefused(Options(), absl::StatusCode::kDataLoss, "does not fit");
}

TEST_F(ADataFolder, ThatLostTheKeyOfItsLogIsNotServed) {
  Serve();
  const uint64_t size = Size();
  Lose("log-keys");
  ExpectRefused(Options(), absl::StatusCode::kNotFound, "/log-keys/log-N.key");
  EXPECT_EQ(Size(), size) << "something was appended";
}

TEST_F(ADataFolder, ThatLostItsAnchorIsServedOnlyWhenTheOperatorSaysSo) {
  Serve();
  const uint64_t size = Size();
  Lose("anchor");
  ExpectRefused(Options(), absl::StatusCode::kFailedPrecondition, "--accept-missing-anchor");
  EXPECT_EQ(Size(), size) << "something was appended";
  ServerOptions accepting = Options();
  accepting.accept_missing_anchor = true;
  ExpectServed(accepting);
  ExpectServed(Options());
}

TEST_F(ADataFolder, WhoseJournalIsOlderThanItsAnchorIsNotServed) {
  Serve();
  const uint64_t size = Size();
  const std::filesystem::path backup = folder_ / "backup";
  std::filesystem::copy(folder_ / "journal", backup, std::filesystem::copy_options::recursive);
  ExpectServed(Options());
  Lose("journal");
  std::filesystem::rename(backup, folder_ / "journal");
  for (int i = 0; i < 2; ++i) {
    ExpectRefused(Options(), absl::StatusCode::kFailedPrecondition,
                  "has " + std::to_string(size) + " entries");
    ExpectRefused(Options(), absl::StatusCode::kFailedPrecondition, "countersignd replay --data ");
  }
  EXPECT_EQ(Size(), size) << "something was appended";
}

// Looking at a loss must not make it final: what is lost may be put back.
TEST_F(ADataFolder, ThatIsRefusedStaysAsItWas) {
  {
    SettledDesk desk(Options());
    v1::GetCheckpointRequest everything;
    everything.set_at_least_size(desk.JournalSize());
    ASSERT_TRUE(desk.Call("S2", "LogService.GetCheckpoint", everything).ok());
  }
  std::filesystem::path log;
  for (const auto& item : std::filesystem::directory_iterator(folder_ / "journal")) {
    if (item.path().extension() == ".log" && item.path() > log) log = item.path();
  }
  const std::map<std::string, std::string> whole = Files();
  const uint64_t half = std::filesystem::file_size(log) / 2;
  std::filesystem::resize_file(log, half);
  const std::map<std::string, std::string> cut = Files();
  OfflineOptions offline;
  offline.data = folder_.string();
  EXPECT_TRUE(storage::IsBehindAnchor(VerifyOffline(offline).status()));
  const std::string out = (folder_ / "new.export").string();
  EXPECT_TRUE(storage::IsBehindAnchor(ExportOffline(offline, out, true).status()));
  EXPECT_TRUE(storage::IsBehindAnchor(RotateLogKeyOffline(offline).status()));
  ExpectRefused(Options(), absl::StatusCode::kFailedPrecondition, "signed entries are missing");
  EXPECT_EQ(Files(), cut);
  std::ofstream(log, std::ios::binary | std::ios::trunc) << whole.at(log.string());
  const absl::StatusOr<storage::Head> verified = VerifyOffline(offline);
  EXPECT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(Files(), whole);
  ExpectServed(Options());
}

TEST_F(ADataFolder, ThatIsRefusedIsNotTouchedWhicheverPartDoesNotBelong) {
  Serve();
  ExpectServed(Options());
  const std::filesystem::path kept = folder_.string() + "-kept";
  const auto copy = [](const std::filesystem::path& from, const std::filesystem::path& to) {
    std::filesystem::remove_all(to);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  };
  copy(folder_, kept);
  const auto refused_as_it_was = [&](absl::StatusCode code, const std::string& words) {
    const std::map<std::string, std::string> before = Files();
    ExpectRefused(Options(), code, words);
    EXPECT_EQ(Files(), before) << words;
    copy(kept, folder_);
  };
  Lose("journal");
  refused_as_it_was(absl::StatusCode::kFailedPrecondition, "Restore the data folder");
  Lose("journal");
  Lose("anchor");
  refused_as_it_was(absl::StatusCode::kDataLoss, "the cards reflect");
  Lose("keyring");
  refused_as_it_was(absl::StatusCode::kDataLoss, "the keyring does not fit");
  Lose("keyring/epoch-1.key");
  refused_as_it_was(absl::StatusCode::kDataLoss, "epoch-1.key is missing");
  std::ofstream(folder_ / "views/CURRENT") << "nothing";
  refused_as_it_was(absl::StatusCode::kDataLoss, "the cards are damaged");
  Lose("log-keys");
  refused_as_it_was(absl::StatusCode::kNotFound, "log-N.key");
  ExpectServed(Options());
  std::filesystem::remove_all(kept);
}

TEST_F(ADataFolder, IsServedWhateverKeyFileLiesThereAstray) {
  Serve();
  std::ofstream(folder_ / "log-keys/log-9.key") << "stray";
  std::filesystem::permissions(folder_ / "log-keys/log-9.key", std::filesystem::perms::all);
  ExpectServed(Options());
  std::filesystem::permissions(folder_ / "log-keys/log-1.key", std::filesystem::perms::all);
  ExpectRefused(Options(), absl::StatusCode::kFailedPrecondition, "log-1.key: give it mode 600");
}

// Of several tables RocksDB asks the damaged one too.
TEST_F(ADataFolder, WhoseLatestTableIsDamagedIsToldTheFirstPositionInIt) {
  Serve();
  ExpectServed(Options());
  ExpectServed(Options());
  OfflineOptions offline;
  offline.data = folder_.string();
  std::string name;
  uint64_t first = 0;
  {
    const auto store = Must(
        storage::JournalStore::OpenToRead((folder_ / "journal").string(), rocksdb::Env::Default()));
    std::vector<rocksdb::LiveFileMetaData> tables;
    store->db().GetLiveFilesMetaData(&tables);
    for (const rocksdb::LiveFileMetaData& table : tables) {
      if (table.column_family_name != storage::keys::kEntryFamily || table.name < name) continue;
      name = table.name;
      first = storage::BigEndian(table.smallestkey);
    }
  }
  ASSERT_GT(first, 0u);
  std::fstream table(folder_ / ("journal" + name), std::ios::in | std::ios::out | std::ios::binary);
  table.seekp(10);
  table.put('\xff');
  table.close();
  for (const absl::Status& found :
       {VerifyOffline(offline).status(),
        ExportOffline(offline, (folder_ / "out").string(), true).status()}) {
    EXPECT_TRUE(absl::IsDataLoss(found)) << found;
    EXPECT_THAT(std::string(found.message()),
                testing::StartsWith("The entry at position " + std::to_string(first) + " cannot"));
    EXPECT_THAT(std::string(found.message()), HasSubstr(name));
  }
}

TEST_F(ADataFolder, IsExportedWholeOrNotAtAllWhereverThatIsKilled) {
  Serve();
  OfflineOptions offline;
  offline.data = folder_.string();
  const std::filesystem::path out = folder_ / "out";
  const auto bytes = [&] {
    std::ifstream file(out, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  ASSERT_TRUE(ExportOffline(offline, out.string(), true).ok());
  const std::string sound = bytes();
  int kills = 0;
  for (bool exported = false; !exported; ++kills) {
    ASSERT_LT(kills, 1000);
    std::filesystem::remove(out);
    storage::PowerCutDisk disk;
    offline.env = disk.env();
    disk.CutAtCall(kills + 1);
    exported = ExportOffline(offline, out.string(), true).ok();
    disk.Cut();
    disk.RestoreAll();
    offline.env = rocksdb::Env::Default();
    if (std::filesystem::exists(out)) {
      EXPECT_EQ(bytes(), sound) << kills;
      continue;
    }
    const absl::Status again = ExportOffline(offline, out.string(), true).status();
    ASSERT_TRUE(again.ok()) << again;
    EXPECT_EQ(bytes(), sound) << kills;
  }
  EXPECT_GE(kills, 4);  // A new file, its bytes, its sync, its name.
}

TEST_F(ADataFolder, IsNotTakenForFreeWhereALockFileIsGone) {
  SettledDesk desk(Options());
  Lose("journal/LOCK");
  OfflineOptions offline;
  offline.data = folder_.string();
  const NewEpoch next{.origin = "log.example/next", .reason = "Why"};
  EXPECT_TRUE(absl::IsFailedPrecondition(VerifyOffline(offline).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(RotateLogKeyOffline(offline).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(BeginEpochOffline(offline, next).status()));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "journal/LOCK")) << "the journal was opened";
  ExpectRefused(Options(), absl::StatusCode::kUnavailable, "A server holds ");
}

TEST_F(ADataFolder, IsExportedOnlyIntoAFolderThatIsThereAndAsFarAsItGoes) {
  Serve();
  OfflineOptions offline;
  offline.data = folder_.string();
  EXPECT_TRUE(absl::IsInvalidArgument(
      ExportOffline(offline, (folder_ / "missing/x").string(), true).status()));
  EXPECT_TRUE(absl::IsOutOfRange(
      ExportOffline(offline, (folder_ / "x").string(), true, Size() + 1).status()));
}

// A replay into nothing makes the database first, and may be killed before it has all its families.
TEST_F(ADataFolder, WhoseJournalWasHalfMadeByAReplayIsFilledByTheNext) {
  Serve();
  OfflineOptions offline;
  offline.data = folder_.string();
  const storage::VerifierKey key = Must(RotateLogKeyOffline(offline)).key;
  const std::string out = (folder_ / "out").string();
  const Exported exported = Must(ExportOffline(offline, out, true));
  Lose("journal");
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* begun = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, (folder_ / "journal").string(), &begun).ok());
  delete begun;
  const Replayed replayed = Must(ReplayOffline(offline, out, {key}));
  EXPECT_EQ(replayed.report.size_before, 0u);
  EXPECT_EQ(replayed.report.size_after, exported.head.size);
  EXPECT_EQ(Must(VerifyOffline(offline)), exported.head);
}

// Cards of what was lost go with it.
TEST_F(ADataFolder, WhoseEndIsLostIsServedAgainInANewEpoch) {
  Serve();
  const uint64_t size = Size();
  const std::filesystem::path backup = folder_ / "backup";
  std::filesystem::copy(folder_ / "journal", backup, std::filesystem::copy_options::recursive);
  ExpectServed(Options());
  Lose("journal");
  std::filesystem::rename(backup, folder_ / "journal");
  OfflineOptions offline;
  offline.data = folder_.string();
  const NewKey key =
      Must(BeginEpochOffline(offline, {.origin = "log.example/next", .reason = "The disk failed"}));
  EXPECT_EQ(key.from_size, size + 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "views"));
  ServerOptions options = Options();
  options.origin = "log.example/next";
  ExpectServed(options);
  EXPECT_EQ(Size(), size + 3);
}

TEST_F(ADataFolder, IsServedUnderTheOriginThatItBeganWith) {
  ServerOptions options = Options();
  options.origin = "a b";
  ExpectRefused(options, absl::StatusCode::kInvalidArgument, "An origin has");
  options.origin = "log.example/trust";
  ExpectServed(options);
  ExpectServed(Options());
  options.origin = "log.example/other";
  ExpectRefused(options, absl::StatusCode::kFailedPrecondition, "log.example/trust");
}

TEST_F(ADataFolder, MayHaveItsAnchorElsewhere) {
  ServerOptions options = Options();
  options.anchor = (folder_ / "another disk/anchor").string();
  ExpectServed(options);
  EXPECT_TRUE(std::filesystem::exists(options.anchor));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "anchor"));
  ExpectServed(options);
  // Without it, the journal's own checkpoints show that there must be one.
  ExpectRefused(Options(), absl::StatusCode::kFailedPrecondition, "--anchor FILE");
}

TEST_F(AServer, ListensOnLoopbackOnly) {
  for (const char* address :
       {"0.0.0.0:0", ":0", "[::]:0", "192.168.0.7:0", "example.org:80", "127.0.0.1.example.org:80",
        "127.0.0.1:0,0.0.0.0:0", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1", "",
        "unix:/tmp/socket"}) {
    ServerOptions options = Demo();
    options.listen = address;
    const absl::Status refused = StatusOfStart(options);
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << address << ": " << refused;
  }
}

TEST_F(AServer, SaysWhenTheFolderIsTaken) {
  Desk desk(Demo());
  const absl::Status taken = StatusOfStart(Demo());
  EXPECT_TRUE(absl::IsUnavailable(taken)) << taken;
  EXPECT_THAT(std::string(taken.message()), HasSubstr("A server holds "));
}

TEST_F(AServer, SaysInOneLineWhenThePortIsTakenAndLeavesNoFolderBehind) {
  Desk desk(Demo());
  const std::string port = desk.server().address().substr(desk.server().address().rfind(':'));
  for (const std::string& same : {"127.0.0.1" + port, "localhost" + port}) {
    ServerOptions options = DemoOn(disk_.get(), "/others");
    options.listen = same;
    std::vector<std::string> lines;
    options.log = [&](const std::string& line) { lines.push_back(line); };
    const absl::Status taken = StatusOfStart(options);
    EXPECT_TRUE(absl::IsUnavailable(taken)) << same << ": " << taken;
    EXPECT_THAT(std::string(taken.message()), HasSubstr("another program listens on " + same));
    EXPECT_THAT(std::string(taken.message()), Not(HasSubstr("\n")));
    EXPECT_THAT(lines, testing::IsEmpty());
  }
  EXPECT_TRUE(disk_->FileExists("/others").IsNotFound());
  std::vector<std::string> found;
  disk_->GetChildren("/others", &found);
  EXPECT_THAT(found, testing::IsEmpty());
}

TEST_F(AServer, TellsItsHealthAndItsServices) {
  Desk desk(Demo());
  const Reply health = desk.CallWithBytes("", "/grpc.health.v1.Health/Check", "");
  EXPECT_TRUE(health.ok()) << health;
  EXPECT_EQ(health.bytes, "\x08\x01") << "status: SERVING";
  // One request to list the services, as reflection spells it: field 7, an empty text.
  const Reply reflection =
      desk.CallWithBytes("", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                         std::string("\x3a\x00", 2));
  EXPECT_TRUE(reflection.ok()) << reflection;
  EXPECT_THAT(reflection.bytes, HasSubstr("countersign.v1.PlanService"));
}

}  // namespace
}  // namespace countersign
