#include "services/clock_move.h"

#include <string>
#include <utility>

#include "services/event_codec.h"

namespace countersign {

void MoveClock(storage::Journal& journal, storage::Keyring& keyring, MovableClock& clock,
               const ClockMove& move, std::function<void(absl::StatusOr<absl::Time>)> done) {
  v1::Event event;
  event.mutable_journal()->mutable_demo_clock_moved()->set_to(
      absl::FormatTime(absl::RFC3339_full, move.to, absl::UTCTimeZone()));
  absl::StatusOr<storage::NewEvent> sealed = Seal(keyring, event, kJournalId);
  if (!sealed.ok()) return done(sealed.status());
  storage::AppendRequest request;
  request.events.push_back(*std::move(sealed));
  request.author.actor = move.caller;
  request.author.acting_as = std::string(NameOf(move.row->standing));
  request.author.policy_rule = std::string(move.row->id);
  journal.Append(std::move(request), [&clock, to = move.to, done = std::move(done)](
                                         const absl::StatusOr<storage::AppendReceipt>& appended) {
    if (!appended.ok()) return done(appended.status());
    done(clock.MoveTo(to));
  });
}

}  // namespace countersign
