// Everything that can have happened, one builder for each event: Given({ReviewerAssigned(),
// MeetingConfirmed("2026-09-29").At("2026-09-16 09:00")}). Each has the usual author and day of the
// walk of 2026/27, and every text is sensible on its own.
#ifndef COUNTERSIGN_TESTS_SUPPORT_EVENTS_H_
#define COUNTERSIGN_TESTS_SUPPORT_EVENTS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/event.pb.h"
#include "services/rules/state/trust.h"
#include "tests/support/people.h"
#include "tests/support/record.h"

namespace countersign::rules {

// An event with what the journal writes beside it.
struct Past {
  std::string subject_id;  // The id of the stream.
  v1::Event event;
  std::string by;          // Who did it.
  std::string no_earlier;  // Recorded then, or right after the event before it, if that is later.
  std::string at = {};     // Recorded exactly then, where a test says so.

  Past At(absl::string_view when) const {
    Past past = *this;
    past.at = std::string(when);
    return past;
  }
  Past By(absl::string_view person) const {
    Past past = *this;
    past.by = std::string(person);
    return past;
  }
  Past About(absl::string_view subject) const {
    Past past = *this;
    past.subject_id = std::string(subject);
    return past;
  }
};

// Enrolment and the reviewer.

inline Past Enrolled(absl::string_view reviewee = kAmina) {
  Past past{kPlan, {}, kOlive, "2026-09-03 09:00"};
  v1::Enrolled* event = past.event.mutable_plan()->mutable_enrolment()->mutable_enrolled();
  event->set_reviewee_id(std::string(reviewee));
  event->set_school_id(kSchool);
  event->set_cycle_id(kCycle);
  return past;
}

inline Past EnrolmentWithdrawn(absl::string_view reason = "Enrolled twice by mistake") {
  Past past{kPlan, {}, kOlive, "2026-09-04 09:00"};
  past.event.mutable_plan()->mutable_enrolment()->mutable_enrolment_withdrawn()->set_reason(
      std::string(reason));
  return past;
}

// A plan rests, and goes on, from the day on which that is recorded.
inline Past PlanSuspended(absl::string_view first_on) {
  Past past{kPlan, {}, kHelen, absl::StrCat(first_on, " 09:00")};
  past.event.mutable_plan()->mutable_enrolment()->mutable_plan_suspended()->set_first_on(
      std::string(first_on));
  return past;
}

inline Past PlanResumed(absl::string_view from_on) {
  Past past{kPlan, {}, kHelen, absl::StrCat(from_on, " 09:00")};
  past.event.mutable_plan()->mutable_enrolment()->mutable_plan_resumed()->set_from_on(
      std::string(from_on));
  return past;
}

inline v1::AssignmentBasis AsLineManager() {
  v1::AssignmentBasis basis;
  basis.mutable_line_manager();
  return basis;
}

inline v1::AssignmentBasis AsHeadteacherChoice() {
  v1::AssignmentBasis basis;
  basis.mutable_headteacher_choice();
  return basis;
}

inline v1::AssignmentBasis AsOther(absl::string_view note) {
  v1::AssignmentBasis basis;
  basis.mutable_other()->set_note(std::string(note));
  return basis;
}

inline Past ReviewerAssigned(absl::string_view reviewer = kBen,
                             const v1::AssignmentBasis& basis = AsLineManager(),
                             const std::vector<std::string>& candidates = {}) {
  Past past{kPlan, {}, kHelen, "2026-09-07 09:00"};
  v1::ReviewerAssigned* event =
      past.event.mutable_plan()->mutable_reviewer()->mutable_reviewer_assigned();
  event->set_reviewer_id(std::string(reviewer));
  *event->mutable_basis() = basis;
  for (const std::string& candidate : candidates) event->add_candidate_ids(candidate);
  return past;
}

inline constexpr char kUnsuitable[] = "We were in dispute last year";
inline constexpr char kDecisionReasons[] = "I have spoken with both of you";

inline Past ReplacementRequested(uint32_t replacement = 1,
                                 absl::string_view reasons = kUnsuitable) {
  Past past{kPlan, {}, kAmina, "2026-09-08 09:00"};
  v1::ReplacementRequested* event =
      past.event.mutable_plan()->mutable_reviewer()->mutable_replacement_requested();
  event->set_replacement(replacement);
  event->set_reasons(std::string(reasons));
  return past;
}

inline Past ReplacementDeclined(uint32_t replacement = 1,
                                absl::string_view reasons = kDecisionReasons) {
  Past past{kPlan, {}, kHelen, "2026-09-09 09:00"};
  v1::ReplacementDeclined* event =
      past.event.mutable_plan()->mutable_reviewer()->mutable_replacement_declined();
  event->set_replacement(replacement);
  event->set_reasons(std::string(reasons));
  return past;
}

inline Past ReplacementUpheld(uint32_t replacement = 1,
                              absl::string_view reasons = kDecisionReasons) {
  Past past{kPlan, {}, kHelen, "2026-09-09 09:00"};
  v1::ReplacementUpheld* event =
      past.event.mutable_plan()->mutable_reviewer()->mutable_replacement_upheld();
  event->set_replacement(replacement);
  event->set_reasons(std::string(reasons));
  return past;
}

// Carol, who manages nobody, comes in for Ben. Without a reason: after a request.
inline Past ReviewerReplaced(absl::string_view reviewer = kCarol,
                             const v1::AssignmentBasis& basis = AsOther("Knows the team"),
                             absl::string_view reason = "",
                             const std::vector<std::string>& candidates = {}) {
  Past past{kPlan, {}, kHelen, "2026-09-09 09:00"};
  v1::ReviewerReplaced* event =
      past.event.mutable_plan()->mutable_reviewer()->mutable_reviewer_replaced();
  event->set_reviewer_id(std::string(reviewer));
  *event->mutable_basis() = basis;
  for (const std::string& candidate : candidates) event->add_candidate_ids(candidate);
  event->set_reason(std::string(reason));
  return past;
}

// Preparation.

inline Past PreparationPackIssued(const std::vector<std::string>& documents = {
                                      "Last year's plan", "The school's priorities"}) {
  Past past{kPlan, {}, kBen, "2026-09-14 09:00"};
  v1::PreparationPackIssued* event =
      past.event.mutable_plan()->mutable_preparation()->mutable_preparation_pack_issued();
  for (const std::string& document : documents) event->add_documents(document);
  return past;
}

inline Past PreparationShared(absl::string_view text = "I would like to lead a group") {
  Past past{kPlan, {}, kAmina, "2026-09-15 09:00"};
  past.event.mutable_plan()->mutable_preparation()->mutable_preparation_shared()->set_text(
      std::string(text));
  return past;
}

inline Past ConsultationRecorded(absl::string_view person = kCarol,
                                 absl::string_view topic = "Objectives for reading",
                                 absl::string_view who = "") {
  Past past{kPlan, {}, kBen, "2026-09-15 10:00"};
  v1::ConsultationRecorded* event =
      past.event.mutable_plan()->mutable_preparation()->mutable_consultation_recorded();
  event->set_person_id(std::string(person));
  event->set_who(std::string(who));
  event->set_topic(std::string(topic));
  return past;
}

inline Past ReleaseArranged(absl::string_view cover = "Ms Byrne covers Year 3") {
  Past past{kPlan, {}, kBen, "2026-09-15 11:00"};
  past.event.mutable_plan()->mutable_preparation()->mutable_release_arranged()->set_cover(
      std::string(cover));
  return past;
}

// The meeting.

inline v1::Meeting MeetingOn(absl::string_view on, absl::string_view starts_at = "14:00",
                             uint32_t minutes = 60) {
  v1::Meeting meeting;
  meeting.set_on(std::string(on));
  meeting.set_starts_at(std::string(starts_at));
  meeting.set_minutes(minutes);
  return meeting;
}

inline Past MeetingConfirmed(absl::string_view on = kMeetingDay) {
  Past past{kPlan, {}, kBen, "2026-09-16 09:00"};
  *past.event.mutable_plan()->mutable_meeting()->mutable_meeting_confirmed()->mutable_meeting() =
      MeetingOn(on);
  return past;
}

inline Past MeetingMoved(absl::string_view on, absl::string_view reason = "The hall is taken") {
  Past past{kPlan, {}, kBen, "2026-09-17 09:00"};
  v1::MeetingMoved* event = past.event.mutable_plan()->mutable_meeting()->mutable_meeting_moved();
  *event->mutable_meeting() = MeetingOn(on);
  event->set_reason(std::string(reason));
  return past;
}

inline Past MeetingCorrected(absl::string_view on, absl::string_view reason = "A slip of the pen") {
  Past past{kPlan, {}, kBen, "2026-09-17 09:00"};
  v1::MeetingCorrected* event =
      past.event.mutable_plan()->mutable_meeting()->mutable_meeting_corrected();
  *event->mutable_meeting() = MeetingOn(on);
  event->set_reason(std::string(reason));
  return past;
}

inline Past MeetingCancelled(absl::string_view reason = "Ben is on a course") {
  Past past{kPlan, {}, kBen, "2026-09-17 10:00"};
  past.event.mutable_plan()->mutable_meeting()->mutable_meeting_cancelled()->set_reason(
      std::string(reason));
  return past;
}

inline Past NoticeWaived(absl::string_view reason = "The sooner the better") {
  Past past{kPlan, {}, kAmina, "2026-09-17 11:00"};
  past.event.mutable_plan()->mutable_meeting()->mutable_notice_waived()->set_reason(
      std::string(reason));
  return past;
}

inline Past MeetingHeld(absl::string_view on = kMeetingDay, bool summary_given = true) {
  Past past{kPlan, {}, kBen, "2026-09-29 16:00"};
  v1::MeetingHeld* event = past.event.mutable_plan()->mutable_meeting()->mutable_meeting_held();
  event->set_held_on(std::string(on));
  event->set_summary_given(summary_given);
  return past;
}

// Recording.

inline Past DraftIssued(const v1::Record& record = CompleteRecord()) {
  Past past{kPlan, {}, kBen, "2026-10-05 16:00"};
  v1::DraftIssued* event = past.event.mutable_plan()->mutable_recording()->mutable_draft_issued();
  event->set_draft(1);
  *event->mutable_record() = record;
  return past;
}

inline Past ChangesRequested(uint32_t change = 1, absl::string_view section = "Objective 1",
                             absl::string_view wish = "Name Carol as a partner") {
  Past past{kPlan, {}, kAmina, "2026-10-07 10:00"};
  v1::ChangesRequested* event =
      past.event.mutable_plan()->mutable_recording()->mutable_changes_requested();
  event->set_change(change);
  event->set_section(std::string(section));
  event->set_wish(std::string(wish));
  return past;
}

inline Past CommentAdded(absl::string_view text = "I enjoyed the year") {
  Past past{kPlan, {}, kAmina, "2026-10-07 10:30"};
  past.event.mutable_plan()->mutable_recording()->mutable_comment_added()->set_text(
      std::string(text));
  return past;
}

inline Past DraftRevised(uint32_t draft = 2, const v1::Record& record = RevisedRecord(),
                         const std::vector<uint32_t>& answers = {1}) {
  Past past{kPlan, {}, kBen, "2026-10-08 09:00"};
  v1::DraftRevised* event = past.event.mutable_plan()->mutable_recording()->mutable_draft_revised();
  event->set_draft(draft);
  *event->mutable_record() = record;
  for (const uint32_t change : answers) event->add_answers(change);
  return past;
}

inline Past ChangeDeclined(uint32_t change = 1,
                           absl::string_view reason = "Carol works in the nursery now") {
  Past past{kPlan, {}, kBen, "2026-10-08 09:30"};
  v1::ChangeDeclined* event =
      past.event.mutable_plan()->mutable_recording()->mutable_change_declined();
  event->set_change(change);
  event->set_reason(std::string(reason));
  return past;
}

inline Past RecordFinalised(uint32_t draft = 1, const v1::Record& record = CompleteRecord(),
                            absl::string_view comments = "") {
  Past past{kPlan, {}, kBen, "2026-10-13 09:00"};
  v1::RecordFinalised* event =
      past.event.mutable_plan()->mutable_recording()->mutable_record_finalised();
  event->set_draft(draft);
  event->set_comments(std::string(comments));
  event->set_digest(DigestOf(record, comments));
  return past;
}

inline v1::Period TheDraft() {
  v1::Period period;
  period.mutable_draft();
  return period;
}

inline v1::Period TheFinalRecord() {
  v1::Period period;
  period.mutable_final();
  return period;
}

inline v1::ExtensionCause ForWorkPattern() {
  v1::ExtensionCause cause;
  cause.mutable_work_pattern();
  return cause;
}

inline v1::ExtensionCause ForAbsence() {
  v1::ExtensionCause cause;
  cause.mutable_absence();
  return cause;
}

inline Past DeadlineExtended(const v1::Period& period, absl::string_view due_on,
                             const v1::ExtensionCause& cause = ForAbsence()) {
  Past past{kPlan, {}, kHelen, "2026-09-30 09:00"};
  v1::DeadlineExtended* event =
      past.event.mutable_plan()->mutable_recording()->mutable_deadline_extended();
  *event->mutable_period() = period;
  *event->mutable_cause() = cause;
  event->set_due_on(std::string(due_on));
  return past;
}

// Signing.

inline constexpr char kMeaning[] = "I agree with the content and wording of this record.";

inline Past Signed(absl::string_view signer,
                   absl::string_view digest = DigestOf(CompleteRecord())) {
  const bool as_reviewer = signer != kAmina;
  Past past{kPlan, {}, std::string(signer), as_reviewer ? "2026-10-13 10:00" : "2026-10-14 10:00"};
  v1::Signed* event = past.event.mutable_plan()->mutable_signing()->mutable_signed_();
  event->set_digest(std::string(digest));
  if (as_reviewer) {
    event->mutable_capacity()->mutable_reviewer();
  } else {
    event->mutable_capacity()->mutable_reviewee();
  }
  event->set_method("demo");
  event->set_meaning(kMeaning);
  return past;
}

inline Past SignatureDeclined(absl::string_view signer, absl::string_view reason = "Not my words",
                              absl::string_view digest = DigestOf(CompleteRecord())) {
  Past past{kPlan, {}, std::string(signer), "2026-10-14 11:00"};
  v1::SignatureDeclined* event =
      past.event.mutable_plan()->mutable_signing()->mutable_signature_declined();
  event->set_digest(std::string(digest));
  if (signer != kAmina) {
    event->mutable_capacity()->mutable_reviewer();
  } else {
    event->mutable_capacity()->mutable_reviewee();
  }
  event->set_reason(std::string(reason));
  return past;
}

inline Past ClosedUnsigned(absl::string_view reason = "Amina does not wish to sign",
                           absl::string_view digest = DigestOf(CompleteRecord())) {
  Past past{kPlan, {}, kHelen, "2026-10-15 09:00"};
  v1::ClosedUnsigned* event =
      past.event.mutable_plan()->mutable_signing()->mutable_closed_unsigned();
  event->set_digest(std::string(digest));
  event->set_reason(std::string(reason));
  return past;
}

// Copies.

inline Past CopyIssued(absl::string_view digest = DigestOf(CompleteRecord())) {
  Past past{kPlan, {}, kBen, "2026-10-15 10:00"};
  past.event.mutable_plan()->mutable_copies()->mutable_copy_issued()->set_digest(
      std::string(digest));
  return past;
}

inline Past OriginalLodged(absl::string_view head = kHelen,
                           absl::string_view digest = DigestOf(CompleteRecord())) {
  Past past{kPlan, {}, kBen, "2026-10-15 10:00"};
  v1::OriginalLodged* event =
      past.event.mutable_plan()->mutable_copies()->mutable_original_lodged();
  event->set_digest(std::string(digest));
  event->set_head_id(std::string(head));
  return past;
}

inline Past AnnexCopyIssued(absl::string_view training_lead = kCarol,
                            absl::string_view digest = DigestOf(CompleteRecord())) {
  Past past{kPlan, {}, kBen, "2026-10-15 10:00"};
  v1::AnnexCopyIssued* event =
      past.event.mutable_plan()->mutable_copies()->mutable_annex_copy_issued();
  event->set_digest(std::string(digest));
  event->set_training_lead_id(std::string(training_lead));
  return past;
}

// Histories up to a point, for tests of what comes next.

inline std::vector<Past> operator+(std::vector<Past> first, const std::vector<Past>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

inline std::vector<Past> AnEnrolment() { return {Enrolled()}; }
inline std::vector<Past> AnAssignment() { return {Enrolled(), ReviewerAssigned()}; }
inline std::vector<Past> AConfirmedMeeting() {
  return AnAssignment() + std::vector{MeetingConfirmed()};
}
inline std::vector<Past> AHeldMeeting() { return AConfirmedMeeting() + std::vector{MeetingHeld()}; }
inline std::vector<Past> ADraft() { return AHeldMeeting() + std::vector{DraftIssued()}; }
inline std::vector<Past> AFinalRecord() { return ADraft() + std::vector{RecordFinalised()}; }
// Both have signed, and nobody has been given a copy: as it was before copies went with signatures.
inline std::vector<Past> ASignedRecord() {
  return AFinalRecord() + std::vector{Signed(kBen), Signed(kAmina)};
}
// Amina declined to sign, and the head closed the record.
inline std::vector<Past> AClosedRecord() {
  return AFinalRecord() + std::vector{Signed(kBen), SignatureDeclined(kAmina), ClosedUnsigned()};
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_SUPPORT_EVENTS_H_
