// A plan whose history cannot be read: those who may see it are told so, and nobody else is told
// that it exists.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "rocksdb/db.h"
#include "storage/keyring/keyring.h"
#include "storage/keys.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

// Flips the last bit of a stored payload, as the engine itself would write it.
void AlterPayload(rocksdb::Env* env, const storage::StreamId& stream, uint64_t version) {
  rocksdb::DBOptions options;
  options.env = env;
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies(options, "/records/journal", &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* db = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(options, "/records/journal", families, &opened, &db).ok());
  const std::string key = storage::keys::Payload(stream, version);
  for (rocksdb::ColumnFamilyHandle* family : opened) {
    if (family->GetName() == storage::keys::kPayloadFamily) {
      std::string row;
      EXPECT_TRUE(db->Get({}, family, key, &row).ok());
      row.back() = static_cast<char>(row.back() ^ 1);
      EXPECT_TRUE(db->Put({}, family, key, row).ok());
    }
    db->DestroyColumnFamilyHandle(family);
  }
  delete db;
}

class ADamagedPlan : public testing::Test {
 protected:
  // Settles everybody, and stops when the cards reflect all of it.
  ADamagedPlan() : disk_(NewMemoryDisk()) {
    SettledDesk desk(DemoOn(disk_.get()));
    plan_ = desk.plan;
    amina_ = desk.amina;
    desk.WalkToTheDraft();
    EXPECT_TRUE(desk.Call("H1", "PlanService.ListPlans", v1::ListPlansRequest()).ok());
  }
  static storage::StreamId Stream(storage::StreamType type, const std::string& id) {
    return {type, Must(storage::ParseId(id))};
  }
  void DamageThePlan() {
    constexpr uint64_t kMeetingHeld = 3;
    AlterPayload(disk_.get(), Stream(storage::StreamType::kPlan, plan_), kMeetingHeld);
  }
  static std::vector<std::pair<std::string, std::string>> AllStrangers() {
    return {{"S2", "another school"},
            {"H2", "another head"},
            {"C1", "a colleague"},
            {"O1", "the office"},
            {"T1", "the trust lead"}};
  }
  // What the member is answered to every kind of call about the plan.
  std::vector<Reply> AllAnswersTo(Desk& desk, const std::string& as) {
    v1::GetPlanRequest request;
    request.set_plan_id(plan_);
    std::vector<Reply> replies = {desk.Call(as, "PlanService.GetPlan", request)};
    for (const char* method : {"PlanService.GetTimeline", "PlanService.ExplainDeadlines"}) {
      replies.push_back(desk.CallWithBytes(as, PathOf(method), request.SerializeAsString()));
    }
    return replies;
  }

  const std::unique_ptr<rocksdb::Env> disk_;
  std::string plan_, amina_;
};

TEST_F(ADamagedPlan, IsToldToWhoMaySeeItAndDeniedToWhoMayNot) {
  DamageThePlan();
  Desk desk(DemoOn(disk_.get()));
  for (const char* who : {"A1", "B1", "H1"}) {
    for (const Reply& reply : AllAnswersTo(desk, who)) {
      EXPECT_EQ(reply.code(), grpc::DATA_LOSS) << who << ": " << reply;
    }
  }
  for (const auto& [who, what] : AllStrangers()) {
    for (const Reply& reply : AllAnswersTo(desk, who)) {
      EXPECT_EQ(reply.code(), grpc::PERMISSION_DENIED) << what << ": " << reply;
    }
  }
}

TEST_F(ADamagedPlan, IsNoMoreToldToWhoHandsInWhatTheyMayNot) {
  DamageThePlan();
  Desk desk(DemoOn(disk_.get()));
  const auto code_for = [&](const std::string& who) {
    return desk.HandIn(who, "RecordingService.FinaliseRecord", plan_, rules::FinaliseRecord())
        .code();
  };
  EXPECT_EQ(code_for("B1"), grpc::DATA_LOSS);
  EXPECT_EQ(code_for("A1"), grpc::PERMISSION_DENIED) << "the reviewee does not finalise";
  for (const auto& [who, what] : AllStrangers()) {
    EXPECT_EQ(code_for(who), grpc::PERMISSION_DENIED) << what;
  }
}

TEST_F(ADamagedPlan, IsAnsweredToStrangersToTheLetterAsOneThatNeverWas) {
  DamageThePlan();
  Desk desk(DemoOn(disk_.get()));
  v1::GetPlanRequest damaged;
  damaged.set_plan_id(plan_);
  v1::GetPlanRequest unknown;
  unknown.set_plan_id(rules::kNobody);
  const Reply of_damaged = desk.Call("S2", "PlanService.GetPlan", damaged);
  const Reply of_unknown = desk.Call("S2", "PlanService.GetPlan", unknown);
  EXPECT_EQ(of_damaged.status.error_message(), of_unknown.status.error_message());
  EXPECT_EQ(of_damaged.status.error_details(), of_unknown.status.error_details());
}

TEST_F(ADamagedPlan, WhoseKeyWasDestroyedIsErasedForWhoMaySeeItAlone) {
  {
    storage::KeyringOptions options;
    options.path = "/records/keyring";
    options.env = disk_.get();
    const auto keyring = Must(storage::Keyring::Open(std::move(options)));
    ASSERT_TRUE(keyring->Destroy(Stream(storage::StreamType::kPlan, plan_)).ok());
  }
  Desk desk(DemoOn(disk_.get()));
  v1::GetPlanRequest request;
  request.set_plan_id(plan_);
  EXPECT_EQ(desk.Call("A1", "PlanService.GetPlan", request).Reason(), "CONTENT_ERASED");
  EXPECT_EQ(desk.Call("S2", "PlanService.GetPlan", request).code(), grpc::PERMISSION_DENIED);
}

TEST_F(ADamagedPlan, OrPersonIsNotToldToStrangersEither) {
  AlterPayload(disk_.get(), Stream(storage::StreamType::kPerson, amina_), 0);
  Desk desk(DemoOn(disk_.get()));
  v1::GetPersonRequest request;
  request.set_person_id(amina_);
  EXPECT_EQ(desk.Call("T1", "PeopleService.GetPerson", request).code(), grpc::DATA_LOSS);
  EXPECT_EQ(desk.Call("S2", "PeopleService.GetPerson", request).code(), grpc::PERMISSION_DENIED);
  v1::GetPlanRequest about;
  about.set_plan_id(plan_);
  EXPECT_EQ(desk.Call("B1", "PlanService.GetPlan", about).code(), grpc::DATA_LOSS);
  EXPECT_EQ(desk.Call("S2", "PlanService.GetPlan", about).code(), grpc::PERMISSION_DENIED);
}

}  // namespace
}  // namespace countersign
