// (f) Proofs mutated at random: whatever is changed, no claim is accepted that the proof was not
// made for. Each claim is put to every implementation of the check.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"
#include "tests/faults/checks.h"
#include "tests/faults/dice.h"
#include "tests/faults/grown_tree.h"
#include "tests/faults/sizes.h"
#include "tests/support/tree_statement.h"

namespace countersign::faults {
namespace {

using storage::Hash;

constexpr int kThreads = 2;
constexpr uint64_t kTreeSize = 700;
constexpr int kMutationsOfOneProof = 40;

Hash AnyHash(const GrownTree& tree, Dice& dice) {
  switch (dice.Below(4)) {
    case 0:
      return tree.root(dice.Below(tree.size() + 1));
    case 1:
      return tree.leaf(dice.Below(tree.size()));
    case 2:
      return Hash{};
    default:
      return *storage::HashFromBytes(dice.Bytes(32));
  }
}

void MutatePath(std::vector<Hash>& path, const GrownTree& tree, Dice& dice) {
  const size_t kind = dice.Below(8);
  if (path.empty() || kind == 0) {
    path.insert(path.begin() + dice.Below(path.size() + 1), AnyHash(tree, dice));
    return;
  }
  const size_t at = dice.Below(path.size());
  switch (kind) {
    case 1:
      dice.FlipABit(path[at]);
      break;
    case 2:
      path.erase(path.begin() + at);
      break;
    case 3:
      path.insert(path.begin() + at, path[dice.Below(path.size())]);
      break;
    case 4:
      std::swap(path[at], path[dice.Below(path.size())]);
      break;
    case 5:
      path[at] = AnyHash(tree, dice);
      break;
    case 6:
      std::reverse(path.begin(), path.end());
      break;
    default:
      path.resize(at);
      break;
  }
}

uint64_t MutatedNumber(uint64_t number, Dice& dice) {
  switch (dice.Below(7)) {
    case 0:
      return number + 1;
    case 1:
      return number - 1;  // Of 0: the greatest there is.
    case 2:
      return number ^ uint64_t { 1 } << dice.Below(64);
    case 3:
      return number * 2;
    case 4:
      return number / 2;
    case 5:
      return dice.Below(kTreeSize);
    default:
      return dice.Any();
  }
}

// Either one of the two heads is replaced by another true head of the tree, or up to three of the
// other things are changed: a whole other proof that holds would take more than that.
InclusionClaim Mutated(InclusionClaim claim, const GrownTree& tree, Dice& dice) {
  if (dice.Chance(10)) {
    claim.size = 1 + dice.Below(tree.size());
    claim.root = tree.root(claim.size);
    return claim;
  }
  for (uint64_t changes = 1 + dice.Below(3); changes > 0; --changes) {
    switch (dice.Below(8)) {
      case 0:
        claim.index = MutatedNumber(claim.index, dice);
        break;
      case 1:
        claim.size = MutatedNumber(claim.size, dice);
        break;
      case 2:
        dice.FlipABit(claim.entry);
        break;
      case 3:
        dice.FlipABit(claim.root);
        break;
      case 4: {
        // The entry that a leaf hash and its neighbour would make, were leaves not told from nodes.
        const Hash leaf = storage::LeafHash(claim.entry);
        if (claim.path.empty()) break;
        claim.entry = std::string(storage::AsBytes(leaf));
        claim.entry.append(storage::AsBytes(claim.path.front()));
        claim.path.erase(claim.path.begin());
        claim.index /= 2;
        claim.size = (claim.size + 1) / 2;
        break;
      }
      default:
        MutatePath(claim.path, tree, dice);
    }
  }
  return claim;
}

ConsistencyClaim Mutated(ConsistencyClaim claim, const GrownTree& tree, Dice& dice) {
  if (dice.Chance(10)) {
    const uint64_t size = 1 + dice.Below(tree.size());
    const bool is_first = dice.Chance(50);
    (is_first ? claim.first : claim.second) = size;
    (is_first ? claim.first_root : claim.second_root) = tree.root(size);
    return claim;
  }
  for (uint64_t changes = 1 + dice.Below(3); changes > 0; --changes) {
    switch (dice.Below(8)) {
      case 0:
        claim.first = MutatedNumber(claim.first, dice);
        break;
      case 1:
        claim.second = MutatedNumber(claim.second, dice);
        break;
      case 2:
        dice.FlipABit(claim.first_root);
        break;
      case 3:
        dice.FlipABit(claim.second_root);
        break;
      case 4:
        std::swap(claim.first_root, claim.second_root);
        break;
      default:
        MutatePath(claim.path, tree, dice);
    }
  }
  return claim;
}

bool MeanTheSame(const InclusionClaim& one, const InclusionClaim& other) {
  if (one.entry != other.entry || one.root != other.root || one.path != other.path) return false;
  const std::string statement = InclusionStatement(one.index, one.size);
  return statement != kNoStatement && statement == InclusionStatement(other.index, other.size);
}

// `other` says nothing: that a head is itself, whichever head that is.
bool SaysNothing(const ConsistencyClaim& other) {
  return other.first == other.second && other.first != 0 && other.path.empty() &&
         other.first_root == other.second_root;
}

bool MeanTheSame(const ConsistencyClaim& one, const ConsistencyClaim& other) {
  if (SaysNothing(other)) return true;
  if (one.first_root != other.first_root || one.second_root != other.second_root ||
      one.path != other.path) {
    return false;
  }
  const std::string statement = ConsistencyStatement(one.first, one.second);
  return statement != kNoStatement && statement == ConsistencyStatement(other.first, other.second);
}

// How the mutations of one kind of proof went, over all threads.
struct Tally {
  std::atomic<int64_t> tried = 0;
  std::atomic<int64_t> same_meaning = 0;
  std::atomic<int64_t> accepted = 0;  // Of those with another meaning, by any implementation.
};

template <typename Claim>
void MutateOften(const Claim& claim, const GrownTree& tree,
                 const std::vector<std::function<bool(const Claim&)>>& checks, Dice& dice,
                 Tally& tally) {
  for (const auto& accepts : checks) {
    ASSERT_TRUE(accepts(claim)) << "a sound proof is refused";
  }
  for (int i = 0; i < kMutationsOfOneProof; ++i) {
    const Claim mutated = Mutated(claim, tree, dice);
    const bool same = MeanTheSame(claim, mutated);
    ++tally.tried;
    if (same) ++tally.same_meaning;
    for (const auto& accepts : checks) {
      if (accepts(mutated) == same) continue;
      if (!same) ++tally.accepted;
      ADD_FAILURE() << (same ? "refused: " : "accepted: ") << Describe(mutated) << "\nmade from "
                    << Describe(claim);
    }
  }
}

// Runs `mutate` on all threads, each with dice of its own, until `count` were tried.
void OnAllThreads(int64_t count, Tally& tally, const std::function<void(Dice&)>& mutate) {
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      Dice dice(Seed() + static_cast<uint64_t>(thread));
      while (tally.tried < count && !testing::Test::HasFailure()) mutate(dice);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

int64_t ProofsOfAKind(int percent) { return SizeOf("PROOFS", 20'000) * percent / 100; }

void ExpectNoneAccepted(const Tally& tally, Figure& figure) {
  figure.tried = tally.tried;
  figure.outcome = std::to_string(tally.accepted.load()) + " accepted; " +
                   std::to_string(tally.same_meaning.load()) + " meant the same";
  EXPECT_EQ(tally.accepted, 0);
  // A mutation that mostly changes nothing would prove nothing.
  EXPECT_LT(tally.same_meaning, tally.tried / 4);
}

TEST(MutatedProofs, OfInclusionAreRefused) {
  Figure figure("mutated inclusion proofs");
  Dice planting(Seed());
  const GrownTree tree(kTreeSize, planting);
  Tally tally;
  OnAllThreads(ProofsOfAKind(46), tally, [&](Dice& dice) {
    const uint64_t size = 1 + dice.Below(dice.Chance(30) ? 20 : kTreeSize);
    const uint64_t index = dice.Below(size);
    MutateOften<InclusionClaim>(
        {index, size, tree.entry(index), tree.Inclusion(index, size), tree.root(size)}, tree,
        InclusionChecks(), dice, tally);
  });
  ExpectNoneAccepted(tally, figure);
}

TEST(MutatedProofs, OfConsistencyAreRefused) {
  Figure figure("mutated consistency proofs");
  Dice planting(Seed());
  const GrownTree tree(kTreeSize, planting);
  Tally tally;
  OnAllThreads(ProofsOfAKind(46), tally, [&](Dice& dice) {
    const uint64_t second = 1 + dice.Below(dice.Chance(30) ? 20 : kTreeSize);
    const uint64_t first = 1 + dice.Below(second);
    MutateOften<ConsistencyClaim>(
        {first, second, tree.root(first), tree.root(second), tree.Consistency(first, second)}, tree,
        ConsistencyChecks(), dice, tally);
  });
  ExpectNoneAccepted(tally, figure);
}

// A log and a witness, both with keys of their own, and a second log of the same origin.
struct Signers {
  static constexpr char kOrigin[] = "log.example/faults";

  explicit Signers(uint8_t seed) : log(kOrigin, SeedOf(seed)), other(kOrigin, SeedOf(seed + 1)) {}
  static std::array<uint8_t, 32> SeedOf(uint8_t first) {
    std::array<uint8_t, 32> bytes{};
    bytes[0] = first;
    return bytes;
  }
  std::string Note(const storage::SignatureKey& key, uint64_t size, const Hash& root) const {
    const std::string text = storage::CheckpointText({kOrigin, {size, root}});
    return text + "\n" + key.SignatureLine(text);
  }

  storage::SignatureKey log;
  storage::SignatureKey other;
};

// Damages a text: bits, bytes, digits, stretches, lines, and stretches of `donor`.
std::string MutatedText(std::string text, const std::string& donor, Dice& dice) {
  for (uint64_t changes = 1 + dice.Below(3); changes > 0 && !text.empty(); --changes) {
    const size_t at = dice.Below(text.size());
    const size_t length = dice.Below(std::min<size_t>(text.size() - at, 50)) + 1;
    switch (dice.Below(8)) {
      case 0:
        dice.FlipABit(text);
        break;
      case 1:
        text[at] = static_cast<char>('0' + dice.Below(10));
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(at, length));
        break;
      case 4:
        text.insert(dice.Below(text.size()), "\n");
        break;
      case 5: {
        const size_t from = dice.Below(donor.size());
        text.replace(at, length, donor.substr(from, length));
        break;
      }
      case 6:  // From here on it is the other one.
        text = text.substr(0, at) + donor.substr(std::min(at, donor.size()));
        break;
      default: {  // Two lines change places.
        const size_t line = text.find('\n', at);
        if (line == std::string::npos || line + 1 >= text.size()) break;
        text = text.substr(line + 1) + text.substr(0, line + 1);
        break;
      }
    }
  }
  return text;
}

TEST(MutatedProofs, OfSignedHeadsAreRefused) {
  Figure figure("mutated checkpoints");
  Dice planting(Seed());
  const GrownTree tree(kTreeSize, planting);
  const Signers signers(1);
  Tally tally;
  OnAllThreads(ProofsOfAKind(4), tally, [&](Dice& dice) {
    const uint64_t size = 1 + dice.Below(kTreeSize);
    const uint64_t forged = 1 + dice.Below(kTreeSize);
    const std::string note = signers.Note(signers.log, size, tree.root(size));
    const std::string donor = signers.Note(signers.other, forged, tree.root(forged));
    const storage::Checkpoint signed_one{Signers::kOrigin, {size, tree.root(size)}};
    for (const CheckpointCheck& check : CheckpointChecks()) {
      ASSERT_EQ(check(note, signers.log.verifier()), signed_one);
      ASSERT_FALSE(check(donor, signers.log.verifier()).has_value());
    }
    for (int i = 0; i < kMutationsOfOneProof; ++i) {
      const std::string mutated = MutatedText(note, donor, dice);
      ++tally.tried;
      bool same = false;
      for (const CheckpointCheck& check : CheckpointChecks()) {
        const std::optional<storage::Checkpoint> accepted = check(mutated, signers.log.verifier());
        if (!accepted.has_value()) continue;
        same = true;
        if (*accepted == signed_one) continue;
        ++tally.accepted;
        ADD_FAILURE() << "accepted:\n" << mutated << "\nmade from\n" << note;
      }
      if (same) ++tally.same_meaning;
    }
  });
  ExpectNoneAccepted(tally, figure);
}

TEST(MutatedProofs, OfProofFilesAreRefused) {
  Figure figure("mutated tlog-proofs");
  Dice planting(Seed());
  const GrownTree tree(kTreeSize, planting);
  const Signers signers(1);
  Tally tally;
  OnAllThreads(ProofsOfAKind(4), tally, [&](Dice& dice) {
    const auto proof_file = [&](const storage::SignatureKey& key, uint64_t& index, uint64_t& size) {
      size = 1 + dice.Below(kTreeSize);
      index = dice.Below(size);
      return ToString(storage::TlogProof{tree.entry(index), index, tree.Inclusion(index, size),
                                         signers.Note(key, size, tree.root(size))});
    };
    uint64_t index = 0, size = 0, other_index = 0, other_size = 0;
    const std::string file = proof_file(signers.log, index, size);
    const std::string donor = proof_file(signers.other, other_index, other_size);
    const ProvenEntry proven{tree.entry(index), index, size, tree.root(size)};
    for (const TlogProofCheck& check : TlogProofChecks()) {
      ASSERT_EQ(check(file, signers.log.verifier()), proven);
      ASSERT_FALSE(check(donor, signers.log.verifier()).has_value());
    }
    for (int i = 0; i < kMutationsOfOneProof; ++i) {
      const std::string mutated = MutatedText(file, donor, dice);
      ++tally.tried;
      bool same = false;
      for (const TlogProofCheck& check : TlogProofChecks()) {
        const std::optional<ProvenEntry> accepted = check(mutated, signers.log.verifier());
        if (!accepted.has_value()) continue;
        same = true;
        if (*accepted == proven) continue;
        ++tally.accepted;
        ADD_FAILURE() << "accepted:\n" << mutated << "\nmade from\n" << file;
      }
      if (same) ++tally.same_meaning;
    }
  });
  ExpectNoneAccepted(tally, figure);
}

}  // namespace
}  // namespace countersign::faults
