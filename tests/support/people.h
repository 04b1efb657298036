// Who and what the tests are about: a trust with two schools, the people of one of them, one cycle
// and one plan. Ids are fixed, so that a failing test reads the same every day.
//
//   Amina   teaching assistant, Monday to Thursday, term time only: the reviewee
//   Ben     her line manager and reviewer, every weekday in term
//   Helen   head of the school        Olive   the school's office
//   Carol   another member of staff, who manages nobody at first
//   Tess    trust lead, central staff
#ifndef COUNTERSIGN_TESTS_SUPPORT_PEOPLE_H_
#define COUNTERSIGN_TESTS_SUPPORT_PEOPLE_H_

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace countersign::rules {

inline constexpr char kAmina[] = "a0000000-0000-4000-8000-000000000001";
inline constexpr char kBen[] = "b0000000-0000-4000-8000-000000000002";
inline constexpr char kCarol[] = "c0000000-0000-4000-8000-000000000003";
inline constexpr char kHelen[] = "d0000000-0000-4000-8000-000000000004";
inline constexpr char kOlive[] = "e0000000-0000-4000-8000-000000000005";
inline constexpr char kTess[] = "f0000000-0000-4000-8000-000000000006";
inline constexpr char kNobody[] = "00000000-0000-4000-8000-000000000099";

inline constexpr char kSchool[] = "10000000-0000-4000-8000-000000000011";
inline constexpr char kOtherSchool[] = "20000000-0000-4000-8000-000000000022";
inline constexpr char kCycle[] = "30000000-0000-4000-8000-000000000033";
inline constexpr char kPlan[] = "40000000-0000-4000-8000-000000000044";
// What a command opens gets this id.
inline constexpr char kFresh[] = "50000000-0000-4000-8000-000000000055";

// The day of the planning meeting in every history that does not say otherwise: a Tuesday.
inline constexpr char kMeetingDay[] = "2026-09-29";

// A stand-in for SHA-256, which the rules are handed and never look into: 32 bytes that change with
// every byte of the text. Not a cryptographic digest.
inline std::string StandInDigest(absl::string_view text) {
  std::string digest;
  for (uint64_t lane = 0; lane < 4; ++lane) {
    uint64_t hash = 14695981039346656037u + lane;
    for (const char byte : text) {
      hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211u;
      hash ^= hash >> 29;
    }
    for (int shift = 0; shift < 64; shift += 8) digest.push_back(static_cast<char>(hash >> shift));
  }
  return digest;
}

// The id that a new member of staff gets in these tests.
inline std::string NewIdFor(absl::string_view staff_key) {
  uint64_t number = 0;
  for (const char byte : StandInDigest(staff_key).substr(0, 5)) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return absl::StrFormat("60000000-0000-4000-8000-%012x", number);
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_SUPPORT_PEOPLE_H_
