#include "clients/cli/chapters/roles.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/people_service.pb.h"

namespace countersign::cli {
namespace {

v1::Role RoleNamed(const std::string& choice) {
  v1::Role role = v1::ROLE_UNSPECIFIED;
  v1::Role_Parse(
      absl::StrCat("ROLE_", absl::StrReplaceAll(absl::AsciiStrToUpper(choice), {{"-", "_"}})),
      &role);
  return role;
}

// "from Mon 2 Nov 2026 until Fri 6 Nov 2026"; empty where the role has no days.
std::string DaysWords(const v1::RoleHeld& held) {
  std::string words;
  if (!held.first_on().empty()) absl::StrAppend(&words, "from ", DayWords(held.first_on()));
  if (!held.last_on().empty()) {
    absl::StrAppend(&words, words.empty() ? "" : " ", "until ", DayWords(held.last_on()));
  }
  return words;
}

}  // namespace

std::vector<Parameter> RoleParameters() {
  Parameter role = Required(Positional("role", Kind::kChoice, "The role"));
  role.choices = {"headteacher", "office", "training-lead", "governor", "trust-lead", "auditor"};
  return {Required(Positional("person", Kind::kPerson, "Who: staff key or id")), role};
}

std::vector<Parameter> GrantParameters() {
  std::vector<Parameter> parameters = RoleParameters();
  parameters.push_back(
      Fills({"intent.first_on"}, Option("from", Kind::kDate, "First day; default: today")));
  parameters.push_back(Fills({"intent.last_on"},
                             Option("until", Kind::kDate, "Last day; default: until it is ended")));
  return parameters;
}

template <typename Intent>
absl::Status FillRole(Session& session, const Arguments& arguments, Intent& intent) {
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  intent.set_person_id(*person);
  intent.set_role(RoleNamed(arguments.Text("role")));
  return absl::OkStatus();
}

template absl::Status FillRole(Session&, const Arguments&, v1::GrantRole&);
template absl::Status FillRole(Session&, const Arguments&, v1::EndRole&);

absl::Status FillGrant(Session& session, const Arguments& arguments, v1::GrantRole& intent) {
  intent.set_first_on(arguments.Text("from"));
  intent.set_last_on(arguments.Text("until"));
  return FillRole(session, arguments, intent);
}

std::string RoleWords(v1::Role role) { return EnumWords(v1::Role_Name(role), "ROLE_"); }

void WriteRoles(Session& session, const google::protobuf::RepeatedPtrField<v1::RoleHeld>& roles) {
  if (roles.empty()) return;
  const bool has_days = std::any_of(roles.begin(), roles.end(), [](const v1::RoleHeld& held) {
    return !DaysWords(held).empty();
  });
  Table table(has_days ? std::vector<std::string>{"ROLE", "PERSON", "DAYS"}
                       : std::vector<std::string>{"ROLE", "PERSON"});
  for (const auto& held : roles) {
    v1::GetPersonRequest request;
    request.set_person_id(held.person_id());
    const auto answer = session.Ask<v1::GetPersonResponse>(request);
    const bool named = answer.ok() && !answer->person().name().empty();
    table.AddRow(
        {{RoleWords(held.role())},
         {named ? absl::StrCat(answer->person().name(), " (", answer->person().staff_key(), ")")
                : held.person_id()},
         {DaysWords(held)}});
  }
  Terminal& terminal = session.terminal();
  terminal.out << "\n" << table.Render(terminal.width, terminal.color_out);
}

}  // namespace countersign::cli
