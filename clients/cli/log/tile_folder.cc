#include "clients/cli/log/tile_folder.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/log/verdict.h"
#include "clients/verifier/checkpoint.h"
#include "clients/verifier/files.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/text.h"
#include "countersign/v1/log_service.pb.h"

namespace countersign::cli {
namespace {

constexpr uint64_t kTileWidth = 256;
// 256 entries of at most 65,535 bytes, each after two bytes of length.
constexpr size_t kFileBytesMax = kTileWidth * (65'535 + 2);
constexpr int kLevels = 8;

// 1234067 as "x001/x234/067"; a part of a tile as "000.p/8".
std::string IndexPath(uint64_t index, uint64_t width) {
  std::string path = absl::StrFormat("%03d", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) {
    path = absl::StrCat(absl::StrFormat("x%03d/", index % 1000), path);
  }
  return width == kTileWidth ? path : absl::StrCat(path, ".p/", width);
}

// The leaf hashes of a bundle of exactly `width` entries; nothing for other bytes.
std::optional<std::vector<verifier::Hash>> LeavesOf(std::string_view bundle, uint64_t width) {
  std::vector<verifier::Hash> leaves;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return std::nullopt;
    const uint64_t length = verifier::BigEndian(bundle.substr(0, 2));
    bundle.remove_prefix(2);
    if (bundle.size() < length) return std::nullopt;
    leaves.push_back(verifier::LeafHash(bundle.substr(0, length)));
    bundle.remove_prefix(length);
  }
  if (leaves.size() != width) return std::nullopt;
  return leaves;
}

std::string TileOf(const std::vector<verifier::Hash>& hashes) {
  std::string tile;
  for (const verifier::Hash& hash : hashes) tile.append(verifier::AsBytes(hash));
  return tile;
}

// The root of the complete tree over 256 hashes.
verifier::Hash RootOf(std::vector<verifier::Hash> hashes) {
  while (hashes.size() > 1) {
    for (size_t i = 0; i < hashes.size() / 2; ++i) {
      hashes[i] = verifier::NodeHash(hashes[2 * i], hashes[2 * i + 1]);
    }
    hashes.resize(hashes.size() / 2);
  }
  return hashes[0];
}

// Writes one folder.
class Folder {
 public:
  Folder(Session& session, std::string path) : session_(session), path_(std::move(path)) {}

  // The bundle's leaf hashes, once its file is there.
  absl::StatusOr<std::vector<verifier::Hash>> PutBundle(uint64_t index, uint64_t width) {
    if (auto leaves = KeptLeaves(index, width); leaves.has_value()) {
      ++written.kept;
      return *std::move(leaves);
    }
    v1::GetEntryBundleRequest request;
    request.set_index(index);
    request.set_width(static_cast<uint32_t>(width));
    const auto answer = session_.Ask<v1::GetEntryBundleResponse>(request);
    if (!answer.ok()) return answer.status();
    auto leaves = LeavesOf(answer->bundle(), width);
    if (!leaves.has_value()) {
      return Evidence(absl::StrCat("The entries from position ", index * kTileWidth,
                                   " on are not as many as they should be."));
    }
    absl::Status put = Put(BundlePath(index, width), answer->bundle());
    if (!put.ok()) return put;
    return *std::move(leaves);
  }

  absl::Status PutTile(int level, uint64_t index, const std::vector<verifier::Hash>& hashes) {
    const std::string tile = TileOf(hashes);
    const std::string path = TilePath(level, index, hashes.size());
    if (Kept(path) == tile) {
      ++written.kept;
      return absl::OkStatus();
    }
    v1::GetTileRequest request;
    request.set_level(static_cast<uint32_t>(level));
    request.set_index(index);
    request.set_width(static_cast<uint32_t>(hashes.size()));
    const auto answer = session_.Ask<v1::GetTileResponse>(request);
    if (!answer.ok()) return answer.status();
    if (answer->tile() != tile) {
      return Contradicted(absl::StrCat("The tile ", path, " is not what its entries make it."));
    }
    return Put(path, tile);
  }

  // Evidence that entries and server differ; of which of them comes from an earlier day, too.
  absl::Status Contradicted(const std::string& what) const {
    if (written.kept == 0) return Evidence(what);
    return Evidence(absl::StrCat(what, " ", written.kept, " files lay in ", path_,
                                 " already, and fit one another: they show what the server gave "
                                 "earlier. Keep the folder."));
  }

