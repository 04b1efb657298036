// GetRecordPack: who is given the record to take away, when, and what is written down about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/log_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "services/operator/offline.h"
#include "storage/signing/ed25519.h"
#include "storage/signing/signed_note.h"
#include "tests/services/accesses.h"
#include "tests/services/desk.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PackDesk : public SettledDesk {
 public:
  using SettledDesk::SettledDesk;

  Reply Take(const std::string& as) {
    v1::GetRecordPackRequest request;
    request.set_plan_id(plan);
    return Call(as, "CopiesService.GetRecordPack", request);
  }
  std::string Digest() {
    v1::GetPlanRequest request;
    request.set_plan_id(plan);
    const Reply reply = Call("B1", "PlanService.GetPlan", request);
    EXPECT_TRUE(reply.ok()) << reply;
    return absl::HexStringToBytes(reply.As<v1::GetPlanResponse>().plan().digest());
  }
  void Finalise() {
    WalkToTheDraft();
    Wrote("B1", "RecordingService.FinaliseRecord", plan, rules::FinaliseRecord());
  }
  void SignAs(const std::string& who) {
    Wrote(who, "SigningService.Sign", plan, rules::Sign(Digest()));
  }
  std::vector<v1::IssuedCopy> Copies() {
    v1::ListCopiesRequest request;
    request.set_plan_id(plan);
    const Reply reply = Call("B1", "CopiesService.ListCopies", request);
    const auto& copies = reply.As<v1::ListCopiesResponse>().copies();
    return {copies.begin(), copies.end()};
  }
};

class TheRecordPack : public testing::Test {
 protected:
  const std::unique_ptr<rocksdb::Env> disk_{NewMemoryDisk()};
  PackDesk desk_{DemoOn(disk_.get())};
};

