// A small complete store, closed, as plain files in memory: with one bit changed it is opened, read
// whole and compared with what was written.
#ifndef COUNTERSIGN_TESTS_FAULTS_SMALL_STORE_H_
#define COUNTERSIGN_TESTS_FAULTS_SMALL_STORE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/faults/memory_files.h"
#include "tests/faults/store.h"

namespace countersign::faults {

// What became of one changed bit.
enum class Outcome { kFound, kHarmless, kWrong };

// Everything a store answers, as lines; or the first error on the way.
class Answers {
 public:
  // The journal's part: entries, streams, heads, requests, proofs, signed heads.
  absl::Status ReadJournal(const storage::Journal& journal);
  // What the journal's sealed payloads say, opened with the keyring.
  absl::Status ReadSealed(const storage::Journal& journal, storage::Keyring& keyring);

  // How the first answer begins that is not the same in `other`.
  std::string FirstDifference(const Answers& other) const;

  friend bool operator==(const Answers&, const Answers&) = default;

 private:
  absl::Status ReadProofs(const storage::Journal& journal, const storage::Head& head);
  void Say(std::string_view what, std::string_view answer);

  std::string lines_;
};

class SmallStore {
 public:
  // The files of a new one, which differ each time. The test fails when it cannot be made.
  static void Make(Files& files);

  // Opens and reads it as it is. The program ends when that cannot be done.
  explicit SmallStore(Files files);
  ~SmallStore();

  size_t bytes() const;
  const Files& files() const { return files_; }
  // The file that holds this bit, counted over all files in the order of their paths.
  const std::string& FileOf(size_t bit) const;
  // The bits of the anchor, the log's key and the keyring's epoch key.
  std::vector<size_t> BitsOfSmallFiles() const;

  // `why` is told what a wrong answer was.
  Outcome Judge(size_t bit, std::string& why) const;

 private:
  std::string PartOf(const std::string& path) const;
  Outcome JudgeJournal(rocksdb::Env* env, std::string& why) const;
  Outcome JudgeKeyring(rocksdb::Env* env, std::string& why) const;
  Outcome JudgeLogKeys(rocksdb::Env* env, std::string& why) const;
  Outcome JudgeAnchor(rocksdb::Env* env, std::string& why) const;

  const StorePaths paths_{"/store"};
  const Files files_;
  std::unique_ptr<rocksdb::Env> sound_env_;
  std::unique_ptr<storage::Journal> journal_;
  std::unique_ptr<storage::Keyring> keyring_;
  Answers journal_answers_;
  Answers sealed_answers_;
  std::optional<storage::Checkpoint> anchor_;
  storage::VerifierKey log_key_;
};

}  // namespace countersign::faults

#endif  // COUNTERSIGN_TESTS_FAULTS_SMALL_STORE_H_
