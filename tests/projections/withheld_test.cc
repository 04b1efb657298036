// What governors do not see of compliance (R84): nothing about fewer than five people, and nothing
// that adding and subtracting what they do see would give.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/projections/compliance.h"
#include "tests/projections/office.h"
#include "tests/support/london.h"

namespace countersign::projections {
namespace {

constexpr char kCycle[] = "cycle-26";

// A number for each team of each school.
using ByTeam = std::vector<std::vector<size_t>>;

// How many people each team of each school has whose plans stand, and how many whose plans were
// withdrawn.
class Trust {
 public:
  explicit Trust(ByTeam people, ByTeam withdrawn = {})
      : people_(std::move(people)), withdrawn_(std::move(withdrawn)) {
    withdrawn_.resize(people_.size());
    office_.On("2026-09-01");
    for (size_t school = 0; school < people_.size(); ++school) {
      withdrawn_[school].resize(people_[school].size());
      office_.Joins(SchoolId(school));
      for (size_t team = 0; team < people_[school].size(); ++team) {
        const size_t standing = people_[school][team];
        for (size_t i = 0; i < standing + withdrawn_[school][team]; ++i) {
          Enrol(school, team, i);
          if (i >= standing) office_.Withdrawn();
        }
      }
    }
  }

  static std::string SchoolId(size_t school) { return absl::StrCat("school-", school); }
  static std::string TeamName(size_t team) { return absl::StrCat("team-", team); }

  std::vector<std::string> SchoolIds() const {
    std::vector<std::string> ids;
    for (size_t school = 0; school < people_.size(); ++school) ids.push_back(SchoolId(school));
    return ids;
  }

  Compliance ShownTo(const ComplianceSight& sight, const std::string& school_id = "") const {
    const auto read = ReadCompliance(office_.cards, {kCycle, school_id, On("2026-09-02"), sight});
    EXPECT_TRUE(read.ok()) << read.status();
    return *read;
  }

  const ByTeam& people() const { return people_; }
  const ByTeam& withdrawn() const { return withdrawn_; }

 private:
  void Enrol(size_t school, size_t team, size_t number) {
    const std::string person = absl::StrCat("person-", school, "-", team, "-", number);
    office_.Person(person, SchoolId(school), TeamName(team))
        .Plan(person, SchoolId(school), absl::StrCat("plan-of-", person));
  }

  const ByTeam people_;
  ByTeam withdrawn_;
  Office office_;
};

Trust RandomTrust(std::mt19937& random, size_t most_schools, size_t most_teams) {
  ByTeam people(1 + random() % most_schools);
  ByTeam withdrawn;
  for (std::vector<size_t>& teams : people) {
    teams.resize(1 + random() % most_teams);
    for (size_t& team : teams) team = random() % (random() % 2 == 0 ? 5 : 12);
    for (size_t& team : withdrawn.emplace_back(teams.size())) {
      team = random() % 3 == 0 ? random() % 6 : 0;
    }
  }
  return Trust(std::move(people), std::move(withdrawn));
}

// A group of people as a sum of teams: how often each team of the trust is in it.
using Sum = std::vector<int>;

// Teams of the trust, one after the other, and what a viewer was shown of them.
class Viewer {
 public:
  Viewer(const Trust& trust, const ComplianceSight& sight) : trust_(trust) {
    for (size_t school = 0; school < trust.people().size(); ++school) {
      const bool in_full = Has(sight.school_ids, Trust::SchoolId(school));
      for (size_t team = 0; team < trust.people()[school].size(); ++team) {
        people_.push_back(trust.people()[school][team]);
        withdrawn_.push_back(trust.withdrawn()[school][team]);
        in_full_.push_back(in_full);
      }
    }
    Look(trust.ShownTo(sight));
    for (const std::string& school : trust.SchoolIds()) Look(trust.ShownTo(sight, school));
  }

  const std::set<Sum>& shown() const { return shown_; }
  const std::set<Sum>& withheld() const { return withheld_; }

