// The log over the wire: who may, what is proved, what is refused, the watch, the export, and
// receipts that wait. What the server says is checked with the verifier's code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "clients/verifier/checkpoint.h"
#include "clients/verifier/log_check.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/note.h"
#include "clients/verifier/tlog_proof.h"
#include "countersign/v1/entry.pb.h"
#include "countersign/v1/log_service.grpc.pb.h"
#include "services/rpc/chapters/log_export.h"
#include "storage/signing/signed_note.h"
#include "tests/services/desk.h"
#include "tests/services/slow_cards.h"

namespace countersign {
namespace {

using testing::HasSubstr;
using verifier::Hash;

std::vector<Hash> HashesIn(const google::protobuf::RepeatedPtrField<std::string>& field) {
  std::vector<Hash> hashes;
  for (const std::string& bytes : field) {
    const std::optional<Hash> hash = verifier::HashFromBytes(bytes);
    EXPECT_TRUE(hash.has_value()) << bytes.size() << " bytes";
    hashes.push_back(hash.value_or(Hash()));
  }
  return hashes;
}

// A streaming call, as a client makes it.
template <typename Response>
class Listening {
 public:
  template <typename Start>
  Listening(const std::string& as, Start start) {
    if (!as.empty()) context_.AddMetadata(rpc::kDemoUserKey, as);
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
    reader_ = start(&context_);
  }
  std::optional<Response> Next() {
    Response response;
    if (!reader_->Read(&response)) return std::nullopt;
    return response;
  }
  grpc::Status Finish() {
    while (Next().has_value()) {
    }
    return reader_->Finish();
  }
  void Cancel() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<Response>> reader_;
};

// A disk whose folder "anchor" takes nothing any more, once it is broken.
class BreakingAnchors : public rocksdb::FileSystemWrapper {
 public:
  BreakingAnchors(const std::shared_ptr<rocksdb::FileSystem>& disk, const std::atomic<bool>& broken)
      : FileSystemWrapper(disk), broken_(broken) {}
  const char* Name() const override { return "BreakingAnchors"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (broken_ && path.find("/anchor/") != std::string::npos) {
      return rocksdb::IOStatus::IOError("broken");
    }
    return target()->NewWritableFile(path, options, file, debug);
  }

 private:
  const std::atomic<bool>& broken_;
};

class TheLog : public testing::Test {
 protected:
  TheLog() {
    stub_ = v1::LogService::NewStub(
        grpc::CreateChannel(desk_.server().address(), grpc::InsecureChannelCredentials()));
    // Sam audits.
    desk_.Wrote("T1", "TrustService.GrantTrustRole", "",
                rules::GrantRole(desk_.sam, v1::ROLE_AUDITOR, rules::kTrustId));
  }

  static std::array<uint8_t, 32> Seed(uint8_t n) {
    std::array<uint8_t, 32> seed;
    seed.fill(n);
    return seed;
  }
  storage::VerifierKey Witness() const {
    storage::VerifierKey key = witness_.verifier();
    key.type = storage::SignatureType::kCosignature;
    return key;
  }
  ServerOptions Options() {
    ServerOptions options = DemoOn(disk_.get());
    options.witnesses = {Witness()};
    options.log_error = [this](const std::string& line) { errors_.push_back(line); };
    return options;
  }

