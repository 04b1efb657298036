// What leaves when something fails inside, and what the operator is told of calls: enough to find
// the cause, never a name and never content.
#include "services/rpc/answer_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "countersign/v1/plan_service.pb.h"
#include "services/rpc/to_grpc_status.h"
#include "services/rules/refusals.h"
#include "tests/services/desk.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kInside[] = "rocksdb: IO error: /var/records/000004.log";

class AnswerLogTest : public testing::Test {
 protected:
  static std::string Value(const grpc::Status& status, const std::string& name) {
    google::rpc::Status rich;
    EXPECT_TRUE(rich.ParseFromString(status.error_details()));
    google::rpc::ErrorInfo info;
    for (const auto& detail : rich.details()) {
      if (detail.UnpackTo(&info)) break;
    }
    return info.metadata().count(name) == 0 ? "" : info.metadata().at(name);
  }
  grpc::Status Leaving(const absl::Status& status, const std::string& method = "A.B") {
    return log_.Leaving(method, rpc::ToGrpcStatus(status));
  }

  absl::Time now_ = absl::FromUnixSeconds(1'800'000'000);
  std::vector<std::string> lines_;
  rpc::AnswerLog log_{{.log = [this](const std::string& line) { lines_.push_back(line); },
                       .now = [this] { return now_; }}};
};

TEST_F(AnswerLogTest, WordsFromInsideStayInTheLogUnderTheNumberThatTheCallerGets) {
  for (const absl::Status& status : {absl::UnavailableError(kInside), absl::InternalError(kInside),
                                     absl::UnknownError(kInside)}) {
    lines_.clear();
    const grpc::Status sent = Leaving(status);
    EXPECT_EQ(sent.error_code(), static_cast<grpc::StatusCode>(status.code()));
    EXPECT_THAT(sent.error_message(), Not(HasSubstr("rocksdb")));
    EXPECT_THAT(sent.error_details(), Not(HasSubstr("rocksdb")));
    const std::string incident = Value(sent, "incident");
    EXPECT_THAT(incident, SizeIs(12));
    EXPECT_THAT(sent.error_message(), HasSubstr(incident));
    EXPECT_THAT(lines_,
                ElementsAre(AllOf(HasSubstr(incident), HasSubstr("A.B"), HasSubstr(kInside))));
  }
}

TEST_F(AnswerLogTest, EvidenceOfDamageGoesWithTheErrorAndIsAnIncidentToo) {
  const grpc::Status sent = Leaving(absl::DataLossError("position 12 is not what was written"));
  EXPECT_EQ(sent.error_code(), grpc::DATA_LOSS);
  EXPECT_THAT(sent.error_message(), HasSubstr("position 12"));
  EXPECT_THAT(lines_, ElementsAre(HasSubstr(Value(sent, "incident"))));
}

TEST_F(AnswerLogTest, ARefusalLeavesAsItIs) {
  const grpc::Status refused =
      rpc::ToGrpcStatus(rules::Refuse(v1::MEETING_NOT_HELD, "Hold the meeting of Amina first."));
  const grpc::Status sent = log_.Leaving("A.B", refused);
  EXPECT_EQ(sent.error_message(), refused.error_message());
  EXPECT_EQ(sent.error_details(), refused.error_details());
  EXPECT_THAT(lines_, ElementsAre("A.B: FAILED_PRECONDITION MEETING_NOT_HELD"));
}

TEST_F(AnswerLogTest, TheSameIsSaidOnceAMinuteAndCounted) {
  const absl::Status denied = absl::PermissionDeniedError("You may not do this.");
  for (int i = 0; i < 5; ++i) Leaving(denied);
  Leaving(denied, "A.C");
  EXPECT_THAT(lines_, ElementsAre("A.B: PERMISSION_DENIED", "A.C: PERMISSION_DENIED"));
  now_ += absl::Minutes(1);
  Leaving(denied);
  EXPECT_EQ(lines_.back(), "A.B: PERMISSION_DENIED (4 more like it before)");
}

TEST_F(AnswerLogTest, TheSameFailureWithinAMinuteIsOneIncident) {
  const std::string first = Value(Leaving(absl::UnavailableError(kInside)), "incident");
  EXPECT_EQ(Value(Leaving(absl::UnavailableError(kInside)), "incident"), first);
  EXPECT_THAT(lines_, SizeIs(1));
  EXPECT_NE(Value(Leaving(absl::UnavailableError("the disk is full")), "incident"), first);
  now_ += absl::Minutes(1);
  EXPECT_NE(Value(Leaving(absl::UnavailableError(kInside)), "incident"), first);
  EXPECT_THAT(lines_, SizeIs(3));
}

TEST_F(AnswerLogTest, WhatIsRightIsNotWorthALine) {
  EXPECT_TRUE(log_.Leaving("A.B", grpc::Status::OK).ok());
  EXPECT_THAT(lines_, IsEmpty());
}

// A server whose log is kept.
class TheOperatorsLog : public testing::Test {
 protected:
  ServerOptions Kept(rocksdb::Env* env, const std::string& path) {
    ServerOptions options = DemoOn(env, path);
    options.log = [this](const std::string& line) {
      std::lock_guard lock(mutex_);
      lines_.push_back(line);
    };
    return options;
  }
  std::vector<std::string> Lines() {
    std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

TEST_F(TheOperatorsLog, NamesRefusedCallsOnceAndNobody) {
  const std::unique_ptr<rocksdb::Env> disk(NewMemoryDisk());
  SettledDesk desk(Kept(disk.get(), "/records"));
  for (int i = 0; i < 3; ++i) {
    desk.HandIn("B1", "MeetingService.CancelMeeting", desk.plan,
                rules::CancelMeeting("A reason zqxjk"));
    desk.HandIn("S2", "MeetingService.CancelMeeting", desk.plan, rules::CancelMeeting());
    desk.Call("B1", "PlanService.GetPlan", v1::GetPlanRequest());
    desk.CallWithBytes("B1", "/countersign.v1.PlanService/Forge", "");
    desk.CallWithBytes("B1", "/countersign.v1.PlanService/GetPlan", "\x0a\xff");
  }
  int refused = 0;
  for (const std::string& line : Lines()) {
    refused += absl::StrContains(line, "Service.") ? 1 : 0;
    for (const char* secret : {"zqxjk", "Amina", "Ben", "B1", "Forge"}) {
      EXPECT_THAT(line, Not(HasSubstr(secret)));
    }
    EXPECT_THAT(line, Not(HasSubstr(desk.plan)));
  }
  EXPECT_EQ(refused, 3);
  EXPECT_THAT(Lines(),
              Contains("MeetingService.CancelMeeting: FAILED_PRECONDITION MEETING_NOT_CONFIRMED"));
  EXPECT_THAT(Lines(), Contains("MeetingService.CancelMeeting: PERMISSION_DENIED"));
  EXPECT_THAT(Lines(), Contains("PlanService.GetPlan: INVALID_ARGUMENT MALFORMED"))
      << "one that cannot be read is malformed for the log too";
}

TEST_F(TheOperatorsLog, HasTheIncidentOfAFailureThatTheCallerWasTold) {
  const storage::ScratchFolder folder;
  storage::PowerCutDisk disk;
  SettledDesk desk(Kept(disk.env(), folder / "records"));
  disk.FailSyncs();
  const Reply reply =
      desk.HandIn("B1", "MeetingService.ConfirmMeeting", desk.plan, rules::ConfirmMeeting());
  EXPECT_EQ(reply.code(), grpc::UNAVAILABLE);
  const std::string incident = reply.Value("incident");
  ASSERT_THAT(incident, SizeIs(12)) << reply;
  EXPECT_THAT(reply.status.error_message(),
              AllOf(HasSubstr("Try again"), HasSubstr(incident), Not(HasSubstr("sync"))));
  EXPECT_EQ(reply.Rich().message(), reply.status.error_message());
  EXPECT_EQ(reply.DetailAs<google::rpc::RequestInfo>()->request_id().size(), 36u)
      << "the other details stay";
  EXPECT_THAT(Lines(), Contains(AllOf(HasSubstr(incident),
                                      HasSubstr("MeetingService.ConfirmMeeting: UNAVAILABLE"))));
}

}  // namespace
}  // namespace countersign
