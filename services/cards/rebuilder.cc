#include "services/cards/rebuilder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace countersign {

Rebuilder::Rebuilder(const RebuildBooks& books, RebuilderOptions options)
    : books_(books), options_(std::move(options)) {
  thread_ = std::thread([this] { WaitForRequests(); });
}

Rebuilder::~Rebuilder() { Shutdown(); }

absl::Status Rebuilder::Start(RebuildRequest request) {
  std::lock_guard guard(lock_);
  if (stopping_) return absl::UnavailableError("The server is stopping.");
  if (busy_) {
    return absl::FailedPreconditionError(
        "Cards are being rebuilt already. Wait until that is done, or cancel it.");
  }
  busy_ = true;
  next_ = std::move(request);
  changed_.notify_one();
  return absl::OkStatus();
}

void Rebuilder::WaitForRequests() {
  std::unique_lock lock(lock_);
  while (true) {
    changed_.wait(lock, [this] { return next_.has_value() || stopping_; });
    if (!next_.has_value()) return;
    const RebuildRequest request = *std::exchange(next_, std::nullopt);
    lock.unlock();
    absl::StatusOr<RebuildResult> result = Run(request);
    Tell(result);
    lock.lock();
    // Before the answer: who has it may ask for the next rebuild at once.
    busy_ = false;
    lock.unlock();
    request.done(std::move(result));
    lock.lock();
  }
}

absl::StatusOr<RebuildResult> Rebuilder::Run(const RebuildRequest& request) {
  return RebuildCards(books_, request.projections, options_.chunk_entries,
                      [&](const RebuildProgress& progress) -> absl::Status {
                        request.on_progress(progress);
                        if (!request.is_wanted())
                          return absl::CancelledError("Nobody waits for the rebuild.");
                        const uint64_t size = books_.journal.head().size;
                        if (size > options_.chunk_entries) {
                          books_.feed.WaitFor(size - options_.chunk_entries,
                                              options_.gives_way_for);
                        }
                        {
                          std::lock_guard guard(lock_);
                          if (stopping_) return absl::UnavailableError("The server is stopping.");
                        }
                        return options_.following();
                      });
}

void Rebuilder::Tell(const absl::StatusOr<RebuildResult>& result) const {
  if (!result.ok()) {
    options_.log(absl::StrCat("rebuilding cards ended: ", result.status().message()));
    if (absl::IsDataLoss(result.status())) options_.on_damage(result.status());
    return;
  }
  for (const CardsCompared& compared : result->compared) {
    options_.log(absl::StrCat("rebuilt the cards of ", compared.projection, " from ",
                              result->switched_at, " entries and compared ", compared.cards));
    if (compared.old_were_damaged) {
      options_.log(absl::StrCat("the old cards of ", compared.projection,
                                " were damaged on the disk; the rebuilt ones answer now"));
    }
    if (compared.differing == 0) continue;
    std::string words =
        absl::StrCat(compared.differing, " cards of ", compared.projection,
                     " were not what the journal says; the rebuilt ones answer now. The first: ",
                     absl::StrJoin(compared.first_differing, ", "));
    if (result->unreadable_entries > 0) {
      absl::StrAppend(&words, ". ", result->unreadable_entries,
                      " entries are erased, which may be why");
    }
    options_.log(words);
  }
}

void Rebuilder::Shutdown() {
  std::lock_guard only_one(shutdown_lock_);
  {
    std::lock_guard guard(lock_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace countersign
