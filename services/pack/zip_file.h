// Zip files of stored entries: the same files give the same bytes, whenever and wherever.
#ifndef COUNTERSIGN_SERVICES_PACK_ZIP_FILE_H_
#define COUNTERSIGN_SERVICES_PACK_ZIP_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace countersign {

// A file that goes into a zip.
struct ZippedFile {
  std::string name = {};  // ASCII, with its folders.
  std::string bytes = {};
};

// The zip of these files in this order, exactly as docs/record-pack.md has it: stored, without
// extra fields and comments, dated 1 January 1980. INTERNAL, with what libzip says, for a name that
// is given twice or when there is no memory. Pure.
absl::StatusOr<std::string> StoredZip(const std::vector<ZippedFile>& files);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PACK_ZIP_FILE_H_
