// The hash tree over the journal's entries: RFC 6962 section 2.1 (RFC 9162 section 2.1 with
// SHA-256). Pure: no disk, no clock, no state beyond the values given.
//
// Only the hashes of tile levels are stored. Level 0 holds the leaf hashes; level L holds the roots
// of complete subtrees of 256^L leaves. Index i of level L covers the leaves
// [i * 256^L, (i + 1) * 256^L). What lies between two levels is recomputed, at most 128 hashes.
// Sizes above 2^56 leaves are out of scope.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "storage/hash.h"

namespace countersign::storage {

// SHA-256(0x00 || entry).
Hash LeafHash(std::string_view entry);
// SHA-256(0x01 || left || right).
Hash NodeHash(const Hash& left, const Hash& right);
// The root of the tree without leaves: SHA-256 of the empty string.
Hash EmptyRoot();

inline constexpr int kTileHeight = 8;
inline constexpr uint64_t kTileWidth = uint64_t{1} << kTileHeight;

// A hash worth storing.
struct TileHash {
  uint8_t level;
  uint64_t index;
  Hash hash;
};

// Reads `count` stored hashes of a tile level from index `first` on. Must give exactly `count`
// hashes or an error, which the caller of the functions below receives unchanged.
using TileReader = absl::FunctionRef<absl::StatusOr<std::vector<Hash>>(
    uint8_t level, uint64_t first, uint64_t count)>;

// The right edge of a growing tree: all that is needed to append. About 2 KiB; copy it to try an
// append that may be given up. Not thread-safe.
class Frontier {
 public:
  // The tree without leaves.
  Frontier() = default;

  // Recomputes the right edge of a tree of `size` leaves from its stored hashes. The caller
  // compares Root() with the root it remembers.
  static absl::StatusOr<Frontier> Restore(uint64_t size, TileReader read);

  // Adds a leaf and hands each hash that has to be stored to `made`, level 0 first.
  void Append(const Hash& leaf, absl::FunctionRef<void(const TileHash&)> made);

  uint64_t size() const { return size_; }
  Hash Root() const;

 private:
  uint64_t size_ = 0;
  // peaks_[h] is the root of the complete subtree of 2^h leaves, where bit h of size_ is set.
  std::array<Hash, 64> peaks_{};
};

// The root of the first `size` leaves.
absl::StatusOr<Hash> RootAt(uint64_t size, TileReader read);

// The audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first (RFC 9162
// section 2.1.3.1). INVALID_ARGUMENT unless index < size.
absl::StatusOr<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, TileReader read);

// Shows that the tree of `second` leaves extends the tree of `first` leaves (RFC 9162 section
// 2.1.4.1). Empty when both are equal. INVALID_ARGUMENT unless 0 < first <= second: for the empty
// tree no proof exists.
absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t first, uint64_t second,
                                                   TileReader read);

// RFC 9162 section 2.1.3.2. False for index >= size and for a proof of any other length than the
// one that fits.
bool VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf, absl::Span<const Hash> proof,
                     const Hash& root);

// RFC 9162 section 2.1.4.2. False unless 0 < first <= second; equal sizes take an empty proof and
// equal roots.
bool VerifyConsistency(uint64_t first, uint64_t second, const Hash& first_root,
                       const Hash& second_root, absl::Span<const Hash> proof);

// How many hashes level `level` holds in a tree of `size` leaves. Divided by kTileWidth it is the
// number of full tiles, the remainder is the width of the partial one (C2SP tlog-tiles).
uint64_t HashesAtLevel(uint64_t size, uint8_t level);

// The bytes of an entry bundle: each entry after its length as a 16-bit big-endian integer.
// INVALID_ARGUMENT for an entry of more than 65,535 bytes.
absl::StatusOr<std::string> EntryBundle(absl::Span<const std::string> entries);

}  // namespace countersign::storage
