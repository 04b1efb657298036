// `countersign-verify record`, as people and programs run it.
#include "clients/verifier/record_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/report.h"
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
  EXPECT_THAT(
      outcome.out,
      AllOf(HasSubstr("signed by\n  both parties.\n"), HasSubstr(rules::kPlan),
            HasSubstr(absl::StrCat("2026-10-14T09:00:00Z  ", rules::kAmina,
                                   "\n      as \"reviewee\" signed (position 11)\n")),
            HasSubstr("13 entries of elm.example/journal"), HasSubstr("rendering: no signature")));
}

TEST_F(CheckingARecord, FitsIntoATerminalOfEightyColumns) {
  verifier::RecordReport report;
  report.plan_id = rules::kPlan;
  report.checkpoint = {.origin = "log.a-trust-with-a-long-name.example/records", .size = 1234567};
  report.acts = {{.event_type = "signature_declined",
                  .actor = rules::kAmina,
                  .acting_as = "reviewee",
                  .position = 1234567,
                  .words = absl::StrCat("Das stimmt nicht: ", std::string(41, 'x'),
                                        " für für für "
                                        "für für für für für für für für für für für.")}};
  const std::string text = verifier::RecordText(report, {std::string(60, 'r') + " and what else"});
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const auto trailing = [](char byte) { return (byte & 0xc0) == 0x80; };
    EXPECT_LE(line.size() - std::count_if(line.begin(), line.end(), trailing), 80u) << line;
  }
  EXPECT_THAT(text, HasSubstr("x für für für\n      für"))
      << "filled to the 80th, and no word is broken";
  EXPECT_THAT(verifier::Wrapped(std::string(90, 'w') + " on", 2),
              testing::Eq(std::string(90, 'w') + "\n  on\n"));
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
