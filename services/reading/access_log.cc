#include "services/reading/access_log.h"

#include <mutex>
#include <utility>

#include "services/event_codec.h"
#include "services/permission/denials.h"

namespace countersign {

void AccessLog::Record(Access access, std::function<void(absl::Status)> done) {
  const Key key{access.caller, access.row->standing, access.plan_id,
                static_cast<int>(access.view.view_case()), access.plan_version};
  const absl::Time now = clock_.Now();
  bool covered = false;
  {
    std::lock_guard lock(mutex_);
    const absl::Time* last = recorded_.Find(key);
    covered = last != nullptr && now - *last < kOneEntryCovers;
  }
  if (covered) return done(absl::OkStatus());
  v1::Event event;
  *event.mutable_access() = std::move(access.view);
  absl::StatusOr<storage::NewEvent> sealed = Seal(keyring_, event, access.plan_id);
  if (!sealed.ok()) return done(sealed.status());
  storage::AppendRequest request;
  request.events.push_back(*std::move(sealed));
  request.author.actor = access.caller;
  request.author.acting_as = std::string(NameOf(access.row->standing));
  request.author.policy_rule = std::string(access.row->id);
  journal_.Append(std::move(request), [this, key, now, done = std::move(done)](
                                          const absl::StatusOr<storage::AppendReceipt>& receipt) {
    if (receipt.ok()) {
      std::lock_guard lock(mutex_);
      recorded_.Put(key, now);
    }
    done(receipt.status());
  });
}

}  // namespace countersign
