#include "services/permission/denials.h"

#include <mutex>
#include <utility>

#include "services/event_codec.h"

namespace countersign {

absl::Status Denials::Deny(const storage::Id& caller, Action action, absl::string_view instead) {
  const absl::Status denied = absl::PermissionDeniedError(
      instead.empty() ? "You may not do this, or may not any more, or there is no such thing. Ask "
                        "the head or the office of your school."
                      : instead);
  const absl::Time now = clock_.Now();
  {
    std::lock_guard lock(mutex_);
    const absl::Time* last = recorded_.Find({caller, action});
    if (last != nullptr && now - *last < kOneEntryCovers) return denied;
    recorded_.Put({caller, action}, now);
  }
  v1::Event event;
  event.mutable_caller()->mutable_access_denied()->set_action(std::string(NameOf(action)));
  absl::StatusOr<storage::NewEvent> sealed = Seal(keyring_, event, storage::ToString(caller));
  if (!sealed.ok()) return denied;
  storage::AppendRequest request;
  request.events.push_back(*std::move(sealed));
  request.author.actor = caller;
  // Nothing is told to the caller that depends on this entry, so nobody waits for it.
  journal_.Append(std::move(request),
                  [this, caller, action](const absl::StatusOr<storage::AppendReceipt>& receipt) {
                    if (receipt.ok()) return;
                    std::lock_guard lock(mutex_);
                    recorded_.Put({caller, action}, absl::InfinitePast());
                  });
  return denied;
}

}  // namespace countersign