  template <typename Response, typename Request>
  Response Ask(const std::string& as, const std::string& method, const Request& request) {
    const Reply reply = desk_.Call(as, "LogService." + method, request);
    EXPECT_TRUE(reply.ok()) << method << " by " << as << ": " << reply;
    return reply.ok() ? reply.As<Response>() : Response();
  }
  v1::SignedCheckpoint Newest(uint64_t at_least = 0) {
    v1::GetCheckpointRequest request;
    request.set_at_least_size(at_least);
    return Ask<v1::GetCheckpointResponse>("S2", "GetCheckpoint", request).checkpoint();
  }
  // What somebody who checks was given beforehand.
  verifier::KeyFile Keys() {
    const auto answer = Ask<v1::GetLogKeysResponse>("S2", "GetLogKeys", v1::GetLogKeysRequest());
    EXPECT_EQ(answer.keys_size(), 1);
    auto keys = verifier::ParseKeyFile(answer.keys(0).verifier_key() + "\n");
    EXPECT_TRUE(keys.ok()) << keys.status();
    return *keys;
  }
  Listening<v1::WatchResponse> Watch(const std::string& as, const v1::WatchRequest& request) {
    return Listening<v1::WatchResponse>(
        as, [&](grpc::ClientContext* context) { return stub_->Watch(context, request); });
  }
  Listening<v1::ExportResponse> Export(const std::string& as, const v1::ExportRequest& request) {
    return Listening<v1::ExportResponse>(
        as, [&](grpc::ClientContext* context) { return stub_->Export(context, request); });
  }
  grpc::StatusCode CodeOf(const std::string& as, const std::string& method,
                          const google::protobuf::Message& request) {
    return desk_.Call(as, "LogService." + method, request).code();
  }

