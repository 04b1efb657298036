#include "services/pack/zip_file.h"

#include <zip.h>

#include <memory>

#include "absl/strings/str_cat.h"

namespace countersign {
namespace {

// 1 January 1980 as MS-DOS has it: the first day that a zip can tell.
constexpr zip_uint16_t kFirstDay = 0x0021;

class ZipError {
 public:
  ZipError() { zip_error_init(&error_); }
  ~ZipError() { zip_error_fini(&error_); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;

  zip_error_t* get() { return &error_; }
  absl::Status status() {
    return absl::InternalError(absl::StrCat("a zip cannot be made: ", zip_error_strerror(&error_)));
  }

 private:
  zip_error_t error_;
};

struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using Source = std::unique_ptr<zip_source_t, FreeSource>;

struct DiscardZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, DiscardZip>;

absl::Status StatusOf(zip_t* zip) {
  return absl::InternalError(absl::StrCat("a zip cannot be made: ", zip_strerror(zip)));
}

// Borrows the file's bytes until the zip is closed.
absl::Status Add(const ZippedFile& file, zip_t* zip) {
  zip_source_t* bytes = zip_source_buffer(zip, file.bytes.data(), file.bytes.size(), 0);
  if (bytes == nullptr) return StatusOf(zip);
  const zip_int64_t index = zip_file_add(zip, file.name.c_str(), bytes, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(bytes);
    return StatusOf(zip);
  }
  const auto at = static_cast<zip_uint64_t>(index);
  if (zip_set_file_compression(zip, at, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(zip, at, 0, kFirstDay, 0) != 0 ||
      zip_file_set_external_attributes(zip, at, 0, ZIP_OPSYS_DOS, 0) != 0) {
    return StatusOf(zip);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> BytesOf(zip_source_t* source) {
  const auto failed = [source] {
    return absl::InternalError(
        absl::StrCat("a zip cannot be read back: ", zip_error_strerror(zip_source_error(source))));
  };
  if (zip_source_open(source) != 0) return failed();
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) return failed();
  std::string bytes(stat.size, '\0');
  const zip_int64_t read = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (read < 0 || static_cast<size_t>(read) != bytes.size()) return failed();
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> StoredZip(const std::vector<ZippedFile>& files) {
  ZipError error;
  Source made(zip_source_buffer_create(nullptr, 0, 0, error.get()));
  if (made == nullptr) return error.status();
  Zip zip(zip_open_from_source(made.get(), ZIP_TRUNCATE, error.get()));
  if (zip == nullptr) return error.status();
  // The zip owns one reference from here on, and closing it gives that one back.
  zip_source_keep(made.get());
  for (const ZippedFile& file : files) {
    if (absl::Status added = Add(file, zip.get()); !added.ok()) return added;
  }
  if (zip_close(zip.get()) != 0) return StatusOf(zip.get());
  zip.release();
  return BytesOf(made.get());
}

}  // namespace countersign
