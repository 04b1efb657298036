#include "tests/cli/cli_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "clients/cli/record/record_digest.h"
#include "countersign/v1/copies_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "countersign/v1/trust_service.pb.h"
#include "tests/cli/sample_log.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;

constexpr int64_t kNoonUtc = 1791979200;  // 2026-10-14T12:00:00Z, 13:00 in London.

void FillReceipt(v1::Receipt& receipt) {
  auto* entry = receipt.add_entries();
  entry->set_position(41);
  entry->set_stream(absl::StrCat("plan/", kPlanId));
  entry->set_version(7);
  entry->set_event_type("draft_issued");
  entry->set_leaf_hash(std::string(32, '\xAB'));
  receipt.mutable_recorded_at()->set_seconds(kNoonUtc);
  receipt.set_head_size(42);
  receipt.set_head_root(std::string(32, '\xCD'));
  receipt.set_subject_id(kPlanId);
}

void FillPerson(v1::Person& person) {
  person.set_person_id(kPersonId);
  person.set_name("Amina Yusuf");
  person.set_staff_key("amina.yusuf");
  person.set_job_title("Teaching assistant");
  person.set_team("Year 2");
  person.set_school_id(kSchoolId);
  person.set_works("Monday to Thursday, term time only");
  auto* plan = person.mutable_facts()->add_plans();
  plan->set_plan_id(kPlanId);
  plan->set_cycle_id(kCycleId);
}

// A stored file as it lies in a zip.
std::string Zipped(const std::string& name, const std::string& bytes) {
  const auto little_endian = [](size_t value, int width) {
    std::string spelled;
    for (int i = 0; i < width; ++i) spelled.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
    return spelled;
  };
  return absl::StrCat("PK\x03\x04", std::string(14, '\0'), little_endian(bytes.size(), 4),
                      little_endian(bytes.size(), 4), little_endian(name.size(), 2),
                      std::string(2, '\0'), name, bytes);
}

// The usual answers; an empty one where a method is not mentioned.
absl::Status FillUsual(Message* response, bool is_full) {
  const auto* receipt = response->GetDescriptor()->FindFieldByName("receipt");
  if (receipt != nullptr) {
    FillReceipt(
        *static_cast<v1::Receipt*>(response->GetReflection()->MutableMessage(response, receipt)));
  } else if (auto* person = dynamic_cast<v1::GetPersonResponse*>(response)) {
    FillPerson(*person->mutable_person());
    person->set_version(3);
  } else if (auto* self = dynamic_cast<v1::WhoAmIResponse*>(response)) {
    self->mutable_caller()->set_person_id(kPersonId);
    self->mutable_caller()->set_name("Amina Yusuf");
  } else if (auto* people = dynamic_cast<v1::ListPeopleResponse*>(response)) {
    FillPerson(*people->add_people());
  } else if (auto* schools = dynamic_cast<v1::ListSchoolsResponse*>(response)) {
    schools->add_schools()->set_school_id(kSchoolId);
    schools->mutable_schools(0)->set_urn(kUrn);
    schools->mutable_schools(0)->set_name("Elm Lane Primary");
  } else if (auto* trust = dynamic_cast<v1::GetTrustResponse*>(response)) {
    trust->mutable_trust()->set_name("Oakfield Trust");
    trust->mutable_trust()->add_cycles()->set_cycle_id(kCycleId);
    trust->mutable_trust()->mutable_cycles(0)->set_name(kCycleName);
  } else if (auto* pack = dynamic_cast<v1::GetRecordPackResponse*>(response)) {
    pack->set_pack(SamplePack());
    pack->set_file_name(absl::StrCat("record-", kPlanId, ".csign"));
  } else if (auto* plan = dynamic_cast<v1::GetPlanResponse*>(response)) {
    *plan->mutable_plan() = FinalRecord(is_full);
    plan->set_version(8);
  }
  if (is_full) FillEveryField(*response);
  return absl::OkStatus();
}

// Hard to show in a table, in CSV and in JSON.
constexpr char kHardText[] =
    "=SUM(A1), she said \"two\"\r\nlines of 你好 and "
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

// What is told apart by its spelling, or tells that there is more.
bool StaysAsItIs(const google::protobuf::FieldDescriptor& field) {
  for (const char* name : {"next_page_token", "behind", "problems", "digest", "comments_bytes",
                           "annex_bytes", "record", "repeated", "checkpoint"}) {
    if (field.name() == name) return true;
  }
  return false;
}

std::string HardTextFor(const google::protobuf::FieldDescriptor& field) {
  if (absl::EndsWith(field.name(), "_id") || absl::EndsWith(field.name(), "_ids")) return kPlanId;
  if (field.name() == "on" || absl::EndsWith(field.name(), "_on")) return "2026-09-29";
  return kHardText;
}

