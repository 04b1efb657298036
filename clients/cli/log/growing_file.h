// A file that is written piece by piece, and lies in its place only when it is whole.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_GROWING_FILE_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_GROWING_FILE_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace countersign::cli {

class GrowingFile {
 public:
  // Begins beside `path`, readable by its owner alone. UNKNOWN with the system's reason, as all of
  // these.
  static absl::StatusOr<std::unique_ptr<GrowingFile>> Begin(const std::string& path);

  // Removes what was not finished.
  ~GrowingFile();
  GrowingFile(const GrowingFile&) = delete;
  GrowingFile& operator=(const GrowingFile&) = delete;

  absl::Status Add(std::string_view piece);
  // The file lies at `path` once OK is returned, whatever happens to the machine; what lay there
  // before is gone.
  absl::Status Finish();

 private:
  GrowingFile(std::string path, std::string beside, int file)
      : path_(std::move(path)), beside_(std::move(beside)), file_(file) {}
  absl::Status Failed() const;

  const std::string path_;
  const std::string beside_;
  int file_;  // -1 once it is closed.
  bool finished_ = false;
};

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_GROWING_FILE_H_
