// `countersign-verify record`, as people and programs run it.
#include "clients/verifier/record_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "clients/verifier/findings.h"
#include "tests/pack/plan_journal.h"
#include "tests/storage/scratch_folder.h"

namespace countersign {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CheckingARecord : public testing::Test {
 protected:
  CheckingARecord() {
    journal_.WriteAll(UntilBothSigned());
    Put("pack", journal_.Pack());
    Put("keys", TrustedKeys());
    options_.file = folder_ / "pack";
    options_.key_path = folder_ / "keys";
    options_.state_path = folder_ / "seen";
  }
  void Put(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  verifier::Outcome Run(bool as_json = false) {
    options_.json = as_json;
    return verifier::RunRecord(options_);
  }

  PlanJournal journal_;
  const storage::ScratchFolder folder_;
  verifier::CommandOptions options_;
};

TEST_F(CheckingARecord, SaysWhoSignedAsWhatAndWhenAndThatThePageIsARendering) {
  const verifier::Outcome outcome = Run();
  EXPECT_EQ(outcome.exit_code, verifier::kVerified);
  EXPECT_THAT(outcome.err, IsEmpty());
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("signed by both parties"), HasSubstr(rules::kPlan),
                    HasSubstr(absl::StrCat("2026-10-14T09:00:00Z  ", rules::kAmina,
                                           " as \"reviewee\" signed (position 11)")),
                    HasSubstr("13 entries of elm.example/journal"), HasSubstr("a rendering")));
}

TEST_F(CheckingARecord, TellsProgramsTheSame) {
  const json told = json::parse(Run(true).out);
  EXPECT_EQ(told["verdict"], "verified");
  EXPECT_EQ(told["exit_code"], 0);
  EXPECT_EQ(told["state"], "signed");
  EXPECT_EQ(told["plan_id"], rules::kPlan);
  EXPECT_EQ(told["acts"].size(), 2u);
  EXPECT_EQ(told["acts"][0]["person_id"], rules::kBen);
  EXPECT_EQ(told["acts"][0]["capacity"], "reviewer");
  EXPECT_EQ(told["acts"][0]["recorded_at"], "2026-10-13T09:00:00Z");
  EXPECT_EQ(told["checkpoint_size"], 13);
  EXPECT_EQ(told["page"], "rendering");
}

TEST_F(CheckingARecord, EndsWithSixForEvidenceAndWithSevenWhereNothingCanBeSaid) {
  std::string pack = journal_.Pack();
  pack[pack.find("phonics")] ^= 1;
  Put("pack", pack);
  EXPECT_EQ(Run().exit_code, verifier::kTampered);
  EXPECT_EQ(json::parse(Run(true).out)["verdict"], "tampered");
  Put("pack", pack.substr(0, 100));
  EXPECT_EQ(Run().exit_code, verifier::kUnverifiable);
  options_.file = folder_ / "missing";
  EXPECT_EQ(Run().exit_code, verifier::kUnverifiable);
  options_.file = folder_ / "pack";
  options_.key_path = folder_ / "missing";
  EXPECT_EQ(Run().exit_code, verifier::kUnverifiable);
}

TEST_F(CheckingARecord, RemembersNothing) {
  Run();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "seen"));
}

TEST_F(CheckingARecord, ComparesItsCheckpointWithWhatWasVerifiedBefore) {
  Put("seen", journal_.Sign().note);
  EXPECT_THAT(Run().out, HasSubstr("the one that was verified before"));
  PlanJournal fork;
  std::vector<rules::Past> happened = UntilBothSigned();
  happened[0].at = "2026-09-02 09:00";
  fork.WriteAll(happened);
  Put("seen", fork.Sign().note);
  const verifier::Outcome outcome = Run();
  EXPECT_EQ(outcome.exit_code, verifier::kTampered);
  EXPECT_THAT(outcome.err, HasSubstr("two different states of 13 entries"));
  journal_.Write(rules::CommentAdded());
  Put("seen", journal_.Sign().note);
  EXPECT_EQ(Run().exit_code, verifier::kVerified);
  EXPECT_THAT(Run().out, HasSubstr("verified before at 14 entries"));
}

}  // namespace
}  // namespace countersign
