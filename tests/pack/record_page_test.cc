// The page of a record: all of the form, nothing but the form, whatever people wrote into it.
#include "services/pack/record_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "tests/support/london.h"
#include "tests/support/record.h"

namespace countersign {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHostile[] = "<script>alert('x')</script>\"><img src=x onerror=y>&amp;";

RecordOnPage Sample() {
  const rules::Forms forms = rules::WithHeader(rules::CompleteForms());
  RecordOnPage record;
  record.plan_id = rules::kPlan;
  record.plan = forms.plan;
  record.annex = forms.annex;
  auto* comment = record.comments.add_comments();
  comment->set_text("I enjoyed the year");
  comment->mutable_recorded_at()->set_seconds(absl::ToUnixSeconds(InLondon("2026-10-07 10:30")));
  record.digest = std::string(64, 'd');
  record.acts = {{.kind = RecordAct::Kind::kSigned,
                  .person_id = rules::kBen,
                  .name = "Ben Carter",
                  .acting_as = "reviewer",
                  .at = InLondon("2026-10-13 10:00"),
                  .position = 9,
                  .words = "I agree.",
                  .method = "demo"},
                 {.kind = RecordAct::Kind::kDeclined,
                  .person_id = rules::kAmina,
                  .name = "Amina Yusuf",
                  .acting_as = "reviewee",
                  .at = InLondon("2026-10-14 11:00"),
                  .position = 11,
                  .words = "Not my words"},
                 {.kind = RecordAct::Kind::kClosedUnsigned,
                  .person_id = rules::kHelen,
                  .name = "Helen Okafor",
                  .acting_as = "headteacher",
                  .at = InLondon("2026-10-15 09:00"),
                  .position = 12,
                  .words = "Both were heard"}};
  record.zone = London();
  return record;
}

size_t CountOf(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Every text field of a message and of all that is in it says this.
void FillTexts(google::protobuf::Message& message, const std::string& text) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto* field = message.GetDescriptor()->field(i);
    if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
      field->is_repeated() ? reflection.AddString(&message, field, text)
                           : reflection.SetString(&message, field, text);
    } else if (field->cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE &&
               field->message_type()->name() != "Timestamp") {
      FillTexts(field->is_repeated() ? *reflection.AddMessage(&message, field)
                                     : *reflection.MutableMessage(&message, field),
                text);
    }
  }
}

TEST(ThePage, HasThePartsOfThePaperFormAndWhoDidWhat) {
  const std::string page = RecordPage(Sample());
  for (const char* part : {"Support staff performance management: Individual Plan",
                           "Name of Reviewee",
                           "Amina Yusuf",
                           "Job Title",
                           "Teaching assistant",
                           "Name of Reviewer",
                           "Team",
                           "Date of Review",
                           "Tuesday 29 September 2026",
                           "Performance management objectives for the year ahead",
                           "What tasks will I carry out to achieve this?",
                           "How will I know when this is achieved?",
                           "Lead the phonics group of Year 1",
                           "Friday 16 July 2027",
                           "Observation of work (for classroom based staff)",
                           "Other sources of evidence",
                           "What / who",
                           "When / where",
                           "Questions to ask",
                           "I enjoyed the year",
                           "Wednesday 7 October 2026, 10:30",
                           "Training and Development Annex",
                           "Support for personal development and professional aspirations",
                           "Support required for meeting objectives",
                           "A decodable book for each child",
                           "Support required for development of professional aspirations",
                           "Signed.",
                           "Ben Carter",
                           "I agree.",
                           "Declined to sign.",
                           "Not my words",
                           "Closed the record unsigned.",
                           "Both were heard",
                           "Thursday 15 October 2026, 09:00",
                           "position 12",
                           "countersign-verify"}) {
    EXPECT_THAT(page, HasSubstr(part));
  }
  EXPECT_THAT(page, HasSubstr(Sample().digest));
}

