// A journal, a keyring and views on one disk in memory, for tests of what follows the journal. The
// views can be closed and opened again as after a crash: what was not committed is gone.
#ifndef COUNTERSIGN_TESTS_PROJECTOR_OFFICE_BOOKS_H_
#define COUNTERSIGN_TESTS_PROJECTOR_OFFICE_BOOKS_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "services/cards/card_feed.h"
#include "services/event_codec.h"
#include "services/projections/obligation_cards.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/views.h"
#include "tests/projections/random_history.h"
#include "tests/support/london.h"

namespace countersign {

// Ends the test program when the ground gives way: nothing after it would mean anything.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.status();
    std::abort();
  }
  return *std::move(result);
}

using CardRows = std::map<std::string, std::string>;

inline CardRows RowsOf(const storage::ViewSnapshot& snapshot) {
  CardRows rows;
  const absl::Status scanned = snapshot.Scan({}, [&](std::string_view key, std::string_view card) {
    rows.emplace(key, card);
    return absl::OkStatus();
  });
  EXPECT_TRUE(scanned.ok()) << scanned;
  return rows;
}

// Feeds until there is nothing more to feed.
inline void CatchUp(CardFeed& feed) {
  while (true) {
    const absl::StatusOr<bool> more = feed.Advance();
    ASSERT_TRUE(more.ok()) << more.status();
    if (!*more) return;
  }
}

class OfficeBooks {
 public:
  OfficeBooks() : disk_(rocksdb::NewMemEnv(rocksdb::Env::Default())) {
    storage::JournalOptions options;
    options.path = "/journal";
    options.env = disk_.get();
    // 1 September 2026, ten in the morning in London; the journal itself keeps times apart.
    options.now = [] { return absl::FromUnixSeconds(1'788'253'200); };
    options.monotonic = [] { return absl::ZeroDuration(); };
    journal = Must(storage::Journal::Open(std::move(options)));
    storage::KeyringOptions key_options;
    key_options.path = "/keys";
    key_options.env = disk_.get();
    keyring = Must(storage::Keyring::Open(std::move(key_options)));
    ReopenViews();
  }

  // As after a crash: everything that was not committed is forgotten.
  void ReopenViews() {
    views.reset();
    views = Must(storage::Views::Open("/views", disk_.get()));
  }
  // The column families of the views, the default one among them: one more than generations.
  std::vector<std::string> FamiliesOfViews() {
    rocksdb::DBOptions options;
    options.env = disk_.get();
    std::vector<std::string> families;
    EXPECT_TRUE(rocksdb::DB::ListColumnFamilies(options, "/views", &families).ok());
    return families;
  }
  // Beside the others, to compare with.
  std::unique_ptr<storage::Views> OtherViews(const std::string& path) {
    return Must(storage::Views::Open(path, disk_.get()));
  }

  void Append(const projections::Told& told) {
    storage::AppendRequest request;
    request.events.push_back(Must(Seal(*keyring, told.event, told.subject_id)));
    if (!told.actor_id.empty()) request.author.actor = Must(storage::ParseId(told.actor_id));
    Must(journal->Append(std::move(request)));
  }
  // What the software itself does.
  void Append(const std::string& subject, const v1::Event& event) { Append({subject, event}); }
  // Bytes that are no event, on the stream of the journal itself.
  void AppendBytes(const std::string& bytes) {
    storage::AppendRequest request;
    storage::NewEvent& event = request.events.emplace_back();
    event.stream = {storage::StreamType::kJournal, {}};
    event.event_type = "journal_opened";
    event.payload = bytes;
    Must(journal->Append(std::move(request)));
  }
  void AppendHistory(uint32_t seed, int events) {
    projections::RandomHistory history(seed);
    for (int i = 0; i < events; ++i) Append(history.Next());
  }

 private:
  const std::unique_ptr<rocksdb::Env> disk_;

 public:
  std::unique_ptr<storage::Journal> journal;
  std::unique_ptr<storage::Keyring> keyring;
  std::unique_ptr<storage::Views> views;
  const projections::ObligationCards obligations{London()};
};

// A projection that counts: one card for each position that it saw.
class Positions : public projections::Projection {
 public:
  explicit Positions(std::string name = "positions", uint32_t version = 1)
      : name_(std::move(name)), version_(version) {}

  std::string name() const override { return name_; }
  uint32_t version() const override { return version_; }
  absl::Status Apply(const rules::Recorded& recorded, projections::Cards& cards) const override {
    const std::string key = std::to_string(recorded.position);
    const auto seen = cards.Get(key);
    if (!seen.ok()) return seen.status();
    if (seen->has_value()) return absl::DataLossError("seen twice");
    cards.Put(key, std::to_string(version_));
    return absl::OkStatus();
  }

 private:
  const std::string name_;
  const uint32_t version_;
};

inline v1::Event SoftwareStarted() {
  v1::Event event;
  event.mutable_journal()->mutable_software_started()->set_version("1.0");
  return event;
}

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_PROJECTOR_OFFICE_BOOKS_H_
