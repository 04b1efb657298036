#include "services/beginning.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/deployment.h"
#include "services/event_codec.h"
#include "services/projections/obligation_cards.h"
#include "storage/rocks.h"

namespace countersign {
namespace {

// Entries that are looked through for one that tells whether the keyring fits.
constexpr uint64_t kEntriesTried = 256;

}  // namespace

bool IsServed(const std::string& data, rocksdb::Env* env) {
  for (const std::string& store :
       {KeyringFolder(data) + "/store", JournalFolder(data), ViewsFolder(data)}) {
    if (storage::Rocks::IsOpenElsewhere(store, env)) return true;
  }
  return false;
}

absl::StatusOr<Beginning> BeginningOf(const storage::Journal& journal, storage::Keyring& keyring) {
  Beginning beginning;
  const uint64_t size = journal.head().size;
  if (size == 0) return beginning;
  const auto read_first = [&](const storage::StoredEvent& stored,
                              std::string_view) -> absl::Status {
    absl::StatusOr<rules::Recorded> recorded = Open(keyring, stored);
    if (!recorded.ok()) return recorded.status();
    if (!recorded->event.journal().has_journal_opened()) {
      return absl::DataLossError("the journal does not begin with its opening");
    }
    beginning.demo = recorded->event.journal().journal_opened().demo();
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
    absl::StatusOr<rules::Recorded> recorded = Open(keyring, stored);
    if (!recorded.ok()) return recorded.status();
    absl::Time to;
    std::string error;
    if (recorded->event.journal().has_demo_clock_moved() &&
        absl::ParseTime(absl::RFC3339_full, recorded->event.journal().demo_clock_moved().to(), &to,
                        &error)) {
      beginning.latest = std::max(beginning.latest, to);
    }
    return absl::OkStatus();
  };
  if (absl::Status read = journal.ReadStream(own, 0, size, read_move); !read.ok()) return read;
  return beginning;
}

absl::Status CheckParts(const storage::Journal& journal, storage::Keyring& keyring,
                        const storage::Views& views) {
  const uint64_t size = journal.head().size;
  const std::optional<storage::View> cards = views.Current(projections::ObligationCards::kName);
  if (cards.has_value() && cards->position() > size) {
    return absl::DataLossError(absl::StrCat(
        "the cards reflect ", cards->position(), " entries, but the journal has ", size,
        ": its end is missing. Restore the data folder from a backup; nothing was changed"));
  }
  // One sealed payload tells; the rest of the journal is read when it is asked for.
  const absl::Status enough = absl::CancelledError();
  const absl::Status read = journal.ReadAll(
      0, kEntriesTried, [&](const storage::StoredEvent& stored, std::string_view) -> absl::Status {
        if (stored.key_id.empty() || stored.erased) return absl::OkStatus();
        if (!absl::IsDataLoss(Open(keyring, stored).status())) return enough;
        return absl::DataLossError(
            "the keyring does not fit the journal. Restore both from backups that belong together; "
            "nothing was changed");
      });
  return absl::IsCancelled(read) ? absl::OkStatus() : read;
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