  const storage::SignatureKey witness_{"witness.example/union", Seed(7)};
  const std::unique_ptr<rocksdb::Env> memory_ = NewMemoryDisk();
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  std::atomic<bool> anchor_is_broken_{false};
  std::vector<std::string> errors_;  // Told to the operator; by the thread that signs.
  const std::unique_ptr<rocksdb::Env> disk_ =
      rocksdb::NewCompositeEnv(std::make_shared<BreakingAnchors>(
          std::make_shared<GatedCards>(memory_->GetFileSystem(), gate_), anchor_is_broken_));
  SettledDesk desk_{Options()};
  std::unique_ptr<v1::LogService::Stub> stub_;
};

TEST_F(TheLog, SignsItsHeadUnderTheKeyItNames) {
  const v1::SignedCheckpoint newest = Newest(desk_.JournalSize());
  const auto opened = verifier::OpenCheckpoint(newest.note(), Keys());
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->size, newest.size());
  EXPECT_EQ(newest.root(), std::string(verifier::AsBytes(opened->root)));
  EXPECT_GE(newest.size(), desk_.JournalSize());
}

TEST_F(TheLog, RefusesToWaitForWhatIsBeyondTheHead) {
  v1::GetCheckpointRequest request;
  request.set_at_least_size(1'000'000);
  const Reply reply = desk_.Call("B1", "LogService.GetCheckpoint", request);
  EXPECT_EQ(reply.code(), grpc::OUT_OF_RANGE);
  EXPECT_THAT(reply.status.error_message(), HasSubstr(absl::StrCat(desk_.JournalSize())));
}

TEST_F(TheLog, ProvesEveryEntryInTheTreeOfItsCheckpoint) {
  const uint64_t size = desk_.JournalSize();
  const verifier::KeyFile keys = Keys();
  for (uint64_t position = 0; position < size; ++position) {
    v1::ProveInclusionRequest request;
    request.set_position(position);
    const auto answer = Ask<v1::ProveInclusionResponse>("S2", "ProveInclusion", request);
    const Hash leaf = verifier::LeafHash(answer.entry());
    const auto root = verifier::HashFromBytes(answer.root());
    ASSERT_TRUE(root.has_value());
    EXPECT_TRUE(
        verifier::VerifyInclusion(position, answer.size(), leaf, HashesIn(answer.proof()), *root));
    const auto proof = verifier::ParseTlogProof(answer.tlog_proof());
    ASSERT_TRUE(proof.ok()) << proof.status();
    EXPECT_EQ(proof->extra, answer.entry());
    EXPECT_TRUE(verifier::CheckTlogProof(*proof, answer.entry(), keys).ok());
    v1::Entry entry;
    ASSERT_TRUE(entry.ParseFromString(answer.entry()));
    EXPECT_EQ(entry.position(), position);
  }
}

TEST_F(TheLog, ProvesAnEntryInAnyTreeThatHoldsItAndInNoOther) {
  v1::ProveInclusionRequest request;
  request.set_position(3);
  for (uint64_t size = 4; size < 20; ++size) {
    request.set_size(size);
    const auto answer = Ask<v1::ProveInclusionResponse>("T1", "ProveInclusion", request);
    EXPECT_EQ(answer.size(), size);
    EXPECT_TRUE(verifier::VerifyInclusion(3, size, verifier::LeafHash(answer.entry()),
                                          HashesIn(answer.proof()),
                                          verifier::HashFromBytes(answer.root()).value()));
  }
  request.set_size(3);
  EXPECT_THAT(desk_.Call("T1", "LogService.ProveInclusion", request).ViolatedFields(),
              testing::ElementsAre("size"));
  request.set_size(1'000'000);
  EXPECT_EQ(CodeOf("T1", "ProveInclusion", request), grpc::OUT_OF_RANGE);
  request.set_size(0);
  for (const uint64_t beyond : {desk_.JournalSize() + 100, ~uint64_t{0}}) {
    request.set_position(beyond);
    const Reply reply = desk_.Call("T1", "LogService.ProveInclusion", request);
    EXPECT_EQ(reply.code(), grpc::OUT_OF_RANGE) << beyond;
    EXPECT_THAT(reply.status.error_message(), HasSubstr("the journal has"));
  }
}

TEST_F(TheLog, ProvesThatEveryTreeExtendsEveryEarlierOne) {
  v1::ProveConsistencyRequest request;
  for (uint64_t first = 1; first < 12; ++first) {
    for (uint64_t second = first; second < 24; second += 3) {
      request.set_first(first);
      request.set_second(second);
      const auto answer = Ask<v1::ProveConsistencyResponse>("C1", "ProveConsistency", request);
      EXPECT_TRUE(verifier::VerifyConsistency(
          first, second, verifier::HashFromBytes(answer.first_root()).value(),
          verifier::HashFromBytes(answer.second_root()).value(), HashesIn(answer.proof())));
    }
  }
  request.set_second(0);
  EXPECT_GE(Ask<v1::ProveConsistencyResponse>("C1", "ProveConsistency", request).second(), 11u);
  request.set_second(5);
  EXPECT_THAT(desk_.Call("C1", "LogService.ProveConsistency", request).ViolatedFields(),
              testing::ElementsAre("second"));
  request.set_second(1'000'000);
  EXPECT_EQ(CodeOf("C1", "ProveConsistency", request), grpc::OUT_OF_RANGE);
}

TEST_F(TheLog, GivesTilesAndBundlesThatFitEachOther) {
  v1::GetTileRequest tile;
  tile.set_width(10);
  v1::GetEntryBundleRequest bundle;
  bundle.set_width(10);
  const std::string hashes = Ask<v1::GetTileResponse>("S2", "GetTile", tile).tile();
  std::string entries = Ask<v1::GetEntryBundleResponse>("S2", "GetEntryBundle", bundle).bundle();
  ASSERT_EQ(hashes.size(), 320u);
  for (size_t i = 0; i < 10; ++i) {
    const size_t length = static_cast<uint8_t>(entries[0]) * 256 + static_cast<uint8_t>(entries[1]);
    const Hash leaf = verifier::LeafHash(entries.substr(2, length));
    EXPECT_EQ(hashes.substr(32 * i, 32), std::string(verifier::AsBytes(leaf)));
    entries.erase(0, 2 + length);
  }
  EXPECT_EQ(entries, "");
}

TEST_F(TheLog, RefusesTilesAndBundlesBeyondTheHead) {
  v1::GetTileRequest tile;
  v1::GetEntryBundleRequest bundle;
  for (const uint64_t index : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}, ~uint64_t{0} / 256 + 1}) {
    tile.set_index(index);
    tile.set_width(256);
    EXPECT_EQ(CodeOf("S2", "GetTile", tile), grpc::OUT_OF_RANGE) << index;
    bundle.set_index(index);
    bundle.set_width(256);
    EXPECT_EQ(CodeOf("S2", "GetEntryBundle", bundle), grpc::OUT_OF_RANGE) << index;
  }
  tile.set_index(0);
  tile.set_width(0);
  EXPECT_EQ(CodeOf("S2", "GetTile", tile), grpc::INVALID_ARGUMENT);
  tile.set_width(257);
  EXPECT_EQ(CodeOf("S2", "GetTile", tile), grpc::INVALID_ARGUMENT);
  bundle.set_width(0);
  EXPECT_EQ(CodeOf("S2", "GetEntryBundle", bundle), grpc::INVALID_ARGUMENT);
}

