#include "tests/faults/small_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/log/log_identity.h"
#include "storage/signing/log_keys.h"
#include "tests/faults/ledger.h"

namespace countersign::faults {
namespace {

constexpr uint32_t kRequests = 60;
constexpr uint32_t kTimesOpened = 3;

}  // namespace

absl::Status Answers::ReadJournal(const storage::Journal& journal) {
  const storage::Head head = journal.head();
  Say("head", absl::StrCat(head.size, " ", storage::ToHex(head.root)));
  const absl::Status read =
      journal.ReadAll(0, storage::Journal::kUnlimited,
                      [&](const storage::StoredEvent& event, std::string_view bytes) {
                        Say("entry", bytes);
                        Say("payload", event.payload);
                        return absl::OkStatus();
                      });
  if (!read.ok()) return read;
  for (uint8_t plan = 0; plan < 10; ++plan) {
    const absl::Status streamed =
        journal.ReadStream({storage::StreamType::kPlan, storage::Id({plan})}, 0,
                           storage::Journal::kUnlimited, [&](const storage::StoredEvent& event) {
                             Say("stream", absl::StrCat(event.version, "@", event.position));
                             Say("said", event.payload);
                             return absl::OkStatus();
                           });
    if (!streamed.ok()) return streamed;
  }
  for (uint32_t number = 0; number < kRequests; ++number) {
    const auto known = journal.FindRequest(storage::Id({0xa}), RequestIdOf(number));
    if (!known.ok()) return known.status();
    Say("request", known->has_value() ? absl::StrCat((*known)->first_position, "+", (*known)->count,
                                                     " ", storage::ToHex((*known)->body_digest))
                                      : "unknown");
  }
  const absl::Status noted = journal.Checkpoints(storage::Journal::kUnlimited, false,
                                                 [&](uint64_t size, std::string_view note) {
                                                   Say(absl::StrCat("signed ", size), note);
                                                   return absl::OkStatus();
                                                 });
  if (!noted.ok()) return noted;
  const absl::Status proved = ReadProofs(journal, head);
  return proved.ok() ? journal.Verify() : proved;
}

absl::Status Answers::ReadProofs(const storage::Journal& journal, const storage::Head& head) {
  for (uint64_t size = 1; size <= head.size; size += 7) {
    const absl::StatusOr<storage::Hash> root = journal.RootOf(size);
    if (!root.ok()) return root.status();
    Say("root", storage::AsBytes(*root));
    const auto inclusion = journal.ProveInclusion(size - 1, head.size);
    if (!inclusion.ok()) return inclusion.status();
    for (const storage::Hash& hash : *inclusion) Say("inclusion", storage::AsBytes(hash));
    const auto consistency = journal.ProveConsistency(size, head.size);
    if (!consistency.ok()) return consistency.status();
    for (const storage::Hash& hash : *consistency) Say("consistency", storage::AsBytes(hash));
  }
  return absl::OkStatus();
}

absl::Status Answers::ReadSealed(const storage::Journal& journal, storage::Keyring& keyring) {
  return journal.ReadAll(0, storage::Journal::kUnlimited,
                         [&](const storage::StoredEvent& event, std::string_view) -> absl::Status {
                           if (event.key_id.empty()) return absl::OkStatus();
                           const absl::StatusOr<std::string> words = keyring.Open(
                               event.key_id, event.stream, event.event_type, event.payload);
                           if (!words.ok()) return words.status();
                           Say("words", *words);
                           return absl::OkStatus();
                         });
}

void Answers::Say(std::string_view what, std::string_view answer) {
  absl::StrAppend(&lines_, absl::string_view(what.data(), what.size()), " ", answer.size(), " ",
                  absl::string_view(answer.data(), answer.size()), "\n");
}

std::string Answers::FirstDifference(const Answers& other) const {
  const auto differ =
      std::mismatch(lines_.begin(), lines_.end(), other.lines_.begin(), other.lines_.end());
  const auto at = static_cast<size_t>(differ.first - lines_.begin());
  const size_t line = at == 0 ? 0 : lines_.rfind('\n', at - 1) + 1;
  return absl::CHexEscape(absl::string_view(lines_).substr(line, 60));
}

void SmallStore::Make(Files& files) {
  const StorePaths paths("/store");
  const std::unique_ptr<rocksdb::Env> env = NewMemory();
  Ledger ledger;
  // Opened several times: rows lie in tables and in the log, and both keyring and journal have a
  // manifest with a past.
  for (uint32_t time = 0; time < kTimesOpened; ++time) {
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(paths, env.get());
    ASSERT_TRUE(store.ok()) << store.status();
    const absl::Status worked = Work(**store, ledger, time * kRequests / kTimesOpened,
                                     (time + 1) * kRequests / kTimesOpened);
    ASSERT_TRUE(worked.ok()) << worked;
    // The last head is signed, as it is within a second in the field.
    const uint64_t size = (*store)->journal().head().size;
    ASSERT_TRUE((*store)->checkpointer().Await(size).ok());
  }
  Collect(env.get(), paths.root, files);
  // Half of all bytes are copies of RocksDB's options, which nothing reads: the sound store is
  // without them.
  std::erase_if(files,
                [](const auto& file) { return file.first.find("/OPTIONS-") != std::string::npos; });
}

SmallStore::SmallStore(Files files) : files_(std::move(files)), sound_env_(Loaded(files_)) {
  journal_ = storage::Journal::Open(JournalOptionsOf(paths_, sound_env_.get())).value();
  keyring_ = storage::Keyring::Open({.path = paths_.keyring(), .env = sound_env_.get()}).value();
  EXPECT_TRUE(journal_answers_.ReadJournal(*journal_).ok());
  EXPECT_TRUE(sealed_answers_.ReadSealed(*journal_, *keyring_).ok());
  anchor_ = storage::Anchor(paths_.anchor(), sound_env_.get()).Read().value().value();
  EXPECT_EQ(anchor_->head, journal_->head());
  log_key_ = ReadLogIdentity(*journal_).value().current()->key;
}

SmallStore::~SmallStore() {
  journal_.reset();
  keyring_.reset();
}

size_t SmallStore::bytes() const {
  size_t bytes = 0;
  for (const auto& [path, content] : files_) bytes += content.size();
  return bytes;
}

const std::string& SmallStore::FileOf(size_t bit) const {
  auto file = files_.begin();
  for (size_t byte = bit / 8; byte >= file->second.size(); ++file) byte -= file->second.size();
  return file->first;
}

std::vector<size_t> SmallStore::BitsOfSmallFiles() const {
  std::vector<size_t> bits;
  size_t first = 0;
  for (const auto& [path, content] : files_) {
    if (PartOf(path) == paths_.log_keys() || PartOf(path) == paths_.anchor() ||
        path.find("/epoch-") != std::string::npos) {
      for (size_t bit = 0; bit < 8 * content.size(); ++bit) bits.push_back(first + bit);
    }
    first += 8 * content.size();
  }
  return bits;
}

Outcome SmallStore::Judge(size_t bit, std::string& why) const {
  Files files;
  const std::string part = PartOf(FileOf(bit));
  size_t first = 0;
  for (const auto& [path, content] : files_) {
    if (path.compare(0, part.size(), part) == 0) {
      std::string& bytes = files[path] = content;
      if (bit >= first && bit < first + 8 * content.size()) {
        bytes[(bit - first) / 8] ^= static_cast<char>(1 << bit % 8);
      }
    }
    first += 8 * content.size();
  }
  const std::unique_ptr<rocksdb::Env> env = Loaded(files);
  if (part == paths_.journal()) return JudgeJournal(env.get(), why);
  if (part == paths_.keyring()) return JudgeKeyring(env.get(), why);
  if (part == paths_.log_keys()) return JudgeLogKeys(env.get(), why);
  return JudgeAnchor(env.get(), why);
}

// Only the part that holds the byte is read again: the parts share no files.
std::string SmallStore::PartOf(const std::string& path) const {
  for (const std::string& part : {paths_.journal(), paths_.keyring(), paths_.log_keys()}) {
    if (path.compare(0, part.size() + 1, part + "/") == 0) return part;
  }
  return paths_.anchor();
}

Outcome SmallStore::JudgeJournal(rocksdb::Env* env, std::string& why) const {
  const absl::StatusOr<std::unique_ptr<storage::Journal>> journal =
      storage::Journal::Open(JournalOptionsOf(paths_, env));
  if (!journal.ok()) return Outcome::kFound;
  const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(**journal);
  if (!identity.ok() || !storage::CheckAgainstAnchor(**journal, *anchor_).ok()) {
    return Outcome::kFound;
  }
  if (identity->current() == nullptr || identity->current()->key != log_key_) {
    why = "another key signs";
    return Outcome::kWrong;
  }
  Answers answers;
  if (!answers.ReadJournal(**journal).ok()) return Outcome::kFound;
  if (answers == journal_answers_) return Outcome::kHarmless;
  why = absl::StrCat("the journal answers otherwise, where it said: ",
                     journal_answers_.FirstDifference(answers));
  return Outcome::kWrong;
}

Outcome SmallStore::JudgeKeyring(rocksdb::Env* env, std::string& why) const {
  const absl::StatusOr<std::unique_ptr<storage::Keyring>> keyring =
      storage::Keyring::Open({.path = paths_.keyring(), .env = env});
  if (!keyring.ok()) return Outcome::kFound;
  Answers answers;
  if (!answers.ReadSealed(*journal_, **keyring).ok()) return Outcome::kFound;
  if (answers == sealed_answers_) return Outcome::kHarmless;
  why = "other words were read";
  return Outcome::kWrong;
}

Outcome SmallStore::JudgeLogKeys(rocksdb::Env* env, std::string& why) const {
  const storage::LogKeys keys({.path = paths_.log_keys(), .env = env});
  const auto key = keys.Find(log_key_);
  if (!key.ok()) return Outcome::kFound;
  if ((*key)->verifier() == log_key_) return Outcome::kHarmless;
  why = "another key was given";
  return Outcome::kWrong;
}

Outcome SmallStore::JudgeAnchor(rocksdb::Env* env, std::string& why) const {
  const auto anchor = storage::Anchor(paths_.anchor(), env).Read();
  if (!anchor.ok()) return Outcome::kFound;
  if (*anchor == anchor_) return Outcome::kHarmless;
  why = "another anchor was read";
  return Outcome::kWrong;
}

}  // namespace countersign::faults
