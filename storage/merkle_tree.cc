#include "storage/merkle_tree.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "absl/status/status.h"
#include "storage/bytes.h"

namespace countersign::storage {
namespace {

// Leaf and node hashes begin differently, so that no entry can pass for a node (RFC 6962, 2.1).
constexpr std::string_view kLeafTag("\x00", 1);
constexpr uint8_t kNodeTag = 0x01;

constexpr size_t kMaxBundledEntry = 65535;

// The root of the complete subtree over the leaves [begin, begin + 2^height). `begin` is a multiple
// of 2^height, so the subtree lies in one tile of the highest level that is not above it.
absl::StatusOr<Hash> CompleteRoot(uint64_t begin, int height, TileReader read) {
  const int level = height / kTileHeight;
  const uint64_t width = uint64_t{1} << (height % kTileHeight);
  absl::StatusOr<std::vector<Hash>> hashes =
      read(static_cast<uint8_t>(level), begin >> (level * kTileHeight), width);
  if (!hashes.ok()) return hashes.status();
  if (hashes->size() != width) return absl::InternalError("A tile reader gave too few hashes.");
  for (uint64_t left = width; left > 1; left /= 2) {
    for (uint64_t i = 0; i < left / 2; ++i) {
      (*hashes)[i] = NodeHash((*hashes)[2 * i], (*hashes)[2 * i + 1]);
    }
  }
  return hashes->front();
}

// The largest power of two below `leaves`, which is at least 2: where RFC 6962 splits a tree.
uint64_t SplitOf(uint64_t leaves) { return std::bit_floor(leaves - 1); }

// The root over the leaves [begin, end), which is not empty. `begin` is a multiple of the width of
// the largest complete subtree in the range, as all ranges of RFC 6962 are.
absl::StatusOr<Hash> RangeRoot(uint64_t begin, uint64_t end, TileReader read) {
  const uint64_t leaves = end - begin;
  if (std::has_single_bit(leaves)) return CompleteRoot(begin, std::countr_zero(leaves), read);
  const uint64_t split = SplitOf(leaves);
  absl::StatusOr<Hash> left = RangeRoot(begin, begin + split, read);
  if (!left.ok()) return left;
  absl::StatusOr<Hash> right = RangeRoot(begin + split, end, read);
  if (!right.ok()) return right;
  return NodeHash(*left, *right);
}

// The ranges whose roots make up a proof are found from the root downwards, but listed from the
// leaf upwards.
struct Range {
  uint64_t begin;
  uint64_t end;
};

absl::StatusOr<std::vector<Hash>> RootsInReverse(const std::vector<Range>& ranges,
                                                 TileReader read) {
  std::vector<Hash> roots;
  roots.reserve(ranges.size());
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    absl::StatusOr<Hash> root = RangeRoot(range->begin, range->end, read);
    if (!root.ok()) return root.status();
    roots.push_back(*root);
  }
  return roots;
}

// Shifts both out of a run of left turns that have no sibling.
void ClimbToNextSibling(uint64_t& fn, uint64_t& sn) {
  while ((fn & 1) == 0 && fn != 0) {
    fn >>= 1;
    sn >>= 1;
  }
}

}  // namespace

Hash LeafHash(std::string_view entry) { return Sha256({kLeafTag, entry}); }

Hash NodeHash(const Hash& left, const Hash& right) {
  std::array<char, 1 + 2 * sizeof(Hash)> bytes;
  bytes[0] = kNodeTag;
  std::memcpy(bytes.data() + 1, left.data(), left.size());
  std::memcpy(bytes.data() + 1 + left.size(), right.data(), right.size());
  return Sha256({std::string_view(bytes.data(), bytes.size())});
}

Hash EmptyRoot() { return Sha256(std::string_view()); }

absl::StatusOr<Frontier> Frontier::Restore(uint64_t size, TileReader read) {
  Frontier frontier;
  frontier.size_ = size;
  uint64_t begin = 0;
  for (int height = 63; height >= 0; --height) {
    if ((size >> height & 1) == 0) continue;
    absl::StatusOr<Hash> peak = CompleteRoot(begin, height, read);
    if (!peak.ok()) return peak.status();
    frontier.peaks_[height] = *peak;
    begin += uint64_t{1} << height;
  }
  return frontier;
}