// The auditor is Sam, the trust lead Tess; all others are members.
TEST_F(TheLog, ShowsEntriesToTheAuditorAndTheTrustLeadAndPayloadsToTheTrustLeadAlone) {
  v1::GetTileRequest tile;
  tile.set_width(1);
  v1::GetEntryBundleRequest bundle;
  bundle.set_width(1);
  v1::ExportRequest payloads;
  payloads.set_payloads(true);
  for (const std::string somebody : {"A1", "B1", "H1", "O1", "H2", "S2", "T1"}) {
    const bool reads = somebody == "S2" || somebody == "T1";
    const auto expected = reads ? grpc::OK : grpc::PERMISSION_DENIED;
    EXPECT_EQ(CodeOf(somebody, "GetTile", tile), expected) << somebody;
    EXPECT_EQ(CodeOf(somebody, "GetEntryBundle", bundle), expected) << somebody;
    EXPECT_EQ(CodeOf(somebody, "ProveInclusion", v1::ProveInclusionRequest()), expected)
        << somebody;
    EXPECT_EQ(Export(somebody, v1::ExportRequest()).Finish().error_code(), expected) << somebody;
    EXPECT_EQ(Export(somebody, payloads).Finish().error_code(),
              somebody == "T1" ? grpc::OK : grpc::PERMISSION_DENIED)
        << somebody;
    auto watching = Watch(somebody, v1::WatchRequest());
    EXPECT_EQ(watching.Next().has_value(), reads) << somebody;
    if (reads) watching.Cancel();
    EXPECT_EQ(watching.Finish().error_code(), reads ? grpc::CANCELLED : grpc::PERMISSION_DENIED);
    EXPECT_EQ(CodeOf(somebody, "GetLogKeys", v1::GetLogKeysRequest()), grpc::OK) << somebody;
  }
}

