// Chapter: recording plans and reviews (R69 to R73).
#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/rules/chapters/bounds.h"
#include "services/rules/chapters/completeness.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

using google::protobuf::util::MessageDifferencer;

std::vector<Happening> One(const Plan& plan, v1::RecordingEvent event) {
  Happening happening{plan.progress.plan_id(), {}};
  *happening.event.mutable_plan()->mutable_recording() = std::move(event);
  return {std::move(happening)};
}

absl::Status RefuseUnlessDraft(const Plan& plan) {
  if (plan.progress.draft() > 0) return absl::OkStatus();
  return Refuse(v1::DRAFT_NOT_ISSUED,
                "The reviewer has not issued a draft yet. Wait for the first draft, or issue it.");
}

// The record with its header as it stands now, each part serialised once: these bytes are what is
// shown, digested and signed.
v1::Record Written(const Plan& plan, const Facts& facts, v1::IndividualPlan form,
                   v1::TrainingAnnex annex) {
  const Person& reviewee = facts.PersonOf(plan.progress.reviewee_id());
  v1::RecordHeader header;
  header.set_reviewee_name(reviewee.name);
  header.set_reviewer_name(facts.PersonOf(plan.progress.reviewer_id()).name);
  header.set_team(reviewee.facts.team());
  header.set_review_on(plan.progress.meeting_on());
  *annex.mutable_header() = header;
  header.set_job_title(reviewee.job_title);
  *form.mutable_header() = header;
  v1::Record record;
  form.SerializeToString(record.mutable_plan()->mutable_plan());
  annex.SerializeToString(record.mutable_plan()->mutable_annex());
  return record;
}

// Whether another draft would say what the last one says, byte for byte.
bool SameRecord(const Plan& plan, const v1::Record& record) {
  return record.plan().plan() == plan.record.plan().plan() &&
         record.plan().annex() == plan.record.plan().annex();
}

// The forms inside a record, without the header that the server fills in.
std::pair<v1::IndividualPlan, v1::TrainingAnnex> FormsOf(const v1::Record& record) {
  std::pair<v1::IndividualPlan, v1::TrainingAnnex> forms;
  forms.first.ParseFromString(record.plan().plan());
  forms.second.ParseFromString(record.plan().annex());
  forms.first.clear_header();
  forms.second.clear_header();
  return forms;
}

// Whether both say the same to the reviewee, whatever stands in their headers.
bool SameForms(const v1::Record& left, const v1::Record& right) {
  const auto [left_plan, left_annex] = FormsOf(left);
  const auto [right_plan, right_annex] = FormsOf(right);
  return MessageDifferencer::Equals(left_plan, right_plan) &&
         MessageDifferencer::Equals(left_annex, right_annex);
}

// Far beyond any paper form, and small enough that everybody can be shown all of it.
constexpr size_t kRecordBytesMax = 400'000;
constexpr size_t kCommentsBytesMax = 1'000'000;

absl::Status RefuseTooLong(const v1::Record& record) {
  if (record.ByteSizeLong() <= kRecordBytesMax) return absl::OkStatus();
  return Refuse(v1::RECORD_TOO_LONG,
                "The plan and its annex together are longer than 400,000 bytes. Shorten them.");
}

absl::Status RefuseUnlessOpen(const Plan& plan, uint32_t change) {
  const auto& open = plan.progress.open_changes();
  if (std::any_of(open.begin(), open.end(),
                  [&](const auto& candidate) { return candidate.change() == change; })) {
    return absl::OkStatus();
  }
  if (change == 0 || change > plan.progress.changes()) {
    return Refuse(
        v1::CHANGE_UNKNOWN,
        absl::StrCat("There is no change request ", change, ". Look up its number in the plan."),
        {{"change", absl::StrCat(change)}});
  }
  return Refuse(
      v1::CHANGE_ALREADY_ANSWERED,
      absl::StrCat("Change request ", change, " has been answered. The reviewee may ask anew."),
      {{"change", absl::StrCat(change)}});
}

