// What every query does first, and what several of them show: callers admitted, names, lists.
#ifndef COUNTERSIGN_SERVICES_RPC_READING_H_
#define COUNTERSIGN_SERVICES_RPC_READING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "countersign/v1/api.pb.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/server_callback.h"
#include "services/projections/listing.h"
#include "services/reading/moments.h"
#include "services/rpc/caller.h"
#include "services/rpc/malformed.h"
#include "services/rpc/office.h"
#include "services/rpc/page_tokens.h"

namespace countersign::rpc {

// A caller with what their standings are found from.
struct Reader {
  Caller caller;
  Folded<rules::Person> person;
  Folded<rules::Trust> trust;
  absl::CivilDay today;  // In the schools' zone, when the request came in.

  std::string id() const { return storage::ToString(caller.person_id); }
};

// Who asks, when the request is well formed and the connection says who it is. `more` are
// violations that the schema cannot express, such as those of PageViolations().
absl::StatusOr<Reader> Admit(const Office& office, const grpc::ServerContextBase& context,
                             const google::protobuf::Message& request,
                             std::vector<FieldViolation> more = {});

// Admit, and the policy allows the action to who stands to the trust as the caller does.
absl::StatusOr<Reader> AdmitFor(const Office& office, const grpc::ServerContextBase& context,
                                const google::protobuf::Message& request, Action action,
                                std::vector<FieldViolation> more = {});

// The moment that a query asks for, found when it is known that the reader may ask (moments.h),
// with the day on which the answer judges what is due. INVALID_ARGUMENT also for a page token that
// was given as of another moment.
struct Asking {
  Moment moment;
  absl::CivilDay today;

  uint64_t before_position() const { return moment.before_position; }
};
absl::StatusOr<Asking> MomentAsked(const Office& office, const Reader& reader,
                                   const v1::AsOf& as_of, const v1::Page& page = {});

// Somebody's name for people to read, as it was then. Empty id: an empty name. A destroyed key: the
// id alone.
v1::PersonName NameOfPerson(const Office& office, const std::string& person_id,
                            uint64_t before_position = States::kNow);

// The plan and everything that a caller's standing to it is found from, as of a moment.
struct PlanFile {
  Folded<rules::Plan> plan;
  Folded<rules::Person> reviewee;
  Folded<rules::Person> reviewer;
  Folded<rules::School> school;
  Folded<rules::Trust> trust;
};

// An unknown plan gives a file of nothing, at version kNoStream.
absl::StatusOr<PlanFile> FileOf(const Office& office, const std::string& plan_id,
                                uint64_t before_position = States::kNow);

// How the reader stands to the trust, to a school, to the plan: now.
Standings StandingsTo(const Reader& reader);
Standings StandingsTo(const rules::School& school, const Reader& reader);
Standings StandingsTo(const PlanFile& file, const Reader& reader);

// What to answer when `status` says that something cannot be read: the same to whom the policy
// would show it, as far as that is known without reading it, else a denial. An empty `plan_id` is
// for what is no plan.
absl::Status UnreadableTo(const Office& office, const Reader& reader, Action action,
                          const std::string& plan_id, const absl::Status& status);

// Whose things the policy lets the reader list.
absl::StatusOr<projections::Reach> ReachOf(const Office& office, const Reader& reader,
                                           Action action);

// What of it the reader may list as of a moment: what took part within their reach then and may be
// listed now as well, so that nobody goes on seeing by looking back what they were removed from.
// A plan or a person that cannot be read any more is judged by its cards. Borrows the office.
projections::Reach PlansAsOf(const Office& office, const Moment& moment, projections::Reach reach);
projections::Reach PeopleAsOf(const Office& office, const Moment& moment, projections::Reach reach);

// How long a list waits for the cards to catch up with the journal.
inline constexpr absl::Duration kListsWait = absl::Seconds(2);

// Calls `list` with the cards and finishes the call with its status: with those of the present once
// they reflect the journal as it stands now or the wait is over, or with those of the moment asked
// for when they are made (past_cards.h). `reflects` lives in the response.
grpc::ServerUnaryReactor* ListFrom(
    const Office& office, grpc::CallbackServerContext* context, const Moment& moment,
    v1::Reflects* reflects, std::function<absl::Status(const projections::CardReader&)> list);

// How many rows a page has: 50 where nothing is said.
size_t PageSizeOf(const v1::Page& page);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_READING_H_
