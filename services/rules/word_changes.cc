#include "services/rules/word_changes.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"

namespace countersign::rules {
namespace {

// Most words that may differ, and most comparisons of words, before it is told as one replacement.
constexpr int kMostDifferent = 1'500;
constexpr int64_t kMostComparisons = 20'000'000;

enum class Letters { kSpace, kWord, kMark };

// Every byte beyond ASCII counts as part of a word: no character is ever cut.
Letters LettersOf(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (absl::ascii_isspace(byte)) return Letters::kSpace;
  return absl::ascii_isalnum(byte) || byte >= 0x80 ? Letters::kWord : Letters::kMark;
}

// Words, the space between them, and marks one by one.
std::vector<absl::string_view> WordsOf(absl::string_view text) {
  std::vector<absl::string_view> words;
  size_t begin = 0;
  while (begin < text.size()) {
    const Letters letters = LettersOf(text[begin]);
    size_t end = begin + 1;
    while (letters != Letters::kMark && end < text.size() && LettersOf(text[end]) == letters) {
      ++end;
    }
    words.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

bool IsSpace(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return LettersOf(c) == Letters::kSpace; });
}

using Words = std::vector<absl::string_view>;

// One shortest way from the old words to the new ones: for each step which side it takes a word of.
// kBoth takes one of each. Empty when the bounds do not suffice.
class ShortestWay {
 public:
  ShortestWay(const Words& before, const Words& after)
      : before_(before),
        after_(after),
        old_size_(static_cast<int>(before.size())),
        new_size_(static_cast<int>(after.size())) {}

  std::vector<WordsIn> Find() {
    const int most = std::min(old_size_ + new_size_, kMostDifferent);
    // How far each diagonal k = old - new has come, at index k + most + 1.
    std::vector<int> reached(static_cast<size_t>(2 * most + 3), 0);
    const int middle = most + 1;
    for (int different = 0; different <= most; ++different) {
      for (int k = -different; k <= different; k += 2) {
        const bool by_new = k == -different ||
                            (k != different && reached[middle + k - 1] < reached[middle + k + 1]);
        int old_at = by_new ? reached[middle + k + 1] : reached[middle + k - 1] + 1;
        old_at = Follow(old_at, old_at - k);
        reached[middle + k] = old_at;
        if (old_at >= old_size_ && old_at - k >= new_size_) return WayBack(different);
        if (comparisons_ > kMostComparisons) return {};
      }
      Remember(reached, middle, different);
    }
    return {};
  }

 private:
  // Past all words that both have from here on.
  int Follow(int old_at, int new_at) {
    const int begin = old_at;
    while (old_at < old_size_ && new_at < new_size_ && before_[old_at] == after_[new_at]) {
      ++old_at;
      ++new_at;
    }
    comparisons_ += old_at - begin + 1;
    return old_at;
  }

  // Every second diagonal is reached with an even number of differences, the others with an odd.
  void Remember(const std::vector<int>& reached, int middle, int different) {
    std::vector<int>& row = rows_.emplace_back();
    row.reserve(static_cast<size_t>(different) + 1);
    for (int k = -different; k <= different; k += 2) row.push_back(reached[middle + k]);
  }

  int ReachedWith(int different, int k) const {
    return rows_[static_cast<size_t>(different)][static_cast<size_t>((k + different) / 2)];
  }

  std::vector<WordsIn> WayBack(int different) const {
    std::vector<WordsIn> way;
    int old_at = old_size_;
    int new_at = new_size_;
    for (; different > 0; --different) {
      const int k = old_at - new_at;
      const bool by_new =
          k == -different ||
          (k != different && ReachedWith(different - 1, k - 1) < ReachedWith(different - 1, k + 1));
      const int from_old = ReachedWith(different - 1, by_new ? k + 1 : k - 1);
      const int from_new = from_old - (by_new ? k + 1 : k - 1);
      while (old_at > from_old + (by_new ? 0 : 1)) {
        way.push_back(WordsIn::kBoth);
        --old_at;
        --new_at;
      }
      way.push_back(by_new ? WordsIn::kNew : WordsIn::kOld);
      old_at = from_old;
      new_at = from_new;
    }
    way.insert(way.end(), static_cast<size_t>(old_at), WordsIn::kBoth);
    std::reverse(way.begin(), way.end());
    return way;
  }