TEST_F(TheRecordPack, IsGivenOnceBothHaveSigned) {
  EXPECT_EQ(desk_.Take("A1").Reason(), "RECORD_NOT_CLOSED") << "no draft";
  desk_.Finalise();
  desk_.SignAs("B1");
  const Reply early = desk_.Take("A1");
  EXPECT_EQ(early.code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(early.Reason(), "RECORD_NOT_CLOSED") << "one signature";
  desk_.SignAs("A1");
  const Reply taken = desk_.Take("A1");
  ASSERT_TRUE(taken.ok()) << taken;
  const auto& answer = taken.As<v1::GetRecordPackResponse>();
  EXPECT_EQ(answer.file_name(), absl::StrCat("record-", desk_.plan, ".csign"));
  EXPECT_EQ(answer.pack().substr(0, 4), std::string("PK\x03\x04", 4));
  EXPECT_THAT(answer.pack(), HasSubstr("countersign record pack v1\n"));
  EXPECT_THAT(answer.pack(), HasSubstr("Amina Yusuf"));
}

TEST_F(TheRecordPack, IsGivenOnceTheHeadHasClosedTheRecordUnsigned) {
  desk_.Finalise();
  desk_.Wrote("A1", "SigningService.DeclineSignature", desk_.plan,
              rules::DeclineSignature("Not my words", desk_.Digest()));
  desk_.SignAs("B1");
  desk_.Wrote("H1", "SigningService.CloseUnsigned", desk_.plan, rules::CloseUnsigned("Declined"));
  const Reply taken = desk_.Take("H1");
  ASSERT_TRUE(taken.ok()) << taken;
  EXPECT_THAT(taken.As<v1::GetRecordPackResponse>().pack(), HasSubstr("Not my words"));
}

TEST_F(TheRecordPack, IsGivenToWhomMaySeeThePlanAndToNobodyElse) {
  desk_.GiveRole(desk_.school, desk_.carol, v1::ROLE_TRAINING_LEAD);
  desk_.Finalise();
  desk_.SignAs("A1");
  desk_.SignAs("B1");
  for (const char* who : {"A1", "B1", "H1"}) EXPECT_TRUE(desk_.Take(who).ok()) << who;
  for (const char* who : {"C1", "O1", "T1", "H2", "S2"}) {
    const Reply denied = desk_.Take(who);
    EXPECT_EQ(denied.code(), grpc::PERMISSION_DENIED) << who;
  }
  EXPECT_EQ(desk_.Take("").code(), grpc::UNAUTHENTICATED);
}

// R75, R80: it is written down, and whoever takes the record has opened their copy.
TEST_F(TheRecordPack, IsOnRecordAndIsAReceiptForTheCopy) {
  desk_.Finalise();
  desk_.SignAs("A1");
  desk_.SignAs("B1");
  ASSERT_FALSE(desk_.Copies()[0].has_opened_at());
  ASSERT_TRUE(desk_.Take("A1").ok());
  EXPECT_TRUE(desk_.Copies()[0].has_opened_at()) << "the reviewee's copy";
  EXPECT_FALSE(desk_.Copies()[1].has_opened_at()) << "the head's original";
  v1::ListAccessesRequest request;
  request.set_plan_id(desk_.plan);
  const Reply listed = desk_.Call("A1", "PlanService.ListAccesses", request);
  std::vector<std::string> views;
  for (const v1::Access& access : listed.As<v1::ListAccessesResponse>().accesses()) {
    views.push_back(absl::StrCat(access.reader().name(), " ", access.view()));
  }
  EXPECT_THAT(views, Contains("Amina Yusuf record_taken"));
}

TEST_F(TheRecordPack, OfARecordThatIsNotClosedLeavesNoAccess) {
  desk_.Finalise();
  const uint64_t before = desk_.JournalSize();
  EXPECT_FALSE(desk_.Take("A1").ok());
  EXPECT_EQ(desk_.JournalSize(), before);
}

// The head that was signed last before the change, and cosigned, is the old key's.
TEST(ARecordToTakeAway, IsProvedUnderTheKeyThatSignsNowAfterTheOldOneWasChanged) {
  const auto disk = NewMemoryDisk();
  const std::array<uint8_t, 32> seed{7};
  const storage::VerifierKey witness{.name = "witness.example/union",
                                     .type = storage::SignatureType::kCosignature,
                                     .public_key = storage::Ed25519PublicKey(seed)};
  ServerOptions options = DemoOn(disk.get());
  options.witnesses = {witness};
  std::string plan;
  {
    PackDesk desk(options);
    desk.Finalise();
    desk.SignAs("A1");
    desk.SignAs("B1");
    plan = desk.plan;
    ASSERT_TRUE(desk.Take("A1").ok()) << "after a head that covers the record was signed";
    const Reply signed_last =
        desk.Call("S2", "LogService.GetCheckpoint", v1::GetCheckpointRequest());
    ASSERT_TRUE(signed_last.ok()) << signed_last;
    storage::SignedNote note =
        Must(storage::ParseNote(signed_last.As<v1::GetCheckpointResponse>().checkpoint().note()));
    note.signatures.push_back(
        {witness.name, witness.id(),
         std::string(8, '\0') +
             storage::Ed25519Sign(seed, absl::StrCat("cosignature/v1\ntime 0\n", note.text))});
    v1::AddCosignatureRequest cosigned;
    cosigned.set_note(storage::ToString(note));
    ASSERT_TRUE(desk.Call("S2", "LogService.AddCosignature", cosigned).ok());
  }
  OfflineOptions offline;
  offline.data = options.data;
  offline.env = disk.get();
  const NewKey changed = Must(RotateLogKeyOffline(offline));
  Desk desk(options);
  v1::GetRecordPackRequest request;
  request.set_plan_id(plan);
  const Reply taken = desk.Call("A1", "CopiesService.GetRecordPack", request);
  ASSERT_TRUE(taken.ok()) << taken;
  EXPECT_THAT(taken.As<v1::GetRecordPackResponse>().pack(),
              HasSubstr(storage::ToString(changed.key) + "\n"));
}

TEST(ARecordToTakeAway, LeavesOnlyAfterItIsWrittenDown) {
  const storage::ScratchFolder folder;
  storage::PowerCutDisk disk;
  PackDesk desk(DemoOn(disk.env(), folder / "records"));
  desk.Finalise();
  desk.SignAs("A1");
  desk.SignAs("B1");
  // The checkpoint is there before the disk fails.
  ASSERT_TRUE(desk.Take("H1").ok());
  v1::GetRecordPackRequest request;
  request.set_plan_id(desk.plan);
  disk.FailSyncs();
  const Reply reply =
      desk.CallWithBytes("A1", PathOf("CopiesService.GetRecordPack"), request.SerializeAsString());
  EXPECT_EQ(reply.code(), grpc::UNAVAILABLE) << reply;
  EXPECT_THAT(reply.bytes, IsEmpty());
}

}  // namespace
}  // namespace countersign
