#include "services/rpc/chapters/people_rpc.h"

#include <utility>
#include <vector>

#include "services/imports/people_csv.h"
#include "services/projections/directory.h"
#include "services/rpc/hand_in.h"
#include "services/rpc/import_file.h"
#include "services/rpc/reading.h"

namespace countersign::rpc {
namespace {

// As of a moment: who is named, and as what.
v1::Person PersonOf(const Office& office, const rules::Person& person, const Asking& asking) {
  v1::Person shown;
  shown.set_person_id(person.facts.person_id());
  shown.set_name(person.name);
  shown.set_staff_key(person.staff_key);
  shown.set_job_title(person.job_title);
  shown.set_team(person.facts.team());
  shown.set_school_id(person.facts.school_id());
  for (const std::string& manager_id : person.facts.manager_ids()) {
    *shown.add_line_managers() = NameOfPerson(office, manager_id, asking.before_position());
  }
  *shown.mutable_facts() = person.facts;
  shown.set_works(rules::WorksInWords(person.work, asking.today));
  return shown;
}

// The roles that the reader has on the day asked about.
void AddRoles(const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles, const Reader& reader,
              absl::CivilDay day, const std::string& school_id, v1::WhoAmIResponse& response) {
  for (const v1::RoleHeld& held : roles) {
    if (held.person_id() != reader.id() || !rules::Counts(held, day)) continue;
    v1::WhoAmIResponse::RoleIn* role = response.add_roles();
    role->set_role(held.role());
    role->set_school_id(school_id);
  }
}

}  // namespace

grpc::ServerUnaryReactor* PeopleRpc::ImportPeople(grpc::CallbackServerContext* context,
                                                  const v1::ImportPeopleRequest* request,
                                                  v1::ImportPeopleResponse* response) {
  Intent intent{Action::kImportPeople, "", {}};
  return ImportFile(office_, context, request, response, imports::ReadPeople,
                    *intent.command.mutable_trust()->mutable_register_people(), intent);
}

grpc::ServerUnaryReactor* PeopleRpc::ChangePost(grpc::CallbackServerContext* context,
                                                const v1::ChangePostRequest* request,
                                                v1::ChangePostResponse* response) {
  Intent intent{Action::kChangeWorkFacts, request->person_id(), {}};
  *intent.command.mutable_person()->mutable_change_post() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PeopleRpc::ChangeWorkPattern(grpc::CallbackServerContext* context,
                                                       const v1::ChangeWorkPatternRequest* request,
                                                       v1::ChangeWorkPatternResponse* response) {
  Intent intent{Action::kChangeWorkFacts, request->person_id(), {}};
  *intent.command.mutable_person()->mutable_change_work_pattern() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PeopleRpc::NameLineManagers(grpc::CallbackServerContext* context,
                                                      const v1::NameLineManagersRequest* request,
                                                      v1::NameLineManagersResponse* response) {
  Intent intent{Action::kChangeWorkFacts, request->person_id(), {}};
  *intent.command.mutable_person()->mutable_name_line_managers() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PeopleRpc::RecordAbsence(grpc::CallbackServerContext* context,
                                                   const v1::RecordAbsenceRequest* request,
                                                   v1::RecordAbsenceResponse* response) {
  Intent intent{Action::kChangeWorkFacts, request->person_id(), {}};
  *intent.command.mutable_person()->mutable_record_absence() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PeopleRpc::CorrectAbsence(grpc::CallbackServerContext* context,
                                                    const v1::CorrectAbsenceRequest* request,
                                                    v1::CorrectAbsenceResponse* response) {
  Intent intent{Action::kChangeWorkFacts, request->person_id(), {}};
  *intent.command.mutable_person()->mutable_correct_absence() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PeopleRpc::WithdrawAbsence(grpc::CallbackServerContext* context,
                                                     const v1::WithdrawAbsenceRequest* request,
                                                     v1::WithdrawAbsenceResponse* response) {
  Intent intent{Action::kChangeWorkFacts, request->person_id(), {}};
  *intent.command.mutable_person()->mutable_withdraw_absence() = request->intent();
  return HandIn(office_, context, request, response, std::move(intent));
}

grpc::ServerUnaryReactor* PeopleRpc::GetPerson(grpc::CallbackServerContext* context,
                                               const v1::GetPersonRequest* request,
                                               v1::GetPersonResponse* response) {
  std::vector<FieldViolation> unclear;
  if (request->person_id().empty() == request->staff_key().empty()) {
    unclear.push_back({"person_id", "give either a person_id or a staff_key"});
  }
  absl::StatusOr<Reader> reader = Admit(office_, *context, *request, std::move(unclear));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  // Found before the person is read: an answer may take more into account than it says, never less.
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of());
  absl::StatusOr<std::string> person_id = request->person_id();
  if (person_id->empty()) person_id = office_.registrar.PersonIdOf(request->staff_key());
  if (!person_id.ok()) return Finished(office_, context, person_id.status());
  absl::StatusOr<Folded<rules::Person>> person = office_.states.PersonOf(*person_id);
  Folded<rules::School> school;
  if (person.ok() && !(*person)->facts.school_id().empty()) {
    absl::StatusOr<Folded<rules::School>> found =
        office_.states.SchoolOf((*person)->facts.school_id());
    if (!found.ok()) person = found.status();
    if (found.ok()) school = *std::move(found);
  }
  if (!person.ok()) {
    return Finished(office_, context,
                    UnreadableTo(office_, *reader, Action::kSeePerson, "", person.status()));
  }
  const Standings standings =
      countersign::StandingsTo(**person, *school, *reader->trust, *reader->person, reader->today);
  if (Permit(Action::kSeePerson, standings) == nullptr) {
    return Finished(office_, context,
                    office_.denials.Deny(reader->caller.person_id, Action::kSeePerson));
  }
  if (!rules::IsKnown(**person)) {
    return Finished(office_, context, absl::NotFoundError("There is no such person."));
  }
  if (!asking.ok()) return Finished(office_, context, asking.status());
  if (asking->moment.is_past()) {
    person = office_.states.PersonOf(*person_id, asking->before_position());
    if (!person.ok()) return Finished(office_, context, person.status());
    if (!rules::IsKnown(**person)) {
      return Finished(office_, context,
                      absl::NotFoundError("There was no such person at that moment."));
    }
  }
  *response->mutable_person() = PersonOf(office_, **person, *asking);
  response->set_version(static_cast<uint64_t>(person->version));
  response->mutable_reflects()->set_position(asking->moment.reflects);
  return Finished(office_, context, absl::OkStatus());
}

grpc::ServerUnaryReactor* PeopleRpc::ListPeople(grpc::CallbackServerContext* context,
                                                const v1::ListPeopleRequest* request,
                                                v1::ListPeopleResponse* response) {
  absl::StatusOr<Reader> reader =
      Admit(office_, *context, *request, PageViolations(request->page()));
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<projections::Reach> reach = ReachOf(office_, *reader, Action::kListPeople);
  if (!reach.ok()) return Finished(office_, context, reach.status());
  if (!reach->everything && reach->school_ids.empty()) {
    return Finished(office_, context,
                    office_.denials.Deny(reader->caller.person_id, Action::kListPeople));
  }
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of(), request->page());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  return ListFrom(
      office_, context, asking->moment, response->mutable_reflects(),
      [this, request, response, reach = PeopleAsOf(office_, asking->moment, *std::move(reach)),
       asking = *asking](const projections::CardReader& cards) -> absl::Status {
        absl::StatusOr<projections::Page<v1::PersonFacts>> page =
            projections::ListPeople(cards, {request->school_id(), reach},
                                    {PageSizeOf(request->page()), PlaceIn(request->page())});
        if (!page.ok()) return page.status();
        for (const v1::PersonFacts& facts : page->rows) {
          absl::StatusOr<Folded<rules::Person>> person =
              office_.states.PersonOf(facts.person_id(), asking.before_position());
          if (!person.ok()) return person.status();
          *response->add_people() = PersonOf(office_, **person, asking);
        }
        response->set_next_page_token(TokenOf(page->next_token, asking.moment, office_.zone));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* PeopleRpc::WhoAmI(grpc::CallbackServerContext* context,
                                            const v1::WhoAmIRequest* request,
                                            v1::WhoAmIResponse* response) {
  absl::StatusOr<Reader> reader = AdmitFor(office_, *context, *request, Action::kSeeSelf);
  if (!reader.ok()) return Finished(office_, context, reader.status());
  absl::StatusOr<Asking> asking = MomentAsked(office_, *reader, request->as_of());
  if (!asking.ok()) return Finished(office_, context, asking.status());
  absl::StatusOr<Folded<rules::Trust>> trust = office_.states.TheTrust(asking->before_position());
  if (!trust.ok()) return Finished(office_, context, trust.status());
  *response->mutable_caller() = NameOfPerson(office_, reader->id(), asking->before_position());
  AddRoles((*trust)->facts.roles(), *reader, asking->today, "", *response);
  for (const v1::TrustFacts::School& known : (*trust)->facts.schools()) {
    absl::StatusOr<Folded<rules::School>> school =
        office_.states.SchoolOf(known.school_id(), asking->before_position());
    if (!school.ok()) return Finished(office_, context, school.status());
    AddRoles((*school)->facts.roles(), *reader, asking->today, known.school_id(), *response);
  }
  response->set_demo(office_.demo_clock != nullptr);
  return Finished(office_, context, absl::OkStatus());
}

}  // namespace countersign::rpc
