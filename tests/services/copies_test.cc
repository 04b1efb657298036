// Who was given the record (R75 to R77), when they opened it, and who read the plan (R80).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "tests/services/accesses.h"
#include "tests/services/desk.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Carol plans training in Amina's school.
class CopiesDesk : public SettledDesk {
 public:
  explicit CopiesDesk(ServerOptions options) : SettledDesk(std::move(options)) {
    GiveRole(school, carol, v1::ROLE_TRAINING_LEAD);
  }
  v1::PlanView View(const std::string& as) {
    v1::GetPlanRequest request;
    request.set_plan_id(plan);
    const Reply reply = Call(as, "PlanService.GetPlan", request);
    EXPECT_TRUE(reply.ok()) << as << ": " << reply;
    return reply.As<v1::GetPlanResponse>().plan();
  }
  std::vector<v1::IssuedCopy> Listed(const std::string& as) {
    v1::ListCopiesRequest request;
    request.set_plan_id(plan);
    const Reply reply = Call(as, "CopiesService.ListCopies", request);
    EXPECT_TRUE(reply.ok()) << as << ": " << reply;
    const auto& copies = reply.As<v1::ListCopiesResponse>().copies();
    return {copies.begin(), copies.end()};
  }
  void Finalise() {
    WalkToTheDraft();
    Wrote("B1", "RecordingService.FinaliseRecord", plan, rules::FinaliseRecord());
  }
  std::string Digest() { return absl::HexStringToBytes(View("B1").digest()); }
  void SignBoth() {
    Finalise();
    const std::string digest = Digest();
    Wrote("B1", "SigningService.Sign", plan, rules::Sign(digest));
    Wrote("A1", "SigningService.Sign", plan, rules::Sign(digest));
  }
  Reply Annex(const std::string& as) {
    v1::GetAnnexRequest request;
    request.set_plan_id(plan);
    return Call(as, "CopiesService.GetAnnex", request);
  }
  void PassTime(uint32_t seconds) {
    v1::AdvanceClockRequest request;
    request.set_by_seconds(seconds);
    EXPECT_TRUE(Call("T1", "DemoService.AdvanceClock", request).ok());
  }
  std::vector<std::string> Accesses(v1::ListAccessesRequest request = {}) {
    request.set_plan_id(plan);
    const Reply reply = Call("A1", "PlanService.ListAccesses", request);
    EXPECT_TRUE(reply.ok()) << reply;
    std::vector<std::string> shown;
    for (const v1::Access& access : reply.As<v1::ListAccessesResponse>().accesses()) {
      EXPECT_TRUE(access.has_recorded_at());
      shown.push_back(
          absl::StrCat(access.reader().name(), " ", access.acting_as(), " ", access.view()));
    }
    next_token_ = reply.As<v1::ListAccessesResponse>().next_page_token();
    return shown;
  }

  std::string next_token_;
};

class Copies : public testing::Test {
 protected:
  const std::unique_ptr<rocksdb::Env> disk_{NewMemoryDisk()};
  CopiesDesk desk_{DemoOn(disk_.get())};
};

TEST_F(Copies, AreShownWithTheirRecipientsAndOpenedWhenTheyWere) {
  desk_.SignBoth();
  const v1::PlanView unopened = desk_.View("B1");
  ASSERT_THAT(unopened.copies(), SizeIs(3));
  EXPECT_EQ(unopened.copies(0).kind(), v1::COPY_KIND_COPY);
  EXPECT_EQ(unopened.copies(0).recipient().name(), "Amina Yusuf");
  EXPECT_EQ(unopened.copies(1).kind(), v1::COPY_KIND_ORIGINAL);
  EXPECT_EQ(unopened.copies(1).recipient().name(), "Helen Ito");
  EXPECT_EQ(unopened.copies(2).kind(), v1::COPY_KIND_ANNEX);
  EXPECT_EQ(unopened.copies(2).recipient().name(), "Carol Diaz");
  for (const v1::IssuedCopy& copy : unopened.copies()) {
    EXPECT_TRUE(copy.has_issued_at());
    EXPECT_FALSE(copy.has_opened_at()) << copy.DebugString();
  }
  desk_.PassTime(3600);
  desk_.View("A1");
  ASSERT_TRUE(desk_.Annex("C1").ok());
  desk_.PassTime(3600);
  desk_.View("A1");
  const v1::PlanView opened = desk_.View("B1");
  const int64_t an_hour_later = absl::ToUnixSeconds(InLondon("2026-09-03 09:00") + absl::Hours(1));
  EXPECT_EQ(opened.copies(0).opened_at().seconds(), an_hour_later) << "the first look counts";
  EXPECT_FALSE(opened.copies(1).has_opened_at()) << "the head has not looked";
  EXPECT_EQ(opened.copies(2).opened_at().seconds(), an_hour_later);
}

