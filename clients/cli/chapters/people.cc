// `countersign people ...`, `absence ...` and `whoami`: PeopleService.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/chapters/roles.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/input/files.h"
#include "clients/cli/input/work_pattern.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/people_service.pb.h"

namespace countersign::cli {
namespace {

std::string ShowPerson(const Arguments& arguments) {
  return absl::StrCat("countersign people show ", arguments.Text("person"));
}

Outcome Import(Session& session, const Arguments& arguments) {
  auto file = ReadFile(arguments.Text("file"), session.terminal().in);
  if (!file.ok()) return file.status();
  v1::ImportPeopleRequest request;
  request.set_file(*std::move(file));
  request.set_dry_run(arguments.Flag("dry-run"));
  return session.SubmitFile(request, arguments.Text("file"), "countersign people list");
}

Outcome List(Session& session, const Arguments& arguments) {
  v1::ListPeopleRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  if (arguments.Has("school")) {
    const auto school = ResolveSchool(session, arguments.Text("school"));
    if (!school.ok()) return school.status();
    request.set_school_id(*school);
  }
  const auto answer = session.AskForList<v1::ListPeopleResponse>(request, LimitOf(arguments));
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    Table table({"STAFF KEY", "NAME", "JOB TITLE", "WORKS"});
    for (const auto& person : answer->people()) {
      table.AddRow({{person.staff_key()}, {person.name()}, {person.job_title()}, {person.works()}});
    }
    WriteList(table, "Nobody that you may see.", terminal);
  });
}

void WritePerson(const v1::GetPersonResponse& answer, Terminal& terminal) {
  const v1::Person& person = answer.person();
  WriteLine({{person.name(), Tone::kBold},
             {absl::StrCat("  ", person.staff_key(), ", version ", answer.version())}},
            terminal);
  const auto write = [&](absl::string_view label, absl::string_view text) {
    terminal.out << Labelled(label, PrintableLine(text), 12, terminal.width);
  };
  write("person", person.person_id());
  write("job title", person.job_title());
  write("team", person.team());
  write("school", person.school_id().empty() ? "central staff" : person.school_id());
  write("works", person.works());
  for (const auto& manager : person.line_managers()) write("managed by", manager.name());
  for (const auto& absence : person.facts().absences()) {
    terminal.out << "absence " << absence.absence() << ": " << DayWords(absence.first_on())
                 << (absence.last_on().empty() ? ", no end yet"
                                               : absl::StrCat(" to ", DayWords(absence.last_on())))
                 << "\n";
  }
  for (const auto& plan : person.facts().plans()) write("plan", plan.plan_id());
}

absl::StatusOr<v1::GetPersonResponse> AskForPerson(Session& session, const Arguments& arguments) {
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  v1::GetPersonRequest request;
  request.set_person_id(*person);
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  return session.Ask<v1::GetPersonResponse>(request);
}

Outcome Show(Session& session, const Arguments& arguments) {
  const auto answer = AskForPerson(session, arguments);
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) { WritePerson(*answer, terminal); });
}

Outcome WhoAmI(Session& session, const Arguments& arguments) {
  v1::WhoAmIRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  const auto answer = session.Ask<v1::WhoAmIResponse>(request);
  if (!answer.ok()) return answer.status();
  if (arguments.Has("as-of") && answer->caller().name().empty()) {
    return MakeFailure(absl::StatusCode::kNotFound,
                       {.reason = "NOT_THERE_THEN",
                        .message = "There was no such person then: the journal had no name of you.",
                        .next = "choose a later moment, or leave --as-of out"});
  }
  return session.Show(*answer, [&](Terminal& terminal) {
    WriteLine({{answer->caller().name(), Tone::kBold},
               {absl::StrCat("  person ", answer->caller().person_id())}},
              terminal);
    for (const auto& held : answer->roles()) {
      terminal.out << RoleWords(held.role())
                   << (held.school_id().empty()
                           ? " of the trust"
                           : absl::StrCat(" of school ", PrintableLine(held.school_id())))
                   << "\n";
    }
    if (answer->roles().empty()) terminal.out << "no role but those that follow from plans\n";
  });
}

