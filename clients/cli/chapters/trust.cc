// `countersign trust ...`: TrustService.

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/as_of.h"
#include "clients/cli/chapters/policy.h"
#include "clients/cli/chapters/roles.h"
#include "clients/cli/command.h"
#include "clients/cli/input/files.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/trust_service.pb.h"

namespace countersign::cli {
namespace {

Outcome Found(Session& session, const Arguments& arguments) {
  v1::FoundTrustRequest request;
  v1::FoundTrust& intent = *request.mutable_intent();
  intent.set_name(arguments.Text("name"));
  intent.set_group_uid(arguments.Text("group-uid"));
  intent.set_lead_name(arguments.Text("lead-name"));
  intent.set_lead_staff_key(arguments.Text("lead-key"));
  intent.set_lead_job_title(arguments.Text("lead-title"));
  return session.Submit(request, absl::StrCat("countersign --as ", arguments.Text("lead-key"),
                                              " school add --name NAME --urn URN"));
}

void WriteTrust(Session& session, const v1::GetTrustResponse& answer) {
  const v1::TrustFacts& trust = answer.trust();
  Terminal& terminal = session.terminal();
  if (trust.name().empty()) {
    terminal.out << "The trust has not been founded yet.\n";
    return;
  }
  WriteLine({{trust.name(), Tone::kBold},
             {absl::StrCat("  group UID ", trust.group_uid(), ", ", trust.schools_size(),
                           " schools, version ", answer.version())}},
            terminal);
  if (!trust.cycles().empty()) {
    Table cycles({"CYCLE", "FIRST DAY", "LAST DAY"});
    for (const auto& cycle : trust.cycles()) {
      cycles.AddRow({{cycle.name()}, {DayWords(cycle.first_on())}, {DayWords(cycle.last_on())}});
    }
    terminal.out << "\n" << cycles.Render(terminal.width, terminal.color_out);
  }
  WritePolicies(trust.policies(), "in the guidance", terminal);
  if (!trust.holidays().empty()) {
    Table holidays({"BANK HOLIDAYS", "DAYS", "FIRST", "LAST"});
    for (const auto& list : trust.holidays()) {
      if (list.days().empty()) continue;
      holidays.AddRow({{EnumWords(v1::Division_Name(list.division()), "DIVISION_")},
                       {absl::StrCat(list.days_size())},
                       {DayWords(list.days(0).on())},
                       {DayWords(list.days(list.days_size() - 1).on())}});
    }
    terminal.out << "\n" << holidays.Render(terminal.width, terminal.color_out);
  }
  WriteRoles(session, trust.roles());
}

Outcome Show(Session& session, const Arguments& arguments) {
  v1::GetTrustRequest request;
  absl::Status status = FillAsOf(arguments, request);
  if (!status.ok()) return status;
  const auto answer = session.Ask<v1::GetTrustResponse>(request);
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal&) { WriteTrust(session, *answer); });
}

Outcome Grant(Session& session, const Arguments& arguments) {
  v1::GrantTrustRoleRequest request;
  absl::Status status = FillGrant(session, arguments, *request.mutable_intent());
  if (!status.ok()) return status;
  return session.Submit(request, "countersign trust show");
}

Outcome Revoke(Session& session, const Arguments& arguments) {
  v1::EndTrustRoleRequest request;
  absl::Status status = FillRole(session, arguments, *request.mutable_intent());
  if (!status.ok()) return status;
  return session.Submit(request, "countersign trust show");
}

Outcome AdoptPolicy(Session& session, const Arguments& arguments) {
  v1::AdoptPolicyRequest request;
  request.mutable_intent()->set_effective_from_on(arguments.Text("from"));
  FillPolicy(arguments, *request.mutable_intent()->mutable_policy());
  return session.Submit(request, "countersign trust show");
}

