// Rebuilding cards over the wire: who may, what is told and in which order, one at a time, and what
// becomes of it when the caller goes away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "countersign/v1/admin_service.grpc.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "tests/services/desk.h"
#include "tests/services/slow_cards.h"

namespace countersign {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::HasSubstr;
using v1::RebuildProgress;

// One call of Rebuild, as a client makes it.
class RebuildCall {
 public:
  RebuildCall(v1::AdminService::Stub& stub, const std::string& as,
              const std::string& projection = "") {
    if (!as.empty()) context_.AddMetadata(rpc::kDemoUserKey, as);
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(60)));
    v1::RebuildRequest request;
    request.set_projection(projection);
    reader_ = stub.Rebuild(&context_, request);
  }
  // All that is told until the end.
  grpc::Status Finish() {
    RebuildProgress progress;
    while (reader_->Read(&progress)) told.push_back(progress);
    return reader_->Finish();
  }
  void Cancel() { context_.TryCancel(); }
  bool SaysItIsADemo() const {
    return context_.GetServerInitialMetadata().count(rpc::kDemoNoticeKey) > 0;
  }

  std::vector<RebuildProgress> told;

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<RebuildProgress>> reader_;
};

class Rebuilding : public testing::Test {
 protected:
  ServerOptions Options() {
    ServerOptions options = DemoOn(disk_.get());
    options.log = [this](const std::string& line) {
      std::lock_guard guard(lock_);
      lines_.push_back(line);
    };
    return options;
  }
  std::vector<std::string> Lines() {
    std::lock_guard guard(lock_);
    return lines_;
  }
  // Asks until nobody else's rebuild is in the way.
  void RebuildAfterwards() {
    while (true) {
      RebuildCall call(*stub_, "T1");
      const grpc::Status status = call.Finish();
      if (status.error_code() == grpc::FAILED_PRECONDITION) continue;
      EXPECT_TRUE(status.ok()) << status.error_message();
      return;
    }
  }

  std::mutex lock_;
  std::vector<std::string> lines_;  // Under lock_.
  const std::unique_ptr<rocksdb::Env> memory_{NewMemoryDisk()};
  const std::shared_ptr<Gate> gate_ = std::make_shared<Gate>();
  const std::unique_ptr<rocksdb::Env> disk_ =
      rocksdb::NewCompositeEnv(std::make_shared<GatedCards>(memory_->GetFileSystem(), gate_));
  SettledDesk desk_{Options()};
  const std::unique_ptr<v1::AdminService::Stub> stub_ = v1::AdminService::NewStub(
      grpc::CreateChannel(desk_.server().address(), grpc::InsecureChannelCredentials()));
};

TEST_F(Rebuilding, IsForTheTrustLeadAlone) {
  for (const char* somebody : {"A1", "B1", "H1", "O1", "S2"}) {
    RebuildCall call(*stub_, somebody);
    EXPECT_EQ(call.Finish().error_code(), grpc::PERMISSION_DENIED) << somebody;
    EXPECT_TRUE(call.told.empty()) << somebody;
  }
  EXPECT_EQ(RebuildCall(*stub_, "").Finish().error_code(), grpc::UNAUTHENTICATED);
  EXPECT_TRUE(RebuildCall(*stub_, "T1").Finish().ok());
}

TEST_F(Rebuilding, TellsItsProgressInOrderAndThatNothingDiffered) {
  RebuildCall call(*stub_, "T1");
  const grpc::Status status = call.Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(call.SaysItIsADemo());
  ASSERT_FALSE(call.told.empty());
  for (size_t i = 1; i < call.told.size(); ++i) {
    EXPECT_GE(call.told[i].phase(), call.told[i - 1].phase());
    if (call.told[i].phase() == RebuildProgress::PHASE_DONE) break;
    EXPECT_GE(call.told[i].entries(), call.told[i - 1].entries());
    EXPECT_LE(call.told[i].entries(), call.told[i].entries_total());
  }
  const RebuildProgress& last = call.told.back();
  EXPECT_EQ(last.phase(), RebuildProgress::PHASE_DONE);
  EXPECT_GT(last.entries(), 0u);
  EXPECT_EQ(last.entries(), last.entries_total());
  EXPECT_EQ(last.cards_different(), 0u);
  EXPECT_EQ(last.differing_kinds_size(), 0);
  uint64_t cards = 0;
  for (const RebuildProgress& progress : call.told) {
    if (progress.phase() == RebuildProgress::PHASE_DONE) cards += progress.cards_compared();
  }
  EXPECT_GT(cards, 10u);
  EXPECT_THAT(Lines(), Contains(HasSubstr("rebuilt the cards of obligations")));
}

