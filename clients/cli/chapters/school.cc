// `countersign school ...`: SchoolService, and RegisterSchool of TrustService.

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/policy.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/chapters/roles.h"
#include "clients/cli/command.h"
#include "clients/cli/input/files.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/school_service.pb.h"
#include "countersign/v1/trust_service.pb.h"

namespace countersign::cli {
namespace {

std::string DivisionWords(v1::Division division) {
  return EnumWords(v1::Division_Name(division), "DIVISION_");
}

v1::Division DivisionNamed(const std::string& choice) {
  if (choice == "scotland") return v1::DIVISION_SCOTLAND;
  if (choice == "northern-ireland") return v1::DIVISION_NORTHERN_IRELAND;
  return v1::DIVISION_ENGLAND_AND_WALES;
}

std::string ShowSchool(const Arguments& arguments) {
  return absl::StrCat("countersign school show ", arguments.Text("school"));
}

Outcome Add(Session& session, const Arguments& arguments) {
  v1::RegisterSchoolRequest request;
  request.mutable_intent()->set_name(arguments.Text("name"));
  request.mutable_intent()->set_urn(arguments.Text("urn"));
  request.mutable_intent()->set_division(DivisionNamed(arguments.Text("division")));
  return session.Submit(request, absl::StrCat("countersign school import-calendar ",
                                              arguments.Text("urn"), " FILE --dry-run"));
}

std::string SpanWords(const v1::NamedDays& days) {
  return days.first_on() == days.last_on()
             ? DayWords(days.first_on())
             : absl::StrCat(DayWords(days.first_on()), " to ", DayWords(days.last_on()));
}

void WriteSchool(Session& session, const v1::GetSchoolResponse& answer) {
  Terminal& terminal = session.terminal();
  const v1::SchoolFacts& school = answer.school();
  WriteLine({{school.name(), Tone::kBold},
             {absl::StrCat("  URN ", school.urn(), ", bank holidays of ",
                           DivisionWords(school.division()), ", version ", answer.version())}},
            terminal);
  WriteLine({{absl::StrCat("school ", school.school_id())}}, terminal);
  Table calendar({"", "NAME", "DAYS"});
  for (const auto& term : school.calendar().terms()) {
    calendar.AddRow({{"term"}, {term.name()}, {SpanWords(term)}});
  }
  for (const auto& closure : school.calendar().closures()) {
    calendar.AddRow({{"closure"}, {closure.name()}, {SpanWords(closure)}});
  }
  for (const auto& open_day : school.calendar().open_days()) {
    calendar.AddRow({{"open day"}, {open_day.name()}, {DayWords(open_day.on())}});
  }
  if (calendar.empty()) {
    terminal.out << "No calendar has been published yet.\n";
  } else {
    terminal.out << "\n" << calendar.Render(terminal.width, terminal.color_out);
  }
  WritePolicies(school.overrides(), "in the trust", terminal);
  WriteRoles(session, school.roles());
}

Outcome Show(Session& session, const Arguments& arguments) {
  const auto school = ResolveSchool(session, arguments.Text("school"));
  if (!school.ok()) return school.status();
  v1::GetSchoolRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  request.set_school_id(*school);
  const auto answer = session.Ask<v1::GetSchoolResponse>(request);
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal&) { WriteSchool(session, *answer); });
}

Outcome List(Session& session, const Arguments& arguments) {
  v1::ListSchoolsRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  const auto answer = session.AskForList<v1::ListSchoolsResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    Table table({"URN", "NAME", "BANK HOLIDAYS OF"});
    for (const auto& school : answer->schools()) {
      table.AddRow({{school.urn()}, {school.name()}, {DivisionWords(school.division())}});
    }
    WriteList(table, "No schools yet.", terminal);
  });
}

Outcome ImportCalendar(Session& session, const Arguments& arguments) {
  auto file = ReadFile(arguments.Text("file"), session.terminal().in);
  if (!file.ok()) return file.status();
  const auto school = ResolveSchool(session, arguments.Text("school"));
  if (!school.ok()) return school.status();
  v1::ImportCalendarRequest request;
  request.set_school_id(*school);
  request.set_file(*std::move(file));
  request.set_dry_run(arguments.Flag("dry-run"));
  return session.SubmitFile(request, arguments.Text("file"), ShowSchool(arguments));
}

