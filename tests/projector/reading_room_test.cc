// Those who had to wait for the cards read on threads of their own: a slow one holds up neither the
// following nor the next one. Nothing here sleeps.
#include "services/reading/reading_room.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/synchronization/notification.h"
#include "services/projector.h"
#include "tests/projector/office_books.h"

namespace countersign {
namespace {

TEST(AReadingRoom, RunsEveryTaskOnceOnItsOwnThreads) {
  std::atomic<int> runs{0};
  std::atomic<bool> on_the_callers_thread{false};
  {
    ReadingRoom room(2);
    for (int i = 0; i < 100; ++i) {
      room.Run([&, caller = std::this_thread::get_id()] {
        ++runs;
        if (std::this_thread::get_id() == caller) on_the_callers_thread = true;
      });
    }
  }
  EXPECT_EQ(runs, 100);
  EXPECT_FALSE(on_the_callers_thread);
}

TEST(AReadingRoom, LetsAnotherReadWhileOneTakesLong) {
  absl::Notification slow_may_end;
  absl::Notification quick_ended;
  // Last, so that its threads have ended before what they wait for.
  ReadingRoom room(2);
  room.Run([&] { slow_may_end.WaitForNotification(); });
  room.Run([&] { quick_ended.Notify(); });
  quick_ended.WaitForNotification();
  slow_may_end.Notify();
}

TEST(AReadingRoom, AnswersOnTheCallersThreadOnceItIsClosed) {
  ReadingRoom room(1);
  room.Shutdown();
  bool ran = false;
  room.Run([&] { ran = true; });
  EXPECT_TRUE(ran);
  room.Shutdown();
}

TEST(ASlowReader, DoesNotHoldUpFollowing) {
  OfficeBooks books;
  const Positions positions;
  ReadingRoom room(2);
  ProjectorOptions options;
  options.chunk_entries = 4;
  options.stops_within = absl::Milliseconds(1);
  options.answer_on = [&](std::function<void()> answer) { room.Run(std::move(answer)); };
  const auto projector = Must(Projector::Start(*books.journal, *books.keyring, *books.views,
                                               {&positions}, std::move(options)));
  absl::Notification reads;
  absl::Notification may_end;
  absl::Notification ended;
  projector->WhenReached(1, absl::InfiniteDuration(), [&](Reached) {
    reads.Notify();
    may_end.WaitForNotification();
    ended.Notify();
  });
  books.AppendHistory(401, 1);
  reads.WaitForNotification();
  absl::Notification reached;
  projector->WhenReached(20, absl::InfiniteDuration(), [&](Reached answer) {
    EXPECT_FALSE(answer.behind);
    reached.Notify();
  });
  books.AppendHistory(402, 19);
  reached.WaitForNotification();
  EXPECT_FALSE(ended.HasBeenNotified());
  may_end.Notify();
  ended.WaitForNotification();
}

}  // namespace
}  // namespace countersign
