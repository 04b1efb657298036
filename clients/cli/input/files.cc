#include "clients/cli/input/files.h"

#include <filesystem>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace countersign::cli {
namespace {

absl::StatusOr<std::string> ReadAll(std::istream& stream, const std::string& name) {
  std::string bytes(kFileBytesMax + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(stream.gcount()));
  if (stream.bad()) return absl::InvalidArgumentError(absl::StrCat("Cannot read ", name, "."));
  if (bytes.size() > kFileBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " is larger than ", kFileBytesMax, " bytes."));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, std::istream& stdin_stream) {
  if (path == "-") return ReadAll(stdin_stream, "The standard input");
  // Opening a FIFO would wait for somebody to write to it.
  std::error_code error;
  if (std::filesystem::exists(path, error) && !std::filesystem::is_regular_file(path, error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " is no regular file. Name one, or - for what is piped into this command."));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    return absl::InvalidArgumentError(
        absl::StrCat("Cannot open the file ", path, ". Check that it is there and readable."));
  }
  return ReadAll(file, path);
}

}  // namespace countersign::cli
