// Two texts word by word: both can be put together again from it, to the byte.
#include "services/rules/word_changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace countersign::rules {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

// "A [-b-] {+c+}".
std::string Marked(absl::string_view before, absl::string_view after) {
  std::string text;
  for (const WordChange& change : WordChangesBetween(before, after)) {
    switch (change.in) {
      case WordsIn::kBoth:
        absl::StrAppend(&text, change.text);
        break;
      case WordsIn::kOld:
        absl::StrAppend(&text, "[-", change.text, "-]");
        break;
      case WordsIn::kNew:
        absl::StrAppend(&text, "{+", change.text, "+}");
        break;
    }
  }
  return text;
}

std::string SideOf(const std::vector<WordChange>& changes, WordsIn without) {
  std::string text;
  for (const WordChange& change : changes) {
    if (change.in != without) absl::StrAppend(&text, change.text);
  }
  return text;
}

void ExpectExact(absl::string_view before, absl::string_view after) {
  const std::vector<WordChange> changes = WordChangesBetween(before, after);
  ASSERT_EQ(SideOf(changes, WordsIn::kNew), before);
  ASSERT_EQ(SideOf(changes, WordsIn::kOld), after);
  for (size_t i = 0; i < changes.size(); ++i) {
    ASSERT_FALSE(changes[i].text.empty());
    if (i == 0) continue;
    ASSERT_NE(changes[i].in, changes[i - 1].in);
    ASSERT_FALSE(changes[i].in == WordsIn::kOld && changes[i - 1].in == WordsIn::kNew);
  }
}

TEST(WordChanges, TellTheWordsThatDiffer) {
  EXPECT_EQ(Marked("Lead the phonics group of Year 1", "Lead the reading group of Year 2"),
            "Lead the [-phonics-]{+reading+} group of Year [-1-]{+2+}");
}

TEST(WordChanges, TellWordsThatWereAddedOrTakenAway) {
  EXPECT_EQ(Marked("Lead the group", "Lead the small group"), "Lead the {+small +}group");
  EXPECT_EQ(Marked("Lead the small group", "Lead the group"), "Lead the [-small -]group");
  EXPECT_EQ(Marked("Lead the group", "Lead the group."), "Lead the group{+.+}");
}

TEST(WordChanges, OfWordsSideBySideAreOneStretch) {
  EXPECT_EQ(Marked("by half term please", "after the holidays please"),
            "[-by half term-]{+after the holidays+} please");
}

TEST(WordChanges, TellNothingOfNothing) {
  EXPECT_THAT(WordChangesBetween("", ""), IsEmpty());
  EXPECT_EQ(Marked("", "New words"), "{+New words+}");
  EXPECT_EQ(Marked("Old words", ""), "[-Old words-]");
  EXPECT_EQ(Marked("Same words", "Same words"), "Same words");
}

TEST(WordChanges, DoNotCutACharacterInTwo) {
  // Zoë and Zoé share the first of two bytes.
  EXPECT_EQ(Marked("with Zo\xC3\xAB", "with Zo\xC3\xA9"), "with [-Zo\xC3\xAB-]{+Zo\xC3\xA9+}");
}

TEST(WordChanges, KeepEveryByteOfRandomTexts) {
  std::mt19937 random(20260929);
  const std::vector<std::string> words = {"the", "a",  "group", "of", "Year",       "1", ".",   ",",
                                          " ",   "  ", "\n",    "\t", "Zo\xC3\xAB", "-", "\xFF"};
  for (int round = 0; round < 3'000; ++round) {
    std::vector<std::string> text;
    for (uint32_t i = random() % 40; i > 0; --i) text.push_back(words[random() % words.size()]);
    std::vector<std::string> other = text;
    for (uint32_t edits = random() % 8; edits > 0; --edits) {
      const size_t at = other.empty() ? 0 : random() % other.size();
      if (random() % 2 == 0 && !other.empty()) {
        other.erase(other.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        other.insert(other.begin() + static_cast<std::ptrdiff_t>(at),
                     words[random() % words.size()]);
      }
    }
    ExpectExact(absl::StrJoin(text, ""), absl::StrJoin(other, ""));
  }
}

TEST(WordChanges, OfLongTextsAreFoundWhereTheyAreFew) {
  std::string before;
  std::string after;
  for (int i = 0; i < 80'000; ++i) {
    absl::StrAppend(&before, i, " ");
    absl::StrAppend(&after, i % 400 == 200 ? -i : i, " ");
  }
  ExpectExact(before, after);
  // 200 numbers got a sign before them.
  EXPECT_THAT(WordChangesBetween(before, after), SizeIs(401));
}

// 500,000 bytes of which none is left would be compared for minutes.
TEST(WordChanges, OfTextsWithNothingInCommonAreOneReplacementHoweverLongTheyAre) {
  std::string before = "The same beginning ";
  std::string after = before;
  for (int i = 0; before.size() < 500'000; ++i) {
    absl::StrAppend(&before, "a", i, " ");
    absl::StrAppend(&after, "b", i, "\n");
  }
  before += "and end";
  after += "and end";
  ExpectExact(before, after);
  EXPECT_THAT(WordChangesBetween(before, after), SizeIs(4));
}

// Words that are all alike meet at every place: the worst that can be compared.
TEST(WordChanges, OfTheWorstTextsAreExactToo) {
  std::string before;
  std::string after;
  for (int i = 0; i < 60'000; ++i) {
    absl::StrAppend(&before, i % 3 == 0 ? "x " : "y ");
    absl::StrAppend(&after, i % 2 == 0 ? "x " : "y ");
  }
  ExpectExact(before, after);
}

}  // namespace
}  // namespace countersign::rules
