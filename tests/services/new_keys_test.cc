// The keys of people who are new: one synced write for all of a command's events, however many.
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/event_codec.h"
#include "tests/services/desk.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"
#include "tests/support/fact_events.h"

namespace countersign {
namespace {

TEST(AListOfNewPeople, CostsOneSyncOfTheKeyringAndGivesEachAKey) {
  const storage::ScratchFolder folder;
  storage::PowerCutDisk disk;
  const auto keyring = Must(storage::Keyring::Open(
      {.path = folder / "keyring", .env = disk.env(), .random = storage::SystemRandom}));
  std::vector<rules::Happening> happenings;
  for (int i = 0; i < 200; ++i) {
    const std::string person = absl::StrFormat("50000000-0000-4000-8000-%012x", i);
    happenings.emplace_back().event =
        rules::PersonRegistered(person, "Somebody", absl::StrCat("K", i), "Caretaker").event;
    happenings.back().subject_id = person;
  }
  const int before = disk.syncs();
  const std::vector<storage::NewEvent> events = Must(SealAll(*keyring, happenings));
  EXPECT_EQ(disk.syncs(), before + 1);
  ASSERT_EQ(events.size(), 200u);
  std::set<std::string> keys;
  for (const storage::NewEvent& event : events) keys.insert(event.key_id);
  EXPECT_EQ(keys.size(), 200u);
  EXPECT_EQ(storage::ToString(events[7].stream.id), happenings[7].subject_id);
}

}  // namespace
}  // namespace countersign
