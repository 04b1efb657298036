// The documents that are checked, over the project and over small bad examples.

#include "tests/tidy/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"

namespace countersign::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Texts = std::map<std::string, std::string>;

constexpr char kDecision[] =
    "# Keep\n\n## Context\n\n## Decision\n\n## Rejected\n\n## Consequences\n\n## Revisit when\n";

// One event and one refusal that cite R71.
Citations OneRule() {
  return {.events = {{"R71", {"DraftIssued"}}}, .refusals = {{"R71", {"DRAFT_NOT_ISSUED"}}}};
}

Tree Guidance(const std::string& row) {
  return Tree::Of({{"docs/guidance.md", absl::StrCat("| Rule | |\n|---|---|\n", row, "\n")},
                   {"tests/guidance/a_test.cc", "TEST(Recording,\n     ADraftIsDue) {}\n"}});
}

TEST(Documents, ReadmeListsTheFolders) {
  const Faults faults = FolderTableFaults(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Documents, DecisionsAreOnePageEachAndListed) {
  const Faults faults = DecisionFaults(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Documents, TheGuidanceTableAgreesWithTheSchemaAndTheTests) {
  const Faults faults = GuidanceTableFaults(Tree::OfTheProject(), CitationsOfTheSchema());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Documents, EveryRuleThatIsCitedIsTested) {
  const Faults faults = UntestedRules(Tree::OfTheProject(), CitationsOfTheSchema());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Documents, EveryRefusalIsTested) {
  const Faults faults = UntestedRefusals(Tree::OfTheProject(), ReasonsOfTheSchema());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(FolderChecks, FindAFolderThatIsNotListedAndARowWithoutAFolder) {
  const Texts texts = {
      {"README.md",
       "# A\n\n## Folders\n\n| Folder | What |\n|---|---|\n| `storage/` | bytes |\n"
       "| `attic/` | nothing |\n\n## After\n\n| `services/` | not this table |\n"},
      {"storage/a.cc", ""},
      {"services/rules/a.cc", ""}};
  EXPECT_THAT(
      FolderTableFaults(Tree::Of(texts)),
      ElementsAre(HasSubstr("README.md:8: There is no folder attic/"),
                  HasSubstr("lacks | `services/`"), HasSubstr("lacks | `services/rules/`")));
}

TEST(FolderChecks, LeaveDeepFoldersToTheAuthor) {
  const Texts texts = {{"README.md", "## Folders\n| `tests/` | a |\n| `tests/golden/` | b |\n"},
                       {"tests/golden/events/a.bin", ""},
                       {".ci/run", ""}};
  EXPECT_THAT(FolderTableFaults(Tree::Of(texts)), IsEmpty());
}

TEST(FolderChecks, AskForTheTable) {
  EXPECT_THAT(FolderTableFaults(Tree::Of({{"a.txt", ""}})), ElementsAre(HasSubstr("missing")));
  EXPECT_THAT(FolderTableFaults(Tree::Of({{"README.md", "# A\n"}})),
              ElementsAre(HasSubstr("no heading \"## Folders\"")));
}

TEST(DecisionChecks, AcceptAPageThatIsListed) {
  EXPECT_THAT(DecisionFaults(Tree::Of({{"docs/architecture.md", "[1](decisions/0001-keep-it.md)\n"},
                                       {"docs/decisions/0001-keep-it.md", kDecision}})),
              IsEmpty());
}

TEST(DecisionChecks, FindAPageThatIsNotListed) {
  EXPECT_THAT(DecisionFaults(Tree::Of(
                  {{"docs/architecture.md", "\n"}, {"docs/decisions/0001-keep-it.md", kDecision}})),
              ElementsAre(HasSubstr("does not list decisions/0001-keep-it.md")));
}

TEST(DecisionChecks, FindAWrongNameATakenNumberAMissingPartAndALongPage) {
  EXPECT_THAT(DecisionFaults(Tree::Of(
                  {{"docs/architecture.md", "0001-a.md 0001-b.md 0002-c.md\n"},
                   {"docs/decisions/0001-a.md", kDecision},
                   {"docs/decisions/0001-b.md", kDecision},
                   {"docs/decisions/0002-c.md", absl::StrCat(kDecision, std::string(60, '\n'))},
                   {"docs/decisions/Keep.md", kDecision}})),
              ElementsAre(HasSubstr("0001-b.md: the number is taken"),
                          HasSubstr("0002-c.md: 71 lines"), HasSubstr("Keep.md: name it")));
  EXPECT_THAT(
      DecisionFaults(Tree::Of({{"docs/architecture.md", "0001-a.md\n"},
                               {"docs/decisions/0001-a.md",
                                "## Context\n## Decision\n## Rejected\n## Consequences\n"}})),
      ElementsAre(HasSubstr("no part \"## Revisit when\"")));
}

TEST(GuidanceChecks, AcceptARowThatAgrees) {
  EXPECT_THAT(GuidanceTableFaults(Guidance("| R71 | a draft | `DraftIssued` | `DRAFT_NOT_ISSUED` | "
                                           "draft | `Recording.ADraftIsDue` |"),
                                  OneRule()),
              IsEmpty());
}

TEST(GuidanceChecks, FindARuleWithoutARowAndARowTwice) {
  EXPECT_THAT(GuidanceTableFaults(Guidance(""), OneRule()),
              ElementsAre(HasSubstr("no row for R71")));
  const std::string row = "| A02 | day 0 | | | draft | `Recording.ADraftIsDue` |";
  EXPECT_THAT(GuidanceTableFaults(Guidance(absl::StrCat(row, "\n", row)), {}),
              ElementsAre(HasSubstr("A02 has a row already")));
}

TEST(GuidanceChecks, FindWrongEventsAndRefusals) {
  EXPECT_THAT(GuidanceTableFaults(Guidance("| R71 | a draft | `Signed` | | draft | "
                                           "`Recording.ADraftIsDue` |"),
                                  OneRule()),
              ElementsAre(HasSubstr("events that cite R71 are `DraftIssued`"),
                          HasSubstr("refusals that cite R71 are `DRAFT_NOT_ISSUED`")));
}

TEST(GuidanceChecks, FindARowWithoutATestAndATestThatIsNotThere) {
  EXPECT_THAT(
      GuidanceTableFaults(
          Guidance("| R71 | a draft | `DraftIssued` | `DRAFT_NOT_ISSUED` | draft | |"), OneRule()),
      ElementsAre(HasSubstr("R71 names no test")));
  EXPECT_THAT(GuidanceTableFaults(Guidance("| R71 | a draft | `DraftIssued` | `DRAFT_NOT_ISSUED` | "
                                           "draft | `Recording.ADraft` |"),
                                  OneRule()),
              ElementsAre(HasSubstr("There is no test Recording.ADraft.")));
}

TEST(GuidanceChecks, FindARuleThatNoTestCites) {
  EXPECT_THAT(UntestedRules(Tree::Of({{"tests/guidance/a_test.cc", "// R710: other.\n"},
                                      {"tests/rules/a_test.cc", "// R71: elsewhere.\n"}}),
                            OneRule()),
              ElementsAre(HasSubstr("no test cites R71")));
  EXPECT_THAT(
      UntestedRules(Tree::Of({{"tests/guidance/a_test.cc", "// R71: a draft.\n"}}), OneRule()),
      IsEmpty());
}

TEST(GuidanceChecks, FindARefusalThatNoTestProvokes) {
  EXPECT_THAT(UntestedRefusals(Tree::Of({{"tests/tidy/a_test.cc", "NO_SCHOOL"},
                                         {"tests/rules/a_test.cc", "NO_SCHOOL_YET"}}),
                               {"NO_SCHOOL"}),
              ElementsAre(HasSubstr("NO_SCHOOL")));
  EXPECT_THAT(
      UntestedRefusals(Tree::Of({{"tests/rules/a_test.cc", "v1::NO_SCHOOL)"}}), {"NO_SCHOOL"}),
      IsEmpty());
}

}  // namespace
}  // namespace countersign::tidy
