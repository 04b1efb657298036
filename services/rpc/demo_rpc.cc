#include "services/rpc/demo_rpc.h"

#include <utility>

#include "absl/time/time.h"
#include "services/event_codec.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/reading.h"

namespace countersign::rpc {
namespace {

absl::Status RefuseOutsideDemo(const Office& office) {
  if (office.demo_clock != nullptr) return absl::OkStatus();
  return absl::PermissionDeniedError("Only a demo has a clock that can be moved.");
}

// Where the clock is to be moved; the fields have been checked one by one.
absl::StatusOr<absl::Time> Target(const v1::AdvanceClockRequest& request, absl::Time now) {
  if ((request.by_seconds() > 0) == !request.to().empty()) {
    return MalformedError({{"by_seconds", "give either by_seconds or to"}});
  }
  absl::Time to = now + absl::Seconds(request.by_seconds());
  std::string error;
  if (!request.to().empty()) absl::ParseTime(absl::RFC3339_full, request.to(), &to, &error);
  if (to < now) {
    return MalformedError({{"to", "lies before the demo's time; a clock moves forward only"}});
  }
  if (!IsWithinReach(to)) return MalformedError({{"to", "lies after 2099; choose an earlier day"}});
  return to;
}

}  // namespace

grpc::ServerUnaryReactor* DemoRpc::GetClock(grpc::CallbackServerContext* context,
                                            const v1::GetClockRequest* request,
                                            v1::GetClockResponse* response) {
  if (absl::Status refused = RefuseOutsideDemo(office_); !refused.ok()) {
    return Finished(office_, context, refused);
  }
  absl::StatusOr<Reader> reader = AdmitFor(office_, *context, *request, Action::kMoveClock);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  *response->mutable_now() = TimestampOf(office_.clock.Now());
  return Finished(office_, context, absl::OkStatus());
}

grpc::ServerUnaryReactor* DemoRpc::AdvanceClock(grpc::CallbackServerContext* context,
                                                const v1::AdvanceClockRequest* request,
                                                v1::AdvanceClockResponse* response) {
  if (absl::Status refused = RefuseOutsideDemo(office_); !refused.ok()) {
    return Finished(office_, context, refused);
  }
  absl::StatusOr<Reader> reader = Admit(office_, *context, *request);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  const PolicyRow* row =
      Permit(Action::kMoveClock, countersign::StandingsTo(*reader->trust, *reader->person));
  if (row == nullptr) {
    return Finished(office_, context,
                    office_.denials.Deny(reader->caller.person_id, Action::kMoveClock));
  }
  absl::StatusOr<absl::Time> to = Target(*request, office_.clock.Now());
  if (!to.ok()) return Finished(office_, context, to.status());
  v1::Event event;
  event.mutable_journal()->mutable_demo_clock_moved()->set_to(
      absl::FormatTime(absl::RFC3339_full, *to, absl::UTCTimeZone()));
  absl::StatusOr<storage::NewEvent> sealed = Seal(office_.keyring, event, kJournalId);
  if (!sealed.ok()) return Finished(office_, context, sealed.status());
  storage::AppendRequest append;
  append.events.push_back(*std::move(sealed));
  append.author.actor = reader->caller.person_id;
  append.author.acting_as = std::string(NameOf(row->standing));
  append.author.policy_rule = std::string(row->id);
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  office_.journal.Append(
      std::move(append),
      [this, reactor, response, to = *to](const absl::StatusOr<storage::AppendReceipt>& appended) {
        // A move that is not in the journal has not happened.
        if (appended.ok()) {
          *response->mutable_now() = TimestampOf(office_.demo_clock->MoveTo(to));
        }
        reactor->Finish(ToGrpcStatus(appended.status()));
      });
  return reactor;
}

}  // namespace countersign::rpc