TEST_F(TheLog, ProvesAPlansEntryToWhoMaySeeThePlanAndAnswersEverybodyElseAlike) {
  const v1::Receipt receipt = desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
                                          rules::ConfirmMeeting("2026-09-03"));
  v1::ProveInclusionRequest of_the_plan;
  of_the_plan.set_position(receipt.entries(0).position());
  for (const char* reader : {"A1", "B1", "H1"}) {
    EXPECT_EQ(CodeOf(reader, "ProveInclusion", of_the_plan), grpc::OK) << reader;
  }
  v1::ProveInclusionRequest of_nothing;
  of_nothing.set_position(1'000'000);
  const Reply foreign = desk_.Call("C1", "LogService.ProveInclusion", of_the_plan);
  const Reply nothing = desk_.Call("C1", "LogService.ProveInclusion", of_nothing);
  EXPECT_EQ(foreign.code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(nothing.code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(foreign.status.error_message(), nothing.status.error_message());
  EXPECT_EQ(foreign.status.error_details(), nothing.status.error_details());
}

TEST_F(TheLog, ExportsWhatVerifiesAndJournalsThatItWasTaken) {
  const uint64_t size = desk_.JournalSize();
  for (const bool payloads : {false, true}) {
    v1::ExportRequest request;
    request.set_payloads(payloads);
    request.set_size(size);
    auto exporting = Export("T1", request);
    verifier::LogCheck check({.keys = Keys()});
    uint64_t entries = 0;
    while (const auto told = exporting.Next()) {
      EXPECT_TRUE(check.Add(told->piece()).ok());
      EXPECT_EQ(told->entries_total(), size);
      entries = told->entries();
    }
    EXPECT_TRUE(exporting.Finish().ok());
    EXPECT_EQ(entries, size);
    const auto report = check.Finish();
    ASSERT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(report->last.size, size);
    EXPECT_EQ(report->payloads_checked, payloads ? size : 0);
  }
  v1::WatchRequest request;
  request.set_from_position(size);
  request.add_event_types("log_exported");
  auto watching = Watch("T1", request);
  for (int times = 0; times < 2; ++times) {
    const auto told = watching.Next();
    ASSERT_TRUE(told.has_value() && told->has_entry());
    EXPECT_EQ(told->entry().acting_as(), "trust_lead");
    EXPECT_EQ(told->entry().actor_id(), desk_.IdOf("T1"));
    EXPECT_EQ(told->entry().policy_rule(), times == 0 ? "P115" : "P116");
  }
}

TEST_F(TheLog, ExportsNoMoreThanThereIs) {
  v1::ExportRequest request;
  request.set_size(1'000'000);
  const uint64_t before = desk_.JournalSize();
  EXPECT_EQ(Export("T1", request).Finish().error_code(), grpc::OUT_OF_RANGE);
  EXPECT_EQ(desk_.JournalSize(), before) << "nothing was taken, so nothing is journaled";
}

v1::ExportResponse PieceOf(uint64_t entries) {
  v1::ExportResponse piece;
  piece.set_entries(entries);
  return piece;
}

using rpc::ExportPieces;

// As many pieces as fit while the caller takes nothing: one on its way, the others wait.
void FillUp(ExportPieces& pieces) {
  for (uint64_t entries = 0; entries <= ExportPieces::kWaitingMax; ++entries) {
    const auto step = pieces.Put(PieceOf(entries));
    ASSERT_TRUE(step.ok()) << step.status();
    EXPECT_EQ(*step, entries == 0 ? ExportPieces::Step::kWrite : ExportPieces::Step::kNone);
  }
}

TEST(PiecesOfAnExport, EndForACallerWhoTakesNothingForTooLong) {
  int waits_in_vain = 0;
  ExportPieces pieces([&](auto&, auto&, const std::function<bool()>& ready) {
    if (!ready()) ++waits_in_vain;
    return ready();
  });
  FillUp(pieces);
  EXPECT_EQ(waits_in_vain, 0);
  const absl::Status ended = pieces.Put(PieceOf(9)).status();
  EXPECT_EQ(waits_in_vain, 1);
  EXPECT_EQ(ended.code(), absl::StatusCode::kDeadlineExceeded) << ended;
  EXPECT_EQ(pieces.End(ended), ExportPieces::Step::kNone) << "a piece is still on its way";
  EXPECT_EQ(pieces.Written(true), ExportPieces::Step::kFinish) << "those that waited are dropped";
  EXPECT_EQ(pieces.status().error_code(), grpc::DEADLINE_EXCEEDED);
}

TEST(PiecesOfAnExport, WaitAnewWheneverThereIsRoomAndComeInTheirOrder) {
  ExportPieces* waiting = nullptr;
  ExportPieces pieces(
      [&](auto&, std::unique_lock<std::mutex>& lock, const std::function<bool()>& ready) {
        if (ready()) return true;
        lock.unlock();
        EXPECT_EQ(waiting->Written(true), ExportPieces::Step::kWrite);
        lock.lock();
        return ready();
      });
  waiting = &pieces;
  FillUp(pieces);
  for (uint64_t entries = 5; entries < 20; ++entries) {
    EXPECT_TRUE(pieces.Put(PieceOf(entries)).ok());
    EXPECT_EQ(pieces.sending().entries(), entries - ExportPieces::kWaitingMax);
  }
  EXPECT_EQ(pieces.End(absl::OkStatus()), ExportPieces::Step::kNone);
  for (uint64_t left = 0; left < ExportPieces::kWaitingMax; ++left) {
    EXPECT_EQ(pieces.Written(true), ExportPieces::Step::kWrite);
  }
  EXPECT_EQ(pieces.sending().entries(), 19u);
  EXPECT_EQ(pieces.Written(true), ExportPieces::Step::kFinish);
  EXPECT_TRUE(pieces.status().ok());
}

TEST(PiecesOfAnExport, EndForACallerWhoIsGone) {
  ExportPieces pieces;
  FillUp(pieces);
  pieces.Leave();
  const absl::Status ended = pieces.Put(PieceOf(9)).status();
  EXPECT_EQ(ended.code(), absl::StatusCode::kCancelled) << ended;
  EXPECT_EQ(pieces.Written(false), ExportPieces::Step::kNone);
  EXPECT_EQ(pieces.End(ended), ExportPieces::Step::kFinish);
}

TEST_F(TheLog, WatchTellsWhatStandsThenWhatComes) {
  const uint64_t size = desk_.JournalSize();
  v1::WatchRequest request;
  request.add_streams("plan");
  auto watching = Watch("S2", request);
  std::vector<uint64_t> versions;
  while (const auto told = watching.Next()) {
    if (told->has_caught_up()) {
      EXPECT_GE(told->caught_up(), size);
      break;
    }
    ASSERT_TRUE(told->has_entry());
    EXPECT_EQ(told->entry().stream(), "plan/" + desk_.plan);
    versions.push_back(told->entry().version());
  }
  EXPECT_THAT(versions, testing::ElementsAre(0, 1));
  const v1::Receipt receipt = desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
                                          rules::ConfirmMeeting("2026-09-03"));
  const auto told = watching.Next();
  ASSERT_TRUE(told.has_value() && told->has_entry());
  const v1::WatchedEntry& entry = told->entry();
  EXPECT_EQ(entry.position(), receipt.entries(0).position());
  EXPECT_EQ(entry.event_type(), receipt.entries(0).event_type());
  EXPECT_EQ(entry.actor_id(), desk_.ben);
  EXPECT_EQ(entry.acting_as(), "reviewer");
  EXPECT_EQ(entry.policy_rule(), "P039");
  EXPECT_EQ(verifier::AsBytes(verifier::LeafHash(entry.entry())), receipt.entries(0).leaf_hash());
}

