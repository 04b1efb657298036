#include "tests/end_to_end/story.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace countersign::end_to_end {
namespace {

// `words --of WHO`.
std::string Of(absl::string_view words, absl::string_view who) {
  return absl::StrCat(words, " --of ", who);
}

}  // namespace

void FoundTrust(const Registry& registry, absl::string_view people_csv) {
  registry.Do(kTheo, "trust found --group-uid 9901 --lead-key theo.lindqvist",
              {"--name", "Otterby Learning Trust", "--lead-name", "Theo Lindqvist", "--lead-title",
               "Director of People"});
  registry.Do(kTheo, "trust import-holidays", {TrustFile("bank-holidays.json")});
  for (absl::string_view line :
       absl::StrSplit(ReadFile(TrustFile("schools.txt")), '\n', absl::SkipEmpty())) {
    const std::vector<std::string> school = absl::StrSplit(line, '|');
    const std::string& urn = school.at(0);
    registry.Do(kTheo, absl::StrCat("school add --urn ", urn, " --division ", school.at(2)),
                {"--name", school.at(1)});
    registry.Do(kTheo, absl::StrCat("school import-calendar ", urn), {TrustFile(urn + ".ics")});
  }
  registry.Do(kTheo, "people import", {std::string(people_csv)});
  registry.Do(kTheo, "trust open-cycle 2026/27 --first 2026-09-01 --last 2027-08-31");
  registry.Do(kTheo, "school grant 990001 helen.okafor headteacher");
  registry.Do(kTheo, "school grant 990001 olga.brandt office");
}

void FoundTrust(const Registry& registry) { FoundTrust(registry, TrustFile("people.csv")); }

void ConfirmMeetings(const Registry& registry, const std::vector<Pair>& pairs) {
  for (const auto& [reviewee, reviewer] : pairs) {
    registry.Do(kOlga, absl::StrCat("plan enrol ", reviewee, " --cycle 2026/27"));
    registry.Do(kHelen, absl::StrCat(Of("reviewer assign", reviewee), " --reviewer ", reviewer));
    registry.Do(reviewer,
                absl::StrCat(Of("meeting confirm", reviewee), " --on 2026-10-14 --at 14:00"),
                {"--place", "Room 4"});
  }
}

void HoldMeetings(const Registry& registry, const std::vector<Pair>& pairs) {
  registry.Do(kTheo, "demo advance 2026-10-14T14:30:00Z");
  for (const auto& [reviewee, reviewer] : pairs) {
    registry.Do(reviewer, Of("meeting held --summary-given", reviewee));
  }
}

void IssueDrafts(const Registry& registry, const std::vector<Pair>& pairs) {
  registry.Do(kTheo, "demo advance 2026-10-20T14:30:00Z");
  for (const auto& [reviewee, reviewer] : pairs) {
    registry.Do(reviewer, Of("draft issue", reviewee), {"--file", TrustFile("draft-1.json")});
  }
}

void RequestChange(const Registry& registry) {
  registry.Do(kTheo, "demo advance 1d");
  registry.Do(kAmina, Of("changes request", kAmina), {"--section", "Objective 2", "--wish", kWish});
  registry.Do(kAmina, Of("comment add", kAmina), {"--text", kComment});
}

void Finalise(const Registry& registry) {
  registry.Do(kTheo, "demo advance 2026-11-05T09:00:00Z");
  registry.Do(kBen, Of("draft revise", kAmina), {"--file", TrustFile("draft-2.json")});
  registry.Do(kBen, Of("record finalise", kAmina));
}

void SignBoth(const Registry& registry) {
  const std::string digest =
      registry.Ask(kAmina, Of("plan show", kAmina)).at("plan").at("digest").get<std::string>();
  const std::string sign =
      absl::StrCat(Of("record sign", kAmina), " --fingerprint ", digest.substr(0, 8));
  registry.Do(kBen, sign);
  registry.Do(kTheo, "demo advance 2026-11-09T09:00:00Z");
  registry.Do(kAmina, sign);
}

void TellMainPath(const Registry& registry) {
  const std::vector<Pair> pairs = {{kAmina, kBen}};
  FoundTrust(registry);
  ConfirmMeetings(registry, pairs);
  HoldMeetings(registry, pairs);
  IssueDrafts(registry, pairs);
  RequestChange(registry);
  Finalise(registry);
  SignBoth(registry);
}

}  // namespace countersign::end_to_end
