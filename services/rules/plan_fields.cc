#include "services/rules/plan_fields.h"

#include <algorithm>
#include <optional>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "services/rules/deadlines/days.h"

namespace countersign::rules {
namespace {

// Sections in the order of the form. A section that a state does not have leaves its number free,
// so that places of two states can be compared.
enum Section : size_t {
  kHeader,
  kObjectives,
  kObservations,
  kEvidence,
  kAnnexHeader,
  kDevelopment,
  kObjectiveSupport,
  kAspirations,
  kComments,
  kChanges,
  kParties,
  kReplacements,
  kPreparation,
  kConsultations,
  kShared,
  kMeeting,
  kExtensions,
  kRests,
  kSignatures,
  kCopies,
  kState,
};

// "Tue 29 Sep 2026"; text that is no day as it is.
std::string Day(const std::string& iso) {
  const std::optional<absl::CivilDay> day = DayOf(iso);
  if (!day.has_value()) return iso;
  return absl::FormatTime("%a %-e %b %Y", absl::FromCivil(*day, absl::UTCTimeZone()),
                          absl::UTCTimeZone());
}

// "Keep a log (by Fri 30 Oct 2026)".
std::string WithDay(const std::string& text, const std::string& iso) {
  return iso.empty() ? text : absl::StrCat(text, " (by ", Day(iso), ")");
}

std::string YesIf(bool condition) { return condition ? "yes" : ""; }

void AddHeader(const v1::RecordHeader& header, Fields& fields) {
  fields.Add("Name of reviewee", header.reviewee_name());
  fields.Add("Job title", header.job_title());
  fields.Add("Name of reviewer", header.reviewer_name());
  fields.Add("Team", header.team());
  fields.Add("Date of review", Day(header.review_on()));
}

// The annex repeats the header of the plan; only where it does not, there is something to say.
void AddAnnexHeader(const v1::RecordHeader& annex, const v1::RecordHeader& plan, Fields& fields) {
  const auto add = [&](absl::string_view name, const std::string& value, const std::string& same) {
    fields.Add(absl::StrCat("Annex: ", name), value == same ? "" : value);
  };
  add("name of reviewee", annex.reviewee_name(), plan.reviewee_name());
  add("job title", annex.job_title(), "");
  add("name of reviewer", annex.reviewer_name(), plan.reviewer_name());
  add("team", annex.team(), plan.team());
  add("date of review", Day(annex.review_on()), Day(plan.review_on()));
}

void AddObjective(const v1::Objective& objective, const std::string& name, Fields& fields) {
  std::vector<std::string> steps;
  for (const v1::ActionStep& step : objective.action_steps()) {
    steps.push_back(WithDay(step.task(), step.complete_by()));
  }
  std::vector<std::string> milestones;
  for (const v1::Milestone& milestone : objective.milestones()) {
    milestones.push_back(WithDay(milestone.milestone(), milestone.reach_by()));
  }
  fields.Add(name, objective.objective());
  fields.Add(absl::StrCat(name, ": action steps"), absl::StrJoin(steps, "\n"));
  fields.Add(absl::StrCat(name, ": timescale"), Day(objective.achieve_by()));
  fields.Add(absl::StrCat(name, ": success criteria"), objective.success_criteria());
  fields.Add(absl::StrCat(name, ": milestones"), absl::StrJoin(milestones, "\n"));
  fields.Add(absl::StrCat(name, ": standards"), absl::StrJoin(objective.standards(), "\n"));
  fields.Add(absl::StrCat(name, ": school priorities"),
             absl::StrJoin(objective.priorities(), "\n"));
}

void AddPlan(const v1::IndividualPlan& plan, Fields& fields) {
  fields.Begin(kHeader);
  AddHeader(plan.header(), fields);
  fields.Begin(kObjectives);
  for (int i = 0; i < plan.objectives_size(); ++i) {
    AddObjective(plan.objectives(i), absl::StrCat("Objective ", i + 1), fields);
    fields.NextRow();
  }
  fields.Begin(kObservations);
  for (int i = 0; i < plan.observations_size(); ++i) {
    const v1::PlannedObservation& observation = plan.observations(i);
    const std::string name = absl::StrCat("Observation ", i + 1);
    fields.Add(absl::StrCat(name, ": to be observed"), observation.work());
    fields.Add(absl::StrCat(name, ": term"), observation.term());
    fields.Add(absl::StrCat(name, ": focus"), observation.focus());
    fields.Add(absl::StrCat(name, ": observer"), observation.observer());
    fields.NextRow();
  }
  fields.Begin(kEvidence);
  fields.Add("Other sources of evidence", plan.no_other_evidence() ? "none" : "");
  for (int i = 0; i < plan.other_evidence_size(); ++i) {
    fields.NextRow();
    const v1::EvidenceSource& evidence = plan.other_evidence(i);
    const std::string name = absl::StrCat("Other evidence ", i + 1);
    fields.Add(absl::StrCat(name, ": what or who"), evidence.what());
    fields.Add(absl::StrCat(name, ": when or where"), evidence.when());
    fields.Add(absl::StrCat(name, ": questions to ask"), evidence.questions());
  }
}

void AddAnnex(const v1::TrainingAnnex& annex, Fields& fields) {
  fields.Begin(kDevelopment);
  for (int i = 0; i < annex.personal_development_size(); ++i) {
    const v1::DevelopmentSupport& support = annex.personal_development(i);
    const std::string name = absl::StrCat("Annex, personal development ", i + 1);
    fields.Add(absl::StrCat(name, ": support"), support.support());
    fields.Add(absl::StrCat(name, ": mentor"), support.mentor());
    fields.Add(absl::StrCat(name, ": course"), support.course());
    fields.Add(absl::StrCat(name, ": when"), support.when());
    fields.Add(absl::StrCat(name, ": cost"), support.cost());
    fields.NextRow();
  }
  fields.Begin(kObjectiveSupport);
  for (int i = 0; i < annex.objective_support_size(); ++i) {
    const v1::ObjectiveSupport& support = annex.objective_support(i);
    const std::string name = absl::StrCat("Annex, support for objectives ", i + 1);
    fields.Add(absl::StrCat(name, ": objective"),
               support.objective() == 0 ? "" : absl::StrCat(support.objective()));
    fields.Add(absl::StrCat(name, ": support"), support.support());
    fields.Add(absl::StrCat(name, ": timescale"), support.timescale());
    fields.Add(absl::StrCat(name, ": none needed"), YesIf(support.none_needed()));
    fields.NextRow();
  }
  fields.Begin(kAspirations);
  for (int i = 0; i < annex.aspiration_support_size(); ++i) {
    const v1::AspirationSupport& support = annex.aspiration_support(i);
    const std::string name = absl::StrCat("Annex, aspirations ", i + 1);
    fields.Add(absl::StrCat(name, ": support"), support.support());
    fields.Add(absl::StrCat(name, ": timescale"), support.timescale());
    fields.NextRow();
  }
}

void AddChanges(const Plan& plan, Fields& fields) {
  fields.Begin(kChanges);
  for (const RequestedChange& change : plan.changes) {
    const std::string name = absl::StrCat("Change ", change.change);
    const bool is_declined = !change.open && !change.declined_because.empty();
    fields.Add(absl::StrCat(name, ": part"), change.section);
    fields.Add(absl::StrCat(name, ": wish"), change.wish);
    fields.Add(absl::StrCat(name, ": answer"), change.open   ? "open"
                                               : is_declined ? "declined"
                                                             : "made");
    fields.Add(absl::StrCat(name, ": why declined"), change.declined_because);
    fields.NextRow();
  }
}

// That another reviewer was asked for is seen by all who see the plan; why, by few (R28).
void AddReplacements(const Plan& plan, const Names& names, Fields& fields) {
  fields.Begin(kReplacements);
  for (const RequestedReplacement& request : plan.replacements) {
    const std::string name = absl::StrCat("Request ", request.replacement, " for another reviewer");
    fields.AddNamed(absl::StrCat(name, ": in place of"), request.reviewer_id, names.person);
    fields.AddReasons(absl::StrCat(name, ": reasons"), request.reasons, request.replacement);
    fields.Add(absl::StrCat(name, ": decision"), !request.decided ? "open"
                                                 : request.upheld ? "another reviewer"
                                                                  : "the reviewer stays");
    fields.AddReasons(absl::StrCat(name, ": reasons of the decision"), request.decision_reasons,
                      request.replacement);
    fields.NextRow();
  }
}

void AddPreparation(const Preparation& preparation, const Names& names, Fields& fields) {
  fields.Begin(kPreparation);
  fields.Add("Documents to prepare with", absl::StrJoin(preparation.documents, "\n"));
  fields.Add("Cover for the meeting", preparation.cover);
  fields.Begin(kConsultations);
  for (size_t i = 0; i < preparation.consultations.size(); ++i) {
    const v1::ConsultationRecorded& consulted = preparation.consultations[i];
    const std::string name = absl::StrCat("Consultation ", i + 1);
    fields.AddNamed(absl::StrCat(name, ": with"), consulted.person_id(), names.person);
    fields.Add(absl::StrCat(name, ": with somebody else"), consulted.who());
    fields.Add(absl::StrCat(name, ": about"), consulted.topic());
    fields.NextRow();
  }
  fields.Begin(kShared);
  for (size_t i = 0; i < preparation.shared.size(); ++i) {
    fields.Add(absl::StrCat("Thoughts before the meeting ", i + 1), preparation.shared[i]);
    fields.NextRow();
  }
}

void AddMeeting(const Plan& plan, Fields& fields) {
  const v1::PlanProgress& progress = plan.progress;
  fields.Begin(kMeeting);
  fields.Add("Meeting: day", Day(progress.meeting_on()));
  fields.Add("Meeting: time", plan.meeting.starts_at());
  fields.Add("Meeting: minutes",
             plan.meeting.minutes() == 0 ? "" : absl::StrCat(plan.meeting.minutes()));
  fields.Add("Meeting: place", plan.meeting.place());
  fields.Add("Meeting: notice waived", YesIf(Happened(progress.notice_waived())));
  fields.Add("Meeting: held", YesIf(Happened(progress.meeting_held())));
}

void AddDeadlines(const v1::PlanProgress& progress, Fields& fields) {
  fields.Begin(kExtensions);
  fields.Add("Draft: time given until", Day(progress.draft_extended_to_on()));
  fields.Add("Final record: time given until", Day(progress.final_extended_to_on()));
  fields.Begin(kRests);
  for (int i = 0; i < progress.rests_size(); ++i) {
    fields.Add(absl::StrCat("Rest ", i + 1, ": first day"), Day(progress.rests(i).first_on()));
    fields.Add(absl::StrCat("Rest ", i + 1, ": last day"), Day(progress.rests(i).last_on()));
    fields.NextRow();
  }
}

void AddParty(const Plan& plan, bool as_reviewer, const Names& names, Fields& fields) {
  const std::string name = as_reviewer ? "Reviewer's signature" : "Reviewee's signature";
  const auto is_theirs = [&](const auto& one) { return one.as_reviewer == as_reviewer; };
  const auto signature = std::find_if(plan.signatures.begin(), plan.signatures.end(), is_theirs);
  const bool is_signed = signature != plan.signatures.end();
  fields.AddNamed(name, is_signed ? signature->signer_id : "", names.person);
  fields.Add(absl::StrCat(name, ": meaning"), is_signed ? signature->meaning : "");
  fields.Add(absl::StrCat(name, ": known by"), is_signed ? signature->method : "");
  const auto decline = std::find_if(plan.declined.begin(), plan.declined.end(), is_theirs);
  const bool is_declined = decline != plan.declined.end();
  fields.AddNamed(absl::StrCat(name, ": declined by"), is_declined ? decline->party_id : "",
                  names.person);
  fields.Add(absl::StrCat(name, ": why declined"), is_declined ? decline->reason : "");
}

void AddSignatures(const Plan& plan, const Names& names, Fields& fields) {
  fields.Begin(kSignatures);
  fields.Add("Offered for signature", YesIf(plan.progress.final()));
  fields.Add("Digest of the record", absl::BytesToHexString(plan.digest));
  fields.NextRow();
  AddParty(plan, true, names, fields);
  fields.NextRow();
  AddParty(plan, false, names, fields);
  fields.NextRow();
  fields.Add("Closed unsigned", YesIf(Happened(plan.progress.closed_unsigned())));
  fields.Add("Closed unsigned: why", plan.closed_because);
}

absl::string_view StateInWords(PlanState state) {
  switch (state) {
    case PlanState::kUnborn:
      return "";
    case PlanState::kEnrolled:
      return "enrolled";
    case PlanState::kReviewerAssigned:
      return "reviewer assigned";
    case PlanState::kMeetingConfirmed:
      return "meeting confirmed";
    case PlanState::kMeetingHeld:
      return "meeting held";
    case PlanState::kDraftIssued:
      return "draft issued";
    case PlanState::kChangesRequested:
      return "changes requested";
    case PlanState::kFinalised:
      return "finalised";
    case PlanState::kSigned:
      return "signed";
    case PlanState::kWithdrawn:
      return "withdrawn";
    case PlanState::kSuspended:
      return "suspended";
    case PlanState::kClosedUnsigned:
      return "closed unsigned";
  }
  return "";
}

}  // namespace

void Fields::Begin(size_t section) { place_ = {section, 0, 0}; }

void Fields::NextRow() { place_ = {place_[0], place_[1] + 1, 0}; }

void Fields::Put(Field field) {
  field.place = place_;
  ++place_[2];
  if (!field.value.empty()) fields_.push_back(std::move(field));
}

void Fields::Add(absl::string_view name, absl::string_view value) {
  Put({.name = std::string(name), .value = std::string(value)});
}

void Fields::AddNamed(absl::string_view name, const std::string& id, const NameFunction& name_of) {
  std::string value = id.empty() ? "" : name_of(id);
  if (value.empty()) value = id;
  Put({.name = std::string(name), .value = std::move(value), .id = id});
}

void Fields::AddReasons(absl::string_view name, absl::string_view value, uint32_t replacement) {
  Put({.name = std::string(name), .value = std::string(value), .replacement = replacement});
}

absl::Status AddRecordFields(const Plan& plan, Fields& fields) {
  if (plan.progress.draft() == 0) return absl::OkStatus();
  v1::IndividualPlan form;
  v1::TrainingAnnex annex;
  if (!form.ParseFromString(plan.record.plan().plan()) ||
      !annex.ParseFromString(plan.record.plan().annex())) {
    return absl::DataLossError("the stored record cannot be read");
  }
  AddPlan(form, fields);
  fields.Begin(kAnnexHeader);
  AddAnnexHeader(annex.header(), form.header(), fields);
  AddAnnex(annex, fields);
  return absl::OkStatus();
}

void AddCommentFields(const Plan& plan, size_t first, Fields& fields) {
  fields.Begin(kComments);
  for (size_t i = 0; i < plan.comments.size(); ++i) {
    if (i >= first) fields.Add(absl::StrCat("Comment ", i + 1), plan.comments.At(i).text());
    fields.NextRow();
  }
}

void AddOtherFields(const Plan& plan, const Names& names, Fields& fields) {
  const v1::PlanProgress& progress = plan.progress;
  AddChanges(plan, fields);
  fields.Begin(kParties);
  fields.AddNamed("Reviewee", progress.reviewee_id(), names.person);
  fields.AddNamed("Reviewer", progress.reviewer_id(), names.person);
  fields.AddNamed("School", progress.school_id(), names.school);
  fields.AddNamed("Cycle", progress.cycle_id(), names.cycle);
  AddReplacements(plan, names, fields);
  AddPreparation(plan.preparation, names, fields);
  AddMeeting(plan, fields);
  AddDeadlines(progress, fields);
  AddSignatures(plan, names, fields);
  fields.Begin(kCopies);
  fields.Add("Copy given to the reviewee", YesIf(Happened(progress.copy_issued())));
  fields.AddNamed("Original lodged with", plan.original_lodged_with_id, names.person);
  fields.AddNamed("Annex given to", plan.annex_issued_to_id, names.person);
  fields.Begin(kState);
  fields.Add("Draft", progress.draft() == 0 ? "" : absl::StrCat(progress.draft()));
  fields.Add("State", StateInWords(StateOf(progress)));
}

}  // namespace countersign::rules
