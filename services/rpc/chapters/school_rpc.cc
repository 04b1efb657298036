#include "services/rpc/chapters/school_rpc.h"

#include <algorithm>
#include <utility>

#include "services/imports/calendar_ics.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/import_file.h"
#include "services/rpc/reading.h"

namespace countersign::rpc {
namespace {

// The office of head is the trust's to give; every other role is the head's too.
Action ActionFor(v1::Role role, Action otherwise) {
  return role == v1::ROLE_HEADTEACHER ? Action::kAppointHead : otherwise;
}

}  // namespace

grpc::ServerUnaryReactor* SchoolRpc::ImportCalendar(grpc::CallbackServerContext* context,
                                                    const v1::ImportCalendarRequest* request,
                                                    v1::ImportCalendarResponse* response) {
  Intent intent{Action::kImportCalendar, request->school_id(), {}};
  return ImportFile(office_, context, request, response, imports::ReadCalendar,
                    *intent.command.mutable_school()->mutable_publish_calendar(), intent);
}

grpc::ServerUnaryReactor* SchoolRpc::GrantSchoolRole(grpc::CallbackServerContext* context,
                                                     const v1::GrantSchoolRoleRequest* request,
                                                     v1::GrantSchoolRoleResponse* response) {
  Intent intent{
      ActionFor(request->intent().role(), Action::kGrantSchoolRole), request->school_id(), {}};
  *intent.command.mutable_school()->mutable_grant_role() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* SchoolRpc::EndSchoolRole(grpc::CallbackServerContext* context,
                                                   const v1::EndSchoolRoleRequest* request,
                                                   v1::EndSchoolRoleResponse* response) {
  Intent intent{
      ActionFor(request->intent().role(), Action::kEndSchoolRole), request->school_id(), {}};
  *intent.command.mutable_school()->mutable_end_role() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* SchoolRpc::OverridePolicy(grpc::CallbackServerContext* context,
                                                    const v1::OverridePolicyRequest* request,
                                                    v1::OverridePolicyResponse* response) {
  Intent intent{Action::kOverridePolicy, request->school_id(), {}};
  *intent.command.mutable_school()->mutable_override_policy() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* SchoolRpc::GetSchool(grpc::CallbackServerContext* context,
                                               const v1::GetSchoolRequest* request,
                                               v1::GetSchoolResponse* response) {
  absl::StatusOr<Reader> reader = AdmitFor(office_, *context, *request, Action::kSeeSchools);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  absl::StatusOr<Folded<rules::School>> school =
      office_.states.SchoolOf(request->school_id(), asking->before_position());
  if (!school.ok()) return Finished(office_, context, school.status());
  if (!rules::IsKnown(**school)) {
    return Finished(
        office_, context,
        absl::NotFoundError(asking->moment.is_past() ? "There was no such school at that moment."
                                                     : "There is no such school."));
  }
  *response->mutable_school() = (*school)->facts;
  response->set_version(static_cast<uint64_t>(school->version));
  response->mutable_reflects()->set_position(asking->moment.reflects);
  return Finished(office_, context, absl::OkStatus());
}

grpc::ServerUnaryReactor* SchoolRpc::ListSchools(grpc::CallbackServerContext* context,
                                                 const v1::ListSchoolsRequest* request,
                                                 v1::ListSchoolsResponse* response) {
  const std::string token = PlaceIn(request->page());
  std::vector<FieldViolation> foreign;
  if (!token.empty() && !storage::ParseId(token).ok()) foreign.push_back(ForeignToken());
  absl::StatusOr<Reader> reader =
      AdmitFor(office_, *context, *request, Action::kSeeSchools, std::move(foreign));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of(), request->page());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  absl::StatusOr<Folded<rules::Trust>> trust = office_.states.TheTrust(asking->before_position());
  if (!trust.ok()) return Finished(office_, context, trust.status());
  // Schools stand in the order in which they joined, so the id of the last one shown is the token.
  const auto& schools = (*trust)->facts.schools();
  int next = 0;
  while (!token.empty() && next < schools.size() && schools[next].school_id() != token) ++next;
  if (!token.empty() && next == schools.size()) {
    return Finished(office_, context, MalformedError({ForeignToken()}));
  }
  if (!token.empty()) ++next;
  const int end = std::min(schools.size(), next + static_cast<int>(PageSizeOf(request->page())));
  for (; next < end; ++next) {
    absl::StatusOr<Folded<rules::School>> school =
        office_.states.SchoolOf(schools[next].school_id(), asking->before_position());
    if (!school.ok()) return Finished(office_, context, school.status());
    v1::SchoolFacts* shown = response->add_schools();
    *shown = (*school)->facts;
    shown->clear_calendar();
  }
  if (end < schools.size()) {
    response->set_next_page_token(
        TokenOf(schools[end - 1].school_id(), asking->moment, office_.zone));
  }
  response->mutable_reflects()->set_position(asking->moment.reflects);
  return Finished(office_, context, absl::OkStatus());
}

}  // namespace countersign::rpc
