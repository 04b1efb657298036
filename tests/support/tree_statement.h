// What a proof about a hash tree states, apart from how it is checked: which of its hashes stands
// where under which root. Written from the recursive definitions of RFC 9162 sections 2.1.3.1 and
// 2.1.4.1, while the checks follow the loops of 2.1.3.2 and 2.1.4.2.
//
// A root does not tell the size of its tree, so the same hashes can prove a claim for several
// sizes. Claims whose statements and hashes are equal have one meaning; all others must not share a
// proof.
#ifndef COUNTERSIGN_TESTS_SUPPORT_TREE_STATEMENT_H_
#define COUNTERSIGN_TESTS_SUPPORT_TREE_STATEMENT_H_

#include <cstdint>
#include <string>
#include <utility>

namespace countersign {

inline constexpr char kNoStatement[] = "none";

// The largest power of two below `size`, which is at least 2.
inline uint64_t SplitOf(uint64_t size) {
  uint64_t split = 1;
  while (split < size - split) split *= 2;
  return split;
}

// From the leaf upwards: whether each hash of the proof stands left or right of what is known.
// kNoStatement unless index < size.
inline std::string InclusionStatement(uint64_t index, uint64_t size) {
  if (index >= size) return kNoStatement;
  std::string downwards;
  while (size > 1) {
    const uint64_t split = SplitOf(size);
    const bool is_left = index < split;
    downwards.push_back(is_left ? 'r' : 'l');
    index = is_left ? index : index - split;
    size = is_left ? split : size - split;
  }
  return {downwards.rbegin(), downwards.rend()};
}

namespace internal {

// The old and the new root as terms over the hashes of the proof.
inline std::pair<std::string, std::string> ConsistencyTerms(uint64_t first, uint64_t second,
                                                            bool is_old_root, int& hashes) {
  if (first == second) {
    const std::string whole = is_old_root ? "old" : std::to_string(hashes++);
    return {whole, whole};
  }
  const uint64_t split = SplitOf(second);
  if (first <= split) {
    auto [before, after] = ConsistencyTerms(first, split, is_old_root, hashes);
    const std::string right = std::to_string(hashes++);
    return {before, "(" + after + " " + right + ")"};
  }
  auto [before, after] = ConsistencyTerms(first - split, second - split, false, hashes);
  const std::string left = std::to_string(hashes++);
  return {"(" + left + " " + before + ")", "(" + left + " " + after + ")"};
}

}  // namespace internal

// Both roots in terms of the proof's hashes; "old" is the old root itself. kNoStatement unless
// 0 < first <= second.
inline std::string ConsistencyStatement(uint64_t first, uint64_t second) {
  if (first == 0 || first > second) return kNoStatement;
  int hashes = 0;
  const auto [before, after] = internal::ConsistencyTerms(first, second, true, hashes);
  return before + " " + after;
}

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_SUPPORT_TREE_STATEMENT_H_