void Frontier::Append(const Hash& leaf, absl::FunctionRef<void(const TileHash&)> made) {
  made({0, size_, leaf});
  Hash root = leaf;
  int height = 0;
  for (; (size_ >> height & 1) != 0; ++height) {
    root = NodeHash(peaks_[height], root);
    if ((height + 1) % kTileHeight == 0) {
      made({static_cast<uint8_t>((height + 1) / kTileHeight), size_ >> (height + 1), root});
    }
  }
  peaks_[height] = root;
  ++size_;
}

Hash Frontier::Root() const {
  if (size_ == 0) return EmptyRoot();
  int height = std::countr_zero(size_);
  Hash root = peaks_[height];
  for (++height; height < 64; ++height) {
    if ((size_ >> height & 1) != 0) root = NodeHash(peaks_[height], root);
  }
  return root;
}

absl::StatusOr<Hash> RootAt(uint64_t size, TileReader read) {
  if (size == 0) return EmptyRoot();
  return RangeRoot(0, size, read);
}

absl::StatusOr<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, TileReader read) {
  if (index >= size) return absl::InvalidArgumentError("The leaf is not in a tree of this size.");
  std::vector<Range> siblings;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + SplitOf(end - begin);
    if (index < middle) {
      siblings.push_back({middle, end});
      end = middle;
    } else {
      siblings.push_back({begin, middle});
      begin = middle;
    }
  }
  return RootsInReverse(siblings, read);
}

absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t first, uint64_t second,
                                                   TileReader read) {
  if (first == 0 || first > second) {
    return absl::InvalidArgumentError("A consistency proof needs 0 < first <= second.");
  }
  std::vector<Range> parts;
  uint64_t begin = 0;
  uint64_t end = second;
  while (first != end) {
    const uint64_t middle = begin + SplitOf(end - begin);
    if (first <= middle) {
      parts.push_back({middle, end});
      end = middle;
    } else {
      parts.push_back({begin, middle});
      begin = middle;
    }
  }
  // From 0 on the range is the whole old tree, whose root the verifier has.
  if (begin != 0) parts.push_back({begin, end});
  return RootsInReverse(parts, read);
}

bool VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf, absl::Span<const Hash> proof,
                     const Hash& root) {
  if (index >= size) return false;
  uint64_t fn = index;
  uint64_t sn = size - 1;
  Hash computed = leaf;
  for (const Hash& sibling : proof) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      computed = NodeHash(sibling, computed);
      ClimbToNextSibling(fn, sn);
    } else {
      computed = NodeHash(computed, sibling);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && computed == root;
}

bool VerifyConsistency(uint64_t first, uint64_t second, const Hash& first_root,
                       const Hash& second_root, absl::Span<const Hash> proof) {
  if (first == 0 || first > second) return false;
  if (first == second) return proof.empty() && first_root == second_root;
  if (proof.empty()) return false;
  uint64_t fn = first - 1;
  uint64_t sn = second - 1;
  while ((fn & 1) != 0) {
    fn >>= 1;
    sn >>= 1;
  }
  Hash old_root = first_root;
  // A complete old tree is itself the first element; the proof leaves it out.
  if (!std::has_single_bit(first)) {
    old_root = proof.front();
    proof.remove_prefix(1);
  }
  Hash new_root = old_root;
  for (const Hash& element : proof) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      old_root = NodeHash(element, old_root);
      new_root = NodeHash(element, new_root);
      ClimbToNextSibling(fn, sn);
    } else {
      new_root = NodeHash(new_root, element);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && old_root == first_root && new_root == second_root;
}

uint64_t HashesAtLevel(uint64_t size, uint8_t level) {
  const int shift = level * kTileHeight;
  return shift >= 64 ? 0 : size >> shift;
}

absl::StatusOr<std::string> EntryBundle(absl::Span<const std::string> entries) {
  std::string bundle;
  for (const std::string& entry : entries) {
    if (entry.size() > kMaxBundledEntry) {
      return absl::InvalidArgumentError("An entry of more than 65,535 bytes fits no bundle.");
    }
    AppendBigEndian(entry.size(), 2, bundle);
    bundle.append(entry);
  }
  return bundle;
}

}  // namespace countersign::storage
