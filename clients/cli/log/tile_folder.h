// The log as a folder of static files (C2SP tlog-tiles), for tools that know nothing of this one:
// `checkpoint`, `tile/<L>/<N>[.p/<W>]`, `tile/entries/<N>[.p/<W>]`.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_TILE_FOLDER_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_TILE_FOLDER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/session.h"

namespace countersign::cli {

struct TilesWritten {
  uint64_t size = 0;     // Entries in the folder.
  uint64_t fetched = 0;  // Files that were asked for.
  uint64_t kept = 0;     // Files that were there already.
};

// The path of a tile of hashes, or of a bundle of entries, below the folder. `width` is 1 to 256.
std::string TilePath(int level, uint64_t index, uint64_t width);
std::string BundlePath(uint64_t index, uint64_t width);

// Writes the newest checkpoint's log into `folder`, made if it is missing. What lies there already
// is compared and kept, so that an export that was broken off goes on: a bundle where it fits the
// tile of its entries that lies there too, and otherwise fetched again, since a disk that rots is
// no evidence; `checkpoint` is written last. Every tile is worked out from the entries and compared
// with what the server gives, and the root with the checkpoint's: Evidence() where they differ,
// Verdict() of a checkpoint that is none, NotWritten() of a file that cannot be written. The
// checkpoint's signature is not looked at. `each` is told how many entries are done, and of how
// many.
absl::StatusOr<TilesWritten> WriteTiles(Session& session, const std::string& folder,
                                        const std::function<void(uint64_t, uint64_t)>& each);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_TILE_FOLDER_H_
