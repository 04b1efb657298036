// Packs of records as they are: what they prove, and for how long.
#include "services/pack/record_pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "clients/verifier/findings.h"
#include "storage/errors.h"
#include "tests/pack/plan_journal.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string Golden(const std::string& name) {
  std::ifstream file(TESTS_DIR "/golden/" + name, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

std::vector<std::string> ActsOf(const verifier::RecordReport& report) {
  std::vector<std::string> acts;
  for (const verifier::ProvedAct& act : report.acts) {
    acts.push_back(absl::StrCat(act.actor, " ", act.acting_as, " ", act.event_type));
  }
  return acts;
}

TEST(ARecordPack, ProvesWhoSignedWhatAndWhen) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  const verifier::RecordReport report = Sure(Check(journal.Pack(), TrustedKeys()));
  EXPECT_EQ(report.plan_id, rules::kPlan);
  EXPECT_TRUE(report.is_signed);
  EXPECT_EQ(report.draft, 2u);
  EXPECT_THAT(ActsOf(report), ElementsAre(absl::StrCat(rules::kBen, " reviewer signed"),
                                          absl::StrCat(rules::kAmina, " reviewee signed")));
  EXPECT_EQ(report.acts[1].capacity, verifier::Capacity::kReviewee);
  EXPECT_EQ(report.acts[1].position, 11u);
  EXPECT_EQ(report.acts[1].method, "demo");
  EXPECT_EQ(report.acts[1].words, rules::kMeaning);
  EXPECT_EQ(report.acts[1].recorded_at_us, absl::ToUnixMicros(InLondon("2026-10-14 10:00")));
  // The draft, the final record, both signatures, and the deadline that moved between them.
  EXPECT_EQ(report.entries, 5u);
  EXPECT_EQ(report.checkpoint.origin, kOrigin);
  EXPECT_EQ(report.checkpoint.size, 13u);
  EXPECT_EQ(verifier::ToHex(report.digest), Sure(journal.Gather()).page.digest);
}

TEST(ARecordPack, ProvesWhoDeclinedAndWhoClosedTheRecordUnsigned) {
  PlanJournal journal;
  journal.WriteAll(UntilClosedUnsigned());
  const verifier::RecordReport report = Sure(Check(journal.Pack(), TrustedKeys()));
  EXPECT_FALSE(report.is_signed);
  EXPECT_THAT(ActsOf(report),
              ElementsAre(absl::StrCat(rules::kBen, " reviewer signed"),
                          absl::StrCat(rules::kAmina, " reviewee signature_declined"),
                          absl::StrCat(rules::kHelen, " headteacher closed_unsigned")));
  EXPECT_EQ(report.acts[1].words, "Not my words");
  EXPECT_EQ(report.acts[2].words, "Amina does not wish to sign");
}

TEST(ARecordPack, SaysThatSomebodySignedAfterTheyHadDeclined) {
  PlanJournal journal;
  std::vector<rules::Past> happened = UntilClosedUnsigned();
  happened.resize(8);  // Up to the decline.
  happened.push_back(rules::Signed(rules::kAmina, RecordDigestOf()).At("2026-10-15 12:00"));
  journal.WriteAll(happened);
  const verifier::RecordReport report = Sure(Check(journal.Pack(), TrustedKeys()));
  EXPECT_TRUE(report.is_signed);
  EXPECT_THAT(report.acts, SizeIs(3));
}

TEST(ARecordPack, StaysProvableWhenTheKeyOfThePlanIsDestroyed) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  const std::string pack = journal.Pack();
  ASSERT_TRUE(journal.DestroyKeyOf(rules::kPlan).ok());
  EXPECT_TRUE(storage::IsKeyDestroyed(journal.Gather().status())) << "no new one can be made";
  EXPECT_TRUE(Check(pack, TrustedKeys()).ok());
}

TEST(ARecordPack, IsNotMadeBeforeTheRecordIsSignedOrClosed) {
  PlanJournal journal;
  const std::vector<rules::Past> happened = UntilBothSigned();
  for (size_t i = 0; i < 11; ++i) {
    journal.Write(happened[i]);
    EXPECT_EQ(journal.Gather().status().code(), absl::StatusCode::kFailedPrecondition) << i;
  }
  journal.Write(happened[11]);
  EXPECT_TRUE(journal.Gather().ok());
}

