// A pack taken apart and put together again, as somebody would who wants it to say something else:
// with a manifest and checksums that fit.
#ifndef COUNTERSIGN_TESTS_PACK_OPEN_PACK_H_
#define COUNTERSIGN_TESTS_PACK_OPEN_PACK_H_

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/verifier/zip_reader.h"
#include "services/pack/zip_file.h"
#include "storage/hash.h"
#include "tests/pack/plan_journal.h"

namespace countersign {

class OpenPack {
 public:
  explicit OpenPack(const std::string& pack) {
    for (const verifier::StoredFile& file : Sure(verifier::ReadStoredZip(pack))) {
      files_.push_back({std::string(file.name), std::string(file.bytes)});
    }
    files_.pop_back();  // The manifest.
  }

  // The bytes of a file, to be read or changed. The test ends when there is none.
  std::string& operator[](const std::string& name) {
    const auto found = Find(name);
    if (found == files_.end()) {
      ADD_FAILURE() << "no file " << name;
      std::abort();
    }
    return found->bytes;
  }
  void Remove(const std::string& name) { files_.erase(Find(name)); }
  void RemoveEntry(uint64_t position) {
    const std::string front = absl::StrCat("entries/", position, ".");
    files_.erase(std::remove_if(files_.begin(), files_.end(),
                                [&](const ZippedFile& file) {
                                  return file.name.compare(0, front.size(), front) == 0;
                                }),
                 files_.end());
  }
  void AddBefore(const std::string& name, ZippedFile file) { files_.insert(Find(name), file); }
  // Takes a file of another pack in the place of its own.
  void Take(const std::string& name, OpenPack& other) { (*this)[name] = other[name]; }

  // Writes the checkpoint of another pack into every proof too.
  void TakeCheckpoint(OpenPack& other) {
    const std::string own = (*this)["checkpoint"];
    for (ZippedFile& file : files_) {
      const size_t at = file.bytes.find(own);
      if (at != std::string::npos) file.bytes.replace(at, own.size(), other["checkpoint"]);
    }
  }

  std::string Whole() const {
    std::string manifest = "countersign record pack v1\n";
    for (const ZippedFile& file : files_) {
      absl::StrAppend(&manifest, storage::ToHex(storage::Sha256(file.bytes)), " ",
                      file.bytes.size(), " ", file.name, "\n");
    }
    return WithManifest(manifest);
  }
  std::string WithManifest(const std::string& manifest) const {
    std::vector<ZippedFile> files = files_;
    files.push_back({"manifest.txt", manifest});
    return Sure(StoredZip(files));
  }

 private:
  std::vector<ZippedFile>::iterator Find(const std::string& name) {
    return std::find_if(files_.begin(), files_.end(),
                        [&](const ZippedFile& file) { return file.name == name; });
  }

  std::vector<ZippedFile> files_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_PACK_OPEN_PACK_H_
