#include "tests/faults/store.h"

#include <atomic>
#include <utility>

#include "services/event_codec.h"
#include "services/log/log_anchored.h"
#include "services/log/log_identity.h"
#include "storage/signing/log_keys.h"

namespace countersign::faults {
namespace {

using storage::Journal;

// The first entry of every journal: from when on, and under which origin, it signs.
absl::Status WriteOpened(Journal& journal, storage::Keyring& keyring) {
  v1::Event opened;
  opened.mutable_journal()->mutable_journal_opened()->set_origin(kOrigin);
  absl::StatusOr<storage::NewEvent> event = Seal(keyring, opened, kJournalId);
  if (!event.ok()) return event.status();
  storage::AppendRequest request;
  request.expectations.push_back({event->stream, storage::kNoStream});
  request.events.push_back(*std::move(event));
  return journal.Append(std::move(request)).status();
}

}  // namespace

storage::JournalOptions JournalOptionsOf(const StorePaths& paths, rocksdb::Env* env) {
  // Shared, so that time does not go back when a store is opened again.
  static std::atomic<int64_t> passed_us = 0;
  storage::JournalOptions options;
  options.path = paths.journal();
  options.env = env;
  options.now = [] {
    // Monday 5 October 2026, 09:00 in London.
    return absl::FromUnixSeconds(1'791'187'200) + absl::Microseconds(++passed_us);
  };
  options.monotonic = [] { return absl::Microseconds(passed_us.load()); };
  options.min_free_bytes = 0;
  return options;
}

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StorePaths& paths, rocksdb::Env* env) {
  std::unique_ptr<Store> store(new Store(paths, env));
  absl::StatusOr<std::unique_ptr<storage::Keyring>> keyring =
      storage::Keyring::Open({.path = paths.keyring(), .env = env});
  if (!keyring.ok()) return keyring.status();
  store->keyring_ = *std::move(keyring);
  absl::StatusOr<std::unique_ptr<Journal>> journal = Journal::Open(JournalOptionsOf(paths, env));
  if (!journal.ok()) return journal.status();
  store->journal_ = *std::move(journal);
  absl::StatusOr<LogIdentity> identity = ReadLogIdentity(*store->journal_);
  if (!identity.ok()) return identity.status();
  const absl::Status anchored =
      CheckAnchored(*store->journal_, *identity, store->anchor_, {.data = paths.root});
  if (!anchored.ok()) return anchored;
  if (store->journal_->head().size == 0) {
    const absl::Status opened = WriteOpened(*store->journal_, *store->keyring_);
    if (!opened.ok()) return opened;
    identity = ReadLogIdentity(*store->journal_);
    if (!identity.ok()) return identity.status();
  }
  const storage::LogKeys keys({.path = paths.log_keys(), .env = env});
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> key =
      OpenLogKey(*store->journal_, keys, *identity);
  if (!key.ok()) return key.status();
  store->log_key_ = (*key)->verifier();
  // Signs what is asked for, and nothing by the clock on the wall.
  CheckpointerOptions options;
  options.interval = absl::Hours(1);
  options.from_size = identity->current() != nullptr ? identity->current()->from_size
                                                     : store->journal_->head().size;
  absl::StatusOr<std::unique_ptr<Checkpointer>> checkpointer = Checkpointer::Start(
      *store->journal_, *std::move(key), storage::Anchor(paths.anchor(), env), std::move(options));
  if (!checkpointer.ok()) return checkpointer.status();
  store->checkpointer_ = *std::move(checkpointer);
  return store;
}

}  // namespace countersign::faults
