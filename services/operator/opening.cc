#include "services/operator/opening.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/beginning.h"
#include "services/deployment.h"
#include "storage/rocks.h"

namespace countersign {
namespace {

std::string KeyringStoreOf(const OfflineOptions& options) {
  return absl::StrCat(KeyringFolder(options.data), "/store");
}

absl::Status HeldByAServer(const OfflineOptions& options) {
  return absl::FailedPreconditionError(
      absl::StrCat("A server holds ", options.data,
                   ". Stop it first; or ask it: `countersign log export` and `countersign log "
                   "verify` need no stop."));
}

// Nobody may hold the folder; and a mistyped one must not become a new journal.
absl::Status CheckFolder(const OfflineOptions& options) {
  const std::string journal = JournalFolder(options.data);
  if (!storage::Rocks::IsThere(journal, options.env)) {
    return absl::NotFoundError(absl::StrCat("There is no journal in ", options.data, "."));
  }
  return IsServed(options.data, options.env) ? HeldByAServer(options) : absl::OkStatus();
}

storage::JournalOptions JournalOptionsOf(const OfflineOptions& options) {
  storage::JournalOptions journal;
  journal.path = JournalFolder(options.data);
  journal.env = options.env;
  return journal;
}

}  // namespace

storage::Anchor AnchorOf(const OfflineOptions& options) {
  return storage::Anchor(options.anchor.empty() ? DefaultAnchor(options.data) : options.anchor,
                         options.env);
}

storage::LogKeys KeysOf(const OfflineOptions& options) {
  storage::LogKeysOptions keys;
  keys.path = LogKeysFolder(options.data);
  keys.env = options.env;
  keys.random = options.random;
  return storage::LogKeys(std::move(keys));
}

absl::StatusOr<std::unique_ptr<HeldKeyring>> HeldKeyring::Hold(const OfflineOptions& options) {
  std::unique_ptr<HeldKeyring> held(new HeldKeyring(options.env));
  const std::string store = KeyringStoreOf(options);
  if (!storage::Rocks::IsThere(store, options.env)) return held;
  if (storage::Rocks::IsOpenElsewhere(store, options.env)) return HeldByAServer(options);
  const rocksdb::Status locked = options.env->LockFile(store + "/LOCK", &held->lock_);
  if (locked.ok()) return held;
  return absl::UnavailableError(
      absl::StrCat("The keyring cannot be locked: ", locked.ToString(), "."));
}

HeldKeyring::~HeldKeyring() {
  if (lock_ != nullptr) env_->UnlockFile(lock_);
}

absl::Status Located(const OfflineOptions& options, const absl::Status& verified) {
  if (!absl::IsDataLoss(verified)) return verified;
  absl::StatusOr<std::unique_ptr<storage::Journal>> examined =
      storage::Journal::OpenToExamine(JournalOptionsOf(options));
  if (!examined.ok()) {
    return absl::DataLossError(
        absl::StrCat("Position 0 is the first that cannot be verified: the journal cannot even be "
                     "opened to be examined. (",
                     verified.message(), ")"));
  }
  const absl::Status again = (*examined)->Verify();
  if (again.message() == verified.message()) return verified;
  const std::string found =
      again.ok() ? absl::StrCat("Everything before position ", (*examined)->head().size,
                                " is as it was written; position ", (*examined)->head().size,
                                " is the first that cannot be read.")
                 : std::string(again.message());
  return absl::DataLossError(absl::StrCat(found, " (", verified.message(), ")"));
}

absl::StatusOr<std::unique_ptr<storage::Journal>> OpenToRead(const OfflineOptions& options) {
  if (absl::Status there = CheckFolder(options); !there.ok()) return there;
  absl::StatusOr<std::unique_ptr<storage::Journal>> opened =
      storage::Journal::OpenToRead(JournalOptionsOf(options));
  if (!opened.ok()) return Located(options, opened.status());
  return opened;
}

absl::StatusOr<std::unique_ptr<storage::Journal>> OpenToSign(const OfflineOptions& options) {
  return storage::Journal::Open(JournalOptionsOf(options));
}

absl::StatusOr<JournalToWrite> OpenToAppend(const OfflineOptions& options) {
  // What is damaged is told before anything of it is changed.
  absl::StatusOr<std::unique_ptr<storage::Journal>> examined = OpenToRead(options);
  if (!examined.ok()) return examined.status();
  const std::string folder = KeyringFolder(options.data);
  if (!storage::Rocks::IsThere(KeyringStoreOf(options), options.env)) {
    return absl::NotFoundError(
        absl::StrCat("The keyring ", folder, " is missing. Bring it back first."));
  }
  absl::StatusOr<Beginning> beginning = BeginningOf(**examined);
  if (!beginning.ok()) return beginning.status();
  examined->reset();
  storage::KeyringOptions keys;
  keys.path = folder;
  keys.env = options.env;
  absl::StatusOr<std::unique_ptr<storage::Keyring>> keyring =
      storage::Keyring::Open(std::move(keys));
  if (!keyring.ok()) return keyring.status();
  storage::JournalOptions options_to_write = JournalOptionsOf(options);
  if (beginning->demo) {
    const absl::Time latest = beginning->latest;
    options_to_write.now = [latest] { return latest; };
    options_to_write.monotonic = [latest] { return latest - absl::UnixEpoch(); };
  }
  absl::StatusOr<std::unique_ptr<storage::Journal>> journal =
      storage::Journal::Open(std::move(options_to_write));
  if (!journal.ok()) return journal.status();
  return JournalToWrite{*std::move(keyring), *std::move(journal)};
}

}  // namespace countersign
