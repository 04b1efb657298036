#include "clients/cli/record/record_text.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/terminal.h"
#include "clients/cli/output/text.h"
#include "clients/cli/record/record_digest.h"

namespace countersign::cli {
namespace {

constexpr int kLabelColumns = 20;

// Collects the lines of a form. What people wrote is always indented under its label, so that no
// text can pass for a part of the form.
class Form {
 public:
  Form(int width, bool color) : width_(width), color_(color) {}

  void Title(absl::string_view title) {
    absl::StrAppend(&text_, text_.empty() ? "" : "\n", Paint(title, Tone::kBold, color_), "\n");
  }

  void Section(absl::string_view title) {
    absl::StrAppend(&text_, "\n", Paint(title, Tone::kBold, color_), "\n");
  }

  // A box with its label; an empty box is shown, because it is part of the form.
  void Box(absl::string_view label, absl::string_view answer, int indent = 0) {
    const std::string shown = answer.empty() ? "-" : Printable(answer);
    const std::string head =
        absl::StrCat(std::string(indent, ' '), label, label.empty() ? "" : ":");
    absl::StrAppend(&text_, Labelled(head, shown, indent + kLabelColumns, width_));
  }

  // A box that is left out when it is empty: the paper form did not have it.
  void Extra(absl::string_view label, absl::string_view answer, int indent = 0) {
    if (!answer.empty()) Box(label, answer, indent);
  }

  void Line(absl::string_view line, int indent = 0) {
    absl::StrAppend(&text_, Paragraph(Printable(line), indent, width_));
  }

  std::string text() && { return std::move(text_); }