// What is not said stays as it is, so the present post is read first; the version that was read
// goes along, so that nobody's change in between is undone by it.
Outcome ChangePost(Session& session, const Arguments& arguments) {
  const auto present = AskForPerson(session, arguments);
  if (!present.ok()) return present.status();
  const v1::Person& person = present->person();
  v1::ChangePostRequest request;
  request.set_person_id(person.person_id());
  request.set_expected_version(present->version());
  v1::ChangePost& intent = *request.mutable_intent();
  intent.set_job_title(arguments.Has("job-title") ? arguments.Text("job-title")
                                                  : person.job_title());
  intent.set_team(arguments.Has("team") ? arguments.Text("team") : person.team());
  if (arguments.Has("school")) {
    const auto school = ResolveSchool(session, arguments.Text("school"));
    if (!school.ok()) return school.status();
    intent.set_school_id(*school);
  } else if (!arguments.Flag("central")) {
    intent.set_school_id(person.school_id());
  }
  return session.Submit(request, ShowPerson(arguments));
}

Outcome ChangePattern(Session& session, const Arguments& arguments) {
  v1::ChangeWorkPatternRequest request;
  v1::ChangeWorkPattern& intent = *request.mutable_intent();
  auto pattern = ParseWorkPattern(arguments.Text("works"), arguments.Text("works-from"));
  if (!pattern.ok()) return pattern.status();
  *intent.mutable_pattern() = *std::move(pattern);
  intent.set_effective_from_on(arguments.Text("from"));
  intent.set_term_time_only(arguments.Yes("term-time-only"));
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  request.set_person_id(*person);
  return session.Submit(request, ShowPerson(arguments));
}

Outcome NameManagers(Session& session, const Arguments& arguments) {
  if (arguments.Has("manager") == arguments.Flag("none")) {
    return absl::InvalidArgumentError("Name the line managers with --manager, or say --none.");
  }
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  v1::NameLineManagersRequest request;
  request.set_person_id(*person);
  request.mutable_intent();
  for (const std::string& named : arguments.Texts("manager")) {
    const auto manager = ResolvePerson(session, named);
    if (!manager.ok()) return manager.status();
    request.mutable_intent()->add_manager_ids(*manager);
  }
  return session.Submit(request, ShowPerson(arguments));
}

Outcome RecordAbsence(Session& session, const Arguments& arguments) {
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  v1::RecordAbsenceRequest request;
  request.set_person_id(*person);
  request.mutable_intent()->set_first_on(arguments.Text("first"));
  request.mutable_intent()->set_last_on(arguments.Text("last"));
  return session.Submit(request, "countersign obligations list (due dates may have moved)");
}

Outcome CorrectAbsence(Session& session, const Arguments& arguments) {
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  v1::CorrectAbsenceRequest request;
  request.set_person_id(*person);
  request.mutable_intent()->set_absence(arguments.Number("absence"));
  request.mutable_intent()->set_first_on(arguments.Text("first"));
  request.mutable_intent()->set_last_on(arguments.Text("last"));
  return session.Submit(request, "countersign obligations list (due dates may have moved)");
}

Outcome WithdrawAbsence(Session& session, const Arguments& arguments) {
  const auto person = ResolvePerson(session, arguments.Text("person"));
  if (!person.ok()) return person.status();
  v1::WithdrawAbsenceRequest request;
  request.set_person_id(*person);
  request.mutable_intent()->set_absence(arguments.Number("absence"));
  return session.Submit(request, "countersign obligations list (due dates may have moved)");
}

Parameter Person() { return Required(Positional("person", Kind::kPerson, "Who: staff key or id")); }

Parameter AbsenceNumber() {
  return Required(Positional("absence", Kind::kNumber, "Number of the absence (people show)"));
}

