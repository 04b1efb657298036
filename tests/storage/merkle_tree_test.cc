// The tree against vectors that another implementation computed and public ones agree with.
#include "storage/merkle_tree.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "storage/bytes.h"

namespace countersign::storage {
namespace {

using nlohmann::json;

const json& Vectors() {
  static const json vectors = json::parse(std::ifstream(TESTS_DIR "/storage/merkle-vectors.json"));
  return vectors;
}

std::string Unhex(const json& hex) { return absl::HexStringToBytes(hex.get<std::string>()); }
Hash HashOf(const json& hex) { return HashFromBytes(Unhex(hex)).value(); }

std::vector<Hash> HashesOf(const json& list) {
  std::vector<Hash> hashes;
  for (const json& hex : list) hashes.push_back(HashOf(hex));
  return hashes;
}

// A growing tree that keeps the hashes worth storing, as the journal does.
class StoredTree {
 public:
  void Append(std::string_view leaf) {
    frontier_.Append(LeafHash(leaf), [&](const TileHash& made) {
      std::vector<Hash>& level = levels_[made.level];
      ASSERT_EQ(level.size(), made.index) << "level " << int{made.level};
      level.push_back(made.hash);
    });
  }

  absl::StatusOr<std::vector<Hash>> Read(uint8_t level, uint64_t first, uint64_t count) const {
    const auto stored = levels_.find(level);
    if (stored == levels_.end() || first + count > stored->second.size()) {
      return absl::NotFoundError("not stored");
    }
    return std::vector<Hash>(stored->second.begin() + first,
                             stored->second.begin() + first + count);
  }
  auto Reader() const {
    return
        [this](uint8_t level, uint64_t first, uint64_t count) { return Read(level, first, count); };
  }

  const Frontier& frontier() const { return frontier_; }

