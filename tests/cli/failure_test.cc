// Failures, exit codes, retries, request ids, digests, drafts.

#include "clients/cli/failure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "absl/strings/ascii.h"
#include "clients/cli/exit_code.h"
#include "clients/cli/record/draft_file.h"
#include "clients/cli/record/record_digest.h"
#include "clients/cli/transport/request_id.h"
#include "clients/cli/transport/transport.h"
#include "tests/cli/cli_fixture.h"

namespace countersign::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST(ExitCodes, FollowTheFamilyOfTheFailure) {
  const auto code = [](absl::StatusCode failure) {
    return ExitCodeFor(absl::Status(failure, "why"));
  };
  EXPECT_EQ(ExitCodeFor(absl::OkStatus()), ExitCode::kDone);
  EXPECT_EQ(code(absl::StatusCode::kInvalidArgument), ExitCode::kUsage);
  EXPECT_EQ(code(absl::StatusCode::kOutOfRange), ExitCode::kUsage);
  EXPECT_EQ(code(absl::StatusCode::kNotFound), ExitCode::kNotFound);
  EXPECT_EQ(code(absl::StatusCode::kUnauthenticated), ExitCode::kNotAllowed);
  EXPECT_EQ(code(absl::StatusCode::kPermissionDenied), ExitCode::kNotAllowed);
  EXPECT_EQ(code(absl::StatusCode::kFailedPrecondition), ExitCode::kConflict);
  EXPECT_EQ(code(absl::StatusCode::kAborted), ExitCode::kConflict);
  EXPECT_EQ(code(absl::StatusCode::kDataLoss), ExitCode::kEvidenceOfChange);
  EXPECT_EQ(code(absl::StatusCode::kUnavailable), ExitCode::kUnreachable);
  EXPECT_EQ(code(absl::StatusCode::kDeadlineExceeded), ExitCode::kUnreachable);
  EXPECT_EQ(code(absl::StatusCode::kInternal), ExitCode::kFailed);
}

TEST(ExitCodes, CallAReusedRequestIdAConflict) {
  const auto reused = MakeFailure(absl::StatusCode::kInvalidArgument,
                                  {.reason = std::string(kRequestIdReused), .message = "Used."});
  EXPECT_EQ(ExitCodeFor(reused), ExitCode::kConflict);
}

TEST(ExitCodes, AreAllExplainedOnce) {
  std::set<int> explained;
  for (const auto& row : ExitCodeMeanings()) explained.insert(static_cast<int>(row.code));
  EXPECT_THAT(explained, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 10));
  EXPECT_EQ(explained.size(), ExitCodeMeanings().size());
}

TEST(AFailure, IsReadBackAsItWasMade) {
  const Failure made = {.reason = "RECORD_INCOMPLETE",
                        .rule = "R43",
                        .message = "Something is missing.",
                        .next = "add it",
                        .fields = {{"plan.objectives[0].achieve_by", "say a day"}}};
  const Failure read = ReadFailure(MakeFailure(absl::StatusCode::kFailedPrecondition, made));
  EXPECT_EQ(read.code, "FAILED_PRECONDITION");
  EXPECT_EQ(read.reason, made.reason);
  EXPECT_EQ(read.rule, made.rule);
  EXPECT_EQ(read.message, made.message);
  EXPECT_EQ(read.next, made.next);
  ASSERT_EQ(read.fields.size(), 1u);
  EXPECT_EQ(read.fields[0].field, made.fields[0].field);
}

TEST(AFailure, WithUnreadableDetailsIsStillTold) {
  absl::Status status = absl::NotFoundError("gone");
  status.SetPayload(kDetailsPayload, absl::Cord("\xFF\xFF\xFF"));
  EXPECT_EQ(ReadFailure(status).message, "gone");
}

// Fails a number of times, then answers.
class Flaky : public Transport {
 public:
  explicit Flaky(std::vector<absl::Status> failures) : failures_(std::move(failures)) {}
  absl::Status Call(const std::string&, const google::protobuf::Message& request,
                    google::protobuf::Message*) override {
    bodies.push_back(request.SerializeAsString());
    if (bodies.size() <= failures_.size()) return failures_[bodies.size() - 1];
    return absl::OkStatus();
  }
  absl::Status Follow(const std::string& method, const google::protobuf::Message& request,
                      google::protobuf::Message* response,
                      const std::function<void()>& each) override {
    each();
    return Call(method, request, response);
  }
  bool demo() const override { return false; }
  std::vector<std::string> bodies;

 private:
  std::vector<absl::Status> failures_;
};

absl::Status CallThrough(Flaky& flaky) {
  const auto transport = MakeRetryingTransport(flaky, [](absl::Duration) {});
  v1::GetPlanRequest request;
  request.set_plan_id(kPlanId);
  v1::GetPlanResponse response;
  return transport->Call("countersign.v1.PlanService.GetPlan", request, &response);
}

