// What a stopped server's journal says of who looked at a plan.
#ifndef COUNTERSIGN_TESTS_SERVICES_ACCESSES_H_
#define COUNTERSIGN_TESTS_SERVICES_ACCESSES_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "storage/journal.h"
#include "tests/services/desk.h"

namespace countersign {

// Role and view of each access, oldest first. No payload goes with it.
inline std::vector<std::string> AccessesIn(rocksdb::Env* env, const std::string& plan) {
  storage::JournalOptions options;
  options.path = "/records/journal";
  options.env = env;
  const auto journal = Must(storage::Journal::Open(std::move(options)));
  std::vector<std::string> accesses;
  const storage::StreamId stream = Must(storage::ParseStreamId("access/" + plan));
  const absl::Status read = journal->ReadStream(
      stream, 0, storage::Journal::kUnlimited, [&](const storage::StoredEvent& stored) {
        EXPECT_TRUE(stored.payload.empty());
        accesses.push_back(std::string(stored.acting_as) + " " + std::string(stored.event_type));
        return absl::OkStatus();
      });
  EXPECT_TRUE(read.ok()) << read;
  return accesses;
}

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_SERVICES_ACCESSES_H_
