#include "tests/bench/words.h"

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace countersign::bench {
namespace {

constexpr absl::string_view kWords[64] = {
    "pupils",   "reading", "group",   "phonics",  "weekly",    "progress", "objective", "support",
    "training", "meeting", "I",       "we",       "the",       "a",        "of",        "and",
    "to",       "for",     "with",    "under",    "more",      "time",     "class",     "teacher",
    "lesson",   "plan",    "term",    "autumn",   "spring",    "summer",   "visit",     "course",
    "mentor",   "agreed",  "changed", "finished", "started",   "helped",   "asked",     "learned",
    "small",    "large",   "early",   "late",     "confident", "careful",  "clear",     "useful",
    "maths",    "writing", "playing", "lunch",    "safety",    "record",   "evidence",  "review",
    "next",     "year",    "month",   "week",     "because",   "although", "when",      "after"};

}  // namespace

uint64_t SplitMix64(uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

std::string CommentText(uint64_t number) {
  uint64_t random = SplitMix64(number);
  // Short ones are more frequent than long ones: 150 + 750 u^2 bytes, u uniform.
  const double u = static_cast<double>(random >> 40) / (1 << 24);
  const auto bytes = static_cast<size_t>(150 + 750 * u * u);
  std::string text;
  text.reserve(bytes + 16);
  while (text.size() < bytes) {
    random = SplitMix64(random);
    const absl::string_view word = kWords[random % 64];
    if (!text.empty()) text += ' ';
    text.append(word.data(), word.size());
  }
  text.resize(bytes);
  // A text ends with a word, not with a blank.
  if (text.back() == ' ') text.back() = '.';
  return text;
}

std::string RequestIds::Next() {
  const uint64_t high = SplitMix64(2 * next_);
  const uint64_t low = SplitMix64(2 * next_ + 1);
  ++next_;
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, (high >> 16) & 0xffff,
                         high & 0xffff, low >> 48, low & 0xffffffffffff);
}

}  // namespace countersign::bench
