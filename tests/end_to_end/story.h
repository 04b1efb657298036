// The stories that the tests begin with: the shipped demo trust, and its people's plans as far as a
// test wants them. Everything goes through the command line, so every story is a test of it too.
#ifndef COUNTERSIGN_TESTS_END_TO_END_STORY_H_
#define COUNTERSIGN_TESTS_END_TO_END_STORY_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tests/end_to_end/registry.h"

namespace countersign::end_to_end {

inline constexpr char kTheo[] = "theo.lindqvist";  // Leads the trust.
inline constexpr char kHelen[] = "helen.okafor";   // Head of Otterby Primary School, URN 990001.
inline constexpr char kOlga[] = "olga.brandt";     // Its office.
inline constexpr char kBen[] = "ben.carter";       // A class teacher; reviews Amina.
inline constexpr char kAmina[] = "amina.yusuf";    // A teaching assistant, Monday to Thursday.
inline constexpr char kOfAmina[] = "--of amina.yusuf";

// Somebody whose plan is made, and who reviews it.
struct Pair {
  std::string reviewee;
  std::string reviewer;
};

// Founds the trust with its four schools and their calendars, bank holidays, the people of a CSV
// file (60 where none is named), the cycle 2026/27, and a head and an office for Otterby.
void FoundTrust(const Registry& registry, absl::string_view people_csv);
void FoundTrust(const Registry& registry);

// Enrols, assigns, and confirms the meeting for 14 October 2026: ten of Amina's working days later
// half term has passed.
void ConfirmMeetings(const Registry& registry, const std::vector<Pair>& pairs);
// Goes on to the afternoon of 14 October, when the meetings are held.
void HoldMeetings(const Registry& registry, const std::vector<Pair>& pairs);
// Goes on to 20 October, when the first drafts are issued.
void IssueDrafts(const Registry& registry, const std::vector<Pair>& pairs);

// What Amina says to Ben's draft: words that must never be found outside the record.
inline constexpr char kWish[] = "Far too broad: name the pupils and say how often.";
inline constexpr char kComment[] = "I enjoyed leading the phonics group this year.";

// Amina's plan from her draft on: her wish, her comment, another draft, finalised on 5 November,
// signed by both until 9 November.
void RequestChange(const Registry& registry);
void Finalise(const Registry& registry);
void SignBoth(const Registry& registry);
// All of it, from foundation to both signatures.
void TellMainPath(const Registry& registry);

}  // namespace countersign::end_to_end

#endif  // COUNTERSIGN_TESTS_END_TO_END_STORY_H_