// R75 to R77: a receipt is opening what was given, not asking who was given what.
TEST_F(Copies, AreNotOpenedByListingThem) {
  desk_.SignBoth();
  for (const char* who : {"A1", "H1", "B1"}) {
    for (const v1::IssuedCopy& copy : desk_.Listed(who)) {
      EXPECT_FALSE(copy.has_opened_at()) << who << ": " << copy.DebugString();
    }
  }
  ASSERT_TRUE(desk_.Call("C1", "CopiesService.ListAnnexes", v1::ListAnnexesRequest()).ok());
  const std::vector<v1::IssuedCopy> unopened = desk_.Listed("A1");
  ASSERT_THAT(unopened, SizeIs(3));
  EXPECT_EQ(unopened[0].kind(), v1::COPY_KIND_COPY);
  EXPECT_EQ(unopened[0].recipient().name(), "Amina Yusuf");
  EXPECT_TRUE(unopened[0].has_issued_at());
  for (const v1::IssuedCopy& copy : unopened) {
    EXPECT_FALSE(copy.has_opened_at()) << copy.DebugString();
  }
  desk_.View("A1");
  const std::vector<v1::IssuedCopy> opened = desk_.Listed("H1");
  EXPECT_TRUE(opened[0].has_opened_at()) << "by the reviewee, who opened the plan";
  EXPECT_FALSE(opened[1].has_opened_at()) << "by the head, who only listed the copies";
}

// Who was given what is the business of those who may see the plan; the look is on record.
TEST_F(Copies, AreListedForThoseWhoMaySeeThePlanAndTheLookIsRecorded) {
  EXPECT_THAT(desk_.Listed("A1"), IsEmpty()) << "none was given out yet";
  v1::ListCopiesRequest request;
  request.set_plan_id(desk_.plan);
  for (const char* who : {"C1", "O1", "T1", "H2", "S2"}) {
    EXPECT_EQ(desk_.Call(who, "CopiesService.ListCopies", request).code(), grpc::PERMISSION_DENIED)
        << who;
  }
  EXPECT_THAT(desk_.Accesses(), ElementsAre("Amina Yusuf reviewee copies_shown"));
}

// Amina and Helen looked at the draft; that is no receipt of what was signed.
TEST_F(Copies, AreNotOpenedByALookBeforeTheyWereIssued) {
  desk_.Finalise();
  desk_.View("A1");
  desk_.View("H1");
  const std::string digest = desk_.Digest();
  desk_.Wrote("A1", "SigningService.Sign", desk_.plan, rules::Sign(digest));
  desk_.Wrote("B1", "SigningService.Sign", desk_.plan, rules::Sign(digest));
  const v1::PlanView view = desk_.View("B1");
  ASSERT_THAT(view.copies(), SizeIs(3));
  for (const v1::IssuedCopy& copy : view.copies()) {
    EXPECT_FALSE(copy.has_opened_at()) << copy.DebugString();
  }
}

TEST_F(Copies, OfTheAnnexIsAllThatTheTrainingLeadSees) {
  desk_.Finalise();
  EXPECT_EQ(desk_.Annex("C1").code(), grpc::PERMISSION_DENIED) << "not issued yet";
  const std::string digest = desk_.Digest();
  desk_.Wrote("B1", "SigningService.Sign", desk_.plan, rules::Sign(digest));
  EXPECT_EQ(desk_.Annex("C1").code(), grpc::PERMISSION_DENIED) << "one signature";
  desk_.Wrote("A1", "SigningService.Sign", desk_.plan, rules::Sign(digest));
  const Reply reply = desk_.Annex("C1");
  ASSERT_TRUE(reply.ok()) << reply;
  const auto& annex = reply.As<v1::GetAnnexResponse>();
  const v1::PlanView view = desk_.View("B1");
  EXPECT_EQ(annex.annex_bytes(), view.record().annex()) << "the bytes that were signed";
  EXPECT_EQ(annex.annex().DebugString(), view.annex().DebugString());
  EXPECT_THAT(annex.annex().objective_support(), ::testing::Not(IsEmpty()));
  EXPECT_EQ(annex.issued_at().seconds(), view.copies(2).issued_at().seconds());
  EXPECT_EQ(annex.DebugString().find("phonics group"), std::string::npos) << "no objective";
  for (const char* method : {"PlanService.GetPlan", "PlanService.GetTimeline",
                             "PlanService.ExplainDeadlines", "PlanService.ListAccesses"}) {
    v1::GetPlanRequest about;
    about.set_plan_id(desk_.plan);
    EXPECT_EQ(desk_.CallWithBytes("C1", PathOf(method), about.SerializeAsString()).code(),
              grpc::PERMISSION_DENIED)
        << method;
  }
  for (const char* who : {"O1", "T1", "H2", "S2"}) {
    EXPECT_EQ(desk_.Annex(who).code(), grpc::PERMISSION_DENIED) << who;
  }
}