  // Whether the sum tells something of fewer than five people of whom the viewer may not see
  // everything anyway. Whose plan was withdrawn is somebody to be hidden, and nobody to hide
  // behind.
  bool TellsTooMuch(const Sum& sum) const {
    size_t others = 0;
    bool any = false;
    for (size_t team = 0; team < sum.size(); ++team) {
      if (sum[team] == 0 || in_full_[team]) continue;
      others += people_[team];
      any = any || people_[team] + withdrawn_[team] > 0;
    }
    return any && others < kFewestShown;
  }

 private:
  static bool Has(const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  }

  void Look(const Compliance& compliance) {
    Sum all(people_.size(), 0);
    for (const SchoolCompliance& school : compliance.schools) {
      Sum of_school(people_.size(), 0);
      size_t begin = 0;
      size_t number = 0;
      while (Trust::SchoolId(number) != school.school_id) begin += trust_.people()[number++].size();
      for (size_t team = 0; team < trust_.people()[number].size(); ++team) {
        if (people_[begin + team] + withdrawn_[begin + team] == 0) continue;
        Sum of_team(people_.size(), 0);
        of_team[begin + team] = of_school[begin + team] = all[begin + team] = 1;
        const auto found = std::find_if(
            school.teams.begin(), school.teams.end(),
            [&](const TeamCompliance& shown) { return shown.team == Trust::TeamName(team); });
        ASSERT_TRUE(found != school.teams.end());
        See(of_team, found->group);
      }
      See(of_school, school.group);
    }
    See(all, compliance.all);
  }

  // Holds the figures against the people of the trust: each has five obligations, all alike.
  void See(const Sum& sum, const ComplianceGroup& group) {
    size_t people = 0;
    size_t withdrawn = 0;
    for (size_t team = 0; team < sum.size() && !group.withheld; ++team) {
      people += sum[team] * people_[team];
      withdrawn += sum[team] * withdrawn_[team];
    }
    EXPECT_EQ(group.people, people);
    for (const StatusCounts& counts : group.by_kind) {
      EXPECT_EQ(counts.Of(rules::Status::kNotStarted), people);
      EXPECT_EQ(counts.Of(rules::Status::kDischarged), withdrawn);
    }
    if (std::count(sum.begin(), sum.end(), 0) == static_cast<int>(sum.size())) return;
    (group.withheld ? withheld_ : shown_).insert(sum);
  }

