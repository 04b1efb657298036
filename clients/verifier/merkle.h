// The hash tree of a log (RFC 9162 section 2.1 with SHA-256; RFC 6962 is the same), and the proofs
// about it. A second implementation: it shares nothing with the one that writes the log. Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "clients/verifier/sha256.h"

namespace countersign::verifier {

// SHA-256(0x00 || entry).
Hash LeafHash(std::string_view entry);
// SHA-256(0x01 || left || right).
Hash NodeHash(const Hash& left, const Hash& right);
// The root of the tree without leaves: SHA-256 of nothing.
Hash EmptyRoot();

// Whether `proof` shows that `leaf` is the leaf `index` of the tree of `size` leaves with this root
// (RFC 9162 section 2.1.3.2). False for index >= size, and for a proof that is not exactly as long
// as it has to be.
bool VerifyInclusion(uint64_t index, uint64_t size, const Hash& leaf, absl::Span<const Hash> proof,
                     const Hash& root);

// Whether `proof` shows that the tree of `second` leaves begins with the tree of `first` leaves
// (RFC 9162 section 2.1.4.2). False unless 0 < first <= second: nothing is proved about the empty
// tree. Equal sizes take an empty proof and equal roots.
bool VerifyConsistency(uint64_t first, uint64_t second, const Hash& first_root,
                       const Hash& second_root, absl::Span<const Hash> proof);

// A growing tree that can tell its root at every size it ever had. About 43 bytes for each leaf.
// Not thread-safe.
class Tree {
 public:
  void Append(const Hash& leaf);

  uint64_t size() const { return size_; }
  // The root of the first `size` leaves, which must not be more than there are.
  Hash RootAt(uint64_t size) const;
  Hash Root() const { return RootAt(size_); }

 private:
  // The root of the leaves [index * 2^height, (index + 1) * 2^height), which are all there.
  Hash NodeAt(int height, uint64_t index) const;

  uint64_t size_ = 0;
  // Roots of complete subtrees of 4^i leaves. Those in between are one hash away.
  std::vector<std::vector<Hash>> levels_;
};

}  // namespace countersign::verifier