// R78: what is late stays late. Who was away has their absence recorded, and the date moves with
// it.
absl::Status RefuseUnlessLater(const DueDate& due, const Facts& facts, const std::string& due_on) {
  const std::string stands = IsoOf(due.due_on);
  if (due.due_on.has_value() && *due.due_on < facts.Today()) {
    return Refuse(v1::EXTENSION_TOO_LATE,
                  absl::StrCat("It was due on ", DateWithWeekday(*due.due_on),
                               ", so there is no time left to extend. If somebody was away, record "
                               "the absence instead: the date moves with it by itself."),
                  {{"due_on", stands}});
  }
  if (due.due_on.has_value() && due_on <= stands) {
    return Refuse(v1::EXTENSION_GIVES_NO_TIME,
                  absl::StrCat("It is due on ", stands,
                               " as it stands. Give a later day, or leave it as it is."),
                  {{"due_on", stands}});
  }
  if (due_on < IsoOf(facts.Today())) {
    return Refuse(v1::EXTENSION_GIVES_NO_TIME,
                  "A day that has passed gives nobody time. Give a day to come.");
  }
  return absl::OkStatus();
}

}  // namespace

Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::IssueDraft& command) {
  if (!Happened(plan.progress.meeting_held())) {
    return Refuse(v1::MEETING_NOT_HELD,
                  "The meeting is not recorded as held. Record it first: the draft is due from its "
                  "day.");
  }
  const v1::Record record = Written(plan, facts, command.plan(), command.annex());
  if (plan.progress.draft() > 0) {
    if (SameRecord(plan, record)) return std::vector<Happening>{};
    return Refuse(v1::DRAFT_ALREADY_ISSUED, "A draft has been issued. Revise it instead.",
                  {{"draft", absl::StrCat(plan.progress.draft())}});
  }
  if (absl::Status too_long = RefuseTooLong(record); !too_long.ok()) return too_long;
  v1::RecordingEvent event;
  event.mutable_draft_issued()->set_draft(1);
  *event.mutable_draft_issued()->mutable_record() = record;
  return One(plan, std::move(event));
}

Decision DecideRecording(const Plan& plan, const Facts&, const v1::RequestChanges& command) {
  if (absl::Status none = RefuseUnlessDraft(plan); !none.ok()) return none;
  for (const RequestedChange& change : plan.changes) {
    if (change.open && change.section == command.section() && change.wish == command.wish()) {
      return std::vector<Happening>{};
    }
  }
  if (HasNoRoomFor({0, command.section(), command.wish(), true, ""}, plan.changes)) {
    return Refuse(v1::RECORD_TOO_LONG,
                  "The change requests of this plan with their answers would be longer than "
                  "500,000 bytes. Shorten this one, or wait until the others are answered.");
  }
  v1::RecordingEvent event;
  v1::ChangesRequested* request = event.mutable_changes_requested();
  request->set_change(plan.progress.changes() + 1);
  request->set_section(command.section());
  request->set_wish(command.wish());
  return One(plan, std::move(event));
}

Decision DecideRecording(const Plan& plan, const Facts&, const v1::AddComment& command) {
  if (absl::Status none = RefuseUnlessDraft(plan); !none.ok()) return none;
  if (plan.comments.bytes() + command.text().size() > kCommentsBytesMax) {
    return Refuse(
        v1::RECORD_TOO_LONG,
        "The comments on this draft are longer than 1,000,000 bytes together. Shorten this "
        "one, or ask for a change instead.");
  }
  v1::RecordingEvent event;
  event.mutable_comment_added()->set_text(command.text());
  return One(plan, std::move(event));
}

Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::ReviseDraft& command) {
  if (absl::Status none = RefuseUnlessDraft(plan); !none.ok()) return none;
  std::set<uint32_t> answers(command.answers().begin(), command.answers().end());
  for (const uint32_t change : answers) {
    if (absl::Status answered = RefuseUnlessOpen(plan, change); !answered.ok()) return answered;
  }
  if (answers.empty()) {
    for (const auto& open : plan.progress.open_changes()) answers.insert(open.change());
  }
  const v1::Record record = Written(plan, facts, command.plan(), command.annex());
  if (absl::Status too_long = RefuseTooLong(record); !too_long.ok()) return too_long;
  // A draft without a difference answers nothing, so it must neither void signatures nor stand in
  // for the reason that declining a change takes. Another header is no answer either.
  if (!answers.empty() && SameForms(plan.record, record)) {
    return Refuse(v1::DRAFT_UNCHANGED,
                  "This draft is the same as the one before, so it answers no change request. Make "
                  "the change, or decline it with a reason.");
  }
  // A new reviewer may bear the name of the former one, and still issues the draft as theirs.
  const bool is_theirs = plan.progress.drafted_by_id() == plan.progress.reviewer_id();
  if (SameRecord(plan, record) && is_theirs) return std::vector<Happening>{};
  v1::RecordingEvent event;
  v1::DraftRevised* revised = event.mutable_draft_revised();
  revised->set_draft(plan.progress.draft() + 1);
  *revised->mutable_record() = record;
  for (const uint32_t change : answers) revised->add_answers(change);
  return One(plan, std::move(event));
}