// Nothing that a form may hold is left out of the page: PERSISTENT forms only grow.
TEST(ThePage, ShowsEveryTextOfTheRecord) {
  RecordOnPage record = Sample();
  record.plan.Clear();
  record.annex.Clear();
  record.comments.Clear();
  const std::string empty = RecordPage(record);
  FillTexts(record.plan, "found");
  FillTexts(record.annex, "found");
  FillTexts(record.comments, "found");
  // Two headers of 5 and 4 boxes; objective 1, step 2, timescale 1, criteria 1, milestone 2,
  // standards 1, priorities 1; observation 4; evidence 3; development 5; support 2; aspirations 2;
  // comment 1.
  EXPECT_EQ(CountOf(RecordPage(record), "found") - CountOf(empty, "found"), 35u);
}

TEST(ThePage, EscapesWhateverSomebodyWrote) {
  RecordOnPage record = Sample();
  const std::string harmless = RecordPage(record);
  FillTexts(record.plan, kHostile);
  FillTexts(record.annex, kHostile);
  FillTexts(record.comments, kHostile);
  for (RecordAct& act : record.acts) act.name = act.words = act.method = act.acting_as = kHostile;
  const std::string page = RecordPage(record);
  EXPECT_THAT(page, AllOf(Not(HasSubstr("<script")), Not(HasSubstr("<img")), Not(HasSubstr("'x'")),
                          HasSubstr("&lt;script&gt;"), HasSubstr("&amp;amp;")));
  EXPECT_EQ(CountOf(page, "<table"), CountOf(harmless, "<table"));
  EXPECT_EQ(CountOf(page, "<section"), CountOf(harmless, "<section"));
}

TEST(ThePage, RunsNothingAndFetchesNothing) {
  const std::string page = RecordPage(Sample());
  for (const char* none : {"http:", "https:", "src=", "href=", "url(", "<script", "<link",
                           "@import", "<iframe", "javascript:"}) {
    EXPECT_THAT(page, Not(HasSubstr(none)));
  }
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
}

TEST(ThePage, CanBeReadAloudAndPrintedOnA4) {
  const std::string page = RecordPage(Sample());
  EXPECT_THAT(page, AllOf(HasSubstr("<html lang=\"en-GB\">"), HasSubstr("<meta charset=\"utf-8\">"),
                          HasSubstr("<title>"), HasSubstr("<main>"), HasSubstr("size: A4")));
  EXPECT_EQ(CountOf(page, "<h1 "), 3u) << "the plan, the annex, how to check";
  EXPECT_EQ(CountOf(page, "<th>"), 0u) << "every header cell says what it heads";
  EXPECT_EQ(CountOf(page, "<thead>"), CountOf(page, "scope=\"col\">") > 0 ? 8u : 0u);
  for (const char* element :
       {"table", "thead", "tbody", "tr", "td", "section", "main", "ul", "ol"}) {
    EXPECT_EQ(CountOf(page, absl::StrCat("<", element, ">")) +
                  CountOf(page, absl::StrCat("<", element, " ")),
              CountOf(page, absl::StrCat("</", element, ">")))
        << element;
  }
}

TEST(ThePage, SaysSoWhereAPartOfTheFormIsEmpty) {
  RecordOnPage record = Sample();
  record.plan.clear_observations();
  record.plan.clear_other_evidence();
  record.plan.set_no_other_evidence(true);
  const std::string page = RecordPage(record);
  EXPECT_THAT(page, HasSubstr("<td colspan=\"4\">None.</td>"));
  EXPECT_THAT(page, HasSubstr("None: said so in the record."));
}

TEST(HtmlText, LeavesWordsAloneAndShowsNoHiddenCharacter) {
  EXPECT_EQ(HtmlText("Zoë's plan\nline\t2"), "Zoë&#39;s plan\nline\t2");
  EXPECT_EQ(HtmlText("你好, שלום"), "你好, שלום");
  EXPECT_EQ(HtmlText(absl::string_view("a\0b\x1b[31m\x7f", 9)), "a\uFFFDb\uFFFD[31m\uFFFD");
  EXPECT_EQ(HtmlText("\u202Edesrever\u2066x"), "\uFFFDdesrever\uFFFDx");
  EXPECT_EQ(HtmlText("\u009B31m"), "\uFFFD31m");
  EXPECT_EQ(HtmlText("\xE2"), "\xE2") << "no text of a form ends within a character";
}

}  // namespace
}  // namespace countersign
