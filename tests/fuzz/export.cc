// An exported log, as it comes from somebody else's disk or server, in pieces of any size.
//
// The last 32 bytes, its digest, are worked out again for one of the readings: a fuzzer would never
// find them.
#include <algorithm>
#include <string>

#include "clients/verifier/log_check.h"
#include "storage/hash.h"
#include "tests/fuzz/notes.h"
#include "tests/fuzz/require.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {
namespace {

constexpr size_t kDigestBytes = 32;

absl::StatusOr<verifier::LogReport> Check(std::string_view bytes, size_t piece_bytes) {
  static const auto* const keys =
      new verifier::KeyFile(verifier::ParseKeyFile(ToString(LogKey().verifier()) + "\n").value());
  verifier::LogCheckOptions options;
  options.keys = *keys;
  options.threads = 1;
  verifier::LogCheck check(std::move(options));
  while (!bytes.empty()) {
    const size_t size = std::min(piece_bytes, bytes.size());
    check.Add(bytes.substr(0, size)).IgnoreError();
    bytes.remove_prefix(size);
  }
  return check.Finish();
}

void CheckBothWays(std::string_view bytes) {
  const absl::StatusOr<verifier::LogReport> whole = Check(bytes, bytes.size());
  const absl::StatusOr<verifier::LogReport> pieces = Check(bytes, 1 + bytes.size() % 61);
  Require(whole.status() == pieces.status(),
          "the size of the pieces tells nothing: " + whole.status().ToString() + " / " +
              pieces.status().ToString());
  if (!whole.ok()) return;
  Require(whole->last == pieces->last && whole->streams == pieces->streams,
          "the same log is reported");
  Require(whole->last.origin == kLogName, "only what this log signed verifies");
  Require(whole->payloads_checked + whole->payloads_erased + whole->payloads_withheld ==
              whole->last.size,
          "every payload is accounted for");
}

}  // namespace

void ReadExport(std::string_view bytes) {
  CheckBothWays(bytes);
  if (bytes.size() < kDigestBytes) return;
  std::string mended(bytes.substr(0, bytes.size() - kDigestBytes));
  mended.append(storage::AsBytes(storage::Sha256(mended)));
  if (mended != bytes) CheckBothWays(mended);
}

}  // namespace countersign::fuzz
