#include "services/beginning.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/deployment.h"
#include "services/event_codec.h"
#include "services/log/log_anchored.h"
#include "services/log/log_identity.h"
#include "services/projections/obligation_cards.h"
#include "storage/rocks.h"
#include "storage/signing/anchor.h"
#include "storage/signing/log_keys.h"
#include "storage/views.h"

namespace countersign {
namespace {

// Entries that are looked through for one that tells whether the keyring fits.
constexpr uint64_t kEntriesTried = 256;

// An event of the journal's own stream, which is plain: it is about nobody.
absl::StatusOr<v1::JournalEvent> OwnEventOf(const storage::StoredEvent& stored) {
  v1::Event event;
  if (!stored.key_id.empty() || stored.erased ||
      !event.ParseFromArray(stored.payload.data(), static_cast<int>(stored.payload.size()))) {
    return absl::DataLossError(absl::StrCat("the entry at position ", stored.position,
                                            " is no event of the journal's own"));
  }
  return event.journal();
}

// The journal, to be read only. Where there is none, an empty one in `memory` stands for it: what
// lies beside it and was signed says whether it is new or was lost.
absl::StatusOr<std::unique_ptr<storage::Journal>> OpenJournalToRead(const DataFolder& folder,
                                                                    rocksdb::Env* memory) {
  storage::JournalOptions options;
  options.path = JournalFolder(folder.path);
  options.env = folder.env;
  absl::StatusOr<std::unique_ptr<storage::Journal>> opened = storage::Journal::OpenToRead(options);
  if (!absl::IsNotFound(opened.status())) return opened;
  options.path = "/journal";
  options.env = memory;
  return storage::Journal::Open(std::move(options));
}

// The keyring, to be read only; nothing where there is none yet.
absl::StatusOr<std::unique_ptr<storage::Keyring>> OpenKeyringToRead(const DataFolder& folder) {
  storage::KeyringOptions options;
  options.path = KeyringFolder(folder.path);
  options.env = folder.env;
  absl::StatusOr<std::unique_ptr<storage::Keyring>> opened =
      storage::Keyring::OpenToRead(std::move(options));
  if (absl::IsNotFound(opened.status())) return nullptr;
  return opened;
}

// Whether the journal still holds what was signed, and its key is there.
absl::Status CheckLog(const DataFolder& folder, const storage::Journal& journal) {
  const absl::StatusOr<LogIdentity> identity = ReadLogIdentity(journal);
  if (!identity.ok()) return identity.status();
  if (!folder.origin.empty()) {
    if (absl::Status named = CheckOrigin(folder.origin); !named.ok()) return named;
    if (!identity->origin.empty() && identity->origin != folder.origin) {
      return absl::FailedPreconditionError(
          absl::StrCat("this journal has the origin ", identity->origin,
                       ", which only a new epoch can change: leave --origin out"));
    }
  }
  const absl::Status anchored =
      CheckAnchored(journal, *identity, storage::Anchor(folder.anchor, folder.env),
                    {folder.path, folder.accept_missing_anchor});
  if (!anchored.ok() || identity->current() == nullptr) return anchored;
  // A start that must fail for want of the key leaves no trace.
  storage::LogKeysOptions keys;
  keys.path = LogKeysFolder(folder.path);
  keys.env = folder.env;
  return AboutLogKey(storage::LogKeys(std::move(keys)).Find(identity->current()->key).status(),
                     folder.path);
}

absl::Status CheckCards(const DataFolder& folder, const storage::Head& head) {
  const absl::StatusOr<std::optional<uint64_t>> position = storage::Views::PositionIn(
      ViewsFolder(folder.path), projections::ObligationCards::kName, folder.env);
  if (!position.ok()) return AboutCards(position.status(), folder.path);
  if (position->value_or(0) <= head.size) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the cards reflect ", **position, " entries, but the journal has ", head.size,
      ": its end is missing. Restore the data folder from a backup; nothing was changed"));
}

// One sealed payload tells; the rest of the journal is read when it is asked for.
absl::Status CheckKeyring(const storage::Journal& journal, storage::Keyring* keyring) {
  const absl::Status enough = absl::CancelledError();
  const absl::Status read = journal.ReadAll(
      0, kEntriesTried, [&](const storage::StoredEvent& stored, std::string_view) -> absl::Status {
        if (stored.key_id.empty() || stored.erased) return absl::OkStatus();
        if (keyring != nullptr && !absl::IsDataLoss(Open(*keyring, stored).status())) return enough;
        return absl::DataLossError(
            "the keyring does not fit the journal. Restore both from backups that belong together; "
            "nothing was changed");
      });
  return absl::IsCancelled(read) ? absl::OkStatus() : read;
}

}  // namespace

