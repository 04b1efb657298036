// A complete store in one process, as the server wires it: journal, keyring, the log's keys, the
// anchor on a path of its own, and the checkpointer.
#ifndef COUNTERSIGN_TESTS_FAULTS_STORE_H_
#define COUNTERSIGN_TESTS_FAULTS_STORE_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "services/log/checkpointer.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/anchor.h"
#include "storage/signing/signed_note.h"

namespace countersign::faults {

inline constexpr char kOrigin[] = "log.example/faults";

// Where the parts of a store lie in one folder. In the field the anchor lies on another disk.
struct StorePaths {
  explicit StorePaths(std::string folder) : root(std::move(folder)) {}

  std::string journal() const { return root + "/journal"; }
  std::string keyring() const { return root + "/keyring"; }
  std::string log_keys() const { return root + "/log-keys"; }
  std::string anchor() const { return root + "/anchored/anchor"; }

  std::string root;
};

class Store {
 public:
  // Opens or makes a store and starts to sign. Errors are those of the parts; a journal behind its
  // anchor is refused (IsBehindAnchor). Time stands almost still: a microsecond goes by with every
  // look at the clock.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StorePaths& paths, rocksdb::Env* env);

  storage::Journal& journal() { return *journal_; }
  storage::Keyring& keyring() { return *keyring_; }
  Checkpointer& checkpointer() { return *checkpointer_; }
  const storage::VerifierKey& log_key() const { return log_key_; }
  absl::StatusOr<std::optional<storage::Checkpoint>> anchor() const { return anchor_.Read(); }

 private:
  Store(const StorePaths& paths, rocksdb::Env* env) : anchor_(paths.anchor(), env) {}

  storage::Anchor anchor_;
  storage::VerifierKey log_key_;
  std::unique_ptr<storage::Keyring> keyring_;
  std::unique_ptr<storage::Journal> journal_;
  std::unique_ptr<Checkpointer> checkpointer_;  // Goes before the journal that it signs.
};

// The options that every test opens a journal with: no limit of free bytes, and a clock of the
// test's own.
storage::JournalOptions JournalOptionsOf(const StorePaths& paths, rocksdb::Env* env);

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_STORE_H_