// What was signed and then changed is no part of the record.
TEST(ARecordPack, IsOfTheLastFinalRecord) {
  PlanJournal journal;
  journal.WriteAll({rules::Enrolled(), rules::DraftIssued(), Finalised(),
                    rules::Signed(rules::kBen, RecordDigestOf()), rules::ChangesRequested(),
                    rules::DraftRevised()});
  const std::string digest = RecordDigestOf(rules::RevisedRecord());
  journal.WriteAll({Finalised(2, rules::RevisedRecord()), rules::Signed(rules::kAmina, digest),
                    rules::Signed(rules::kBen, digest)});
  const verifier::RecordReport report = Sure(Check(journal.Pack(), TrustedKeys()));
  EXPECT_EQ(report.draft, 2u);
  EXPECT_THAT(ActsOf(report), ElementsAre(absl::StrCat(rules::kAmina, " reviewee signed"),
                                          absl::StrCat(rules::kBen, " reviewer signed")));
}

TEST(ARecordPack, IsTheSameForTheSameCheckpoint) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  EXPECT_EQ(journal.Pack(), journal.Pack());
}

TEST(ARecordPack, NamesNobodyOutsideThePageAndTheRecordItself) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  EXPECT_EQ(PackNameOf(rules::kPlan), absl::StrCat("record-", rules::kPlan, ".csign"));
  const std::string pack = journal.Pack();
  const size_t manifest = pack.find("countersign record pack v1\n");
  ASSERT_NE(manifest, std::string::npos);
  EXPECT_THAT(pack.substr(manifest), Not(HasSubstr("Amina")));
}

// The journal's own bytes are checked before they leave: a pack that proves nothing is not given.
TEST(ARecordPack, IsNotMadeFromAnEntryThatIsNotInTheSignedTree) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  GatheredRecord record = Sure(journal.Gather());
  record.entries[2].bytes[10] ^= 1;
  const absl::Status packed =
      PackRecord(record, journal.journal(), journal.Sign(), journal.key().verifier()).status();
  EXPECT_EQ(packed.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(packed.message()), HasSubstr("position 9"));
}

TEST(ARecordPack, NeedsAKeyThatWasTrustedBefore) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  const std::string pack = journal.Pack();
  EXPECT_EQ(Check(pack, KeyLineOf(KeyOf("oak.example/journal", 0))).status().code(),
            absl::StatusCode::kNotFound)
      << "no key of this log: nothing can be said";
  EXPECT_EQ(Check(pack, KeyLineOf(KeyOf(kOrigin, 9))).status().code(),
            absl::StatusCode::kFailedPrecondition)
      << "the log's name with another key, which may have followed the known one";
}

TEST(ARecordPack, LacksTheWitnessesThatDidNotCosign) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  const verifier::PublicKey witness{
      .name = "witness.example/w1", .type = verifier::KeyType::kWitness, .bytes = {}};
  EXPECT_EQ(verifier::CheckRecordPack(journal.Pack(), Sure(verifier::ParseKeyFile(TrustedKeys())),
                                      {&witness, 1})
                .status()
                .code(),
            absl::StatusCode::kFailedPrecondition);
}

// PERSISTENT: these were written once and are never written again.
TEST(GoldenPacks, AreVerifiedForEver) {
  const std::string keys = Golden("record-v1.key");
  const absl::StatusOr<verifier::RecordReport> both = Check(Golden("record-v1.csign"), keys);
  ASSERT_TRUE(both.ok()) << both.status();
  EXPECT_TRUE(both->is_signed);
  EXPECT_EQ(both->plan_id, rules::kPlan);
  const absl::StatusOr<verifier::RecordReport> closed =
      Check(Golden("record-unsigned-v1.csign"), keys);
  ASSERT_TRUE(closed.ok()) << closed.status();
  EXPECT_FALSE(closed->is_signed);
  EXPECT_THAT(closed->acts, SizeIs(3));
}

}  // namespace
}  // namespace countersign
