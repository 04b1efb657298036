// MeasureRebuild: the journal read back with more and more of the work of rebuilding.
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "services/cards/card_chunk.h"
#include "services/event_codec.h"
#include "services/projections/obligation_cards.h"
#include "services/projector.h"
#include "services/rules/state/person.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
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

// What a fold in memory knows of everything.
struct Folded {
  absl::flat_hash_map<std::string, v1::PlanProgress> plans;
  absl::flat_hash_map<std::string, v1::PersonFacts> people;
  absl::flat_hash_map<std::string, v1::SchoolFacts> schools;
  v1::TrustFacts trust;

  absl::Status Advance(const rules::Recorded& recorded) {
    const v1::Event& event = recorded.event;
    if (event.has_plan()) return rules::Advance(plans[recorded.subject_id], recorded);
    if (event.has_person()) return rules::Advance(people[recorded.subject_id], recorded);
    if (event.has_school()) return rules::Advance(schools[recorded.subject_id], recorded);
    if (event.has_trust()) return rules::Advance(trust, recorded);
    return absl::OkStatus();
  }
};

// The least that any rebuild from this journal must do: what cards are made from, read, opened and
// folded in memory, and nothing kept.
absl::Status ReadAndFold(const storage::Journal& journal, storage::Keyring& keyring) {
  Folded folded;
  return journal.ReadAll(
      0, storage::Journal::kUnlimited,
      [](const storage::StoredEvent& stored) { return !KindOf(stored).has_value(); },
      [&](const storage::StoredEvent& stored, std::string_view) {
        if (std::optional<v1::Event> kind = KindOf(stored)) {
          return folded.Advance(RecordedOf(stored, *std::move(kind)));
        }
        const absl::StatusOr<rules::Recorded> recorded = Open(keyring, stored);
        return recorded.ok() ? folded.Advance(*recorded) : recorded.status();
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
  // Beside a generation that answers queries, as RebuildCards does.
  absl::StatusOr<storage::View> built = (*views)->OpenView(obligations.name(), 1);
  if (built.ok()) built = (*views)->BeginGeneration(obligations.name(), 1);
  if (!built.ok()) return built.status();
  const std::vector<CardsFed> fed = {{&obligations, *built}};
  const uint64_t size = journal.head().size;
  for (uint64_t from = 0; from < size; from += kChunkEntries) {
    const absl::Status chunk =
        FeedChunk(journal, keyring, fed, from, std::min<uint64_t>(size, from + kChunkEntries),
                  storage::ViewBatch::Urgency::kCanWait, [](const storage::StoredEvent&) {});
    if (!chunk.ok()) return chunk;
  }
  return (*views)->Switch({*built});
}

// Of all threads of the program. Others on the machine leave it as it is, but for cold caches.
double ProcessorSeconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
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
      {"read_and_fold", [&] { return ReadAndFold(**journal, **keyring); }},
      {"rebuild", [&] { return Rebuild(**journal, **keyring, data_folder); }}};
  std::vector<Figure> figures;
  for (const auto& [name, work] : works) {
    figures.push_back({.name = name,
                       .in_flight = 1,
                       .unit = "events_per_second",
                       .note = absl::StrCat(size, " entries, one core")});
    figures.push_back({.name = absl::StrCat(name, "_processor"),
                       .in_flight = 1,
                       .unit = "microseconds",
                       .note = "of processor time per entry"});
  }
  // The first reading fills the page cache and is not counted.
  if (absl::Status warm = ReadAll(**journal); !warm.ok()) return warm;
  for (int repetition = 0; repetition < repetitions; ++repetition) {
    for (size_t i = 0; i < std::size(works); ++i) {
      const auto begin = std::chrono::steady_clock::now();
      const double used_before = ProcessorSeconds();
      if (absl::Status done = works[i].second(); !done.ok()) return done;
      const double used = ProcessorSeconds() - used_before;
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      figures[2 * i].values.push_back(size / took.count());
      figures[2 * i + 1].values.push_back(1e6 * used / size);
    }
  }
  return figures;
}

}  // namespace countersign::bench