TEST_F(Rebuilding, LeavesTheListsAsTheyWere) {
  const Reply before = desk_.Call("H1", "PlanService.ListPlans", v1::ListPlansRequest());
  ASSERT_TRUE(before.ok()) << before;
  ASSERT_TRUE(RebuildCall(*stub_, "T1", "obligations").Finish().ok());
  const Reply after = desk_.Call("H1", "PlanService.ListPlans", v1::ListPlansRequest());
  ASSERT_TRUE(after.ok()) << after;
  EXPECT_EQ(after.response->SerializeAsString(), before.response->SerializeAsString());
  // And goes on following.
  desk_.Wrote("O1", "EnrolmentService.Enrol", desk_.carol, rules::Enrol(desk_.carol, desk_.cycle));
  const Reply more = desk_.Call("H1", "PlanService.ListPlans", v1::ListPlansRequest());
  EXPECT_EQ(more.As<v1::ListPlansResponse>().plans_size(),
            before.As<v1::ListPlansResponse>().plans_size() + 1);
}

TEST_F(Rebuilding, OfWhatNoProjectionKeepsIsNotFound) {
  EXPECT_EQ(RebuildCall(*stub_, "T1", "diary").Finish().error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(RebuildCall(*stub_, "T1", std::string(101, 'x')).Finish().error_code(),
            grpc::INVALID_ARGUMENT);
}

TEST_F(Rebuilding, IsRefusedWhileAnotherOneRuns) {
  gate_->Close();
  RebuildCall first(*stub_, "T1");
  gate_->WaitUntilSomebodyWaits();
  const grpc::Status refused = RebuildCall(*stub_, "T1").Finish();
  EXPECT_EQ(refused.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_THAT(refused.error_message(), HasSubstr("rebuilt already"));
  gate_->Open();
  EXPECT_TRUE(first.Finish().ok());
  EXPECT_TRUE(RebuildCall(*stub_, "T1").Finish().ok()) << "at once after the answer";
}

// The word that the caller has gone may come too late for one rebuild, but not for each of many.
TEST_F(Rebuilding, IsGivenUpWhenTheCallerGoesAway) {
  const auto is_given_up = [this] {
    for (const std::string& line : Lines()) {
      if (line.find("Nobody waits for the rebuild") != std::string::npos) return true;
    }
    return false;
  };
  for (int tries = 0; tries < 100 && !is_given_up(); ++tries) {
    gate_->Close();
    RebuildCall call(*stub_, "T1");
    gate_->WaitUntilSomebodyWaits();
    call.Cancel();
    EXPECT_EQ(call.Finish().error_code(), grpc::CANCELLED);
    // Comes by the same connection, after the cancellation.
    EXPECT_EQ(RebuildCall(*stub_, "A1").Finish().error_code(), grpc::PERMISSION_DENIED);
    gate_->Open();
    RebuildAfterwards();
  }
  EXPECT_TRUE(is_given_up());
}

TEST_F(Rebuilding, EndsWhenTheServerStops) {
  gate_->Close();
  RebuildCall call(*stub_, "T1");
  gate_->WaitUntilSomebodyWaits();
  std::thread stopping([this] { desk_.server().Stop(absl::ZeroDuration()); });
  gate_->Open();
  // Whichever comes first: the rebuild's end, its giving up, or the connection's end.
  EXPECT_THAT(call.Finish().error_code(), AnyOf(grpc::OK, grpc::UNAVAILABLE, grpc::CANCELLED));
  stopping.join();
}

}  // namespace
}  // namespace countersign
