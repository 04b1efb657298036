// Our checkpoints, tiles and proofs before Go's transparency packages: accepted as they are,
// refused with a bit changed. The tiles are those that `countersign log export --tiles` writes.
// Skipped where Go or golang.org/x/mod (Debian:
// golang-golang-x-mod-dev) is not installed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/journal.h"
#include "tests/end_to_end/child.h"
#include "tests/interop/served_log.h"
#include "tests/storage/scratch_folder.h"
#include "tests/verifier/signed_log.h"

namespace countersign::interop {
namespace {

namespace fs = std::filesystem;
using end_to_end::Ran;
using testing::HasSubstr;

constexpr char kPackages[] = "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog";

std::string Read(const std::string& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

void Write(const std::string& path, std::string_view bytes) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// Where `go` is; empty when it is nowhere.
std::string FindGo() {
  std::stringstream path(absl::StrCat(::getenv("PATH"), ":/usr/local/go/bin:/usr/bin"));
  std::string folder;
  while (std::getline(path, folder, ':')) {
    if (fs::exists(folder + "/go")) return folder + "/go";
  }
  return "";
}

std::string Hex(const std::vector<storage::Hash>& proof) {
  std::string line;
  for (const storage::Hash& hash : proof) absl::StrAppend(&line, " ", storage::ToHex(hash));
  return line + "\n";
}

class Go : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string go = FindGo();
    if (go.empty() || !fs::exists(kPackages)) return;
    const std::string built = BIN_DIR "/interop_check";
    // Offline, in GOPATH mode, with a cache of the build folder.
    const Ran ran = end_to_end::Run(
        {go,
         {"build", "-o", built, SOURCE_DIR "/tests/interop/main.go"},
         {"GO111MODULE=off", "GOPATH=/usr/share/gocode", "GOFLAGS=", "GOPROXY=off",
          "GOTOOLCHAIN=local", "GOCACHE=" BIN_DIR "/../go-cache", "HOME=/nowhere"}});
    ASSERT_EQ(ran.code, 0) << ran.out << ran.err;
    program_ = built;
  }

  void SetUp() override {
    if (program_.empty() && !HasFailure()) {
      GTEST_SKIP() << "Go or golang-golang-x-mod-dev is not installed: nobody else looked at the "
                      "tiles.";
    }
  }

  // Lets the log grow to this size, and writes its tiles and some of its proofs.
  void GrowTo(uint64_t size) {
    while (log_.journal().head().size < size) {
      log_.Write(std::min<uint64_t>(1000, size - log_.journal().head().size));
    }
    log_.Sign();
    // Into the same folder, as somebody does who publishes the log anew.
    const std::string failure = ExportTiles(log_.journal(), tiles_);
    ASSERT_EQ(failure, "");
    std::string proofs;
    for (const uint64_t index : {uint64_t{0}, size / 3, size / 2, size - 1}) {
      const auto proof = log_.journal().ProveInclusion(index, size);
      absl::StrAppend(&proofs, "inclusion ", size, " ", index, Hex(*proof));
    }
    for (const uint64_t first : {uint64_t{1}, size / 3 + 1, size / 2 + 1, size}) {
      const auto proof = log_.journal().ProveConsistency(first, size);
      absl::StrAppend(&proofs, "consistency ", size, " ", first, Hex(*proof));
    }
    Write(proofs_, proofs);
  }

  Ran Check() {
    return end_to_end::Run(
        {program_, {tiles_, storage::ToString(log_.key().verifier()), proofs_}, {}});
  }

  // The file with one bit changed is refused, and as it was is accepted again.
  void ExpectRefusedWithABitChanged(const std::string& path, size_t byte) {
    const std::string bytes = Read(path);
    ASSERT_LT(byte, bytes.size()) << path;
    std::string changed = bytes;
    changed[byte] ^= 4;
    Write(path, changed);
    const Ran ran = Check();
    EXPECT_EQ(ran.code, 1) << path << " byte " << byte << ": " << ran.out << ran.err;
    Write(path, bytes);
  }

  static std::string program_;
  storage::ScratchFolder folder_;
  verifier::SignedLog log_;
  std::string tiles_ = folder_ / "tiles";
  std::string proofs_ = folder_ / "proofs";
};

std::string Go::program_;

TEST_F(Go, AcceptsCheckpointsTilesAndProofsOfEverySize) {
  for (const auto& [size, tiles] : std::vector<std::pair<uint64_t, int>>{
           {1, 1}, {2, 1}, {255, 1}, {256, 2}, {257, 3}, {70'000, 274 + 2 + 1}}) {
    GrowTo(size);
    const Ran ran = Check();
    EXPECT_EQ(ran.code, 0) << ran.out << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(absl::StrCat(size, " entries, ", tiles, " tiles, 8 proofs")));
  }
}

TEST_F(Go, RefusesWhatHasABitChanged) {
  GrowTo(600);
  ASSERT_EQ(Check().code, 0);
  const std::string checkpoint = tiles_ + "/checkpoint";
  const size_t bytes = Read(checkpoint).size();
  for (size_t byte = 0; byte < bytes; byte += 7) ExpectRefusedWithABitChanged(checkpoint, byte);
  for (const char* path : {"/tile/0/000", "/tile/0/002.p/88", "/tile/1/000.p/2",
                           "/tile/entries/000", "/tile/entries/001", "/tile/entries/002.p/88"}) {
    for (const size_t byte : {0, 1, 40, 63}) ExpectRefusedWithABitChanged(tiles_ + path, byte);
  }
  // A hexadecimal digit with this bit changed is another digit or none.
  const std::string proofs = Read(proofs_);
  for (size_t end = proofs.find('\n'); end != std::string::npos; end = proofs.find('\n', end + 1)) {
    if (proofs[end - 1] == ' ' || end < 70 || proofs[end - 65] != ' ') continue;
    ExpectRefusedWithABitChanged(proofs_, end - 1);
  }
  EXPECT_EQ(Check().code, 0);
}

TEST_F(Go, RefusesAnotherKeyAndAMissingFile) {
  GrowTo(300);
  const std::string other = storage::ToString(verifier::KeyOf(verifier::kOrigin, 77)->verifier());
  EXPECT_EQ(end_to_end::Run({program_, {tiles_, other, proofs_}, {}}).code, 1);
  fs::remove(tiles_ + "/tile/entries/001.p/44");
  EXPECT_EQ(Check().code, 1);
}

}  // namespace
}  // namespace countersign::interop
