// Inclusion and consistency proofs, as they stand in the input and as a tree makes them.
//
// Input: two numbers of 8 bytes, then hashes of 32 bytes: leaf or old root, root, and the proof.
#include <algorithm>
#include <vector>

#include "clients/verifier/merkle.h"
#include "storage/bytes.h"
#include "storage/merkle_tree.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"
#include "tests/support/tree_statement.h"

namespace countersign::fuzz {
namespace {

namespace s = storage;
namespace v = verifier;

constexpr uint64_t kTreeSizeMax = 300;

bool Includes(uint64_t index, uint64_t size, const s::Hash& leaf, const std::vector<s::Hash>& path,
              const s::Hash& root) {
  const bool accepted = s::VerifyInclusion(index, size, leaf, path, root);
  Require(v::VerifyInclusion(index, size, leaf, path, root) == accepted,
          "both implementations judge an inclusion proof alike");
  return accepted;
}

bool Extends(uint64_t first, uint64_t second, const s::Hash& first_root, const s::Hash& second_root,
             const std::vector<s::Hash>& path) {
  const bool accepted = s::VerifyConsistency(first, second, first_root, second_root, path);
  Require(v::VerifyConsistency(first, second, first_root, second_root, path) == accepted,
          "both implementations judge a consistency proof alike");
  return accepted;
}

// The leaf hashes of a tree, of which every implementation knows the same roots.
struct Leaves {
  std::vector<s::Hash> hashes;
  std::vector<s::Hash> roots{s::EmptyRoot()};

  Leaves() {
    s::Frontier frontier;
    v::Tree tree;
    for (uint64_t i = 0; i < kTreeSizeMax; ++i) {
      const std::string entry = std::to_string(i);
      hashes.push_back(s::LeafHash(entry));
      frontier.Append(hashes.back(), [](const s::TileHash&) {});
      tree.Append(v::LeafHash(entry));
      roots.push_back(frontier.Root());
      Require(tree.Root() == roots.back(), "both implementations grow the same tree");
    }
  }
};

const Leaves& TheTree() {
  static const auto* const leaves = new Leaves;
  return *leaves;
}

// Of level 0; higher tile levels are roots of what lies below.
absl::StatusOr<std::vector<s::Hash>> ReadTile(uint8_t level, uint64_t first, uint64_t count) {
  if (level == 0) {
    const auto begin = TheTree().hashes.begin() + static_cast<int64_t>(first);
    return std::vector<s::Hash>(begin, begin + static_cast<int64_t>(count));
  }
  Require(level == 1 && first == 0 && count <= 1, "nothing is read that is not stored");
  return std::vector<s::Hash>(count, TheTree().roots[s::kTileWidth]);
}

// The proof that the tree makes is accepted; with the input's hash in one place it is not, unless
// that changes nothing.
void ProveAndSpoil(uint64_t one, uint64_t other, const s::Hash& hash) {
  const uint64_t size = 1 + other % kTreeSizeMax;
  const uint64_t index = one % size;
  const Leaves& tree = TheTree();
  std::vector<s::Hash> path = s::InclusionProof(index, size, ReadTile).value();
  Require(path.size() == InclusionStatement(index, size).size(), "a proof is as long as it has to");
  Require(Includes(index, size, tree.hashes[index], path, tree.roots[size]), "proof accepted");
  const uint64_t first = index + 1;
  std::vector<s::Hash> growth = s::ConsistencyProof(first, size, ReadTile).value();
  Require(Extends(first, size, tree.roots[first], tree.roots[size], growth), "growth accepted");
  if (!path.empty()) {
    s::Hash& place = path[one % path.size()];
    const bool same = place == hash;
    place = hash;
    Require(Includes(index, size, tree.hashes[index], path, tree.roots[size]) == same,
            "a proof with another hash proves nothing");
  }
  if (!growth.empty()) {
    s::Hash& place = growth[one % growth.size()];
    const bool same = place == hash;
    place = hash;
    Require(Extends(first, size, tree.roots[first], tree.roots[size], growth) == same,
            "growth with another hash proves nothing");
  }
}

}  // namespace

void CheckTreeProof(std::string_view bytes) {
  s::ByteReader reader(bytes);
  const uint64_t one = reader.U64();
  const uint64_t other = reader.U64();
  std::vector<s::Hash> hashes;
  while (reader.ok() && hashes.size() < 130) {
    const std::optional<s::Hash> hash = s::HashFromBytes(reader.Take(32));
    if (hash.has_value()) hashes.push_back(*hash);
  }
  if (hashes.size() < 2) return;
  const std::vector<s::Hash> path(hashes.begin() + 2, hashes.end());
  if (Includes(one, other, hashes[0], path, hashes[1])) {
    Require(path.size() == InclusionStatement(one, other).size(), "the length is exact");
  }
  if (Extends(one, other, hashes[0], hashes[1], path)) {
    Require(ConsistencyStatement(one, other) != kNoStatement, "nothing is proved of no tree");
  }
  ProveAndSpoil(one, other, hashes[0]);
}

}  // namespace countersign::fuzz