TEST_F(Copies, OfAnnexesAreListedForTheTrainingLeadAlone) {
  v1::ListAnnexesRequest request;
  const Reply none = desk_.Call("C1", "CopiesService.ListAnnexes", request);
  ASSERT_TRUE(none.ok()) << none;
  EXPECT_THAT(none.As<v1::ListAnnexesResponse>().annexes(), IsEmpty());
  desk_.SignBoth();
  const Reply listed = desk_.Call("C1", "CopiesService.ListAnnexes", request);
  ASSERT_THAT(listed.As<v1::ListAnnexesResponse>().annexes(), SizeIs(1)) << listed;
  const v1::IssuedAnnex& annex = listed.As<v1::ListAnnexesResponse>().annexes(0);
  EXPECT_EQ(annex.plan_id(), desk_.plan);
  EXPECT_EQ(annex.reviewee().name(), "Amina Yusuf");
  EXPECT_EQ(annex.school_id(), desk_.school);
  EXPECT_TRUE(annex.has_issued_at());
  for (const char* who : {"A1", "B1", "H1", "O1", "T1", "S2"}) {
    EXPECT_EQ(desk_.Call(who, "CopiesService.ListAnnexes", request).code(), grpc::PERMISSION_DENIED)
        << who;
  }
}

TEST_F(Copies, OfARecordClosedUnsignedAreGivenTooAndThePlanSaysWhy) {
  desk_.Finalise();
  const std::string digest = desk_.Digest();
  desk_.Wrote("B1", "SigningService.Sign", desk_.plan, rules::Sign(digest));
  desk_.Wrote("A1", "SigningService.DeclineSignature", desk_.plan,
              rules::DeclineSignature("Not my words", digest));
  const v1::PlanView declined = desk_.View("H1");
  ASSERT_THAT(declined.declined(), SizeIs(1));
  EXPECT_EQ(declined.declined(0).party().name(), "Amina Yusuf");
  EXPECT_EQ(declined.declined(0).capacity(), "reviewee");
  EXPECT_EQ(declined.declined(0).reason(), "Not my words");
  EXPECT_TRUE(declined.declined(0).has_declined_at());
  desk_.Wrote("H1", "SigningService.CloseUnsigned", desk_.plan,
              rules::CloseUnsigned("Amina does not wish to sign"));
  const v1::PlanView closed = desk_.View("H1");
  EXPECT_EQ(closed.summary().state(), v1::PLAN_STATE_CLOSED_UNSIGNED);
  EXPECT_EQ(closed.closed_because(), "Amina does not wish to sign");
  EXPECT_THAT(closed.copies(), SizeIs(3));
  EXPECT_TRUE(desk_.Annex("C1").ok());
  v1::ListPlansRequest unsigned_ones;
  unsigned_ones.set_state(v1::PLAN_STATE_CLOSED_UNSIGNED);
  EXPECT_THAT(
      desk_.Call("H1", "PlanService.ListPlans", unsigned_ones).As<v1::ListPlansResponse>().plans(),
      SizeIs(1));
}

