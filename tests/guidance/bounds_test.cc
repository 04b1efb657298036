// How much may be written in one plan: far beyond anything that people write, and never so much
// that a request could not be answered.
#include "services/rules/chapters/bounds.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/support/scenario.h"

namespace countersign::rules {
namespace {

// The longest text that a request of the API may hold, different for each number.
std::string LongestText(uint32_t number) {
  std::string text = absl::StrCat(number, " ");
  text.resize(kAnswerBytesMax, 'x');
  return text;
}

// R72: "request changes": as many as fit, with room for the answer to each.
Scenario FullOfChangeRequests(uint32_t& asked) {
  Scenario full = Given(ADraft());
  for (asked = 0;; ++asked) {
    const Scenario next = full.When(RequestChanges("Objective 1", LongestText(asked))).By(kAmina);
    if (!next.Decided().ok()) return next;
    full = next.ThenAllowed();
  }
}

TEST(ChangeRequests, WithTheirAnswersAreBounded) {
  uint32_t asked = 0;
  const Scenario full = FullOfChangeRequests(asked);
  full.ThenRefused(v1::RECORD_TOO_LONG, "R70").Saying("500,000 bytes");
  // Each was asked and may be answered in 4,000 bytes.
  EXPECT_EQ(asked, 500'000u / (4'000 + 11 + 4'000 + kBytesBesideWords));
  full.When(DeclineChange(1, "No"))
      .By(kBen)
      .ThenAllowed()
      .When(RequestChanges("Objective 1", "Mend a comma"))
      .By(kAmina)
      .ThenAllowed();
}

TEST(ChangeRequests, AreAnsweredHoweverMuchWasAskedFor) {
  uint32_t asked = 0;
  Scenario full = FullOfChangeRequests(asked);
  for (uint32_t change = 1; change <= asked; ++change) {
    full = full.When(DeclineChange(change, LongestText(change))).By(kBen).ThenAllowed();
  }
  full.When(RequestChanges("Objective 1", LongestText(asked)))
      .By(kAmina)
      .ThenRefused(v1::RECORD_TOO_LONG, "R70");
}

// R72: what was granted took no words, so there is room for more.
TEST(ChangeRequests, ThatWereGrantedLeaveRoomForMore) {
  uint32_t asked = 0;
  const Scenario full = FullOfChangeRequests(asked);
  full.When(ReviseDraft())
      .By(kBen)
      .ThenAllowed()
      .When(RequestChanges("Objective 1", LongestText(asked)))
      .By(kAmina)
      .ThenAllowed();
}

// R27, R29: and the head can always decide, whatever the reviewee wrote.
TEST(RequestsForAnotherReviewer, WithTheirAnswersAreBoundedAndCanBeDecided) {
  Scenario plan = Given(AnAssignment());
  uint32_t asked = 0;
  for (;; ++asked) {
    const Scenario next = plan.When(RequestReplacement(LongestText(asked))).By(kAmina);
    if (!next.Decided().ok()) {
      next.ThenRefused(v1::RECORD_TOO_LONG, "R70").Saying("500,000 bytes");
      break;
    }
    plan = next.ThenAllowed().When(KeepReviewer(LongestText(asked))).By(kHelen).ThenAllowed();
  }
  EXPECT_EQ(asked, 500'000u / (4'000 + 4'000 + kBytesBesideWords));
}

}  // namespace
}  // namespace countersign::rules