std::string NextAfter(absl::StatusCode code, absl::string_view reason) {
  return ReadFailure(MakeFailure(code, {.reason = std::string(reason), .message = "No."})).next;
}

TEST(AFailure, ThatTheServerExplainsSendsNobodyToLookForTheServer) {
  EXPECT_THAT(NextAfter(absl::StatusCode::kUnavailable, ""), HasSubstr("--server"));
  for (const char* reason :
       {"SIGNING_STOPPED", "CLOCK_UNCONFIRMED", "WAIT_FAILED", "UNAVAILABLE"}) {
    EXPECT_THAT(NextAfter(absl::StatusCode::kUnavailable, reason), Not(HasSubstr("--server")));
  }
  EXPECT_THAT(NextAfter(absl::StatusCode::kUnavailable, "SIGNING_STOPPED"),
              AllOf(HasSubstr("whoever runs the server"), HasSubstr("anchor"),
                    HasSubstr("start it again"), HasSubstr("log export --size")));
  EXPECT_THAT(NextAfter(absl::StatusCode::kUnavailable, "CLOCK_UNCONFIRMED"),
              HasSubstr("--confirm-clock"));
}

TEST(AFailure, OfAWaitSaysThatTheCommandIsRecorded) {
  for (const auto code : {absl::StatusCode::kUnavailable, absl::StatusCode::kDeadlineExceeded}) {
    const auto failed =
        MakeFailure(code, {.reason = std::string(kWaitFailed), .message = "It stands."});
    EXPECT_EQ(ExitCodeFor(failed), ExitCode::kRecordedNotShown);
    EXPECT_THAT(ReadFailure(failed).next, HasSubstr("recorded: do not do it anew"));
  }
}

TEST(ARetry, IsNotMadeWhileSigningIsStopped) {
  Flaky stopped({MakeFailure(absl::StatusCode::kUnavailable,
                             {.reason = std::string(kSigningStopped), .message = "No."})});
  EXPECT_TRUE(absl::IsUnavailable(CallThrough(stopped)));
  EXPECT_EQ(stopped.bodies.size(), 1u);
}

TEST(ARetry, SendsTheSameBytesAgainWhenNobodyAnswers) {
  Flaky flaky({absl::UnavailableError("no"), absl::UnavailableError("no")});
  EXPECT_TRUE(CallThrough(flaky).ok());
  ASSERT_EQ(flaky.bodies.size(), 3u);
  EXPECT_EQ(flaky.bodies[0], flaky.bodies[2]);
}

TEST(ARetry, GivesUpAfterThreeCallsOrTwoThatTimedOut) {
  Flaky unreachable(std::vector<absl::Status>(9, absl::UnavailableError("no")));
  EXPECT_TRUE(absl::IsUnavailable(CallThrough(unreachable)));
  EXPECT_EQ(unreachable.bodies.size(), 3u);
  Flaky slow(std::vector<absl::Status>(9, absl::DeadlineExceededError("slow")));
  EXPECT_TRUE(absl::IsDeadlineExceeded(CallThrough(slow)));
  EXPECT_EQ(slow.bodies.size(), 2u);
  Flaky both({absl::UnavailableError("no"), absl::DeadlineExceededError("slow")});
  EXPECT_TRUE(absl::IsDeadlineExceeded(CallThrough(both)));
  EXPECT_EQ(both.bodies.size(), 2u);
}

TEST(ARetry, IsNotMadeForAnAnswer) {
  Flaky refusing({absl::FailedPreconditionError("no")});
  EXPECT_FALSE(CallThrough(refusing).ok());
  EXPECT_EQ(refusing.bodies.size(), 1u);
}

TEST(ARetry, IsNotMadeForWhatIsAnsweredLittleByLittle) {
  Flaky flaky({absl::UnavailableError("no")});
  const auto transport = MakeRetryingTransport(flaky, [](absl::Duration) {});
  v1::GetPlanResponse response;
  int answers = 0;
  EXPECT_TRUE(absl::IsUnavailable(transport->Follow(
      "countersign.v1.AdminService.Rebuild", v1::GetPlanRequest(), &response, [&] { ++answers; })));
  EXPECT_EQ(flaky.bodies.size(), 1u);
  EXPECT_EQ(answers, 1);
}

TEST(ARequestId, IsARandomUuidOfVersionFour) {
  const std::string id = NewRequestId([] { return std::array<uint8_t, 16>{0xFF, 0x01}; });
  EXPECT_EQ(id, "ff010000-0000-4000-8000-000000000000");
  EXPECT_TRUE(IsUuid(id));
  EXPECT_FALSE(IsUuid("ff010000-0000-4000-8000-00000000000g"));
  EXPECT_FALSE(IsUuid("ff0100000-000-4000-8000-000000000000"));
  EXPECT_FALSE(IsUuid(""));
}