void SetField(Message& message, const google::protobuf::FieldDescriptor& field) {
  using google::protobuf::FieldDescriptor;
  const auto* reflection = message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return FillEveryField(*(many ? reflection->AddMessage(&message, &field)
                                   : reflection->MutableMessage(&message, &field)));
    case FieldDescriptor::CPPTYPE_STRING:
      return many ? reflection->AddString(&message, &field, HardTextFor(field))
                  : reflection->SetString(&message, &field, HardTextFor(field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return many ? reflection->AddEnumValue(&message, &field, 1)
                  : reflection->SetEnumValue(&message, &field, 1);
    case FieldDescriptor::CPPTYPE_UINT32:
      return many ? reflection->AddUInt32(&message, &field, 4'000'000'000)
                  : reflection->SetUInt32(&message, &field, 4'000'000'000);
    case FieldDescriptor::CPPTYPE_UINT64:
      return many ? reflection->AddUInt64(&message, &field, 1'000'000'000'000)
                  : reflection->SetUInt64(&message, &field, 1'000'000'000'000);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection->SetInt64(&message, &field, kNoonUtc);
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection->SetInt32(&message, &field, 500'000'000);
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->SetBool(&message, &field, true);
    default:
      ADD_FAILURE() << "No sample for " << field.full_name();
  }
}

}  // namespace

std::string SamplePack() {
  return absl::StrCat(Zipped("digest.txt", absl::StrCat(std::string(64, 'a'), "\n")),
                      Zipped("entries/40.entry", "first"), Zipped("entries/41.entry", "second"),
                      Zipped("checkpoint", "elm.example/journal\n42\n"));
}

absl::Status MadeUpServer::Call(const std::string& method, const Message& request,
                                Message* response) {
  const std::string name(absl::StripPrefix(method, "countersign.v1."));
  methods.push_back(name);
  auto& kept = requests_[request.GetTypeName()];
  kept.reset(request.New());
  kept->CopyFrom(request);
  last_request.reset(request.New());
  last_request->CopyFrom(request);
  const auto answer = answers_.find(name);
  const auto turn = static_cast<size_t>(std::count(methods.begin(), methods.end(), name)) - 1;
  absl::Status status;
  if (answer != answers_.end()) {
    status = answer->second(response);
  } else if (!AnswerFromLog(request, turn, response, &status)) {
    status = FillUsual(response, is_full);
  }
  last_answer.reset(response->New());
  last_answer->CopyFrom(*response);
  return status;
}

absl::Status MadeUpServer::Follow(const std::string& method, const Message& request,
                                  Message* response, const std::function<void()>& each) {
  for (int i = 0; i < 2; ++i) {
    response->Clear();
    if (absl::Status status = Call(method, request, response); !status.ok()) return status;
    each();
  }
  return absl::OkStatus();
}

const CommandSpec& CommandNamed(absl::string_view noun, absl::string_view verb) {
  for (const CommandSpec& command : AllCommands()) {
    if (command.noun == noun && command.verb == verb) return command;
  }
  ADD_FAILURE() << "There is no command " << noun << " " << verb << ".";
  return AllCommands().front();
}

Ended RunOn(MadeUpServer& server, const CommandSpec& command, const Values& values,
            const Setting& setting) {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in(setting.stdin_text);
  std::ostream elsewhere(setting.stdout_buffer);
  Terminal terminal{.out = setting.stdout_buffer == nullptr ? out : elsewhere,
                    .err = err,
                    .in = in,
                    .format = setting.format,
                    .interactive = setting.interactive,
                    .progress = setting.progress,
                    .reader_left = setting.reader_left,
                    .full_ids = setting.full_ids};
  Arguments arguments;
  for (const auto& [name, texts] : values) arguments.Set(name, texts);
  const RandomSource fixed = [] {
    std::array<uint8_t, 16> bytes;
    bytes.fill(0x11);
    return bytes;
  };
  Session session(server, terminal, fixed, setting.options);
  Ended run;
  run.code = RunCommand(command, arguments, session, server);
  run.out = out.str();
  run.err = err.str();
  return run;
}

void FillEveryField(Message& message) {
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto& field = *message.GetDescriptor()->field(i);
    const auto* choice = field.real_containing_oneof();
    if (StaysAsItIs(field) || (choice != nullptr && reflection->HasOneof(message, choice)))
      continue;
    if (field.is_repeated()) {
      while (reflection->FieldSize(message, &field) < 2) SetField(message, field);
    } else if (field.message_type() != nullptr || !reflection->HasField(message, &field)) {
      SetField(message, field);
    }
  }
}

v1::PlanView FinalRecord(bool is_full) {
  v1::IndividualPlan plan;
  plan.mutable_header()->set_reviewee_name("Amina Yusuf");
  plan.mutable_header()->set_review_on("2026-10-14");
  auto* objective = plan.add_objectives();
  objective->set_objective("Lead a phonics group");
  objective->set_achieve_by("2027-03-26");
  v1::TrainingAnnex annex;
  annex.add_objective_support()->set_objective(1);
  annex.mutable_objective_support(0)->set_none_needed(true);
  v1::RevieweeComments comments;
  comments.add_comments()->set_text("I enjoyed this year.");

  if (is_full) {
    FillEveryField(plan);
    FillEveryField(annex);
    FillEveryField(comments);
  }
  v1::PlanView view;
  view.mutable_summary()->set_plan_id(kPlanId);
  view.mutable_summary()->set_state(v1::PLAN_STATE_FINALISED);
  view.set_draft(2);
  view.mutable_record()->set_plan(plan.SerializeAsString());
  view.mutable_record()->set_annex(annex.SerializeAsString());
  view.set_comments_bytes(comments.SerializeAsString());
  view.set_digest(RecordDigest(view.record().plan(), view.record().annex(), view.comments_bytes()));
  return view;
}

}  // namespace countersign::cli
