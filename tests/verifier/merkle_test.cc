// The verifier's tree against the vectors that the journal's tree is tested with, and against the
// journal's tree itself: two implementations that know nothing of each other.
#include "clients/verifier/merkle.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "clients/verifier/text.h"
#include "storage/merkle_tree.h"

namespace countersign::verifier {
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

const Tree& LargeTree() {
  static const Tree* const tree = [] {
    auto* grown = new Tree;
    for (uint64_t i = 0; i < 70'000; ++i) grown->Append(LeafHash(BigEndianBytes(i, 8)));
    return grown;
  }();
  return *tree;
}

TEST(TheVerifiersTree, HasTheRootsOfEverySmallSize) {
  const json& small = Vectors()["small"];
  Tree tree;
  EXPECT_EQ(tree.Root(), HashOf(small["roots_by_size"][0]));
  for (const json& leaf : small["leaf_data"]) tree.Append(LeafHash(Unhex(leaf)));
  for (size_t size = 0; size <= 8; ++size) {
    EXPECT_EQ(tree.RootAt(size), HashOf(small["roots_by_size"][size])) << size;
  }
}

TEST(TheVerifiersTree, HasTheRootsOfTheLargeTrees) {
  for (const json& vector : Vectors()["large"]["trees"]) {
    EXPECT_EQ(LargeTree().RootAt(vector["tree_size"]), HashOf(vector["root"]));
  }
}

TEST(TheVerifiersTree, AcceptsEveryProofOfTheVectorsAndNoneOfAnotherLength) {
  for (const json& proof : Vectors()["small"]["inclusion"]) {
    std::vector<Hash> path = HashesOf(proof["proof"]);
    const Hash leaf = HashOf(proof["leaf_hash"]);
    const Hash root = HashOf(proof["root"]);
    EXPECT_TRUE(VerifyInclusion(proof["leaf_index"], proof["tree_size"], leaf, path, root));
    EXPECT_FALSE(VerifyInclusion(proof["tree_size"], proof["tree_size"], leaf, path, root));
    path.push_back(root);
    EXPECT_FALSE(VerifyInclusion(proof["leaf_index"], proof["tree_size"], leaf, path, root));
    path.resize(path.size() - std::min<size_t>(2, path.size()));
    if (proof["proof"].empty()) continue;
    EXPECT_FALSE(VerifyInclusion(proof["leaf_index"], proof["tree_size"], leaf, path, root));
  }
  for (const json& proof : Vectors()["small"]["consistency"]) {
    std::vector<Hash> path = HashesOf(proof["proof"]);
    const Hash first = HashOf(proof["first_root"]);
    const Hash second = HashOf(proof["second_root"]);
    EXPECT_TRUE(VerifyConsistency(proof["first"], proof["second"], first, second, path));
    EXPECT_FALSE(VerifyConsistency(0, proof["second"], first, second, path));
    const Hash other = LeafHash("another root");
    EXPECT_FALSE(VerifyConsistency(proof["first"], proof["second"], other, second, path));
    EXPECT_FALSE(VerifyConsistency(proof["first"], proof["second"], first, other, path));
    path.push_back(first);
    EXPECT_FALSE(VerifyConsistency(proof["first"], proof["second"], first, second, path));
  }
}

TEST(TheVerifiersTree, AcceptsTheProofsOfLargeTrees) {
  for (const json& proof : Vectors()["large"]["inclusion"]) {
    const uint64_t index = proof["leaf_index"];
    const uint64_t size = proof["tree_size"];
    EXPECT_TRUE(VerifyInclusion(index, size, LeafHash(BigEndianBytes(index, 8)),
                                HashesOf(proof["proof"]), LargeTree().RootAt(size)));
  }
  for (const json& proof : Vectors()["large"]["consistency"]) {
    EXPECT_TRUE(VerifyConsistency(proof["first"], proof["second"],
                                  LargeTree().RootAt(proof["first"]),
                                  LargeTree().RootAt(proof["second"]), HashesOf(proof["proof"])));
  }
}

TEST(TheVerifiersTree, RefusesWhatTheVectorsWarnOf) {
  const Hash a = LeafHash("a");
  const Hash b = LeafHash("b");
  // An entry that looks like a node is none.
  const std::string like_a_node = "\x01" + std::string(AsBytes(a)) + std::string(AsBytes(b));
  EXPECT_NE(LeafHash(like_a_node), NodeHash(a, b));
  EXPECT_FALSE(VerifyConsistency(0, 0, EmptyRoot(), EmptyRoot(), {}));
  EXPECT_FALSE(VerifyConsistency(0, 5, EmptyRoot(), a, {}));
  EXPECT_FALSE(VerifyConsistency(5, 4, a, b, {}));
  EXPECT_FALSE(VerifyConsistency(5, 5, a, b, {}));
  EXPECT_FALSE(VerifyConsistency(5, 5, a, a, {b}));
  EXPECT_TRUE(VerifyConsistency(5, 5, a, a, {}));
  EXPECT_FALSE(VerifyInclusion(0, 0, a, {}, a));
  EXPECT_FALSE(HashFromBytes(std::string(31, 'x')).has_value());
  EXPECT_FALSE(HashFromBytes(std::string(33, 'x')).has_value());
  const uint64_t largest = std::numeric_limits<uint64_t>::max();
  EXPECT_FALSE(VerifyInclusion(largest - 1, largest, a, {}, a));
  EXPECT_FALSE(VerifyConsistency(largest - 1, largest, a, b, {a, b}));
}

// The hashes that the journal would store.
class StoredTree {
 public:
  void Append(const Hash& leaf) {
    frontier_.Append(
        leaf, [&](const storage::TileHash& made) { levels_[made.level].push_back(made.hash); });
  }
  auto Reader() const {
    return [this](uint8_t level, uint64_t first, uint64_t count) {
      const std::vector<Hash>& hashes = levels_.at(level);
      return absl::StatusOr<std::vector<Hash>>(
          std::vector<Hash>(hashes.begin() + first, hashes.begin() + first + count));
    };
  }
  Hash Root() const { return frontier_.Root(); }

 private:
  storage::Frontier frontier_;
  std::map<uint8_t, std::vector<Hash>> levels_;
};

TEST(BothTrees, HaveTheSameRootAtEverySizeAndAgreeOnProofs) {
  std::mt19937_64 random(20120306);
  StoredTree stored;
  Tree tree;
  for (uint64_t size = 1; size <= 1'500; ++size) {
    const Hash leaf = LeafHash(BigEndianBytes(random(), 8));
    stored.Append(leaf);
    tree.Append(leaf);
    ASSERT_EQ(tree.Root(), stored.Root()) << size;
    const uint64_t index = random() % size;
    const Hash proved = (*stored.Reader()(0, index, 1))[0];
    std::vector<Hash> path = *storage::InclusionProof(index, size, stored.Reader());
    EXPECT_TRUE(VerifyInclusion(index, size, proved, path, tree.Root()));
    const uint64_t first = 1 + random() % size;
    const Hash old_root = tree.RootAt(first);
    EXPECT_EQ(old_root, *storage::RootAt(first, stored.Reader()));
    std::vector<Hash> consistency = *storage::ConsistencyProof(first, size, stored.Reader());
    EXPECT_TRUE(VerifyConsistency(first, size, old_root, tree.Root(), consistency));

    // Whatever is changed, they refuse alike.
    const uint64_t other = random() % (size + 2);
    EXPECT_EQ(VerifyInclusion(other, size, proved, path, tree.Root()),
              storage::VerifyInclusion(other, size, proved, path, tree.Root()));
    EXPECT_EQ(VerifyConsistency(other, size, old_root, tree.Root(), consistency),
              storage::VerifyConsistency(other, size, old_root, tree.Root(), consistency));
    if (!path.empty()) {
      path[random() % path.size()][random() % 32] ^= 1;
      EXPECT_FALSE(VerifyInclusion(index, size, proved, path, tree.Root()));
    }
    if (!consistency.empty()) {
      consistency[random() % consistency.size()][random() % 32] ^= 1;
      EXPECT_FALSE(VerifyConsistency(first, size, old_root, tree.Root(), consistency));
    }
  }
}

}  // namespace
}  // namespace countersign::verifier