TEST_F(TheLog, WatchRefusesStreamsThatAreNoneAndPositionsBeyondTheHead) {
  v1::WatchRequest request;
  request.add_streams("plan");
  request.add_streams("diary");
  EXPECT_EQ(Watch("S2", request).Finish().error_code(), grpc::INVALID_ARGUMENT);
  v1::WatchRequest beyond;
  beyond.set_from_position(1'000'000);
  EXPECT_EQ(Watch("S2", beyond).Finish().error_code(), grpc::OUT_OF_RANGE);
}

TEST_F(TheLog, WatchEndsWithTheRoleThatAllowedIt) {
  auto watching = Watch("S2", v1::WatchRequest());
  while (const auto told = watching.Next()) {
    if (told->has_caught_up()) break;
  }
  desk_.Wrote("T1", "TrustService.EndTrustRole", "",
              rules::EndRole(desk_.sam, v1::ROLE_AUDITOR, rules::kTrustId));
  EXPECT_EQ(watching.Finish().error_code(), grpc::PERMISSION_DENIED);
}

TEST_F(TheLog, WatchAndExportEndWhenTheServerStops) {
  auto watching = Watch("S2", v1::WatchRequest());
  while (const auto told = watching.Next()) {
    if (told->has_caught_up()) break;
  }
  desk_.server().Stop(absl::Seconds(30));
  EXPECT_EQ(watching.Finish().error_code(), grpc::UNAVAILABLE);
}

TEST_F(TheLog, HoldsTheCosignatureOfAWitnessItKnowsAndOfNobodyElse) {
  const v1::SignedCheckpoint newest = Newest(desk_.JournalSize());
  v1::GetCheckpointRequest cosigned;
  cosigned.add_cosigned_by(storage::ToString(Witness()));
  EXPECT_EQ(CodeOf("C1", "GetCheckpoint", cosigned), grpc::NOT_FOUND);
  v1::AddCosignatureRequest request;
  request.set_note(newest.note());
  EXPECT_THAT(desk_.Call("C1", "LogService.AddCosignature", request).ViolatedFields(),
              testing::ElementsAre("note"));
  request.set_note("no note at all");
  EXPECT_EQ(CodeOf("C1", "AddCosignature", request), grpc::INVALID_ARGUMENT);
  v1::GetCheckpointRequest by_a_stranger;
  storage::VerifierKey stranger = Witness();
  stranger.name = "witness.example/stranger";
  by_a_stranger.add_cosigned_by(storage::ToString(stranger));
  EXPECT_EQ(CodeOf("C1", "GetCheckpoint", by_a_stranger), grpc::INVALID_ARGUMENT);
}

