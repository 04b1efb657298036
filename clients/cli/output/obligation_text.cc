#include "clients/cli/output/obligation_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

std::string KindWords(const v1::Obligation& obligation) {
  std::string words = EnumWords(v1::ObligationKind_Name(obligation.kind()), "OBLIGATION_KIND_");
  if (obligation.change() > 0) absl::StrAppend(&words, " ", obligation.change());
  if (obligation.replacement() > 0) absl::StrAppend(&words, " ", obligation.replacement());
  return words;
}

std::string StatusWords(v1::ObligationStatus status) {
  return EnumWords(v1::ObligationStatus_Name(status), "OBLIGATION_STATUS_");
}

Tone ToneOf(v1::ObligationStatus status) {
  if (status == v1::OBLIGATION_STATUS_OVERDUE) return Tone::kBad;
  if (status == v1::OBLIGATION_STATUS_DUE_SOON || status == v1::OBLIGATION_STATUS_MET_LATE) {
    return Tone::kSoon;
  }
  return status == v1::OBLIGATION_STATUS_MET ? Tone::kGood : Tone::kPlain;
}

std::string DueWords(const v1::Obligation& obligation) {
  if (obligation.due_on().empty()) return "no date";
  return absl::StrCat(DayWords(obligation.due_on()),
                      obligation.provisional() ? " (provisional)" : "");
}

std::string OwedByWords(const v1::Obligation& obligation) {
  const v1::PersonName& owed_by = obligation.owed_by();
  if (!owed_by.name().empty()) return owed_by.name();
  return owed_by.person_id().empty() ? "the head (vacant)" : owed_by.person_id();
}

// The command that does what is owed; empty for a kind that this program does not know.
std::string CommandFor(v1::ObligationKind kind, const std::string& plan_id) {
  const auto command = [&](absl::string_view verb, absl::string_view more = "") {
    return absl::StrCat("countersign ", verb, " ", plan_id, more);
  };
  switch (kind) {
    case v1::OBLIGATION_KIND_NOTICE:
      return command("meeting confirm", " --on DAY");
    case v1::OBLIGATION_KIND_DRAFT:
      return command("draft issue", " --file FILE");
    case v1::OBLIGATION_KIND_FINAL_AVAILABLE:
      return command("record finalise");
    case v1::OBLIGATION_KIND_REVIEWER_SIGNATURE:
    case v1::OBLIGATION_KIND_REVIEWEE_SIGNATURE:
      return command("record sign");
    case v1::OBLIGATION_KIND_REVIEWER_ASSIGNED:
      return command("reviewer assign", " --reviewer PERSON");
    case v1::OBLIGATION_KIND_CHANGE_REQUEST_ANSWER:
      return command("draft revise", " --file FILE");
    case v1::OBLIGATION_KIND_COPY:
    case v1::OBLIGATION_KIND_ORIGINAL:
    case v1::OBLIGATION_KIND_ANNEX_COPY:
      return command("copies issue");
    case v1::OBLIGATION_KIND_REPLACEMENT_DECISION:
      return command("reviewer requests");
    default:
      return "";
  }
}

void WriteDays(const v1::ExplainedDeadline& deadline, Terminal& terminal) {
  for (const auto& day : deadline.days()) {
    const std::string date = PrintableLine(DayWords(day.on()));
    const std::string padding(ColumnsOf(date) < 15 ? 15 - ColumnsOf(date) : 0, ' ');
    if (day.number() > 0) {
      terminal.out << absl::StrFormat("    %s%s  %3d\n", date, padding, day.number());
      continue;
    }
    std::string why = EnumWords(day.skipped(), "");
    if (!day.name().empty()) absl::StrAppend(&why, ": ", day.name());
    WriteLine({{absl::StrCat("    ", date, padding, "    -  ")}, {why, Tone::kDim}}, terminal);
  }
}

}  // namespace

Table ObligationTable(const google::protobuf::RepeatedPtrField<v1::Obligation>& obligations) {
  Table table({"DUE", "STATUS", "WHAT", "OWED BY", "PLAN OF"});
  for (const auto& obligation : obligations) {
    table.AddRow({{DueWords(obligation)},
                  {StatusWords(obligation.status()), ToneOf(obligation.status())},
                  {KindWords(obligation)},
                  {OwedByWords(obligation)},
                  {obligation.reviewee().name()}});
    table.AddNote(absl::StrCat("plan ", obligation.plan_id()));
  }
  return table;
}

Table InboxTable(const google::protobuf::RepeatedPtrField<v1::Obligation>& obligations,
                 bool full_ids) {
  Table table({"DUE", "STATUS", "WHAT", "PLAN OF"});
  for (const auto& obligation : obligations) {
    table.AddRow({{DueWords(obligation)},
                  {StatusWords(obligation.status()), ToneOf(obligation.status())},
                  {KindWords(obligation)},
                  {obligation.reviewee().name()}});
    table.AddNote(CommandFor(obligation.kind(),
                             full_ids ? obligation.plan_id() : ShortId(obligation.plan_id())));
  }
  return table;
}

void WriteDeadlines(const google::protobuf::RepeatedPtrField<v1::ExplainedDeadline>& deadlines,
                    bool days, Terminal& terminal) {
  if (deadlines.empty()) terminal.out << "No deadline runs yet.\n";
  for (const auto& deadline : deadlines) {
    const v1::Obligation& obligation = deadline.obligation();
    std::string after;
    if (obligation.has_met_at()) absl::StrAppend(&after, " on ", MomentWords(obligation.met_at()));
    if (deadline.extended()) absl::StrAppend(&after, ", extended");
    WriteLine({{KindWords(obligation), Tone::kBold},
               {absl::StrCat("  ", OwedByWords(obligation), ", due ", DueWords(obligation), ", ")},
               {StatusWords(obligation.status()), ToneOf(obligation.status())},
               {after}},
              terminal);
    terminal.out << Paragraph(PrintableLine(deadline.sentence()), 2, terminal.width);
    if (days) WriteDays(deadline, terminal);
  }
}

}  // namespace countersign::cli