TEST_F(Copies, ThatNobodyCouldTakeAreOwedUntilSomebodyCan) {
  desk_.Wrote("T1", "SchoolService.EndSchoolRole", desk_.school,
              rules::EndRole(desk_.carol, v1::ROLE_TRAINING_LEAD));
  desk_.SignBoth();
  EXPECT_THAT(desk_.View("B1").copies(), SizeIs(2));
  v1::ListObligationsRequest owed;
  owed.set_mine(true);
  const Reply bens = desk_.Call("B1", "PlanService.ListObligations", owed);
  ASSERT_THAT(bens.As<v1::ListObligationsResponse>().obligations(), SizeIs(1)) << bens;
  EXPECT_EQ(bens.As<v1::ListObligationsResponse>().obligations(0).kind(),
            v1::OBLIGATION_KIND_ANNEX_COPY);
  EXPECT_EQ(
      desk_.HandIn("B1", "CopiesService.IssueCopies", desk_.plan, rules::IssueCopies()).Reason(),
      "NO_TRAINING_LEAD");
  desk_.GiveRole(desk_.school, desk_.carol, v1::ROLE_TRAINING_LEAD);
  desk_.Wrote("B1", "CopiesService.IssueCopies", desk_.plan, rules::IssueCopies());
  EXPECT_TRUE(desk_.Annex("C1").ok());
}

using WhoRead = Copies;

TEST_F(WhoRead, IsListedForTheRevieweeNewestFirstAndNobodyElseIsOnIt) {
  desk_.SignBoth();
  // Ben looked for the digest, once for each look at another version of the plan.
  ASSERT_THAT(desk_.Accesses(), ElementsAre("Ben Carter reviewer plan_shown"));
  desk_.View("H1");
  ASSERT_TRUE(desk_.Annex("C1").ok());
  desk_.View("A1");
  v1::GetPlanRequest denied;
  denied.set_plan_id(desk_.plan);
  EXPECT_FALSE(desk_.Call("S2", "PlanService.GetPlan", denied).ok());
  EXPECT_FALSE(desk_.Call("T1", "PlanService.GetPlan", denied).ok());
  const std::vector<std::string> all = {
      "Amina Yusuf reviewee plan_shown", "Carol Diaz training_lead annex_shown",
      "Helen Ito headteacher plan_shown", "Ben Carter reviewer plan_shown"};
  EXPECT_EQ(desk_.Accesses(), all);
  EXPECT_EQ(desk_.Accesses(), all) << "a look at this list is none at the plan";
  EXPECT_THAT(desk_.next_token_, IsEmpty());
}

TEST_F(WhoRead, IsListedInPagesThatNewLooksDoNotDisturb) {
  desk_.SignBoth();
  desk_.View("H1");
  ASSERT_TRUE(desk_.Annex("C1").ok());
  v1::ListAccessesRequest request;
  request.mutable_page()->set_page_size(2);
  EXPECT_THAT(desk_.Accesses(request), ElementsAre("Carol Diaz training_lead annex_shown",
                                                   "Helen Ito headteacher plan_shown"));
  ASSERT_THAT(desk_.next_token_, ::testing::Not(IsEmpty()));
  request.mutable_page()->set_page_token(desk_.next_token_);
  desk_.View("A1");
  EXPECT_THAT(desk_.Accesses(request), ElementsAre("Ben Carter reviewer plan_shown"));
  EXPECT_THAT(desk_.next_token_, IsEmpty());
}

TEST_F(WhoRead, IsNobodyElsesToKnow) {
  desk_.View("H1");
  v1::ListAccessesRequest request;
  request.set_plan_id(desk_.plan);
  for (const char* who : {"B1", "C1", "H1", "O1", "T1", "H2", "S2"}) {
    EXPECT_EQ(desk_.Call(who, "PlanService.ListAccesses", request).code(), grpc::PERMISSION_DENIED)
        << who;
  }
}

TEST(AnAnnex, IsShownOnlyAfterTheLookIsWritten) {
  const storage::ScratchFolder folder;
  storage::PowerCutDisk disk;
  CopiesDesk desk(DemoOn(disk.env(), folder / "records"));
  desk.SignBoth();
  // Both requests are a plan's id and nothing else.
  v1::GetAnnexRequest annex;
  annex.set_plan_id(desk.plan);
  disk.FailSyncs();
  for (const auto& [who, method] : {std::pair("C1", "CopiesService.GetAnnex"),
                                    {"A1", "ReviewerService.GetReplacementRequests"}}) {
    const Reply reply = desk.CallWithBytes(who, PathOf(method), annex.SerializeAsString());
    EXPECT_EQ(reply.code(), grpc::UNAVAILABLE) << method << ": " << reply;
    EXPECT_THAT(reply.bytes, IsEmpty());
  }
}

}  // namespace
}  // namespace countersign