  const Words& before_;
  const Words& after_;
  const int old_size_;
  const int new_size_;
  int64_t comparisons_ = 0;
  std::vector<std::vector<int>> rows_;
};

// Puts stretches together: of a replacement the old part first, and space that alone is left
// between two replacements goes with them.
class Stretches {
 public:
  void Both(absl::string_view text) {
    if (text.empty()) return;
    if (HasDifference() && IsSpace(text)) {
      space_.append(text.data(), text.size());
      return;
    }
    Close();
    if (changes_.empty() || changes_.back().in != WordsIn::kBoth) {
      changes_.push_back({WordsIn::kBoth, ""});
    }
    changes_.back().text.append(text.data(), text.size());
  }

  void Old(absl::string_view text) { Differ(old_, text); }
  void New(absl::string_view text) { Differ(new_, text); }

  std::vector<WordChange> Take() {
    Close();
    return std::move(changes_);
  }

 private:
  bool HasDifference() const { return !old_.empty() || !new_.empty(); }

  void Differ(std::string& side, absl::string_view text) {
    if (text.empty()) return;
    old_.append(space_);
    new_.append(space_);
    space_.clear();
    side.append(text.data(), text.size());
  }

  void Close() {
    if (!old_.empty()) changes_.push_back({WordsIn::kOld, std::exchange(old_, "")});
    if (!new_.empty()) changes_.push_back({WordsIn::kNew, std::exchange(new_, "")});
    if (!space_.empty()) changes_.push_back({WordsIn::kBoth, std::exchange(space_, "")});
  }

  std::vector<WordChange> changes_;
  std::string old_;
  std::string new_;
  std::string space_;  // That both have, after the words that differ.
};

size_t SameAtBeginning(const Words& before, const Words& after) {
  const size_t most = std::min(before.size(), after.size());
  size_t same = 0;
  while (same < most && before[same] == after[same]) ++same;
  return same;
}

void TakeOut(Words& words, size_t first, size_t last) {
  words.erase(words.end() - static_cast<std::ptrdiff_t>(last), words.end());
  words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
}

size_t SameAtEnd(const Words& before, const Words& after, size_t beginning) {
  const size_t most = std::min(before.size(), after.size()) - beginning;
  size_t same = 0;
  while (same < most && before[before.size() - 1 - same] == after[after.size() - 1 - same]) ++same;
  return same;
}

}  // namespace

std::vector<WordChange> WordChangesBetween(absl::string_view before, absl::string_view after) {
  Words old_words = WordsOf(before);
  Words new_words = WordsOf(after);
  const size_t beginning = SameAtBeginning(old_words, new_words);
  const size_t end = SameAtEnd(old_words, new_words, beginning);
  Stretches stretches;
  for (size_t i = 0; i < beginning; ++i) stretches.Both(old_words[i]);
  const Words same_end(old_words.end() - static_cast<std::ptrdiff_t>(end), old_words.end());
  TakeOut(old_words, beginning, end);
  TakeOut(new_words, beginning, end);
  const std::vector<WordsIn> way = ShortestWay(old_words, new_words).Find();
  if (way.empty()) {
    for (const absl::string_view word : old_words) stretches.Old(word);
    for (const absl::string_view word : new_words) stretches.New(word);
  }
  auto old_word = old_words.begin();
  auto new_word = new_words.begin();
  for (const WordsIn step : way) {
    switch (step) {
      case WordsIn::kBoth:
        stretches.Both(*old_word++);
        ++new_word;
        break;
      case WordsIn::kOld:
        stretches.Old(*old_word++);
        break;
      case WordsIn::kNew:
        stretches.New(*new_word++);
        break;
    }
  }
  for (const absl::string_view word : same_end) stretches.Both(word);
  return stretches.Take();
}

}  // namespace countersign::rules
