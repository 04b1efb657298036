// MeasureRebuild: the journal read back with more and more of the work of rebuilding.
#include <sched.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/card_feed.h"
#include "services/event_codec.h"
#include "services/projections/obligation_cards.h"
#include "services/projector.h"
#include "storage/journal.h"
#include "storage/keyring.h"
#include "storage/views.h"
#include "tests/bench/offline.h"

namespace countersign::bench {
namespace {

// As the server does it.
const size_t kChunkEntries = ProjectorOptions().chunk_entries;

// Keeps this thread, and those that it starts, on one core for as long as it lives.
class OnOneCore {
 public:
  OnOneCore() {
    CPU_ZERO(&before_);
    sched_getaffinity(0, sizeof(before_), &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(sched_getcpu(), &one);
    sched_setaffinity(0, sizeof(one), &one);
  }
  ~OnOneCore() { sched_setaffinity(0, sizeof(before_), &before_); }

 private:
  cpu_set_t before_;
};

// A folder beside another one, for as long as the object lives.
class FolderBeside {
 public:
  explicit FolderBeside(const std::string& path) {
    std::string name = path + ".cards-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~FolderBeside() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  // Empty when it could not be made.
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

absl::Status ReadAll(const storage::Journal& journal) {
  return journal.ReadAll(
      0, storage::Journal::kUnlimited,
      [](const storage::StoredEvent&, std::string_view) { return absl::OkStatus(); });
}

absl::Status ReadAndOpen(const storage::Journal& journal, storage::Keyring& keyring) {
  return journal.ReadAll(0, storage::Journal::kUnlimited,
                         [&](const storage::StoredEvent& stored, std::string_view) {
                           return Open(keyring, stored).status();
                         });
}

absl::Status Rebuild(const storage::Journal& journal, storage::Keyring& keyring,
                     const std::string& data_folder) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/London", &zone)) {
    return absl::FailedPreconditionError("the time zones are missing: install the package tzdata");
  }
  const projections::ObligationCards obligations(zone);
  const FolderBeside folder(data_folder);
  if (folder.path().empty()) return absl::UnavailableError("no folder for the cards");
  absl::StatusOr<std::unique_ptr<storage::Views>> views = storage::Views::Open(folder.path());
  if (!views.ok()) return views.status();
  absl::StatusOr<std::unique_ptr<CardFeed>> feed =
      CardFeed::Open(journal, keyring, **views, {&obligations}, kChunkEntries);
  if (!feed.ok()) return feed.status();
  absl::StatusOr<bool> more = true;
  while (more.ok() && *more) more = (*feed)->Advance();
  return more.status();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> MeasureRebuild(const std::string& data_folder,
                                                   int repetitions) {
  const OnOneCore pinned;
  absl::StatusOr<std::unique_ptr<storage::Journal>> journal =
      storage::Journal::Open({.path = data_folder + "/journal"});
  if (!journal.ok()) return journal.status();
  absl::StatusOr<std::unique_ptr<storage::Keyring>> keyring =
      storage::Keyring::Open({.path = data_folder + "/keyring"});
  if (!keyring.ok()) return keyring.status();
  const auto size = static_cast<double>((*journal)->head().size);
  const std::pair<const char*, std::function<absl::Status()>> works[] = {
      {"read_all", [&] { return ReadAll(**journal); }},
      {"read_and_open", [&] { return ReadAndOpen(**journal, **keyring); }},
      {"rebuild", [&] { return Rebuild(**journal, **keyring, data_folder); }}};
  std::vector<Figure> figures;
  for (const auto& [name, work] : works) {
    figures.push_back({.name = name,
                       .in_flight = 1,
                       .unit = "events_per_second",
                       .note = absl::StrCat(size, " entries, one core")});
  }
  // The first reading fills the page cache and is not counted.
  if (absl::Status warm = ReadAll(**journal); !warm.ok()) return warm;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (size_t i = 0; i < figures.size(); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      if (absl::Status done = works[i].second(); !done.ok()) return done;
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      figures[i].values.push_back(size / took.count());
    }
  }
  return figures;
}

}  // namespace countersign::bench