 private:
  Frontier frontier_;
  std::map<uint8_t, std::vector<Hash>> levels_;
};

const StoredTree& SmallTree() {
  static const StoredTree* const tree = [] {
    auto* grown = new StoredTree;
    for (const json& leaf : Vectors()["small"]["leaf_data"]) grown->Append(Unhex(leaf));
    return grown;
  }();
  return *tree;
}

std::string LargeLeaf(uint64_t index) {
  std::string leaf;
  AppendU64(index, leaf);
  return leaf;
}

constexpr uint64_t kLargeSize = 70'000;

const StoredTree& LargeTree() {
  static const StoredTree* const tree = [] {
    auto* grown = new StoredTree;
    for (uint64_t i = 0; i < kLargeSize; ++i) grown->Append(LargeLeaf(i));
    return grown;
  }();
  return *tree;
}

// Whether the proof is generated as given, is accepted, and is refused with anything changed.
void ExpectInclusion(const StoredTree& tree, uint64_t index, uint64_t size, const Hash& leaf,
                     const std::vector<Hash>& proof, const Hash& root) {
  SCOPED_TRACE(testing::Message() << "leaf " << index << " in " << size);
  absl::StatusOr<std::vector<Hash>> made = InclusionProof(index, size, tree.Reader());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(*made, proof);
  EXPECT_TRUE(VerifyInclusion(index, size, leaf, proof, root));

  EXPECT_FALSE(VerifyInclusion(size, size, leaf, proof, root));
  EXPECT_FALSE(VerifyInclusion(index, size, leaf, proof, LeafHash("another root")));
  EXPECT_FALSE(VerifyInclusion(index, size, LeafHash("another leaf"), proof, root));
  std::vector<Hash> longer = proof;
  longer.push_back(root);
  EXPECT_FALSE(VerifyInclusion(index, size, leaf, longer, root));
  EXPECT_FALSE(VerifyInclusion(index, size, leaf, longer, NodeHash(root, root)));
  for (size_t i = 0; i < proof.size(); ++i) {
    std::vector<Hash> changed = proof;
    changed[i][31] ^= 1;
    EXPECT_FALSE(VerifyInclusion(index, size, leaf, changed, root));
    std::vector<Hash> shorter = proof;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(VerifyInclusion(index, size, leaf, shorter, root));
  }
}

void ExpectConsistency(const StoredTree& tree, uint64_t first, uint64_t second,
                       const std::vector<Hash>& proof, const Hash& first_root,
                       const Hash& second_root) {
  SCOPED_TRACE(testing::Message() << first << " to " << second);
  absl::StatusOr<std::vector<Hash>> made = ConsistencyProof(first, second, tree.Reader());
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(*made, proof);
  EXPECT_TRUE(VerifyConsistency(first, second, first_root, second_root, proof));

  const Hash other = LeafHash("another root");
  EXPECT_FALSE(VerifyConsistency(first, second, other, second_root, proof));
  EXPECT_FALSE(VerifyConsistency(first, second, first_root, other, proof));
  EXPECT_FALSE(VerifyConsistency(0, second, first_root, second_root, proof));
  std::vector<Hash> longer = proof;
  longer.push_back(first_root);
  EXPECT_FALSE(VerifyConsistency(first, second, first_root, second_root, longer));
  for (size_t i = 0; i < proof.size(); ++i) {
    std::vector<Hash> changed = proof;
    changed[i][0] ^= 1;
    EXPECT_FALSE(VerifyConsistency(first, second, first_root, second_root, changed));
    std::vector<Hash> shorter = proof;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_FALSE(VerifyConsistency(first, second, first_root, second_root, shorter));
  }
}

TEST(MerkleTree, LeafHashesAreThoseOfRfc6962) {
  const json& small = Vectors()["small"];
  ASSERT_EQ(small["leaf_data"].size(), 8u);
  for (size_t i = 0; i < small["leaf_data"].size(); ++i) {
    EXPECT_EQ(LeafHash(Unhex(small["leaf_data"][i])), HashOf(small["leaf_hashes"][i]));
  }
}

TEST(MerkleTree, NodesOfEveryLevelAreThoseOfRfc6962) {
  const json& levels = Vectors()["small"]["complete_subtree_nodes_by_level"];
  ASSERT_EQ(levels.size(), 4u);
  for (size_t level = 1; level < levels.size(); ++level) {
    for (size_t i = 0; i < levels[level].size(); ++i) {
      EXPECT_EQ(NodeHash(HashOf(levels[level - 1][2 * i]), HashOf(levels[level - 1][2 * i + 1])),
                HashOf(levels[level][i]));
    }
  }
}

TEST(MerkleTree, GrowsThroughTheRootsOfEverySmallSize) {
  const json& small = Vectors()["small"];
  StoredTree tree;
  EXPECT_EQ(tree.frontier().Root(), HashOf(small["roots_by_size"][0]));
  EXPECT_EQ(EmptyRoot(), HashOf(small["roots_by_size"][0]));
  for (size_t size = 1; size <= small["leaf_data"].size(); ++size) {
    tree.Append(Unhex(small["leaf_data"][size - 1]));
    EXPECT_EQ(tree.frontier().Root(), HashOf(small["roots_by_size"][size]));
    EXPECT_EQ(tree.frontier().size(), size);
  }
}

TEST(MerkleTree, EverySmallInclusionProofIsMadeAndChecked) {
  ASSERT_EQ(Vectors()["small"]["inclusion"].size(), 36u);
  for (const json& proof : Vectors()["small"]["inclusion"]) {
    ExpectInclusion(SmallTree(), proof["leaf_index"], proof["tree_size"],
                    HashOf(proof["leaf_hash"]), HashesOf(proof["proof"]), HashOf(proof["root"]));
  }
}

TEST(MerkleTree, EverySmallConsistencyProofIsMadeAndChecked) {
  ASSERT_EQ(Vectors()["small"]["consistency"].size(), 36u);
  for (const json& proof : Vectors()["small"]["consistency"]) {
    ExpectConsistency(SmallTree(), proof["first"], proof["second"], HashesOf(proof["proof"]),
                      HashOf(proof["first_root"]), HashOf(proof["second_root"]));
  }
}

std::string TileBytes(const StoredTree& tree, uint8_t level, uint64_t tile, uint64_t width) {
  std::string bytes;
  const std::vector<Hash> hashes = tree.Read(level, tile * kTileWidth, width).value();
  for (const Hash& hash : hashes) bytes.append(AsBytes(hash));
  return bytes;
}

TEST(MerkleTree, LargeTreesHaveTheRootsAndTilesOfTheVectors) {
  ASSERT_EQ(Vectors()["large"]["trees"].size(), 13u);
  for (const json& vector : Vectors()["large"]["trees"]) {
    const uint64_t size = vector["tree_size"];
    SCOPED_TRACE(size);
    const absl::StatusOr<Hash> root = RootAt(size, LargeTree().Reader());
    ASSERT_TRUE(root.ok()) << root.status();
    EXPECT_EQ(*root, HashOf(vector["root"]));
    for (const json& tile : vector["tiles"]) {
      const uint8_t level = tile["level"];
      const uint64_t full = HashesAtLevel(size, level) / kTileWidth;
      const uint64_t width = HashesAtLevel(size, level) % kTileWidth;
      EXPECT_EQ(full, tile["full_tiles"]);
      EXPECT_EQ(width, tile["partial_width"]);
      if (full > 0) {
        EXPECT_EQ(Sha256(TileBytes(LargeTree(), level, full - 1, kTileWidth)),
                  HashOf(tile["last_full_sha256"]));
      }
      if (width == 0) continue;
      EXPECT_EQ(Sha256(TileBytes(LargeTree(), level, full, width)), HashOf(tile["partial_sha256"]));
    }
  }
}

TEST(MerkleTree, LargeProofsAreMadeAndChecked) {
  const json& large = Vectors()["large"];
  // The vectors name the proofs alone; the roots of their other sizes are checked above.
  const auto root_at = [](uint64_t size) { return RootAt(size, LargeTree().Reader()).value(); };
  ASSERT_FALSE(large["inclusion"].empty());
  for (const json& proof : large["inclusion"]) {
    const uint64_t index = proof["leaf_index"];
    const uint64_t size = proof["tree_size"];
    ExpectInclusion(LargeTree(), index, size, LeafHash(LargeLeaf(index)), HashesOf(proof["proof"]),
                    root_at(size));
  }
  ASSERT_FALSE(large["consistency"].empty());
  for (const json& proof : large["consistency"]) {
    const uint64_t first = proof["first"];
    const uint64_t second = proof["second"];
    ExpectConsistency(LargeTree(), first, second, HashesOf(proof["proof"]), root_at(first),
                      root_at(second));
  }
}

TEST(MerkleTree, ARestoredFrontierGrowsLikeTheOneThatWasNeverLost) {
  for (const uint64_t size : {0u, 1u, 7u, 255u, 256u, 257u, 511u, 65535u, 65536u, 69999u}) {
    absl::StatusOr<Frontier> restored = Frontier::Restore(size, LargeTree().Reader());
    ASSERT_TRUE(restored.ok()) << restored.status();
    EXPECT_EQ(restored->Root(), *RootAt(size, LargeTree().Reader()));
    std::vector<TileHash> made;
    restored->Append(LeafHash(LargeLeaf(size)),
                     [&](const TileHash& tile) { made.push_back(tile); });
    EXPECT_EQ(restored->Root(), *RootAt(size + 1, LargeTree().Reader()));
    for (const TileHash& tile : made) {
      EXPECT_EQ(tile.hash, LargeTree().Read(tile.level, tile.index, 1)->front());
    }
  }
}

TEST(MerkleTree, WhatCannotBeReadIsNotProved) {
  const auto broken = [](uint8_t, uint64_t, uint64_t) -> absl::StatusOr<std::vector<Hash>> {
    return absl::DataLossError("gone");
  };
  EXPECT_EQ(InclusionProof(1, 3, broken).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(ConsistencyProof(1, 3, broken).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(RootAt(3, broken).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(Frontier::Restore(3, broken).status().code(), absl::StatusCode::kDataLoss);
}

// The negative hints of the vectors that are not covered by every proof above.
TEST(MerkleTree, NoProofExistsForWhatIsNotThere) {
  const auto invalid = absl::StatusCode::kInvalidArgument;
  EXPECT_EQ(InclusionProof(8, 8, SmallTree().Reader()).status().code(), invalid);
  EXPECT_EQ(InclusionProof(0, 0, SmallTree().Reader()).status().code(), invalid);
  EXPECT_EQ(ConsistencyProof(0, 8, SmallTree().Reader()).status().code(), invalid);
  EXPECT_EQ(ConsistencyProof(8, 7, SmallTree().Reader()).status().code(), invalid);
  EXPECT_FALSE(VerifyInclusion(0, 0, EmptyRoot(), {}, EmptyRoot()));
  EXPECT_FALSE(VerifyConsistency(0, 0, EmptyRoot(), EmptyRoot(), {}));
  EXPECT_FALSE(VerifyConsistency(0, 8, EmptyRoot(), SmallTree().frontier().Root(), {}));
  EXPECT_FALSE(HashFromBytes(std::string(31, 'x')).has_value());
  EXPECT_FALSE(HashFromBytes(std::string(33, 'x')).has_value());
}

TEST(MerkleTree, AnEntryCannotPassForANode) {
  const Hash left = LeafHash("left");
  const Hash right = LeafHash("right");
  const std::string forged = "\x01" + std::string(AsBytes(left)) + std::string(AsBytes(right));
  EXPECT_NE(LeafHash(forged), NodeHash(left, right));
}

TEST(MerkleTree, NoSizeHasNineLevelsOfTiles) { EXPECT_EQ(HashesAtLevel(~uint64_t{0}, 8), 0u); }

TEST(MerkleTree, TheEntryBundleAndItsTileAreThoseOfTheVectors) {
  const json& bundle = Vectors()["entry_bundle"];
  std::vector<std::string> entries;
  for (const json& leaf : Vectors()["small"]["leaf_data"]) entries.push_back(Unhex(leaf));
  EXPECT_EQ(EntryBundle(entries).value(), Unhex(bundle["hex"]));
  const json& tile = Vectors()["hash_tile"];
  EXPECT_EQ(Sha256(TileBytes(SmallTree(), 0, 0, 8)), HashOf(tile["sha256"]));
}

TEST(MerkleTree, AnEntryTooLongForTheTileFormatIsNotBundled) {
  EXPECT_TRUE(EntryBundle({std::string(65535, 'x')}).ok());
  EXPECT_EQ(EntryBundle({std::string(65536, 'x')}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace countersign::storage