Outcome ImportHolidays(Session& session, const Arguments& arguments) {
  auto file = ReadFile(arguments.Text("file"), session.terminal().in);
  if (!file.ok()) return file.status();
  v1::ImportBankHolidaysRequest request;
  request.set_file(*std::move(file));
  request.set_dry_run(arguments.Flag("dry-run"));
  return session.SubmitFile(request, arguments.Text("file"),
                            "countersign trust open-cycle NAME --first DAY --last DAY");
}

Outcome OpenCycle(Session& session, const Arguments& arguments) {
  v1::OpenCycleRequest request;
  request.mutable_intent()->set_name(arguments.Text("name"));
  request.mutable_intent()->set_first_on(arguments.Text("first"));
  request.mutable_intent()->set_last_on(arguments.Text("last"));
  return session.Submit(
      request, absl::StrCat("countersign plan enrol PERSON --cycle ", arguments.Text("name")));
}

CommandSpec FoundSpec() {
  return {.noun = "trust",
          .verb = "found",
          .summary = "Opens the trust's records, with its trust lead",
          .examples = {"countersign trust found --name 'Oakfield Trust' --group-uid 9999 "
                       "--lead-name 'Theo Lindqvist' --lead-key theo.lindqvist "
                       "--lead-title 'Trust lead'"},
          .parameters =
              {Required(Option("name", Kind::kText, "Name of the trust")),
               Required(Option("group-uid", Kind::kText,
                               "Group UID in the government's register of schools")),
               Required(Option("lead-name", Kind::kText, "Full name of the trust lead")),
               Required(Fills({"intent.lead_staff_key"},
                              Option("lead-key", Kind::kText, "Staff key of the trust lead"))),
               Required(Fills({"intent.lead_job_title"},
                              Option("lead-title", Kind::kText, "Job title of the trust lead")))},
          .writes = true,
          .run = Found};
}

CommandSpec AdoptPolicySpec() {
  return {.noun = "trust",
          .verb = "adopt-policy",
          .summary = "Says how deadlines are counted, for meetings from a day on",
          .examples = {"countersign trust adopt-policy --from 2026-09-01 --notice-days 7 "
                       "--notice-unit calendar"},
          .parameters = PolicyParameters(),
          .writes = true,
          .run = AdoptPolicy};
}

}  // namespace

std::vector<CommandSpec> TrustCommands() {
  return {
      FoundSpec(),
      {.noun = "trust",
       .verb = "show",
       .summary = "Shows policy, cycles, bank holidays and roles",
       .examples = {"countersign trust show"},
       .parameters = {AsOf()},
       .run = Show},
      {.noun = "trust",
       .verb = "grant",
       .summary = "Gives somebody a role in the trust, or other days for one they have",
       .examples = {"countersign trust grant olga.brandt office",
                    "countersign trust grant olga.brandt auditor --from 2026-11-02 "
                    "--until 2026-11-06"},
       .parameters = GrantParameters(),
       .writes = true,
       .run = Grant},
      {.noun = "trust",
       .verb = "revoke",
       .summary = "Ends somebody's role in the trust",
       .examples = {"countersign trust revoke olga.brandt office"},
       .parameters = RoleParameters(),
       .writes = true,
       .run = Revoke},
      AdoptPolicySpec(),
      {.noun = "trust",
       .verb = "import-holidays",
       .summary = "Imports the government's bank holidays (bank-holidays.json)",
       .examples = {"countersign trust import-holidays bank-holidays.json --dry-run"},
       .parameters = {Required(Positional("file", Kind::kFile, "The file, or - for stdin")),
                      Flag("dry-run", "Check and report, write nothing")},
       .writes = true,
       .run = ImportHolidays},
      {.noun = "trust",
       .verb = "open-cycle",
       .summary = "Begins a year of performance management",
       .examples = {"countersign trust open-cycle 2026/27 --first 2026-09-01 --last 2027-08-31"},
       .parameters = {Required(Positional("name", Kind::kText, "Name, such as 2026/27")),
                      Required(Option("first", Kind::kDate, "First day")),
                      Required(Option("last", Kind::kDate, "Last day"))},
       .writes = true,
       .run = OpenCycle},
  };
}

}  // namespace countersign::cli