// The expected values were computed with sha256sum over the same bytes.
TEST(TheRecordDigest, IsTheHashOfTheThreeDigestsAfterItsDomain) {
  EXPECT_EQ(RecordDigest("plan", "annex", "comments"),
            "c71156b45740f59351b3a45fee7815e52f0994aba51452cbe502988b5de8e114");
  EXPECT_EQ(RecordDigest("", "", ""),
            "aa8e83b43c2b631844fa9848371f492e397bb4a6ad6b0821a7637cce95217780");
}

TEST(TheRecordDigest, ChangesWithEveryPart) {
  std::set<std::string> digests = {RecordDigest("a", "b", "c"), RecordDigest("x", "b", "c"),
                                   RecordDigest("a", "x", "c"), RecordDigest("a", "b", "x"),
                                   RecordDigest("ab", "", "c")};
  EXPECT_EQ(digests.size(), 5u);
}

TEST(AFingerprint, IsTypedWithSpacesAndInAnyCase) {
  const std::string digest = RecordDigest("plan", "annex", "comments");
  const std::string spoken = FingerprintWords(digest);
  EXPECT_EQ(spoken.size(), 64u + 7u);
  EXPECT_TRUE(CheckFingerprint(spoken, digest).ok());
  EXPECT_TRUE(CheckFingerprint(absl::AsciiStrToUpper(digest.substr(0, 8)), digest).ok());
  EXPECT_FALSE(CheckFingerprint("", digest).ok());
  EXPECT_FALSE(CheckFingerprint(digest + "0", digest).ok());
}

std::string ProblemOf(absl::string_view draft) {
  return std::string(ParseDraft(draft).status().message());
}

TEST(ADraft, IsReadWithCommentsAndWithoutItsBlankRows) {
  const auto draft = ParseDraft(R"({
    // What matters most.
    "plan": {"objectives": [
      {"objective": "", "action_steps": [{"task": "", "complete_by": ""}]},
      {"objective": "Lead a phonics group", "action_steps": [{"task": ""}, {"task": "Read"}]}
    ]},
    "annex": {"objective_support": [{"objective": 1, "none_needed": true}]}
  })");
  ASSERT_TRUE(draft.ok()) << draft.status();
  ASSERT_EQ(draft->plan().objectives_size(), 1);
  EXPECT_EQ(draft->plan().objectives(0).objective(), "Lead a phonics group");
  ASSERT_EQ(draft->plan().objectives(0).action_steps_size(), 1);
  EXPECT_EQ(draft->plan().objectives(0).action_steps(0).task(), "Read");
  EXPECT_TRUE(draft->annex().objective_support(0).none_needed());
}

TEST(ADraft, IsRefusedWithTheFieldThatTheFormDoesNotHave) {
  EXPECT_THAT(ProblemOf(R"({"plan": {"objectives": [{"goal": "x"}]}})"), HasSubstr("goal"));
  EXPECT_THAT(ProblemOf(R"({"plan": {"no_other_evidence": "maybe"}})"),
              HasSubstr("no_other_evidence"));
}

TEST(ADraft, IsRefusedWithThePlaceWhereItIsNoJson) {
  EXPECT_THAT(ProblemOf("{\n \"plan\": {,}\n}"), HasSubstr("line 2"));
  EXPECT_THAT(ProblemOf("[]"), HasSubstr("no JSON object"));
  EXPECT_THAT(ProblemOf(""), HasSubstr("no JSON"));
  EXPECT_THAT(ProblemOf("\xFF"), HasSubstr("UTF-8"));
}

TEST(ADraft, NeverLosesAFieldThatStandsThereTwice) {
  EXPECT_THAT(ProblemOf(R"({"plan": {"objectives": [], "objectives": []}})"),
              HasSubstr("\"objectives\" twice"));
  EXPECT_TRUE(
      ParseDraft(R"({"plan": {"objectives": [{"objective": "a"}, {"objective": "b"}]}})").ok());
}

TEST(TheDraftTemplate, HasEveryBoxOfTheForm) {
  const auto draft = ParseDraft(DraftTemplate());
  ASSERT_TRUE(draft.ok()) << draft.status();
  std::vector<const google::protobuf::Descriptor*> forms = {v1::IndividualPlan::descriptor(),
                                                            v1::TrainingAnnex::descriptor()};
  for (size_t form = 0; form < forms.size(); ++form) {
    for (int i = 0; i < forms[form]->field_count(); ++i) {
      const auto* field = forms[form]->field(i);
      if (field->name() == "header") continue;  // The server fills it in.
      EXPECT_THAT(std::string(DraftTemplate()), HasSubstr("\"" + field->name() + "\""));
      if (field->message_type() != nullptr) forms.push_back(field->message_type());
    }
  }
}

}  // namespace
}  // namespace countersign::cli