Outcome Grant(Session& session, const Arguments& arguments) {
  const auto school = ResolveSchool(session, arguments.Text("school"));
  if (!school.ok()) return school.status();
  v1::GrantSchoolRoleRequest request;
  request.set_school_id(*school);
  absl::Status status = FillGrant(session, arguments, *request.mutable_intent());
  if (!status.ok()) return status;
  return session.Submit(request, ShowSchool(arguments));
}

Outcome Revoke(Session& session, const Arguments& arguments) {
  const auto school = ResolveSchool(session, arguments.Text("school"));
  if (!school.ok()) return school.status();
  v1::EndSchoolRoleRequest request;
  request.set_school_id(*school);
  absl::Status status = FillRole(session, arguments, *request.mutable_intent());
  if (!status.ok()) return status;
  return session.Submit(request, ShowSchool(arguments));
}

Outcome OverridePolicy(Session& session, const Arguments& arguments) {
  const auto school = ResolveSchool(session, arguments.Text("school"));
  if (!school.ok()) return school.status();
  v1::OverridePolicyRequest request;
  request.set_school_id(*school);
  request.mutable_intent()->set_effective_from_on(arguments.Text("from"));
  FillPolicy(arguments, *request.mutable_intent()->mutable_policy());
  return session.Submit(request, ShowSchool(arguments));
}

Parameter School() {
  return Required(Positional("school", Kind::kSchool, "The school: URN or id"));
}

std::vector<Parameter> WithSchool(std::vector<Parameter> parameters) {
  parameters.insert(parameters.begin(), School());
  return parameters;
}

}  // namespace

std::vector<CommandSpec> SchoolCommands() {
  return {
      {.noun = "school",
       .verb = "add",
       .summary = "Adds a school to the trust",
       .examples = {"countersign school add --name 'Elm Lane Primary' --urn 990001"},
       .parameters = {Required(Option("name", Kind::kText, "Name")),
                      Required(Option("urn", Kind::kText, "Unique reference number: six digits")),
                      Choice("division", {"england-and-wales", "scotland", "northern-ireland"},
                             "Whose bank holidays it keeps; default england-and-wales")},
       .writes = true,
       .run = Add},
      {.noun = "school",
       .verb = "show",
       .summary = "Shows a school with its calendar and roles",
       .examples = {"countersign school show 990001"},
       .parameters = {School(), AsOf()},
       .run = Show},
      {.noun = "school",
       .verb = "list",
       .summary = "Lists the schools",
       .examples = {"countersign school list"},
       .parameters = {AsOf(), Limit()},
       .run = List},
      {.noun = "school",
       .verb = "import-calendar",
       .summary = "Imports terms, closures and open days from an iCalendar file",
       .examples = {"countersign school import-calendar 990001 990001.ics --dry-run"},
       .parameters = {School(),
                      Required(Positional("file", Kind::kFile, "The file, or - for stdin")),
                      Flag("dry-run", "Check and report, write nothing")},
       .writes = true,
       .run = ImportCalendar},
      {.noun = "school",
       .verb = "grant",
       .summary = "Gives somebody a role in the school, or other days for one they have",
       .examples = {"countersign school grant 990001 helen.okafor headteacher",
                    "countersign school grant 990001 dev.ramanathan headteacher "
                    "--from 2026-11-02 --until 2026-12-18"},
       .parameters = WithSchool(GrantParameters()),
       .writes = true,
       .run = Grant},
      {.noun = "school",
       .verb = "revoke",
       .summary = "Ends somebody's role in the school",
       .examples = {"countersign school revoke 990001 helen.okafor headteacher"},
       .parameters = WithSchool(RoleParameters()),
       .writes = true,
       .run = Revoke},
      {.noun = "school",
       .verb = "override-policy",
       .summary = "Lets the school count deadlines otherwise than the trust; the rest follows it",
       .examples = {"countersign school override-policy 990001 --from 2026-11-02 --draft-days 8"},
       .parameters = PolicyParameters({School()}),
       .writes = true,
       .run = OverridePolicy},
  };
}

}  // namespace countersign::cli