  const Trust& trust_;
  std::vector<size_t> people_;
  std::vector<size_t> withdrawn_;
  std::vector<bool> in_full_;
  std::set<Sum> shown_;
  std::set<Sum> withheld_;
};

// Whether `wanted` is a sum of multiples of the others: elimination modulo a prime, which is exact
// for matrices of so few zeros and ones.
bool Follows(const Sum& wanted, const std::set<Sum>& from) {
  constexpr int64_t kPrime = 1'000'000'007;
  const auto inverse = [](int64_t value) {
    int64_t result = 1;
    for (int64_t power = kPrime - 2; power > 0; power /= 2, value = value * value % kPrime) {
      if (power % 2 == 1) result = result * value % kPrime;
    }
    return result;
  };
  std::map<size_t, std::vector<int64_t>> rows;  // By the place of the leading 1.
  // What is left of it when all rows are taken out; adds it as a row of its own.
  const auto reduce = [&](const Sum& sum) {
    std::vector<int64_t> left(sum.begin(), sum.end());
    for (size_t place = 0; place < left.size(); ++place) {
      left[place] = (left[place] % kPrime + kPrime) % kPrime;
      if (left[place] == 0) continue;
      const auto row = rows.find(place);
      if (row == rows.end()) {
        const int64_t factor = inverse(left[place]);
        for (size_t i = place; i < left.size(); ++i) {
          left[i] = (left[i] % kPrime + kPrime) % kPrime * factor % kPrime;
        }
        rows.emplace(place, left);
        return false;
      }
      const int64_t factor = left[place];
      for (size_t i = place; i < left.size(); ++i) left[i] -= factor * row->second[i] % kPrime;
    }
    return true;
  };
  for (const Sum& sum : from) reduce(sum);
  return reduce(wanted);
}

// Every group that can be had by adding and subtracting any of the shown ones.
std::set<Sum> GroupsWithin(const std::set<Sum>& shown) {
  std::set<Sum> sums = {Sum(shown.empty() ? 0 : shown.begin()->size(), 0)};
  for (const Sum& row : shown) {
    std::set<Sum> more;
    for (const Sum& sum : sums) {
      for (const int sign : {-1, 0, 1}) {
        Sum next = sum;
        for (size_t i = 0; i < next.size(); ++i) next[i] += sign * row[i];
        more.insert(std::move(next));
      }
    }
    sums = std::move(more);
  }
  std::set<Sum> groups;
  for (const Sum& sum : sums) {
    if (std::all_of(sum.begin(), sum.end(), [](int times) { return times == 0 || times == 1; })) {
      groups.insert(sum);
    }
  }
  return groups;
}

std::string Described(const Trust& trust) {
  return absl::StrCat(testing::PrintToString(trust.people()),
                      ", withdrawn: ", testing::PrintToString(trust.withdrawn()));
}

// Somebody who governs the whole trust, one who governs some schools, and one who is head of the
// first school besides.
std::vector<ComplianceSight> Governors(const Trust& trust) {
  const std::vector<std::string> all = trust.SchoolIds();
  const std::vector<std::string> some(all.begin(), all.begin() + (all.size() + 1) / 2);
  return {{{}, all}, {{}, some}, {{all[0]}, all}, {{all[0]}, {all.back()}}};
}

TEST(WhatGovernorsSee, IsNeverAboutFewerThanFivePeopleHoweverItIsAddedAndSubtracted) {
  std::mt19937 random(84);
  size_t shown = 0;
  size_t withheld = 0;
  for (int round = 0; round < 150; ++round) {
    const Trust trust = RandomTrust(random, 3, 3);
    for (const ComplianceSight& sight : Governors(trust)) {
      const Viewer viewer(trust, sight);
      const std::set<Sum> groups = GroupsWithin(viewer.shown());
      for (const Sum& group : groups) {
        EXPECT_FALSE(viewer.TellsTooMuch(group)) << testing::PrintToString(group);
      }
      for (const Sum& group : viewer.withheld()) EXPECT_EQ(groups.count(group), 0u);
      shown += viewer.shown().size();
      withheld += viewer.withheld().size();
    }
    if (HasFailure()) FAIL() << Described(trust);
  }
  // Neither everything nor nothing is withheld.
  EXPECT_GT(shown, 500u);
  EXPECT_GT(withheld, 500u);
}

TEST(WhatGovernorsSee, LetsNoWithheldFigureFollowByAnyMultiplesInLargerTrusts) {
  std::mt19937 random(85);
  for (int round = 0; round < 60; ++round) {
    const Trust trust = RandomTrust(random, 8, 5);
    for (const ComplianceSight& sight : Governors(trust)) {
      const Viewer viewer(trust, sight);
      for (const Sum& group : viewer.withheld()) EXPECT_FALSE(Follows(group, viewer.shown()));
      for (const Sum& group : viewer.shown()) EXPECT_TRUE(Follows(group, viewer.shown()));
    }
    if (HasFailure()) FAIL() << Described(trust);
  }
}

// What each team of a governor of everything is told, school after school.
std::string Told(ByTeam people, ComplianceSight sight = {}, ByTeam withdrawn = {}) {
  const Trust trust(std::move(people), std::move(withdrawn));
  if (sight.governed_school_ids.empty()) sight.governed_school_ids = trust.SchoolIds();
  const auto word = [](const ComplianceGroup& group) {
    return group.withheld ? std::string("-") : absl::StrCat(group.people);
  };
  const Compliance shown = trust.ShownTo(sight);
  std::string told = word(shown.all);
  for (const SchoolCompliance& school : shown.schools) {
    absl::StrAppend(&told, " | ", word(school.group), ":");
    for (const TeamCompliance& team : school.teams) absl::StrAppend(&told, " ", word(team.group));
  }
  return told;
}

TEST(WhatGovernorsSee, IsEverythingWhereNoGroupIsSmall) {
  EXPECT_EQ(Told({{5, 6}, {7}}), "18 | 11: 5 6 | 7: 7");
}

TEST(WhatGovernorsSee, HidesASmallTeamBehindTheNextSmallest) {
  EXPECT_EQ(Told({{4, 9, 6}, {7}}), "26 | 19: - 9 - | 7: 7");
}

TEST(WhatGovernorsSee, HidesASmallSchoolBehindTheNextSmallestWithAllTheirTeams) {
  EXPECT_EQ(Told({{3}, {9, 8}, {6, 5}}), "31 | -: - | 17: 9 8 | -: - -");
}

TEST(WhatGovernorsSee, HidesSmallGroupsUntilTheyAreFiveTogether) {
  EXPECT_EQ(Told({{1, 2, 9, 8}}), "20 | 20: - - 9 -");
  EXPECT_EQ(Told({{2, 3, 9, 8}}), "22 | 22: - - 9 8");
}

TEST(WhatGovernorsSee, IsNothingInATrustOfFewerThanFive) {
  EXPECT_EQ(Told({{2}, {1, 1}}), "- | -: - | -: - -");
}

TEST(WhatGovernorsSee, IsNotHiddenBehindASchoolThatTheySeeInFull) {
  EXPECT_EQ(Told({{3}, {6}}), "9 | -: - | -: -");
  EXPECT_EQ(Told({{3}, {6}}, {.school_ids = {"school-1"}}), "- | -: - | 6: 6");
  EXPECT_EQ(Told({{3, 4}, {6}}, {.school_ids = {"school-0"}}), "13 | 7: 3 4 | 6: 6");
}

TEST(WhatGovernorsSee, IsTheSameOfASchoolWhetherTheyGovernItAloneOrAll) {
  EXPECT_EQ(Told({{3}, {6}, {7}}), "16 | -: - | -: - | 7: 7");
  EXPECT_EQ(Told({{3}, {6}, {7}}, {.governed_school_ids = {"school-1"}}), "- | -: -");
  EXPECT_EQ(Told({{3}, {6}, {7}}, {.governed_school_ids = {"school-2"}}), "7 | 7: 7");
  EXPECT_EQ(Told({{3}, {6}, {7}}, {.governed_school_ids = {"school-1", "school-2"}}),
            "- | -: - | 7: 7");
}

TEST(WhatGovernorsSee, IsNotMoreForThoseWhosePlansWereWithdrawn) {
  EXPECT_EQ(Told({{5, 9, 6}}, {}, {{1, 0, 0}}), "20 | 20: 5 9 6");
  EXPECT_EQ(Told({{4, 9, 6}}, {}, {{1, 0, 0}}), "19 | 19: - 9 -");
  EXPECT_EQ(Told({{4}}, {}, {{1}}), "- | -: -");
}

TEST(WhatGovernorsSee, HidesATeamInWhichEveryPlanWasWithdrawn) {
  EXPECT_EQ(Told({{0, 9, 6}}, {}, {{1, 0, 0}}), "15 | 15: - 9 -");
  EXPECT_EQ(Told({{0}, {9}, {6}}, {}, {{7}, {0}, {0}}), "15 | -: - | 9: 9 | -: -");
}

TEST(WhatGovernorsSee, ShowsASchoolWithoutPlansAsZerosAndHidesNothingBehindIt) {
  EXPECT_EQ(Told({{}, {3}, {6}, {9}}), "18 | 0: | -: - | -: - | 9: 9");
}

}  // namespace
}  // namespace countersign::projections
