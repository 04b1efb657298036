// A school year of twenty plans, seed by seed: whatever people do, in whatever order, the server
// and a small model written from the guidance see the same.
//
// COUNTERSIGN_SCENARIO_SEEDS says how many years are played (200 where nothing is said), and
// COUNTERSIGN_SCENARIO_FIRST_SEED with which seed to begin.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "countersign/v1/plan_events.pb.h"
#include "countersign/v1/refusal.pb.h"
#include "tests/scenario/run.h"
#include "tests/scenario/step_kinds.h"

namespace countersign::scenario {
namespace {

constexpr int kUsualSeeds = 200;
// After so many there is nothing to learn from more.
constexpr size_t kMostDisagreements = 10;

int FromEnvironment(const char* name, int otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::atoi(value);
}

// Years played side by side until all are played or two views disagree. Two on each core: a player
// waits for the server half of the time.
class Years {
 public:
  Years(int first, int count) : next_(first), end_(first + count), count_(count) {}

  void Play() {
    std::vector<std::thread> players;
    const unsigned cores = std::max(1u, std::min(4u, std::thread::hardware_concurrency()));
    for (unsigned i = 0; i < 2 * cores; ++i)
      players.emplace_back([this] { PlayOneAfterAnother(); });
    for (std::thread& player : players) player.join();
  }

  const Tally& tally() const { return tally_; }
  const std::vector<std::string>& reports() const { return reports_; }

 private:
  void PlayOneAfterAnother() {
    while (!stop_) {
      const int seed = next_++;
      if (seed >= end_) return;
      Run run(static_cast<uint32_t>(seed));
      const bool agreed = run.Play();
      std::lock_guard lock(mutex_);
      tally_.Add(run.tally());
      if (++played_ % 100 == 0 && count_ > kUsualSeeds) {
        std::fprintf(stderr, "%d of %d years, %d steps\n", played_, count_, tally_.steps);
      }
      if (agreed) continue;
      reports_.push_back(run.report());
      if (reports_.size() >= kMostDisagreements) stop_ = true;
    }
  }

  std::atomic<int> next_;
  const int end_;
  const int count_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  Tally tally_;  // Under mutex_ while years are played, and so are those below.
  std::vector<std::string> reports_;
  int played_ = 0;
};

// Every type of event that a plan can have.
std::set<std::string> EveryPlanEvent() {
  std::set<std::string> types;
  const auto* chapters = v1::PlanEvent::descriptor()->oneof_decl(0);
  for (int i = 0; i < chapters->field_count(); ++i) {
    const auto* events = chapters->field(i)->message_type()->oneof_decl(0);
    for (int j = 0; j < events->field_count(); ++j) types.insert(events->field(j)->name());
  }
  return types;
}

// Every reason of the chapters about plans, but those that nobody can be told over gRPC.
std::set<std::string> EveryPlanReason() {
  const std::set<std::string> unreachable = {
      // Who is no party may not even try: the policy turns them away.
      "SIGNER_IS_NO_PARTY"};
  std::set<std::string> reasons;
  for (int i = 0; i < v1::Reason_descriptor()->value_count(); ++i) {
    const auto* reason = v1::Reason_descriptor()->value(i);
    if (reason->number() < 1 || reason->number() > 49) continue;
    if (unreachable.count(reason->name()) == 0) reasons.insert(reason->name());
  }
  return reasons;
}

void Print(const Tally& tally, int years) {
  std::printf("%d years, %d steps, %d deadlines explained\n", years, tally.steps, tally.explained);
  std::printf("%-60s %9s %10s %8s\n", "steps of a kind", "accepted", "already so", "refused");
  for (const auto& [kind, outcomes] : tally.kinds) {
    std::printf("%-60s %9d %10d %8d\n", kind.c_str(), outcomes.accepted, outcomes.already_so,
                outcomes.refused);
  }
  for (const auto& [title, counts] : {std::pair{"answers", &tally.answers},
                                      {"events", &tally.events},
                                      {"obligations", &tally.statuses}}) {
    std::printf("%s:", title);
    for (const auto& [name, times] : *counts) std::printf(" %s %d,", name.c_str(), times);
    std::printf("\n");
  }
}

// R01 to R90.
TEST(ASchoolYear, IsSeenAlikeByTheServerAndByAModelWrittenFromTheGuidance) {
  const int count = FromEnvironment("COUNTERSIGN_SCENARIO_SEEDS", kUsualSeeds);
  Years years(FromEnvironment("COUNTERSIGN_SCENARIO_FIRST_SEED", 1), count);
  years.Play();
  Print(years.tally(), count);
  for (const std::string& report : years.reports()) ADD_FAILURE() << report;
  if (!years.reports().empty()) return;
  // A few years need not hold everything that can happen.
  if (count < kUsualSeeds) return;
  for (const std::string& type : EveryPlanEvent()) {
    EXPECT_GT(years.tally().events.count(type), 0u) << type << " never happened";
  }
  for (const std::string& reason : EveryPlanReason()) {
    EXPECT_GT(years.tally().answers.count(reason), 0u) << reason << " was never told";
  }
  const auto& kinds = years.tally().kinds;
  for (const std::string& kind : KindsToAccept()) {
    EXPECT_TRUE(kinds.count(kind) > 0 && kinds.at(kind).accepted > 0) << kind << ": never accepted";
  }
  for (const std::string& kind : KindsToRefuse()) {
    EXPECT_TRUE(kinds.count(kind) > 0 && kinds.at(kind).refused > 0) << kind << ": never refused";
  }
}

}  // namespace
}  // namespace countersign::scenario
