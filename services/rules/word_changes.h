// Two texts word by word: what both have, and what only one of them has.
#ifndef COUNTERSIGN_SERVICES_RULES_WORD_CHANGES_H_
#define COUNTERSIGN_SERVICES_RULES_WORD_CHANGES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace countersign::rules {

enum class WordsIn { kBoth, kOld, kNew };

// A stretch of words with the space around them; never empty.
struct WordChange {
  WordsIn in = WordsIn::kBoth;
  std::string text;

  friend bool operator==(const WordChange& left, const WordChange& right) {
    return left.in == right.in && left.text == right.text;
  }
};

// What kBoth and kOld hold put after each other is `before`, to the byte; kBoth and kNew, `after`.
// Two stretches that follow each other are never of one kind, and where a stretch was replaced the
// old one comes first. Words are not cut within, so UTF-8 stays UTF-8.
//
// As few words differ as can be (E. W. Myers: An O(ND) Difference Algorithm and Its Variations,
// Algorithmica 1, 1986), but the work is bounded: where texts have more than some 1,500 words that
// differ, all that lies between their common beginning and end is told as replaced. A few
// hundredths of a second and 10 MB at most, however long the texts are.
std::vector<WordChange> WordChangesBetween(absl::string_view before, absl::string_view after);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_WORD_CHANGES_H_
