// Watch of LogService: the messages of a LogReader, as fast as the caller takes them.
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/reading/log_follower.h"
#include "services/rpc/chapters/log_rpc.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/proofs.h"
#include "services/rpc/reading.h"
#include "services/rpc/streaming.h"
#include "storage/entry.h"

namespace countersign::rpc {
namespace {

constexpr storage::StreamType kStreamTypes[] = {
    storage::StreamType::kPlan,   storage::StreamType::kSchool, storage::StreamType::kPerson,
    storage::StreamType::kTrust,  storage::StreamType::kAccess, storage::StreamType::kCaller,
    storage::StreamType::kJournal};

std::optional<storage::StreamType> TypeNamed(const std::string& name) {
  for (const storage::StreamType type : kStreamTypes) {
    if (storage::ToString(type) == name) return type;
  }
  return std::nullopt;
}

LogFilter FilterOf(const v1::WatchRequest& request, std::vector<FieldViolation>& violations) {
  LogFilter filter;
  filter.event_types = {request.event_types().begin(), request.event_types().end()};
  for (int i = 0; i < request.streams_size(); ++i) {
    if (const auto type = TypeNamed(request.streams(i)); type.has_value()) {
      filter.stream_types.insert(*type);
      continue;
    }
    absl::StatusOr<storage::StreamId> stream = storage::ParseStreamId(request.streams(i));
    if (stream.ok()) {
      filter.streams.insert(*stream);
    } else {
      violations.push_back({absl::StrCat("streams[", i, "]"),
                            "write a type such as plan, or a type and an id such as plan/UUID"});
    }
  }
  return filter;
}

absl::StatusOr<v1::WatchedEntry> WatchedEntryOf(const LogEntry& told) {
  absl::StatusOr<v1::Entry> entry = storage::ParseEntry(told.bytes);
  if (!entry.ok()) return entry.status();
  v1::WatchedEntry shown;
  shown.set_position(told.position);
  *shown.mutable_recorded_at() = TimestampOf(absl::FromUnixMicros(entry->recorded_at_us()));
  shown.set_stream(storage::ToString(told.stream));
  shown.set_version(entry->version());
  shown.set_event_type(told.event_type);
  if (const auto actor = storage::Id::FromBytes(entry->actor()); actor.has_value()) {
    shown.set_actor_id(storage::ToString(*actor));
  }
  shown.set_acting_as(entry->acting_as());
  shown.set_policy_rule(entry->policy_rule());
  shown.set_entry(told.bytes);
  return shown;
}

absl::StatusOr<v1::WatchResponse> ResponseOf(const LogMessage& message) {
  v1::WatchResponse response;
  switch (message.kind) {
    case LogMessage::Kind::kEntry: {
      absl::StatusOr<v1::WatchedEntry> entry = WatchedEntryOf(*message.entry);
      if (!entry.ok()) return entry.status();
      *response.mutable_entry() = *std::move(entry);
      break;
    }
    case LogMessage::Kind::kCaughtUp:
      response.set_caught_up(message.position);
      break;
    case LogMessage::Kind::kHeartbeat:
      response.set_heartbeat(message.position);
      break;
    case LogMessage::Kind::kFellBehind:
      response.set_fell_behind(message.position);
      break;
  }
  return response;
}

// One call. Lives until gRPC is done with it; the follower, which may call a moment longer, holds
// it weakly.
class Watching : public grpc::ServerWriteReactor<v1::WatchResponse>,
                 public std::enable_shared_from_this<Watching> {
 public:
  explicit Watching(const Office& office) : office_(office) {}

  // What gRPC holds on to.
  grpc::ServerWriteReactor<v1::WatchResponse>* Begin() {
    self_ = shared_from_this();
    return this;
  }

  void Follow(const Caller& caller, uint64_t from_position, LogFilter filter) {
    caller_ = caller;
    absl::StatusOr<std::unique_ptr<LogReader>> reader =
        office_.log_follower.Follow(from_position, std::move(filter), [weak = weak_from_this()] {
          if (const auto self = weak.lock(); self != nullptr) self->GoOn();
        });
    if (!reader.ok()) return End(reader.status());
    {
      std::lock_guard guard(lock_);
      reader_ = *std::move(reader);
    }
    GoOn();
  }

  void End(const absl::Status& why) {
    {
      std::lock_guard guard(lock_);
      if (ended_.ok()) ended_ = why;
    }
    GoOn();
  }

  void OnWriteDone(bool ok) override {
    {
      std::lock_guard guard(lock_);
      writing_ = false;
    }
    if (!ok) return End(absl::CancelledError("The caller has gone."));
    GoOn();
  }
  void OnCancel() override { End(absl::CancelledError("The caller has gone.")); }
  void OnDone() override { const std::shared_ptr<Watching> last = std::move(self_); }

 private:
  // Sends what comes next, if there is something. Unlocks first: what gRPC calls back may come
  // before it returns.
  void GoOn() {
    std::unique_lock lock(lock_);
    if (writing_ || finished_) return;
    if (ended_.ok()) {
      if (reader_ == nullptr) return;
      const absl::StatusOr<bool> there_is_one = TakeNext();
      if (there_is_one.ok() && !*there_is_one) return;
      if (there_is_one.ok()) {
        writing_ = true;
        lock.unlock();
        StartWrite(&sending_);
        return;
      }
      ended_ = StopWritingAt(office_, there_is_one.status());
    }
    finished_ = true;
    const grpc::Status status = ToGrpcStatus(ended_);
    lock.unlock();
    Finish(status);
  }

  // Under lock_. The policy is asked for every message: roles end.
  absl::StatusOr<bool> TakeNext() {
    absl::StatusOr<std::optional<LogMessage>> message = reader_->Take();
    if (!message.ok()) return message.status();
    if (!message->has_value()) return false;
    if (absl::Status may = StillMay(office_, caller_, Action::kReadLog); !may.ok()) return may;
    absl::StatusOr<v1::WatchResponse> response = ResponseOf(**message);
    if (!response.ok()) return response.status();
    sending_ = *std::move(response);
    return true;
  }

  const Office& office_;
  Caller caller_;
  std::shared_ptr<Watching> self_;  // Until OnDone.
  std::mutex lock_;
  std::unique_ptr<LogReader> reader_;  // Under lock_.
  v1::WatchResponse sending_;          // Changed only while nothing is being written.
  bool writing_ = false;               // Under lock_.
  bool finished_ = false;              // Under lock_.
  absl::Status ended_;                 // Under lock_.
};

}  // namespace

grpc::ServerWriteReactor<v1::WatchResponse>* LogRpc::Watch(grpc::CallbackServerContext* context,
                                                           const v1::WatchRequest* request) {
  NoticeDemo(office_, context);
  const auto watching = std::make_shared<Watching>(office_);
  grpc::ServerWriteReactor<v1::WatchResponse>* const reactor = watching->Begin();
  std::vector<FieldViolation> violations;
  LogFilter filter = FilterOf(*request, violations);
  const absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kReadLog, std::move(violations));
  if (reader.ok()) {
    watching->Follow(reader->caller, request->from_position(), std::move(filter));
  } else {
    watching->End(reader.status());
  }
  return reactor;
}

}  // namespace countersign::rpc
