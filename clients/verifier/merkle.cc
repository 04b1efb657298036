#include "clients/verifier/merkle.h"

#include <bit>

namespace countersign::verifier {
namespace {

constexpr std::string_view kLeafTag("\x00", 1);
constexpr std::string_view kNodeTag("\x01", 1);

// How many hashes the inclusion proof of leaf `index` has: one for each level below the point where
// its path leaves the right edge of the tree, then one for each complete subtree to the left.
size_t InclusionLength(uint64_t index, uint64_t size) {
  const int inner = std::bit_width(index ^ (size - 1));
  const uint64_t left_of_edge = inner == 64 ? 0 : index >> inner;
  return static_cast<size_t>(inner + std::popcount(left_of_edge));
}

}  // namespace

Hash LeafHash(std::string_view entry) { return Sha256({kLeafTag, entry}); }

Hash NodeHash(const Hash& left, const Hash& right) {
  return Sha256({kNodeTag, AsBytes(left), AsBytes(right)});
}

Hash EmptyRoot() { return Sha256(std::string_view()); }

bool VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf, absl::Span<const Hash> proof,
                     const Hash& root) {
  if (index >= size || proof.size() != InclusionLength(index, size)) return false;
  uint64_t node = index;     // Place of what was computed, within its level.
  uint64_t last = size - 1;  // Place of the last node of that level.
  Hash computed = leaf;
  for (const Hash& sibling : proof) {
    // The last node of a level has no right sibling: it rises as it is until it is a right child.
    while (node == last && node % 2 == 0 && last != 0) {
      node /= 2;
      last /= 2;
    }
    if (last == 0) return false;
    computed = node % 2 == 1 ? NodeHash(sibling, computed) : NodeHash(computed, sibling);
    node /= 2;
    last /= 2;
  }
  return computed == root;
}

bool VerifyConsistency(uint64_t first, uint64_t second, const Hash& first_root,
                       const Hash& second_root, absl::Span<const Hash> proof) {
  if (first == 0 || first > second) return false;
  if (first == second) return proof.empty() && first_root == second_root;
  // The proof starts at the largest complete subtree that ends where the old tree ends. Is that the
  // whole old tree, its root is known and left out.
  const int height = std::countr_zero(first);
  uint64_t node = (first - 1) >> height;
  uint64_t last = (second - 1) >> height;
  size_t next = 0;
  if (!std::has_single_bit(first)) {
    if (proof.empty()) return false;
    ++next;
  }
  Hash old_root = next == 0 ? first_root : proof[0];
  Hash new_root = old_root;
  for (; next < proof.size(); ++next) {
    while (node == last && node % 2 == 0 && last != 0) {
      node /= 2;
      last /= 2;
    }
    if (last == 0) return false;
    if (node % 2 == 1) {
      old_root = NodeHash(proof[next], old_root);
      new_root = NodeHash(proof[next], new_root);
    } else {
      new_root = NodeHash(new_root, proof[next]);
    }
    node /= 2;
    last /= 2;
  }
  return last == 0 && old_root == first_root && new_root == second_root;
}

void Tree::Append(const Hash& leaf) {
  Hash made = leaf;
  for (size_t level = 0;; ++level) {
    if (levels_.size() == level) levels_.emplace_back();
    std::vector<Hash>& nodes = levels_[level];
    nodes.push_back(made);
    if (nodes.size() % 4 != 0) break;
    const Hash* four = &nodes[nodes.size() - 4];
    made = NodeHash(NodeHash(four[0], four[1]), NodeHash(four[2], four[3]));
  }
  ++size_;
}

Hash Tree::NodeAt(int height, uint64_t index) const {
  const size_t level = static_cast<size_t>(height / 2);
  if (height % 2 == 0) return levels_[level][index];
  return NodeHash(levels_[level][2 * index], levels_[level][2 * index + 1]);
}

Hash Tree::RootAt(uint64_t size) const {
  if (size == 0) return EmptyRoot();
  int height = std::countr_zero(size);
  Hash root = NodeAt(height, (size >> height) - 1);
  for (++height; height < 64; ++height) {
    if ((size >> height & 1) == 0) continue;
    // The peak of this height covers what lies before the lower bits of the size.
    root = NodeHash(NodeAt(height, (size >> height) - 1), root);
  }
  return root;
}

}  // namespace countersign::verifier