 private:
  int width_;
  bool color_;
  std::string text_;
};

void WriteObjective(const v1::Objective& objective, int number, Form& form) {
  form.Box(absl::StrCat("Objective ", number), objective.objective());
  for (const auto& step : objective.action_steps()) {
    form.Box("Action step", step.task(), 3);
    form.Extra("  by", DayWords(step.complete_by()), 3);
  }
  if (objective.action_steps().empty()) form.Box("Action step", "", 3);
  form.Box("Timescale", DayWords(objective.achieve_by()), 3);
  form.Box("Success criteria", objective.success_criteria(), 3);
  for (const auto& milestone : objective.milestones()) {
    form.Box("Milestone", milestone.milestone(), 3);
    form.Extra("  by", DayWords(milestone.reach_by()), 3);
  }
  form.Extra("Standards", absl::StrJoin(objective.standards(), "; "), 3);
  form.Extra("Priorities", absl::StrJoin(objective.priorities(), "; "), 3);
}

void WritePlan(const v1::IndividualPlan& plan, Form& form) {
  form.Title("SUPPORT STAFF PERFORMANCE MANAGEMENT - Individual Plan");
  form.Box("Name of Reviewee", plan.header().reviewee_name());
  form.Box("Job Title", plan.header().job_title());
  form.Box("Name of Reviewer", plan.header().reviewer_name());
  form.Box("Team", plan.header().team());
  form.Box("Date of Review", DayWords(plan.header().review_on()));
  form.Section("Performance management objectives for the year ahead");
  for (int i = 0; i < plan.objectives_size(); ++i) WriteObjective(plan.objectives(i), i + 1, form);
  if (plan.objectives().empty()) form.Line("-");
  form.Section("Observation of work (for classroom based staff)");
  for (const auto& observation : plan.observations()) {
    form.Box("To be observed", observation.work());
    form.Box("Term", observation.term());
    form.Box("Focus", observation.focus());
    form.Box("Observer", observation.observer());
  }
  if (plan.observations().empty()) form.Line("-");
  form.Section("Other sources of evidence");
  for (const auto& evidence : plan.other_evidence()) {
    form.Box("What / who", evidence.what());
    form.Box("When / where", evidence.when());
    form.Box("Questions to ask", evidence.questions());
  }
  if (plan.no_other_evidence()) {
    form.Line("None.");
  } else if (plan.other_evidence().empty()) {
    form.Line("-");
  }
}

void WriteAnnex(const v1::TrainingAnnex& annex, Form& form) {
  form.Title("SUPPORT STAFF PERFORMANCE MANAGEMENT - Training and Development Annex");
  form.Line(
      "A copy of this Annex must be given to the person responsible for planning training and "
      "development within the school.");
  form.Box("Name of Reviewee", annex.header().reviewee_name());
  form.Box("Name of Reviewer", annex.header().reviewer_name());
  form.Box("Team", annex.header().team());
  form.Box("Date of Review", DayWords(annex.header().review_on()));
  form.Section("Support for personal development and professional aspirations");
  for (const auto& support : annex.personal_development()) {
    form.Box("Support", support.support());
    form.Extra("Mentor", support.mentor());
    form.Extra("Course", support.course());
    form.Extra("When", support.when());
    form.Extra("Cost", support.cost());
  }
  if (annex.personal_development().empty()) form.Line("-");
  form.Section("Support required for meeting objectives");
  for (const auto& support : annex.objective_support()) {
    form.Box(absl::StrCat("Objective ", support.objective()),
             support.none_needed() ? "None needed." : support.support());
    if (!support.none_needed()) form.Box("Timescale", support.timescale());
  }
  if (annex.objective_support().empty()) form.Line("-");
  form.Section("Support required for development of professional aspirations");
  for (const auto& support : annex.aspiration_support()) {
    form.Box("Support", support.support());
    form.Box("Timescale", support.timescale());
  }
  if (annex.aspiration_support().empty()) form.Line("-");
}

void WriteComments(const v1::RevieweeComments& comments, Form& form) {
  form.Section("Reviewee's comments (optional)");
  for (const auto& comment : comments.comments()) {
    const bool dated = comment.has_recorded_at();
    form.Box(dated ? MomentWords(comment.recorded_at()) : "Comment", comment.text());
  }
  if (comments.comments().empty()) form.Line("-");
}

void WriteChanges(const v1::PlanView& view, Form& form) {
  if (view.changes().empty()) return;
  form.Section("Changes asked for");
  for (const auto& change : view.changes()) {
    form.Box(absl::StrCat("Change ", change.change()), change.wish());
    form.Extra("  part", change.section());
    if (change.open()) {
      form.Box("  answer", "open");
    } else {
      form.Box("  answer", change.declined_because().empty()
                               ? "made"
                               : absl::StrCat("declined: ", change.declined_because()));
    }
  }
}

// How the party of this capacity stands to the record.
void WriteParty(const v1::PlanView& view, absl::string_view capacity, Form& form) {
  const std::string label = capacity == "reviewer" ? "Reviewer" : "Reviewee";
  const auto is_theirs = [&](const auto& one) { return one.capacity() == capacity; };
  const auto signature =
      std::find_if(view.signatures().begin(), view.signatures().end(), is_theirs);
  if (signature != view.signatures().end()) {
    form.Box(label,
             absl::StrCat(signature->signer().name(), ", ", MomentWords(signature->signed_at()),
                          " (known by ", signature->method(), ")"));
    form.Extra("", signature->meaning());
    return;
  }
  const auto declined = std::find_if(view.declined().begin(), view.declined().end(), is_theirs);
  if (declined == view.declined().end()) return form.Box(label, "not signed");
  form.Box(label, absl::StrCat("declined to sign: ", declined->party().name(), ", ",
                               MomentWords(declined->declined_at())));
  form.Extra("", declined->reason());
}

void WriteSignatures(const v1::PlanView& view, Form& form) {
  form.Section("Signatures");
  WriteParty(view, "reviewer", form);
  WriteParty(view, "reviewee", form);
  form.Extra("Closed unsigned", view.closed_because());
}

void WriteCopies(const v1::PlanView& view, Form& form) {
  if (view.copies().empty()) return;
  form.Section("Copies given out");
  for (const auto& copy : view.copies()) {
    const std::string opened = copy.has_opened_at()
                                   ? absl::StrCat("opened ", MomentWords(copy.opened_at()))
                                   : "not opened yet";
    std::string label = CopyKindWords(copy.kind());
    label[0] = absl::ascii_toupper(label[0]);
    form.Box(label, absl::StrCat(copy.recipient().name(), ", ", MomentWords(copy.issued_at()), "; ",
                                 opened));
  }
}

void WriteSteps(absl::string_view title,
                const google::protobuf::RepeatedPtrField<std::string>& steps, Form& form) {
  if (steps.empty()) return;
  form.Section(title);
  for (const std::string& step : steps) form.Line(absl::StrCat("- ", step));
}

absl::Status Altered(absl::string_view message) {
  return MakeFailure(absl::StatusCode::kDataLoss,
                     {.reason = "RECORD_BYTES_DIFFER", .message = std::string(message)});
}

}  // namespace

absl::StatusOr<v1::PlanView> CheckedRecord(const v1::PlanView& view) {
  v1::PlanView checked = view;
  checked.clear_plan();
  checked.clear_annex();
  if (view.has_record() && (!checked.mutable_plan()->ParseFromString(view.record().plan()) ||
                            !checked.mutable_annex()->ParseFromString(view.record().annex()))) {
    return Altered("The stored bytes of the record cannot be read.");
  }
  if (view.digest().empty()) return checked;
  if (!checked.mutable_comments()->ParseFromString(view.comments_bytes())) {
    return Altered("The stored bytes of the comments cannot be read.");
  }
  const std::string digest =
      RecordDigest(view.record().plan(), view.record().annex(), view.comments_bytes());
  if (digest != view.digest()) {
    return Altered(absl::StrCat("The record has the fingerprint ", digest,
                                ", but the server names ", view.digest(), "."));
  }
  return checked;
}

std::string RecordText(const v1::PlanView& view, int width, bool color) {
  Form form(width, color);
  const v1::PlanSummary& summary = view.summary();
  form.Title(absl::StrCat("Plan ", PrintableLine(summary.plan_id())));
  form.Box("State", PlanStateWords(summary.state()));
  form.Extra("Rests since", DayWords(view.suspended_from_on()));
  form.Box("Reviewee", summary.reviewee().name());
  form.Box("Reviewer", summary.reviewer().name());
  if (view.replacement_undecided()) {
    form.Box("", "(another reviewer was asked for; the head has not decided)");
  }
  form.Box("School", summary.school_name());
  form.Box("Cycle", summary.cycle_name());
  form.Box("Meeting", DayWords(summary.meeting_on()));
  form.Box("Draft", view.draft() == 0 ? "none yet" : absl::StrCat("number ", view.draft()));
  if (view.draft() > 0) {
    WritePlan(view.plan(), form);
    WriteAnnex(view.annex(), form);
    WriteComments(view.comments(), form);
    WriteChanges(view, form);
    WriteSignatures(view, form);
    WriteCopies(view, form);
  }
  WriteSteps("Still missing before the record can be final", view.missing(), form);
  WriteSteps("Recommended, and not done yet", view.recommended(), form);
  if (!view.digest().empty()) {
    form.Section("Fingerprint of the record");
    form.Line(FingerprintWords(view.digest()));
  }
  return std::move(form).text();
}

std::string AnnexText(const v1::TrainingAnnex& annex, int width, bool color) {
  Form form(width, color);
  WriteAnnex(annex, form);
  return std::move(form).text();
}

std::string CopyKindWords(v1::CopyKind kind) {
  return EnumWords(v1::CopyKind_Name(kind), "COPY_KIND_");
}

std::string PlanStateWords(v1::PlanState state) {
  return EnumWords(v1::PlanState_Name(state), "PLAN_STATE_");
}

}  // namespace countersign::cli