std::vector<CommandSpec> PostCommands() {
  Parameter manager =
      Option("manager", Kind::kPerson, "A line manager; may be given several times");
  manager.repeated = true;
  return {
      {.noun = "people",
       .verb = "change-post",
       .summary = "Records another job title, team or school; what is not said stays",
       .examples = {"countersign people change-post amina.yusuf --job-title 'Senior TA'"},
       .parameters = {Person(), Option("job-title", Kind::kText, "Job title"),
                      Option("team", Kind::kText, "Team"),
                      Option("school", Kind::kSchool, "School: URN or id"),
                      Flag("central", "Central staff, in no school")},
       .writes = true,
       .run = ChangePost},
      {.noun = "people",
       .verb = "change-pattern",
       .summary = "Records on which days a person works",
       .examples = {"countersign people change-pattern amina.yusuf --works Mon-Thu "
                    "--from 2026-11-02 --term-time-only yes",
                    "countersign people change-pattern dan.wu --works 'Mon-Wed | Mon-Fri' "
                    "--works-from 2026-09-07 --term-time-only no"},
       .parameters =
           {Person(),
            Required(Fills({"intent.pattern"},
                           Option("works", Kind::kText,
                                  "Days worked: 'Mon-Thu', 'Mon 08:30-15:00 Tue', 'Mon | Tue'"))),
            Required(Choice("term-time-only", {"yes", "no"},
                            "Whether the person works in term time only")),
            Fills({"intent.effective_from_on"},
                  Option("from", Kind::kDate, "From which day on; default: always so far")),
            Fills({"intent.pattern.anchor_on"},
                  Option("works-from", Kind::kDate,
                         "The Monday on which the first of several weeks began"))},
       .writes = true,
       .run = ChangePattern},
      {.noun = "people",
       .verb = "name-managers",
       .summary = "Names a person's line managers, instead of those named before",
       .examples = {"countersign people name-managers amina.yusuf --manager ben.carter"},
       .parameters = {Person(), manager, Flag("none", "Nobody manages the person")},
       .writes = true,
       .run = NameManagers},
  };
}

std::vector<CommandSpec> AbsenceCommands() {
  const Parameter first = Required(Option("first", Kind::kDate, "First day"));
  const Parameter last = Option("last", Kind::kDate, "Last day; left out: no end yet");
  return {
      {.noun = "absence",
       .verb = "record",
       .summary = "Records days on which somebody is away; nobody asks why",
       .examples = {"countersign absence record amina.yusuf --first 2026-10-12 --last 2026-10-16"},
       .parameters = {Person(), first, last},
       .writes = true,
       .run = RecordAbsence},
      {.noun = "absence",
       .verb = "correct",
       .summary = "Records the right days of an absence",
       .examples = {"countersign absence correct amina.yusuf 1 --first 2026-10-12 "
                    "--last 2026-10-14"},
       .parameters = {Person(), AbsenceNumber(), first, last},
       .writes = true,
       .run = CorrectAbsence},
      {.noun = "absence",
       .verb = "withdraw",
       .summary = "Takes back an absence recorded by mistake",
       .examples = {"countersign absence withdraw amina.yusuf 1"},
       .parameters = {Person(), AbsenceNumber()},
       .writes = true,
       .run = WithdrawAbsence},
  };
}

}  // namespace

std::vector<CommandSpec> PeopleCommands() {
  std::vector<CommandSpec> commands = {
      {.noun = "people",
       .verb = "import",
       .summary = "Registers people from a CSV file, or brings them up to date: all or nothing",
       .examples = {"countersign people import people.csv --dry-run"},
       .parameters = {Required(Positional("file", Kind::kFile, "The file, or - for stdin")),
                      Flag("dry-run", "Check and report, write nothing")},
       .writes = true,
       .run = Import},
      {.noun = "people",
       .verb = "list",
       .summary = "Lists people",
       .examples = {"countersign people list --school 990001"},
       .parameters = {Option("school", Kind::kSchool, "Only of this school: URN or id"), AsOf(),
                      Limit()},
       .run = List},
      {.noun = "people",
       .verb = "show",
       .summary = "Shows what is known of somebody's work",
       .examples = {"countersign people show amina.yusuf"},
       .parameters = {Person(), AsOf()},
       .run = Show},
  };
  for (const auto& chapter : {PostCommands(), AbsenceCommands()}) {
    commands.insert(commands.end(), chapter.begin(), chapter.end());
  }
  commands.push_back({.verb = "whoami",
                      .summary = "Says who you are and which roles you have",
                      .examples = {"countersign whoami --as helen.okafor"},
                      .parameters = {AsOf()},
                      .run = WhoAmI});
  return commands;
}

}  // namespace countersign::cli
