// Sizes, white space and names, over the project and over small bad examples.

#include "tests/tidy/style.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace countersign::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Each needs a reason that a reader would accept. Splitting is the usual answer.
const std::vector<LongFile>& AllowedLongFiles() {
  static const auto* const allowed = new std::vector<LongFile>{};
  return *allowed;
}

Tree With(const std::string& path, const std::string& text) { return Tree::Of({{path, text}}); }

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Style, LinesHave100ColumnsAtMost) {
  const Faults faults = LongLines(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Style, NoTabsAndNoBlanksAtTheEndOfALine) {
  const Faults faults = StrayBlanks(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Style, NothingIsMarkedAsUnfinished) {
  const Faults faults = UnfinishedMarks(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Style, NamesOfFilesSaySomething) {
  const Faults faults = VagueNames(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Style, FilesAreShort) {
  const Faults faults = LongFiles(Tree::OfTheProject(), AllowedLongFiles());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Style, FunctionsAreShort) {
  const Faults faults = LongFunctions(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Style, HeadersOpenWithWhatTheyAreFor) {
  const Faults faults = SilentHeaders(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Style, NoSwitchHidesAForgottenEvent) {
  const Faults faults = DefaultCases(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(StyleChecks, FindALineOf101Columns) {
  EXPECT_THAT(LongLines(With("storage/a.cc", absl::StrCat("\n", std::string(101, 'x'), "\n"))),
              ElementsAre("storage/a.cc:2: 101 columns; 100 at most."));
  EXPECT_THAT(LongLines(With("storage/a.cc", absl::StrCat(std::string(100, 'x'), "\n"))),
              IsEmpty());
}

TEST(StyleChecks, CountACharacterOfSeveralBytesAsOneColumn) {
  EXPECT_THAT(LongLines(With("storage/a.cc", absl::StrCat(Repeated("é", 100), "\n"))), IsEmpty());
}

TEST(StyleChecks, FindStrayBlanks) {
  EXPECT_THAT(
      StrayBlanks(With("storage/a.cc", "a\tb\nc \nd")),
      ElementsAre("storage/a.cc:1: A tab.", "storage/a.cc:2: A blank at the end of the line.",
                  "storage/a.cc:3: The last line does not end."));
}

TEST(StyleChecks, TakeAFileForAScriptByItsFirstLine) {
  EXPECT_THAT(StrayBlanks(With("scripts/a", "#!/bin/sh\nx \n")), ElementsAre(HasSubstr(":2:")));
  EXPECT_THAT(StrayBlanks(With("scripts/demo/a.ics", "BEGIN:VCALENDAR\r\n")), IsEmpty());
}

TEST(StyleChecks, FindAMarkOfUnfinishedWork) {
  const std::string mark = absl::StrCat("TO", "DO");
  EXPECT_THAT(UnfinishedMarks(With("storage/a.cc", absl::StrCat("// ", mark, ": later.\n"))),
              ElementsAre(HasSubstr("storage/a.cc:1")));
  EXPECT_THAT(UnfinishedMarks(With("storage/a.cc", absl::StrCat("k", mark, "List\n"))), IsEmpty());
}

TEST(StyleChecks, FindAVagueWordInANameOrAFolder) {
  EXPECT_THAT(VagueNames(With("services/plan_manager.cc", "")),
              ElementsAre(HasSubstr("\"manager\" says nothing")));
  EXPECT_THAT(VagueNames(With("services/util/text.cc", "")), ElementsAre(HasSubstr("\"util\"")));
  EXPECT_THAT(VagueNames(With("services/database.cc", "")), IsEmpty());
}

TEST(StyleChecks, FindAFileThatIsTooLongForItsKind) {
  const std::string text = Repeated("x\n", 401);
  EXPECT_THAT(LongFiles(With("storage/a.cc", text), {}),
              ElementsAre(HasSubstr("401 lines; 400 at most")));
  EXPECT_THAT(LongFiles(With("tests/storage/a.cc", text), {}), IsEmpty());
  EXPECT_THAT(LongFiles(With("tests/storage/a.cc", Repeated("x\n", 801)), {}),
              ElementsAre(HasSubstr("801 lines; 800 at most")));
}

TEST(StyleChecks, HoldALongFileToItsExceptionAndDropTheExceptionWhenItIsShort) {
  const std::vector<LongFile> allowed = {{"storage/a.cc", 402, "one table"}};
  EXPECT_THAT(LongFiles(With("storage/a.cc", Repeated("x\n", 402)), allowed), IsEmpty());
  EXPECT_THAT(LongFiles(With("storage/a.cc", Repeated("x\n", 403)), allowed),
              ElementsAre(HasSubstr("403 lines; 402 at most")));
  EXPECT_THAT(LongFiles(With("storage/a.cc", "x\n"), allowed),
              ElementsAre(HasSubstr("no longer over 400 lines")));
  EXPECT_THAT(LongFiles(With("storage/b.cc", "x\n"), allowed),
              ElementsAre(HasSubstr("a file that is not there")));
}

TEST(StyleChecks, FindALongFunction) {
  const std::string body = Repeated("  x();\n", 79);
  EXPECT_THAT(LongFunctions(With("storage/a.cc", absl::StrCat("void F() {\n", body, "}\n"))),
              ElementsAre("storage/a.cc:1: A function of 81 lines; 80 at most."));
  EXPECT_THAT(LongFunctions(With("storage/a.cc",
                                 absl::StrCat("void F(int a,\n       int b) {\n", body, "}\n"))),
              ElementsAre("storage/a.cc:2: A function of 81 lines; 80 at most."));
}

TEST(StyleChecks, DoNotCountWhatAFunctionOnlyLists) {
  const std::string rows = Repeated("      {1, 2},\n", 100);
  EXPECT_THAT(LongFunctions(With("storage/a.cc", absl::StrCat("int F() {\n", rows, "}\n"))),
              IsEmpty());
  const std::string cases = Repeated("    case 1:\n", 100);
  EXPECT_THAT(LongFunctions(With("storage/a.cc", absl::StrCat("int F() {\n", cases, "}\n"))),
              IsEmpty());
}

TEST(StyleChecks, DoNotTakeAClassOrANamespaceForAFunction) {
  const std::string body = Repeated("  x();\n", 100);
  const std::string text = absl::StrCat("namespace a {\nclass B {\n  B() {\n    if (x) {\n", body,
                                        "};\nvoid F() {\n}\n}  // namespace a\n");
  EXPECT_THAT(LongFunctions(With("storage/a.cc", text)), IsEmpty());
}

TEST(StyleChecks, FindAHeaderThatDoesNotSayWhatItIsFor) {
  EXPECT_THAT(SilentHeaders(With("storage/a.h", "#pragma once\n")),
              ElementsAre(HasSubstr("storage/a.h:1")));
  EXPECT_THAT(SilentHeaders(With("storage/a.h", "// What it is for.\n#pragma once\n")), IsEmpty());
}

TEST(StyleChecks, FindADefaultCaseInTheRules) {
  const std::string text = "switch (x) {\n  default:\n    break;\n}\n";
  EXPECT_THAT(DefaultCases(With("services/rules/a.cc", text)),
              ElementsAre(HasSubstr("services/rules/a.cc:2")));
  EXPECT_THAT(DefaultCases(With("services/projections/a.cc", text)),
              ElementsAre(HasSubstr("services/projections/a.cc:2")));
  EXPECT_THAT(DefaultCases(With("services/rpc/a.cc", text)), IsEmpty());
  EXPECT_THAT(DefaultCases(With("services/rules/a.cc", "  A() = default;\n")), IsEmpty());
}

}  // namespace
}  // namespace countersign::tidy
