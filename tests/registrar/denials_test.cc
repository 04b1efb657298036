// Denials and accesses: what is written about those who look, and where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "services/reading/access_log.h"
#include "storage/entry.h"
#include "tests/registrar/registry.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Denied : public RegistryTest {
 protected:
  Denied() { trust_.Wrote(trust_.Assigning(trust_.ben)); }

  // Nobody waits for the entry of a denial, so a test waits for one behind it.
  std::vector<Written> EntriesFrom(uint64_t position) {
    v1::Policy policy;
    policy.set_notice_days(++fences_);
    trust_.Wrote(Paper(trust_.tess, Action::kAdoptPolicy, rules::AdoptPolicy(policy)));
    std::vector<Written> entries = registry_.EntriesFrom(position);
    entries.pop_back();
    return entries;
  }
  Paper ByAStranger() const {
    return Paper(trust_.sam, Action::kConfirmMeeting, rules::ConfirmMeeting()).About(trust_.plan);
  }
  void Pass(absl::Duration time) {
    registry_.clock.MoveTo(registry_.clock.Now() + time);
    registry_.journal->ConfirmClock();
  }

 private:
  uint32_t fences_ = 0;
};

TEST_F(Denied, IsWrittenInTheCallersOwnStreamAndInNoOther) {
  const uint64_t before = registry_.size();
  EXPECT_TRUE(absl::IsPermissionDenied(Hand(ByAStranger()).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(Hand(ByAStranger().About(rules::kNobody)).status()));
  EXPECT_THAT(EntriesFrom(before), ElementsAre(Written{"caller/" + trust_.sam, "access_denied"}));
  EXPECT_EQ(Must(registry_.states->PlanOf(trust_.plan)).version, 1);
}

TEST_F(Denied, IsWrittenOnceInTenMinutesForOneAction) {
  const uint64_t before = registry_.size();
  for (int i = 0; i < 5; ++i) ASSERT_FALSE(Hand(ByAStranger()).ok());
  Pass(absl::Minutes(9));
  ASSERT_FALSE(Hand(ByAStranger()).ok());
  EXPECT_THAT(EntriesFrom(before), SizeIs(1));
  Pass(absl::Minutes(1));
  const uint64_t later = registry_.size();
  ASSERT_FALSE(Hand(ByAStranger()).ok());
  EXPECT_THAT(EntriesFrom(later), SizeIs(1));
}

TEST_F(Denied, AnotherActionIsAnotherEntry) {
  const uint64_t before = registry_.size();
  ASSERT_FALSE(Hand(ByAStranger()).ok());
  ASSERT_FALSE(Hand(Paper(trust_.sam, Action::kSign, rules::Sign("00")).About(trust_.plan)).ok());
  EXPECT_THAT(EntriesFrom(before), SizeIs(2));
}

class Looking : public Denied {
 protected:
  enum View { kPlan, kTimeline };

  absl::Status Look(const std::string& who, Action action, Standing standing, View view,
                    int64_t version = 1) {
    Standings standings;
    standings.Add(standing);
    Access access{IdOf(who), Permit(action, standings), trust_.plan, version, {}};
    if (view == kPlan) access.view.mutable_plan_shown();
    if (view == kTimeline) access.view.mutable_timeline_shown();
    std::promise<absl::Status> done;
    log_.Record(access, [&](const absl::Status& status) { done.set_value(status); });
    return done.get_future().get();
  }
  absl::Status ReadByReviewee(int64_t version = 1) {
    return Look(trust_.amina, Action::kSeePlan, Standing::kReviewee, kPlan, version);
  }

  AccessLog log_{*registry_.journal, *registry_.keyring, registry_.clock};
};

TEST_F(Looking, IsWrittenBesideThePlanWithoutContentOrKey) {
  const uint64_t before = registry_.size();
  ASSERT_TRUE(ReadByReviewee().ok());
  EXPECT_THAT(registry_.EntriesFrom(before),
              ElementsAre(Written{"access/" + trust_.plan, "plan_shown"}));
  const v1::Entry entry = Must(storage::ParseEntry(Must(registry_.journal->ReadEntry(before))));
  EXPECT_EQ(entry.actor(), IdOf(trust_.amina).bytes());
  EXPECT_EQ(entry.acting_as(), "reviewee");
  EXPECT_EQ(entry.policy_rule(), "P053");
  EXPECT_EQ(entry.payload_length(), 0u);
  EXPECT_THAT(entry.key_id(), IsEmpty());
}

TEST_F(Looking, IsWrittenOnceInTenMinutes) {
  const uint64_t before = registry_.size();
  ASSERT_TRUE(ReadByReviewee().ok());
  Pass(absl::Minutes(9));
  ASSERT_TRUE(ReadByReviewee().ok());
  EXPECT_EQ(registry_.size(), before + 1);
  Pass(absl::Minutes(1));
  ASSERT_TRUE(ReadByReviewee().ok());
  EXPECT_EQ(registry_.size(), before + 2);
}

TEST_F(Looking, IsWrittenAnewForAnotherCallerRoleViewOrVersion) {
  const uint64_t before = registry_.size();
  ASSERT_TRUE(ReadByReviewee().ok());
  ASSERT_TRUE(Look(trust_.ben, Action::kSeePlan, Standing::kReviewer, kPlan).ok());
  ASSERT_TRUE(Look(trust_.ben, Action::kSeePlan, Standing::kLineManager, kPlan).ok());
  ASSERT_TRUE(Look(trust_.ben, Action::kSeeTimeline, Standing::kReviewer, kTimeline).ok());
  ASSERT_TRUE(ReadByReviewee(2).ok());
  EXPECT_EQ(registry_.size(), before + 5);
}

TEST_F(Looking, IsRefusedWhenItCannotBeWritten) {
  registry_.journal->Shutdown();
  EXPECT_TRUE(absl::IsUnavailable(ReadByReviewee()));
}

TEST_F(Looking, ThatCouldNotBeWrittenCoversNothing) {
  ASSERT_TRUE(ReadByReviewee().ok());
  registry_.journal->Shutdown();
  EXPECT_TRUE(ReadByReviewee().ok()) << "covered by the entry that is there";
  EXPECT_FALSE(ReadByReviewee(2).ok());
  EXPECT_FALSE(ReadByReviewee(2).ok()) << "the attempt before it wrote nothing";
}

}  // namespace
}  // namespace countersign
