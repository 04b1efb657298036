// The keys that sign the journal's heads: `log-N.key` files in a folder of their own, N from 1, the
// 32 bytes of an Ed25519 seed each, readable by their owner only. Which of them signs is said by
// the journal (log_key_named), never by the folder.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/signed_note.h"

namespace countersign::storage {

struct LogKeysOptions {
  std::string path{};  // A folder, made if it is missing.
  rocksdb::Env* env = rocksdb::Env::Default();
  RandomBytes random = SystemRandom;
};

// Thread-safe.
class LogKeys {
 public:
  explicit LogKeys(LogKeysOptions options) : options_(std::move(options)) {}

  // A new key named `name`, on disk, synced, with the next free number, before this returns.
  // UNAVAILABLE when it cannot be written.
  absl::StatusOr<std::unique_ptr<SignatureKey>> Make(const std::string& name) const;

  // The key whose public half this is. FAILED_PRECONDITION when others than its owner may read its
  // file. Other files, whatever they hold and whoever may read them, stand in nobody's way: where
  // none holds the key, FAILED_PRECONDITION when there is a folder or a pipe in place of one,
  // UNAVAILABLE when one cannot be read, else NOT_FOUND, saying where it was looked for.
  absl::StatusOr<std::unique_ptr<SignatureKey>> Find(const VerifierKey& verifier) const;

 private:
  const LogKeysOptions options_;
  mutable std::mutex making_;  // One number is given once.
};

}  // namespace countersign::storage
