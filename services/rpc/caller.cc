#include "services/rpc/caller.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace countersign::rpc {
namespace {

constexpr size_t kStaffKeyBytesMax = 100;

}  // namespace

absl::StatusOr<Caller> Identify(const Office& office, const grpc::ServerContextBase& context) {
  if (office.demo_clock == nullptr) {
    return absl::UnauthenticatedError(
        "Sign-in is not set up on this server. Start it with --demo to try it out.");
  }
  const auto& metadata = context.client_metadata();
  const auto named = metadata.find(kDemoUserKey);
  if (named == metadata.end() || named->second.empty() ||
      named->second.size() > kStaffKeyBytesMax) {
    return absl::UnauthenticatedError(
        absl::StrCat("Say who you are: in a demo, by the staff key in the metadata ", kDemoUserKey,
                     " (countersign --as KEY)."));
  }
  absl::StatusOr<std::string> person_id =
      office.registrar.PersonIdOf(std::string(named->second.data(), named->second.size()));
  if (!person_id.ok()) return person_id.status();
  absl::StatusOr<Folded<rules::Person>> person = office.states.PersonOf(*person_id);
  if (!person.ok()) return person.status();
  absl::StatusOr<Folded<rules::Trust>> trust = office.states.TheTrust();
  if (!trust.ok()) return trust.status();
  // Before there is a trust nobody can be registered; whoever founds it becomes its lead.
  if (!rules::IsKnown(**person) && rules::IsFounded(**trust)) {
    return absl::UnauthenticatedError(
        "Nobody in this demo has that staff key. `countersign people list` shows them.");
  }
  absl::StatusOr<storage::Id> id = storage::ParseId(*person_id);
  if (!id.ok()) return id.status();
  return Caller{*id, "demo"};
}

}  // namespace countersign::rpc