class Receipts : public TheLog {
 protected:
  Reply HandIn(v1::WaitFor wait_for, const std::string& request_id) {
    auto request = RequestFor("MeetingService.ConfirmMeeting", desk_.plan,
                              rules::ConfirmMeeting("2026-09-03"));
    request->GetReflection()->SetEnumValue(
        request.get(), request->GetDescriptor()->FindFieldByName("wait_for"), wait_for);
    return desk_.Call("B1", "MeetingService.ConfirmMeeting", WithRequestId(*request, request_id));
  }
  void ExpectProven(const v1::Receipt& receipt) {
    const auto checkpoint = verifier::OpenCheckpoint(receipt.checkpoint(), Keys());
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
    ASSERT_GT(receipt.entries_size(), 0);
    for (const auto& entry : receipt.entries()) {
      EXPECT_TRUE(verifier::VerifyInclusion(entry.position(), checkpoint->size,
                                            verifier::LeafHash(entry.entry()),
                                            HashesIn(entry.inclusion_proof()), checkpoint->root));
    }
  }
};

TEST_F(Receipts, ProveNothingUnlessThatIsWaitedFor) {
  const v1::Receipt receipt =
      Desk::ReceiptIn(HandIn(v1::WAIT_FOR_UNSPECIFIED, desk_.NextRequestId()));
  EXPECT_EQ(receipt.checkpoint(), "");
  EXPECT_EQ(receipt.entries(0).entry(), "");
  EXPECT_EQ(receipt.entries(0).inclusion_proof_size(), 0);
}

TEST_F(Receipts, ProveThemselvesOnceTheyAreSignedAlsoWhenTheRequestComesAgain) {
  const std::string request_id = desk_.NextRequestId();
  const v1::Receipt first = Desk::ReceiptIn(HandIn(v1::WAIT_FOR_CHECKPOINTED, request_id));
  EXPECT_FALSE(first.repeated());
  ExpectProven(first);
  const v1::Receipt again = Desk::ReceiptIn(HandIn(v1::WAIT_FOR_CHECKPOINTED, request_id));
  EXPECT_TRUE(again.repeated());
  EXPECT_EQ(again.entries(0).entry(), first.entries(0).entry());
  ExpectProven(again);
}

// Nobody can see that an answer does not come; so it is asked whether the cards stood still when it
// came.
TEST_F(Receipts, WaitForTheLists) {
  gate_->Close();
  EXPECT_TRUE(HandIn(v1::WAIT_FOR_DURABLE, desk_.NextRequestId()).ok()) << "needs no list";
  gate_->WaitUntilSomebodyWaits();
  std::atomic<bool> opened{false};
  std::atomic<bool> was_opened{false};
  const std::string request_id = desk_.NextRequestId();
  std::thread handing_in([&] {
    auto request = RequestFor("MeetingService.CancelMeeting", desk_.plan,
                              rules::CancelMeeting("Somebody is ill."));
    request->GetReflection()->SetEnumValue(request.get(),
                                           request->GetDescriptor()->FindFieldByName("wait_for"),
                                           v1::WAIT_FOR_PROJECTED);
    const Reply reply =
        desk_.Call("B1", "MeetingService.CancelMeeting", WithRequestId(*request, request_id));
    was_opened = opened.load();
    EXPECT_TRUE(reply.ok()) << reply;
  });
  v1::WatchRequest watch;
  watch.add_event_types("meeting_cancelled");
  auto watching = Watch("S2", watch);
  while (const auto told = watching.Next()) {
    if (told->has_entry()) break;
  }
  opened = true;
  gate_->Open();
  handing_in.join();
  EXPECT_TRUE(was_opened);
}

