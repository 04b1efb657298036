// A hash tree with the entries it was grown from, and proofs about it.
#ifndef COUNTERSIGN_TESTS_FAULTS_GROWN_TREE_H_
#define COUNTERSIGN_TESTS_FAULTS_GROWN_TREE_H_

#include <map>
#include <string>
#include <vector>

#include "storage/journal.h"
#include "storage/merkle_tree.h"
#include "tests/faults/dice.h"

namespace countersign::faults {

class GrownTree {
 public:
  // `size` entries of a few random bytes.
  GrownTree(uint64_t size, Dice& dice) {
    roots_.push_back(storage::EmptyRoot());
    for (uint64_t i = 0; i < size; ++i) {
      entries_.push_back(dice.Bytes(1 + dice.Below(40)));
      frontier_.Append(storage::LeafHash(entries_.back()), [this](const storage::TileHash& made) {
        levels_[made.level].push_back(made.hash);
      });
      roots_.push_back(frontier_.Root());
    }
  }

  uint64_t size() const { return entries_.size(); }
  const std::string& entry(uint64_t index) const { return entries_[index]; }
  const storage::Hash& root(uint64_t size) const { return roots_[size]; }
  storage::Hash leaf(uint64_t index) const { return storage::LeafHash(entries_[index]); }

  auto Reader() const {
    return [this](uint8_t level, uint64_t first,
                  uint64_t count) -> absl::StatusOr<std::vector<storage::Hash>> {
      const std::vector<storage::Hash>& stored = levels_.at(level);
      return std::vector<storage::Hash>(stored.begin() + first, stored.begin() + first + count);
    };
  }

  std::vector<storage::Hash> Inclusion(uint64_t index, uint64_t size) const {
    return storage::InclusionProof(index, size, Reader()).value();
  }
  std::vector<storage::Hash> Consistency(uint64_t first, uint64_t second) const {
    return storage::ConsistencyProof(first, second, Reader()).value();
  }

 private:
  std::vector<std::string> entries_;
  std::vector<storage::Hash> roots_;
  std::map<uint8_t, std::vector<storage::Hash>> levels_;
  storage::Frontier frontier_;
};

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_GROWN_TREE_H_