  TilesWritten written;

 private:
  // What the folder holds under this path; nothing where that cannot be read.
  std::optional<std::string> Kept(const std::string& path) const {
    absl::StatusOr<std::string> bytes =
        verifier::ReadSmallFile(absl::StrCat(path_, "/", path), kFileBytesMax);
    if (!bytes.ok()) return std::nullopt;
    return *std::move(bytes);
  }

  // The leaf hashes of a bundle that is there, where the tile beside it vouches for them: a disk
  // that rots changes one of the two, a log that was rewritten neither.
  std::optional<std::vector<verifier::Hash>> KeptLeaves(uint64_t index, uint64_t width) const {
    const std::optional<std::string> bundle = Kept(BundlePath(index, width));
    if (!bundle.has_value()) return std::nullopt;
    std::optional<std::vector<verifier::Hash>> leaves = LeavesOf(*bundle, width);
    if (!leaves.has_value() || Kept(TilePath(0, index, width)) != TileOf(*leaves)) {
      return std::nullopt;
    }
    return leaves;
  }

  absl::Status Put(const std::string& path, const std::string& bytes) {
    ++written.fetched;
    return NotWritten(verifier::ReplaceFile(absl::StrCat(path_, "/", path), bytes));
  }

  Session& session_;
  const std::string path_;
};

// Puts every tile of a level and makes `hashes`, those of the level, into those of the next.
absl::Status PutLevel(Folder& folder, int level, std::vector<verifier::Hash>& hashes) {
  std::vector<verifier::Hash> next;
  for (uint64_t first = 0; first < hashes.size(); first += kTileWidth) {
    const auto begin = hashes.begin() + static_cast<ptrdiff_t>(first);
    const auto width = std::min<uint64_t>(kTileWidth, hashes.size() - first);
    std::vector<verifier::Hash> tile(begin, begin + static_cast<ptrdiff_t>(width));
    if (absl::Status put = folder.PutTile(level, first / kTileWidth, tile); !put.ok()) return put;
    if (width == kTileWidth) next.push_back(RootOf(std::move(tile)));
  }
  hashes = std::move(next);
  return absl::OkStatus();
}

}  // namespace

std::string TilePath(int level, uint64_t index, uint64_t width) {
  return absl::StrCat("tile/", level, "/", IndexPath(index, width));
}

std::string BundlePath(uint64_t index, uint64_t width) {
  return absl::StrCat("tile/entries/", IndexPath(index, width));
}

absl::StatusOr<TilesWritten> WriteTiles(Session& session, const std::string& path,
                                        const std::function<void(uint64_t, uint64_t)>& each) {
  const auto answer = session.Ask<v1::GetCheckpointResponse>(v1::GetCheckpointRequest());
  if (!answer.ok()) return answer.status();
  const std::string& text = answer->checkpoint().note();
  const absl::StatusOr<verifier::Checkpoint> checkpoint = verifier::ParseSignedCheckpoint(text);
  if (!checkpoint.ok()) return Verdict(checkpoint.status());
  Folder folder(session, path);
  folder.written.size = checkpoint->size;
  verifier::Tree tree;
  std::vector<verifier::Hash> hashes;  // Of the level that is worked on.
  for (uint64_t first = 0; first < checkpoint->size; first += kTileWidth) {
    const uint64_t width = std::min(kTileWidth, checkpoint->size - first);
    const auto leaves = folder.PutBundle(first / kTileWidth, width);
    if (!leaves.ok()) return leaves.status();
    for (const verifier::Hash& leaf : *leaves) tree.Append(leaf);
    if (absl::Status put = folder.PutTile(0, first / kTileWidth, *leaves); !put.ok()) return put;
    if (width == kTileWidth) hashes.push_back(RootOf(*leaves));
    each(first + width, checkpoint->size);
  }
  for (int level = 1; level < kLevels && !hashes.empty(); ++level) {
    if (absl::Status put = PutLevel(folder, level, hashes); !put.ok()) return put;
  }
  if (tree.Root() != checkpoint->root) {
    return folder.Contradicted(absl::StrCat(
        "The ", checkpoint->size, " entries do not have the root that the checkpoint names."));
  }
  // Last, so that whoever finds it finds what it covers.
  const absl::Status put = NotWritten(verifier::ReplaceFile(path + "/checkpoint", text));
  if (!put.ok()) return put;
  return folder.written;
}

}  // namespace countersign::cli