TEST_F(Receipts, SayThatTheEventsStandWhenWhatIsWaitedForDoesNotCome) {
  anchor_is_broken_ = true;
  const std::string request_id = desk_.NextRequestId();
  const Reply reply = HandIn(v1::WAIT_FOR_CHECKPOINTED, request_id);
  EXPECT_EQ(reply.code(), grpc::UNAVAILABLE) << reply;
  EXPECT_EQ(reply.Reason(), "WAIT_FAILED");
  EXPECT_THAT(reply.status.error_message(), HasSubstr("was recorded and stands"));
  EXPECT_THAT(reply.status.error_message(), HasSubstr("Send the same request again"));
  const v1::Receipt receipt = Desk::ReceiptIn(HandIn(v1::WAIT_FOR_DURABLE, request_id));
  EXPECT_TRUE(receipt.repeated());
  EXPECT_EQ(receipt.entries_size(), 1);
}

// An older head would pass for the newest.
TEST_F(Receipts, AreFollowedByNoOldCheckpointOnceSigningStopped) {
  Newest(desk_.JournalSize());
  anchor_is_broken_ = true;
  const Reply reply = HandIn(v1::WAIT_FOR_CHECKPOINTED, desk_.NextRequestId());
  EXPECT_EQ(reply.code(), grpc::UNAVAILABLE) << reply;
  const Reply newest = desk_.Call("S2", "LogService.GetCheckpoint", v1::GetCheckpointRequest());
  EXPECT_EQ(newest.code(), grpc::UNAVAILABLE) << newest;
  EXPECT_EQ(newest.Reason(), "SIGNING_STOPPED");
  EXPECT_THAT(newest.status.error_message(),
              testing::AllOf(HasSubstr("Signing stopped at "), HasSubstr("restart the server")));
  desk_.server().Stop();  // Joins the thread that tells.
  EXPECT_THAT(errors_, testing::ElementsAre(HasSubstr("Signing stopped: ")));
}

// Each would have to wait for a signature that does not come.
TEST_F(Receipts, AreFollowedByOneRefusalOfWhateverNeedsASignatureOnceSigningStopped) {
  const uint64_t signed_last = Newest(desk_.JournalSize()).size();
  anchor_is_broken_ = true;
  const Reply waited = HandIn(v1::WAIT_FOR_CHECKPOINTED, desk_.NextRequestId());
  EXPECT_THAT(waited.status.error_message(), HasSubstr("what its log names"));
  const uint64_t size = desk_.JournalSize();
  ASSERT_GT(size, signed_last);
  v1::GetCheckpointRequest checkpoint;
  checkpoint.set_at_least_size(size);
  v1::ProveInclusionRequest inclusion;
  inclusion.set_position(size - 1);
  v1::ProveConsistencyRequest consistency;
  consistency.set_first(size);
  for (const Reply& reply : {desk_.Call("S2", "LogService.GetCheckpoint", checkpoint),
                             desk_.Call("S2", "LogService.ProveInclusion", inclusion),
                             desk_.Call("S2", "LogService.ProveConsistency", consistency),
                             Reply{Export("T1", v1::ExportRequest()).Finish(), nullptr, "", {}}}) {
    EXPECT_EQ(reply.code(), grpc::UNAVAILABLE) << reply;
    EXPECT_EQ(reply.Reason(), "SIGNING_STOPPED") << reply;
    EXPECT_THAT(reply.status.error_message(),
                HasSubstr(absl::StrCat("stopped at ", signed_last, " entries")));
    EXPECT_THAT(reply.status.error_message(), testing::Not(HasSubstr("IO error")));
  }
  EXPECT_EQ(desk_.JournalSize(), size) << "nothing was taken, so nothing is journaled";
  v1::ExportRequest of_what_was_signed;
  of_what_was_signed.set_size(signed_last);
  EXPECT_TRUE(Export("T1", of_what_was_signed).Finish().ok());
  EXPECT_EQ(desk_.JournalSize(), size + 1);
}

TEST_F(Receipts, AnUnknownWaitIsMalformed) {
  EXPECT_EQ(HandIn(static_cast<v1::WaitFor>(9), desk_.NextRequestId()).code(),
            grpc::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace countersign
