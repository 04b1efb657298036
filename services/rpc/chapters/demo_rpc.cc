#include "services/rpc/chapters/demo_rpc.h"

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/clock_move.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/instants.h"
#include "services/rpc/reading.h"

namespace countersign::rpc {
namespace {

absl::Status RefuseOutsideDemo(const Office& office) {
  if (office.demo_clock != nullptr) return absl::OkStatus();
  return absl::PermissionDeniedError("Only a demo has a clock that can be moved.");
}

// The fields have been checked one by one.
std::vector<FieldViolation> TwoWaysOrNone(const v1::AdvanceClockRequest& request) {
  if ((request.by_seconds() > 0) == request.to().empty()) return {};
  return {{"by_seconds", "give either by_seconds or to"}};
}

// Where the clock is to be moved.
absl::StatusOr<absl::Time> Target(const v1::AdvanceClockRequest& request, absl::Time now) {
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
  absl::StatusOr<Reader> reader = Admit(office_, *context, *request, TwoWaysOrNone(*request));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  const PolicyRow* row = Permit(Action::kMoveClock, StandingsTo(*reader));
  if (row == nullptr) {
    return Finished(office_, context,
                    office_.denials.Deny(reader->caller.person_id, Action::kMoveClock));
  }
  absl::StatusOr<absl::Time> to = Target(*request, office_.clock.Now());
  if (!to.ok()) return Finished(office_, context, to.status());
  NoticeDemo(office_, context);
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  MoveClock(office_.journal, office_.keyring, *office_.demo_clock,
            {reader->caller.person_id, row, *to},
            [reactor, response](const absl::StatusOr<absl::Time>& now) {
              if (now.ok()) *response->mutable_now() = TimestampOf(*now);
              reactor->Finish(ToGrpcStatus(now.status()));
            });
  return reactor;
}

}  // namespace countersign::rpc