bool IsServed(const std::string& data, rocksdb::Env* env) {
  for (const std::string& store :
       {KeyringFolder(data) + "/store", JournalFolder(data), ViewsFolder(data)}) {
    if (storage::Rocks::IsOpenElsewhere(store, env)) return true;
  }
  return false;
}

absl::StatusOr<Beginning> BeginningOf(const storage::Journal& journal) {
  Beginning beginning;
  const uint64_t size = journal.head().size;
  if (size == 0) return beginning;
  const auto read_first = [&](const storage::StoredEvent& stored,
                              std::string_view) -> absl::Status {
    const absl::StatusOr<v1::JournalEvent> first = OwnEventOf(stored);
    if (!first.ok() || !first->has_journal_opened()) {
      return absl::DataLossError("the journal does not begin with its opening");
    }
    beginning.demo = first->journal_opened().demo();
    return absl::OkStatus();
  };
  if (absl::Status read = journal.ReadAll(0, 1, read_first); !read.ok()) return read;
  const auto read_last = [&](const storage::StoredEvent& stored, std::string_view) {
    beginning.latest = stored.recorded_at;
    return absl::OkStatus();
  };
  if (absl::Status read = journal.ReadAll(size - 1, 1, read_last); !read.ok()) return read;
  if (!beginning.demo) return beginning;
  // A move is journaled before it happens, so the entry bears the time before it.
  const storage::StreamId own{storage::StreamType::kJournal, *storage::ParseId(kJournalId)};
  const auto read_move = [&](const storage::StoredEvent& stored) -> absl::Status {
    const absl::StatusOr<v1::JournalEvent> event = OwnEventOf(stored);
    if (!event.ok()) return event.status();
    absl::Time to;
    std::string error;
    if (event->has_demo_clock_moved() &&
        absl::ParseTime(absl::RFC3339_full, event->demo_clock_moved().to(), &to, &error)) {
      beginning.latest = std::max(beginning.latest, to);
    }
    return absl::OkStatus();
  };
  if (absl::Status read = journal.ReadStream(own, 0, size, read_move); !read.ok()) return read;
  return beginning;
}

absl::StatusOr<Examined> Examine(const DataFolder& folder) {
  const std::unique_ptr<rocksdb::Env> files(rocksdb::NewMemEnv(rocksdb::Env::Default()));
  // With the machine's clock in place of that of the files.
  const std::unique_ptr<rocksdb::Env> memory = rocksdb::NewCompositeEnv(files->GetFileSystem());
  const absl::StatusOr<std::unique_ptr<storage::Journal>> journal =
      OpenJournalToRead(folder, memory.get());
  if (!journal.ok()) return journal.status();
  const storage::Head head = (*journal)->head();
  absl::Status checked = CheckLog(folder, **journal);
  if (checked.ok()) checked = CheckCards(folder, head);
  if (!checked.ok()) return checked;
  const absl::StatusOr<std::unique_ptr<storage::Keyring>> keyring = OpenKeyringToRead(folder);
  if (!keyring.ok()) return keyring.status();
  checked = CheckKeyring(**journal, keyring->get());
  if (!checked.ok()) return checked;
  const absl::StatusOr<Beginning> beginning = BeginningOf(**journal);
  if (!beginning.ok()) return beginning.status();
  if (head.size > 0 && folder.demo && !beginning->demo) {
    return absl::FailedPreconditionError(
        "this data folder holds real records and can never be a demo; choose another folder");
  }
  return Examined{head, *beginning};
}

absl::Status AboutCards(const absl::Status& opened, const std::string& data) {
  if (!absl::IsDataLoss(opened)) return opened;
  return absl::DataLossError(
      absl::StrCat("the cards are damaged. Remove the folder ", ViewsFolder(data),
                   ": they are made again from the journal. (", opened.message(), ")"));
}

absl::Status AppendOwn(storage::Journal& journal, storage::Keyring& keyring,
                       std::vector<v1::JournalEvent> events) {
  storage::AppendRequest request;
  for (v1::JournalEvent& own : events) {
    v1::Event event;
    *event.mutable_journal() = std::move(own);
    absl::StatusOr<storage::NewEvent> sealed = Seal(keyring, event, kJournalId);
    if (!sealed.ok()) return sealed.status();
    request.events.push_back(*std::move(sealed));
  }
  return journal.Append(std::move(request)).status();
}

}  // namespace countersign
