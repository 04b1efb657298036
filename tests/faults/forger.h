// Somebody with full access to the files, and with the key that signs: rewrites a journal so that
// everything in it fits together again.
#ifndef COUNTERSIGN_TESTS_FAULTS_FORGER_H_
#define COUNTERSIGN_TESTS_FAULTS_FORGER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "countersign/v1/entry.pb.h"
#include "rocksdb/env.h"
#include "storage/journal.h"
#include "storage/signing/signed_note.h"
#include "tests/faults/store.h"

namespace countersign::faults {

// An entry with what belongs to it.
struct Row {
  v1::Entry entry;
  std::string payload;
};

absl::StatusOr<std::vector<Row>> RowsOf(const storage::Journal& journal);

// Writes a journal of these rows, with no trace of another: places, versions, chains, digests,
// times and the tree are made to fit, request ids are remembered.
absl::Status WriteForged(const StorePaths& paths, rocksdb::Env* env, std::vector<Row> rows);

// Signs the present head with the stolen key and stores the note.
absl::Status SignForged(storage::Journal& journal, const storage::SignatureKey& stolen);

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_FORGER_H_
