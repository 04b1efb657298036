#include "tests/scenario/run.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "countersign/v1/school_service.pb.h"
#include "countersign/v1/trust_service.pb.h"
#include "tests/scenario/step_kinds.h"
#include "tests/support/london.h"

namespace countersign::scenario {
namespace {

constexpr Day kFirstDay(2026, 8, 27);
constexpr Day kFirstSchoolDay(2026, 9, 1);
constexpr Day kLastDay(2027, 7, 23);

// The RPC that carries out an intent bears its name.
const std::string& MethodFor(const std::string& intent) {
  static const auto& methods = *new std::map<std::string, std::string>([] {
    std::map<std::string, std::string> found;
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    for (const char* file : {"enrolment", "reviewer", "preparation", "meeting", "recording",
                             "signing", "copies", "people", "school", "trust"}) {
      const auto* service =
          pool->FindFileByName(absl::StrCat("countersign/v1/", file, "_service.proto"))->service(0);
      for (int i = 0; i < service->method_count(); ++i) {
        const auto* method = service->method(i);
        const auto* field = method->input_type()->FindFieldByName("intent");
        if (field == nullptr) continue;
        found.emplace(method->name(), absl::StrCat(service->name(), ".", method->name()));
      }
    }
    return found;
  }());
  static const auto& none = *new std::string();
  const auto method = methods.find(intent);
  return method == methods.end() ? none : method->second;
}

// The innermost message of a command: "AssignReviewer" with its fields.
const google::protobuf::Message& IntentIn(const v1::Command& command) {
  const google::protobuf::Message* inner = &command;
  for (int depth = 0; depth < 2; ++depth) {
    const auto* reflection = inner->GetReflection();
    inner = &reflection->GetMessage(
        *inner, reflection->GetOneofFieldDescriptor(*inner, inner->GetDescriptor()->oneof_decl(0)));
  }
  return *inner;
}

std::string MethodOf(const Asked& asked) {
  if (asked.command.school().has_grant_role()) return "SchoolService.GrantSchoolRole";
  if (asked.command.school().has_end_role()) return "SchoolService.EndSchoolRole";
  return MethodFor(IntentIn(asked.command).GetDescriptor()->name());
}

}  // namespace

void Tally::Add(const Tally& other) {
  for (const auto& [kind, outcomes] : other.kinds) {
    kinds[kind].accepted += outcomes.accepted;
    kinds[kind].already_so += outcomes.already_so;
    kinds[kind].refused += outcomes.refused;
  }
  for (const auto& [name, times] : other.events) events[name] += times;
  for (const auto& [name, times] : other.answers) answers[name] += times;
  for (const auto& [name, times] : other.statuses) statuses[name] += times;
  steps += other.steps;
  explained += other.explained;
}

Run::Run(uint32_t seed, RememberMoments remember)
    : seed_(seed), dice_(seed), disk_(NewMemoryDisk()), desk_([this] {
        ServerOptions options = DemoOn(disk_.get());
        options.demo_now = InLondon(absl::StrCat(Iso(kFirstDay), " 09:00"));
        return options;
      }()) {
  if (remember == RememberMoments::kYes) moments_ = std::make_unique<Moments>(seed);
}

void Run::FoundTrust() {
  model_.Begin(0, kFirstDay);
  desk_.Wrote("T1", "TrustService.FoundTrust", "", rules::FoundTrust());
  v1::ImportBankHolidaysRequest holidays;
  holidays.set_request_id(desk_.NextRequestId());
  holidays.set_file(HolidaysNearTheYear());
  Desk::ReceiptIn(desk_.Call("T1", "TrustService.ImportBankHolidays", holidays));
  for (const auto& [name, urn] : {std::pair{"A", "100001"}, std::pair{"B", "100002"}}) {
    const std::string id = desk_
                               .Wrote("T1", "TrustService.RegisterSchool", "",
                                      rules::RegisterSchool(absl::StrCat("School ", name), urn))
                               .subject_id();
    ids_[name] = id;
    model_.schools[id].days.bank_holidays =
        BankHolidaysIn(HolidaysNearTheYear(), "england-and-wales");
  }
  cycle_ = desk_
               .Wrote("T1", "TrustService.OpenCycle", "",
                      rules::OpenCycle("2026/27", "2026-09-01", "2027-08-31"))
               .subject_id();
  model_.trust.cycles[cycle_] = {Day(2026, 9, 1), Day(2027, 8, 31)};
}

void Run::RegisterStaff() {
  staff_ = MadeUpStaff(dice_);
  v1::ImportPeopleRequest people;
  people.set_request_id(desk_.NextRequestId());
  people.set_file(StaffFile(staff_));
  Desk::ReceiptIn(desk_.Call("T1", "PeopleService.ImportPeople", people));
  v1::ListPeopleRequest list;
  list.mutable_page()->set_page_size(500);
  const Reply reply = desk_.Call("T1", "PeopleService.ListPeople", list);
  for (const v1::Person& person : reply.As<v1::ListPeopleResponse>().people()) {
    ids_[person.staff_key()] = person.person_id();
    ModelPerson& known = model_.people[person.person_id()];
    known.id = person.person_id();
    known.job_title = "Teaching assistant";
    known.team = "Key Stage 1";
    // The list says nothing of days: every weekday, in term, as far back as anybody asks.
    known.work.timetables.emplace_back();
  }
  for (const StaffMember& member : staff_) {
    ModelPerson& known = model_.people.at(ids_.at(member.key));
    if (!member.urn.empty()) known.school = ids_.at(member.urn == "100001" ? "A" : "B");
    for (const std::string& key : member.manager_keys) known.managers.push_back(ids_.at(key));
  }
  for (const auto& [key, id] : ids_) keys_[id] = key;
  model_.trust.grants.push_back({ids_.at("T1"), v1::ROLE_TRUST_LEAD, {}, {}});
}

Cast Run::CastOf() const {
  Cast cast;
  cast.trust_lead = ids_.at("T1");
  cast.trust_office = ids_.at("OT");
  cast.central = ids_.at("C1");
  cast.stranger = ids_.at("XB");
  for (const StaffMember& member : staff_) {
    if (!member.has_plan) continue;
    cast.reviewees.push_back(ids_.at(member.key));
    if (member.key[0] != 'S') cast.colleagues.push_back(ids_.at(member.key));
  }
  cast.colleagues.push_back(ids_.at("HB"));
  for (const std::string name : {"A", "B"}) {
    const std::string& school = ids_.at(name);
    cast.schools.push_back(school);
    cast.offices[school] = ids_.at("O" + name);
    cast.training_leads[school] = ids_.at("L" + name);
  }
  cast.heads[ids_.at("A")] = {ids_.at("HA"), ids_.at("DA")};
  cast.heads[ids_.at("B")] = {ids_.at("HB"), ids_.at("MB1")};
  cast.cycle = cycle_;
  return cast;
}

bool Run::Settle() {
  FoundTrust();
  RegisterStaff();
  std::vector<Asked> facts;
  const auto grant = [&](const std::string& house, const std::string& key, v1::Role role) {
    Asked asked{ids_.at("T1"), house.empty() ? "" : ids_.at(house), {}};
    v1::GrantRole* command = house.empty() ? asked.command.mutable_trust()->mutable_grant_role()
                                           : asked.command.mutable_school()->mutable_grant_role();
    command->set_person_id(ids_.at(key));
    command->set_role(role);
    facts.push_back(asked);
  };
  grant("", "OT", v1::ROLE_OFFICE);
  for (const std::string name : {"A", "B"}) {
    grant(name, "H" + name, v1::ROLE_HEADTEACHER);
    grant(name, "O" + name, v1::ROLE_OFFICE);
    if (dice_.Chance(60)) grant(name, "L" + name, v1::ROLE_TRAINING_LEAD);
    Asked asked{ids_.at("T1"), ids_.at(name), {}};
    calendars_[asked.subject] = MadeUpCalendar(dice_);
    *asked.command.mutable_school()->mutable_publish_calendar()->mutable_calendar() =
        calendars_[asked.subject];
    facts.push_back(asked);
  }
  // Some trusts have had a policy for long, some adopt one in mid-year, some never do.
  if (dice_.Chance(60)) {
    Asked first{ids_.at("T1"), "", {}};
    v1::AdoptPolicy* adopt = first.command.mutable_trust()->mutable_adopt_policy();
    adopt->set_effective_from_on(dice_.Chance(70) ? "2025-06-01" : "2026-10-12");
    *adopt->mutable_policy() = MadeUpPolicy(dice_);
    facts.push_back(first);
  }
  for (const StaffMember& member : staff_) {
    // Of a few nothing is known: every weekday, in term.
    if ((!member.has_plan && member.key != "HB") || dice_.Chance(15)) continue;
    Asked asked{ids_.at("T1"), ids_.at(member.key), {}};
    *asked.command.mutable_person()->mutable_change_work_pattern() =
        MadeUpTimetable(dice_, std::nullopt);
    facts.push_back(asked);
  }
  choice_ = std::make_unique<Choice>(dice_, model_, CastOf(), calendars_);
  return std::all_of(facts.begin(), facts.end(), [&](const Asked& asked) { return Step(asked); });
}

void Run::MoveClock(Day day) {
  // In the morning, at noon or in the last minute of the day, on the clock of Europe/London.
  const std::string hour = dice_.Pick<std::string>({"07:10", "12:00", "23:59"});
  const absl::Time to = InLondon(absl::StrCat(Iso(day), " ", hour));
  v1::AdvanceClockRequest request;
  request.set_to(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", to, absl::UTCTimeZone()));
  const Reply reply = desk_.Call("T1", "DemoService.AdvanceClock", request);
  if (!reply.ok()) ADD_FAILURE() << reply;
}

bool Run::PlayDay(Day day) {
  const bool end_of_week = absl::GetWeekday(day) == absl::Weekday::sunday || day == kLastDay;
  if (!end_of_week && dice_.Chance(62)) return true;  // A quiet day.
  std::vector<std::string> lively;
  // Never in the order of ids, which are other ones in every run.
  for (const std::string& id : model_.plan_ids) {
    if (dice_.Chance(choice_->Liveliness(model_.plans.at(id)))) lively.push_back(id);
  }
  const int enrolments = model_.plans.size() < 20 ? dice_.Below(5) : dice_.Chance(4);
  const bool fact = dice_.Chance(40);
  MoveClock(day);
  model_.Begin(step_, day);
  for (int i = 0; i < enrolments; ++i) {
    if (!Step(choice_->Enrolment())) return false;
  }
  if (fact && !Step(choice_->AboutFacts())) return false;
  for (const std::string& id : lively) {
    const std::optional<Asked> asked = choice_->InPlan(model_.plans.at(id));
    if (asked.has_value() && !Step(*asked)) return false;
  }
  if (!end_of_week || model_.plans.empty()) return true;
  return CompareWeekly(day);
}

// One school's plans this week, the other's the next, and how one of all plans is explained.
bool Run::CompareWeekly(Day sunday) {
  const std::string& school = ids_.at((sunday - kFirstDay) / 7 % 2 == 0 ? "A" : "B");
  std::vector<std::string> held;
  for (const std::string& id : model_.plan_ids) {
    if (sunday == kLastDay || model_.plans.at(id).school == school) held.push_back(id);
  }
  return Compare(held, true) && CompareExplained(model_.plans.at(dice_.Pick(model_.plan_ids)));
}

bool Run::Play() {
  if (!Settle()) return false;
  for (Day day = kFirstSchoolDay; day <= kLastDay; ++day) {
    if (!PlayDay(day)) return false;
  }
  return true;
}

Reply Run::HandIn(const Asked& asked) {
  const std::string& actor = keys_.at(asked.actor);
  if (asked.command.school().has_publish_calendar()) {
    v1::ImportCalendarRequest request;
    request.set_request_id(desk_.NextRequestId());
    request.set_school_id(asked.subject);
    request.set_file(CalendarFile(asked.command.school().publish_calendar().calendar()));
    return desk_.Call(actor, "SchoolService.ImportCalendar", request);
  }
  rules::Intent intent{asked.subject, asked.command};
  if (intent.command.has_plan()) {
    v1::PlanCommand* command = intent.command.mutable_plan();
    std::string* digest = command->has_sign() ? command->mutable_sign()->mutable_digest()
                          : command->has_decline_signature()
                              ? command->mutable_decline_signature()->mutable_digest()
                              : nullptr;
    if (digest != nullptr) {
      const auto known = digests_.find(*digest);
      *digest = known == digests_.end() ? std::string(64, '0') : known->second;
    }
  }
  const std::string method =
      asked.command.trust().has_grant_role() ? "TrustService.GrantTrustRole" : MethodOf(asked);
  return desk_.HandIn(actor, method, asked.subject, intent);
}

std::string Run::AnswerIn(const Reply& reply) {
  if (reply.ok()) {
    const v1::Receipt receipt = Desk::ReceiptIn(reply);
    for (const auto& entry : receipt.entries()) ++tally_.events[entry.event_type()];
    return receipt.entries().empty() ? "already so" : "accepted";
  }
  switch (reply.code()) {
    case grpc::StatusCode::FAILED_PRECONDITION:
      return reply.Reason();
    case grpc::StatusCode::PERMISSION_DENIED:
      return "PERMISSION_DENIED";
    case grpc::StatusCode::NOT_FOUND:
      return "NOT_FOUND";
    default:
      return absl::StrCat("code ", reply.code(), " ", reply.status.error_message());
  }
}

bool Run::Step(const Asked& asked) {
  model_.Begin(++step_, model_.today());
  const Reply reply = HandIn(asked);
  const std::string server = AnswerIn(reply);
  WriteHistory(asked, server);
  const auto touched = model_.plans.find(asked.subject);
  const v1::PlanState before =
      touched == model_.plans.end() ? v1::PLAN_STATE_UNSPECIFIED : model_.StateOf(touched->second);
  const std::vector<std::string> kinds = KindsOf(asked, model_);
  const std::string model = model_.Take(asked);
  const std::string about = asked.command.has_plan() ? asked.subject : "";
  if (model != server) {
    const std::string said = reply.ok() ? "" : absl::StrCat("\n", reply.status.error_message());
    return Disagree(about, "the answer", model, server + said);
  }
  ++tally_.steps;
  ++tally_.answers[server];
  for (const std::string& kind : kinds) {
    Outcomes& outcomes = tally_.kinds[kind];
    ++(server == "accepted"     ? outcomes.accepted
       : server == "already so" ? outcomes.already_so
                                : outcomes.refused);
  }
  if (server == "accepted") {
    if (asked.command.person().has_enrol()) {
      const std::string plan = Desk::ReceiptIn(reply).subject_id();
      model_.Opened(asked.subject, asked.command.person().enrol().cycle_id(), plan);
      keys_[plan] = absl::StrCat("plan", model_.plans.size());
      return Compare({plan}, true);
    }
    if (asked.command.plan().has_finalise_record()) RememberRecord(asked);
  }
  if (!report_.empty()) return false;
  if (server == "accepted" && moments_ != nullptr && moments_->Chosen()) RememberMoment();
  // What was not accepted changes nothing: one in eight is looked at, and every plan every week.
  if (server != "accepted" && step_ % 8 != 0) return true;
  const bool about_plan = asked.command.has_plan();
  // A state that should be what it was is looked at in one of eight steps.
  const bool moved = about_plan && model_.StateOf(model_.plans.at(asked.subject)) != before;
  if (!Compare(PlansTouchedBy(asked), moved || step_ % 8 == 0)) return false;
  // The workings are long: those of one step in eight are looked at.
  return !about_plan || step_ % 8 != 1 || CompareExplained(model_.plans.at(asked.subject));
}

void Run::RememberMoment() {
  if (model_.plans.empty()) return;
  const ModelPlan& plan = model_.plans.at(model_.plan_ids[step_ % model_.plan_ids.size()]);
  Subject subject{plan.id, plan.school, keys_.at(plan.reviewee), "", keys_.at(plan.school)};
  if (!plan.reviewer.empty()) subject.reviewer = keys_.at(plan.reviewer);
  moments_->Remember(desk_, subject);
}

// The same words have the same digest, and other words another.
void Run::RememberRecord(const Asked& asked) {
  v1::GetPlanRequest request;
  request.set_plan_id(asked.subject);
  const Reply reply = desk_.Call(keys_.at(asked.actor), "PlanService.GetPlan", request);
  const std::string digest = reply.As<v1::GetPlanResponse>().plan().digest();
  const std::string words = Model::RecordOf(model_.plans.at(asked.subject));
  for (const auto& [other_words, other] : digests_) {
    if ((other_words == words) == (other == digest)) continue;
    Disagree(asked.subject, "the digest", other_words == words ? other : "another", digest);
  }
  digests_[words] = digest;
}

std::vector<std::string> Run::PlansTouchedBy(const Asked& asked) const {
  std::vector<std::string> touched;
  for (const std::string& id : model_.plan_ids) {
    const ModelPlan& plan = model_.plans.at(id);
    if (asked.command.has_trust() || id == asked.subject || plan.school == asked.subject ||
        plan.reviewee == asked.subject || plan.reviewer == asked.subject) {
      touched.push_back(id);
    }
  }
  return touched;
}

}  // namespace countersign::scenario