Decision DecideRecording(const Plan& plan, const Facts&, const v1::DeclineChange& command) {
  if (absl::Status none = RefuseUnlessDraft(plan); !none.ok()) return none;
  for (const RequestedChange& change : plan.changes) {
    if (change.change == command.change() && !change.open &&
        change.declined_because == command.reason()) {
      return std::vector<Happening>{};
    }
  }
  if (absl::Status answered = RefuseUnlessOpen(plan, command.change()); !answered.ok()) {
    return answered;
  }
  v1::RecordingEvent event;
  event.mutable_change_declined()->set_change(command.change());
  event.mutable_change_declined()->set_reason(command.reason());
  return One(plan, std::move(event));
}

Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::FinaliseRecord&) {
  if (absl::Status none = RefuseUnlessDraft(plan); !none.ok()) return none;
  if (plan.progress.final()) return std::vector<Happening>{};
  // R72: what the reviewee asked for is answered before the record is final.
  if (plan.progress.open_changes_size() > 0) {
    std::vector<std::string> open;
    for (const auto& change : plan.progress.open_changes()) {
      open.push_back(absl::StrCat(change.change()));
    }
    return Refuse(v1::CHANGE_REQUEST_OPEN,
                  absl::StrCat("Change request ", absl::StrJoin(open, ", "),
                               " is still open. Revise the draft, or decline it with a reason."),
                  {{"changes", absl::StrJoin(open, ",")}});
  }
  v1::IndividualPlan form;
  v1::TrainingAnnex annex;
  const v1::TrustFacts::Cycle* cycle = FindCycle(facts.trust->facts, plan.progress.cycle_id());
  if (cycle == nullptr || !form.ParseFromString(plan.record.plan().plan()) ||
      !annex.ParseFromString(plan.record.plan().annex())) {
    return absl::DataLossError("the stored draft cannot be read");
  }
  std::vector<std::string> missing = Missing(form, annex, cycle->last_on());
  // R70: a fair record bears the day on which the meeting really was.
  if (form.header().review_on() != plan.progress.meeting_on()) {
    missing.emplace_back(
        "R70: the day of the meeting was corrected since, so issue the draft again with it.");
  }
  if (plan.progress.drafted_by_id() != plan.progress.reviewer_id()) {
    missing.emplace_back(
        "R24: the reviewer changed since, so the new one issues the draft again in their name.");
  }
  if (!missing.empty()) {
    return Refuse(
        v1::RECORD_INCOMPLETE,
        absl::StrCat("The record is not complete. Revise the draft: ", absl::StrJoin(missing, " ")),
        {{"missing", absl::StrJoin(missing, "\n")}});
  }
  v1::RecordingEvent event;
  v1::RecordFinalised* finalised = event.mutable_record_finalised();
  finalised->set_draft(plan.progress.draft());
  plan.comments.Message().SerializeToString(finalised->mutable_comments());
  finalised->set_digest(RecordDigest(plan.record, finalised->comments(), facts.sha256));
  return One(plan, std::move(event));
}

// R78: more time for those who do not work every day or are away; given by the head, never taken.
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::ExtendDeadline& command) {
  if (command.period().period_case() == v1::Period::PERIOD_NOT_SET ||
      command.cause().cause_case() == v1::ExtensionCause::CAUSE_NOT_SET) {
    return absl::InvalidArgumentError("say which period is extended, and why");
  }
  if (plan.progress.meeting_on().empty()) {
    return Refuse(v1::MEETING_NOT_CONFIRMED,
                  "No meeting is confirmed yet, so no period runs that could be extended.");
  }
  absl::StatusOr<DeadlineInputs> inputs = DeadlineInputsOf(
      plan.progress, *facts.trust, *facts.school, facts.PersonOf(plan.progress.reviewer_id()),
      facts.PersonOf(plan.progress.reviewee_id()));
  if (!inputs.ok()) return inputs.status();
  const bool of_draft = command.period().has_draft();
  if (Happened(of_draft ? plan.progress.draft_issued() : plan.progress.finalised())) {
    return Refuse(v1::EXTENSION_GIVES_NO_TIME,
                  of_draft ? "The draft has been issued, so there is nothing to extend."
                           : "The record has been final already, so there is nothing to extend.");
  }
  const DueDate due =
      of_draft ? DraftDue(*inputs, Detail::kDateOnly) : FinalDue(*inputs, Detail::kDateOnly);
  // The same day from the same hand is the same extension.
  if (due.extended && command.due_on() == IsoOf(due.due_on)) return std::vector<Happening>{};
  if (absl::Status no_time = RefuseUnlessLater(due, facts, command.due_on()); !no_time.ok()) {
    return no_time;
  }
  v1::RecordingEvent event;
  v1::DeadlineExtended* extended = event.mutable_deadline_extended();
  *extended->mutable_period() = command.period();
  *extended->mutable_cause() = command.cause();
  extended->set_due_on(command.due_on());
  return One(plan, std::move(event));
}

}  // namespace countersign::rules
