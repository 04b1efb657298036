// The schema and its golden samples, over the project and over small bad examples.

#include "tests/tidy/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "countersign/v1/event.pb.h"

namespace countersign::tidy {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<EventLeaf> EveryEvent() { return LeavesBelow(*v1::Event::descriptor()); }

// Two events of enrolment: few enough to write samples by hand.
std::vector<EventLeaf> EnrolmentEvents() {
  std::vector<EventLeaf> chosen;
  for (const EventLeaf& leaf : EveryEvent()) {
    if (leaf.name() == "enrolled" || leaf.name() == "enrolment_withdrawn") chosen.push_back(leaf);
  }
  return chosen;
}

std::string EnrolledSample() {
  v1::Event event;
  event.mutable_plan()->mutable_enrolment()->mutable_enrolled()->set_cycle_id("c");
  return event.SerializeAsString();
}

std::string WithdrawnSample() {
  v1::Event event;
  event.mutable_plan()->mutable_enrolment()->mutable_enrolment_withdrawn()->set_reason("r");
  return event.SerializeAsString();
}

Tree Samples(const std::map<std::string, std::string>& by_name) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, bytes] : by_name) {
    texts[absl::StrCat("tests/golden/events/", name, ".bin")] = bytes;
  }
  return Tree::Of(texts);
}

TEST(Schema, EveryDeclarationHasAComment) {
  const Faults faults = UncommentedDeclarations(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Schema, NamesNoProduct) {
  const Faults faults = ProductNamesInSchema(Tree::OfTheProject());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(Schema, EveryEventHasAGoldenSample) {
  const Faults faults = GoldenSampleFaults(Tree::OfTheProject(), EveryEvent());
  EXPECT_TRUE(faults.empty()) << InLines(faults);
}

TEST(SchemaChecks, FindEveryKindOfDeclarationWithoutAComment) {
  const Tree tree = Tree::Of({{"proto/a.proto",
                               "syntax = \"proto3\";\n"
                               "\n"
                               "message A {\n"
                               "  int32 b = 1 [(check) = {required: true}];\n"
                               "  oneof c {\n"
                               "    string d = 2;\n"
                               "  }\n"
                               "}\n"
                               "\n"
                               "enum E {\n"
                               "  F = 0;\n"
                               "}\n"
                               "\n"
                               "service G {\n"
                               "  rpc H(A) returns (A);\n"
                               "}\n"}});
  EXPECT_THAT(
      UncommentedDeclarations(tree),
      ElementsAre(HasSubstr(":3:"), HasSubstr(":4:"), HasSubstr(":5:"), HasSubstr(":6:"),
                  HasSubstr(":10:"), HasSubstr(":11:"), HasSubstr(":14:"), HasSubstr(":15:")));
}

TEST(SchemaChecks, AcceptACommentOnTheLineAbove) {
  const Tree tree = Tree::Of({{"proto/a.proto",
                               "// An A; \"quoted { brace\".\n"
                               "message A {\n"
                               "  option (rule) = \"R01\";\n"
                               "  reserved 7;\n"
                               "  // A b.\n"
                               "  optional\n"
                               "      int32 b = 1 [(check) = {\n"
                               "        required: true;\n"
                               "      }];  // Said {.\n"
                               "}\n"}});
  EXPECT_THAT(UncommentedDeclarations(tree), IsEmpty());
}

TEST(SchemaChecks, FindAProductInTheSchema) {
  EXPECT_THAT(ProductNamesInSchema(Tree::Of({{"proto/a.proto", "// Key in RocksDB.\n"}})),
              ElementsAre(HasSubstr("proto/a.proto:1")));
}

TEST(SchemaChecks, SeeEveryEventBelowItsChapterAndItsStream) {
  std::vector<std::string> names;
  for (const EventLeaf& leaf : EveryEvent()) names.push_back(leaf.name());
  EXPECT_THAT(names, AllOf(Contains("draft_issued"), Contains("plan_shown"),
                           Contains("person_registered"), Contains("journal_opened")));
  EXPECT_THAT(names, AllOf(Not(Contains("recording")), Not(Contains("work_facts_changed")),
                           Not(Contains("basis"))));
}

TEST(SchemaChecks, SeeWhatCitesARule) {
  const Citations citations = CitationsOfTheSchema();
  EXPECT_THAT(citations.events.at("R71"), Contains("DraftIssued"));
  EXPECT_THAT(citations.refusals.at("R71"), Contains("DRAFT_NOT_ISSUED"));
}

TEST(GoldenChecks, AcceptExactSamples) {
  EXPECT_THAT(GoldenSampleFaults(Samples({{"enrolled", EnrolledSample()},
                                          {"enrolment_withdrawn", WithdrawnSample()}}),
                                 EnrolmentEvents()),
              IsEmpty());
}

TEST(GoldenChecks, AcceptASecondSampleBesideTheFirst) {
  EXPECT_THAT(GoldenSampleFaults(Samples({{"enrolled", EnrolledSample()},
                                          {"enrolled.2", EnrolledSample()},
                                          {"enrolment_withdrawn", WithdrawnSample()}}),
                                 EnrolmentEvents()),
              IsEmpty());
}

TEST(GoldenChecks, FindASecondSampleThatIsNone) {
  EXPECT_THAT(GoldenSampleFaults(Samples({{"enrolled", EnrolledSample()},
                                          {"enrolled.2", WithdrawnSample()},
                                          {"enrolled.old", EnrolledSample()},
                                          {"enrolment_withdrawn.2", WithdrawnSample()}}),
                                 EnrolmentEvents()),
              ElementsAre(HasSubstr("enrolled.2.bin: the sample has no enrolled"),
                          HasSubstr("enrolled.old.bin: a sample of no event"),
                          HasSubstr("enrolment_withdrawn.bin: missing")));
}

TEST(GoldenChecks, FindAMissingSample) {
  EXPECT_THAT(GoldenSampleFaults(Samples({{"enrolled", EnrolledSample()}}), EnrolmentEvents()),
              ElementsAre(HasSubstr("tests/golden/events/enrolment_withdrawn.bin: missing")));
}

TEST(GoldenChecks, FindASampleOfAnotherEvent) {
  EXPECT_THAT(GoldenSampleFaults(Samples({{"enrolled", WithdrawnSample()},
                                          {"enrolment_withdrawn", WithdrawnSample()}}),
                                 EnrolmentEvents()),
              ElementsAre(HasSubstr("enrolled.bin: the sample has no enrolled")));
}

TEST(GoldenChecks, FindASampleThatDoesNotParseOrHasUnknownFields) {
  v1::Event event;
  event.mutable_plan()->mutable_enrolment()->mutable_enrolment_withdrawn()->set_reason("r");
  event.GetReflection()->MutableUnknownFields(&event)->AddVarint(999, 1);
  EXPECT_THAT(GoldenSampleFaults(Samples({{"enrolled", "\x0A\xFF"},
                                          {"enrolment_withdrawn", event.SerializeAsString()}}),
                                 EnrolmentEvents()),
              ElementsAre(HasSubstr("does not parse"), HasSubstr("fields that the schema lacks")));
}

TEST(GoldenChecks, FindASampleOfAnEventThatIsNoMore) {
  EXPECT_THAT(GoldenSampleFaults(Samples({{"enrolled", EnrolledSample()},
                                          {"enrolment_withdrawn", WithdrawnSample()},
                                          {"enrolment_renamed", EnrolledSample()}}),
                                 EnrolmentEvents()),
              ElementsAre(HasSubstr("enrolment_renamed.bin: a sample of no event")));
}

}  // namespace
}  // namespace countersign::tidy
