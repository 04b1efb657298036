// Everything that somebody can hand in, one builder for each command:
// When(AssignReviewer(kBen)).By(kHelen).
#ifndef COUNTERSIGN_TESTS_SUPPORT_COMMANDS_H_
#define COUNTERSIGN_TESTS_SUPPORT_COMMANDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/command.pb.h"
#include "tests/support/fact_events.h"

namespace countersign::rules {

// A command about one thing.
struct Intent {
  std::string subject_id;
  v1::Command command;
};

// Plans.

inline Intent WithdrawEnrolment(absl::string_view reason = "Enrolled twice by mistake") {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_withdraw_enrolment()->set_reason(std::string(reason));
  return intent;
}

inline Intent SuspendPlan() {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_suspend_plan();
  return intent;
}

inline Intent ResumePlan() {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_resume_plan();
  return intent;
}

// Without a basis: the one that the recorded line managers show.
inline Intent AssignReviewer(absl::string_view reviewer = kBen,
                             const std::optional<v1::AssignmentBasis>& basis = std::nullopt) {
  Intent intent{kPlan, {}};
  v1::AssignReviewer* command = intent.command.mutable_plan()->mutable_assign_reviewer();
  command->set_reviewer_id(std::string(reviewer));
  if (basis.has_value()) *command->mutable_basis() = *basis;
  return intent;
}

inline Intent RequestReplacement(absl::string_view reasons = kUnsuitable) {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_request_replacement()->set_reasons(std::string(reasons));
  return intent;
}

// The head decides on a request: the reviewer stays, or somebody else reviews.
inline Intent KeepReviewer(absl::string_view reasons = kDecisionReasons) {
  Intent intent{kPlan, {}};
  v1::DecideReplacement* command = intent.command.mutable_plan()->mutable_decide_replacement();
  command->mutable_keep();
  command->set_reasons(std::string(reasons));
  return intent;
}

inline Intent UpholdReplacement(
    absl::string_view reviewer = kCarol,
    const std::optional<v1::AssignmentBasis>& basis = AsOther("Knows the team"),
    absl::string_view reasons = kDecisionReasons) {
  Intent intent{kPlan, {}};
  v1::DecideReplacement* command = intent.command.mutable_plan()->mutable_decide_replacement();
  command->mutable_replace()->set_reviewer_id(std::string(reviewer));
  if (basis.has_value()) *command->mutable_replace()->mutable_basis() = *basis;
  command->set_reasons(std::string(reasons));
  return intent;
}

// Without being asked: the present reviewer cannot go on.
inline Intent ReplaceReviewer(
    absl::string_view reviewer = kCarol,
    const std::optional<v1::AssignmentBasis>& basis = AsOther("Knows the team"),
    absl::string_view reason = "Ben leaves at half term") {
  Intent intent{kPlan, {}};
  v1::ReplaceReviewer* command = intent.command.mutable_plan()->mutable_replace_reviewer();
  command->set_reviewer_id(std::string(reviewer));
  if (basis.has_value()) *command->mutable_basis() = *basis;
  command->set_reason(std::string(reason));
  return intent;
}

inline Intent IssuePreparationPack(const std::vector<std::string>& documents = {
                                       "Last year's plan", "The school's priorities"}) {
  Intent intent{kPlan, {}};
  v1::IssuePreparationPack* command =
      intent.command.mutable_plan()->mutable_issue_preparation_pack();
  for (const std::string& document : documents) command->add_documents(document);
  return intent;
}

inline Intent SharePreparation(absl::string_view text = "I would like to lead a group") {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_share_preparation()->set_text(std::string(text));
  return intent;
}

inline Intent RecordConsultation(absl::string_view person = kCarol,
                                 absl::string_view topic = "Objectives for reading",
                                 absl::string_view who = "") {
  Intent intent{kPlan, {}};
  v1::RecordConsultation* command = intent.command.mutable_plan()->mutable_record_consultation();
  command->set_person_id(std::string(person));
  command->set_who(std::string(who));
  command->set_topic(std::string(topic));
  return intent;
}

inline Intent ArrangeRelease(absl::string_view cover = "Ms Byrne covers Year 3") {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_arrange_release()->set_cover(std::string(cover));
  return intent;
}

inline Intent ConfirmMeeting(const v1::Meeting& meeting = MeetingOn(kMeetingDay)) {
  Intent intent{kPlan, {}};
  *intent.command.mutable_plan()->mutable_confirm_meeting()->mutable_meeting() = meeting;
  return intent;
}

inline Intent ConfirmMeeting(absl::string_view on) { return ConfirmMeeting(MeetingOn(on)); }

inline Intent MoveMeeting(const v1::Meeting& meeting,
                          absl::string_view reason = "The hall is taken") {
  Intent intent{kPlan, {}};
  v1::MoveMeeting* command = intent.command.mutable_plan()->mutable_move_meeting();
  *command->mutable_meeting() = meeting;
  command->set_reason(std::string(reason));
  return intent;
}

inline Intent MoveMeeting(absl::string_view on, absl::string_view reason = "The hall is taken") {
  return MoveMeeting(MeetingOn(on), reason);
}

inline Intent CorrectMeeting(const v1::Meeting& meeting,
                             absl::string_view reason = "A slip of the pen") {
  Intent intent{kPlan, {}};
  v1::CorrectMeeting* command = intent.command.mutable_plan()->mutable_correct_meeting();
  *command->mutable_meeting() = meeting;
  command->set_reason(std::string(reason));
  return intent;
}

inline Intent CorrectMeeting(absl::string_view on, absl::string_view reason = "A slip of the pen") {
  return CorrectMeeting(MeetingOn(on), reason);
}

inline Intent CancelMeeting(absl::string_view reason = "Ben is on a course") {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_cancel_meeting()->set_reason(std::string(reason));
  return intent;
}

inline Intent WaiveNotice(absl::string_view reason = "The sooner the better") {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_waive_notice()->set_reason(std::string(reason));
  return intent;
}

inline Intent RecordMeetingHeld(absl::string_view on = kMeetingDay, bool summary_given = true) {
  Intent intent{kPlan, {}};
  v1::RecordMeetingHeld* command = intent.command.mutable_plan()->mutable_record_meeting_held();
  command->set_held_on(std::string(on));
  command->set_summary_given(summary_given);
  return intent;
}

inline Intent IssueDraft(const Forms& forms = CompleteForms()) {
  Intent intent{kPlan, {}};
  v1::IssueDraft* command = intent.command.mutable_plan()->mutable_issue_draft();
  *command->mutable_plan() = forms.plan;
  *command->mutable_annex() = forms.annex;
  return intent;
}

inline Intent RequestChanges(absl::string_view section = "Objective 1",
                             absl::string_view wish = "Name Carol as a partner") {
  Intent intent{kPlan, {}};
  v1::RequestChanges* command = intent.command.mutable_plan()->mutable_request_changes();
  command->set_section(std::string(section));
  command->set_wish(std::string(wish));
  return intent;
}

inline Intent AddComment(absl::string_view text = "I enjoyed the year") {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_add_comment()->set_text(std::string(text));
  return intent;
}

inline Intent ReviseDraft(const Forms& forms = RevisedForms(),
                          const std::vector<uint32_t>& answers = {}) {
  Intent intent{kPlan, {}};
  v1::ReviseDraft* command = intent.command.mutable_plan()->mutable_revise_draft();
  *command->mutable_plan() = forms.plan;
  *command->mutable_annex() = forms.annex;
  for (const uint32_t change : answers) command->add_answers(change);
  return intent;
}

inline Intent DeclineChange(uint32_t change = 1,
                            absl::string_view reason = "Carol works in the nursery now") {
  Intent intent{kPlan, {}};
  v1::DeclineChange* command = intent.command.mutable_plan()->mutable_decline_change();
  command->set_change(change);
  command->set_reason(std::string(reason));
  return intent;
}

inline Intent FinaliseRecord() {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_finalise_record();
  return intent;
}

inline Intent ExtendDeadline(const v1::Period& period, absl::string_view due_on,
                             const v1::ExtensionCause& cause = ForAbsence()) {
  Intent intent{kPlan, {}};
  v1::ExtendDeadline* command = intent.command.mutable_plan()->mutable_extend_deadline();
  *command->mutable_period() = period;
  *command->mutable_cause() = cause;
  command->set_due_on(std::string(due_on));
  return intent;
}

inline Intent Sign(absl::string_view digest = DigestOf(CompleteRecord())) {
  Intent intent{kPlan, {}};
  v1::Sign* command = intent.command.mutable_plan()->mutable_sign();
  command->set_digest(absl::BytesToHexString(digest));
  command->set_meaning(kMeaning);
  return intent;
}

inline Intent DeclineSignature(absl::string_view reason = "Not my words",
                               absl::string_view digest = DigestOf(CompleteRecord())) {
  Intent intent{kPlan, {}};
  v1::DeclineSignature* command = intent.command.mutable_plan()->mutable_decline_signature();
  command->set_digest(absl::BytesToHexString(digest));
  command->set_reason(std::string(reason));
  return intent;
}

inline Intent CloseUnsigned(absl::string_view reason = "Amina does not wish to sign") {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_close_unsigned()->set_reason(std::string(reason));
  return intent;
}

inline Intent IssueCopies() {
  Intent intent{kPlan, {}};
  intent.command.mutable_plan()->mutable_issue_copies();
  return intent;
}

// People.

inline Intent Enrol(absl::string_view person = kAmina, absl::string_view cycle = kCycle) {
  Intent intent{std::string(person), {}};
  intent.command.mutable_person()->mutable_enrol()->set_cycle_id(std::string(cycle));
  return intent;
}

inline Intent ChangePost(absl::string_view person, absl::string_view job_title,
                         absl::string_view team = "Key Stage 1",
                         absl::string_view school = kSchool) {
  Intent intent{std::string(person), {}};
  v1::ChangePost* command = intent.command.mutable_person()->mutable_change_post();
  command->set_job_title(std::string(job_title));
  command->set_team(std::string(team));
  command->set_school_id(std::string(school));
  return intent;
}

inline Intent ChangeWorkPattern(absl::string_view person, const v1::WorkPattern& pattern,
                                bool term_time_only = true, absl::string_view from = "") {
  Intent intent{std::string(person), {}};
  v1::ChangeWorkPattern* command = intent.command.mutable_person()->mutable_change_work_pattern();
  command->set_effective_from_on(std::string(from));
  *command->mutable_pattern() = pattern;
  command->set_term_time_only(term_time_only);
  return intent;
}

inline Intent NameLineManagers(absl::string_view person, const std::vector<std::string>& managers) {
  Intent intent{std::string(person), {}};
  v1::NameLineManagers* command = intent.command.mutable_person()->mutable_name_line_managers();
  for (const std::string& manager : managers) command->add_manager_ids(manager);
  return intent;
}

inline Intent RecordAbsence(absl::string_view person, absl::string_view first,
                            absl::string_view last) {
  Intent intent{std::string(person), {}};
  v1::RecordAbsence* command = intent.command.mutable_person()->mutable_record_absence();
  command->set_first_on(std::string(first));
  command->set_last_on(std::string(last));
  return intent;
}

inline Intent CorrectAbsence(absl::string_view person, uint32_t absence, absl::string_view first,
                             absl::string_view last) {
  Intent intent{std::string(person), {}};
  v1::CorrectAbsence* command = intent.command.mutable_person()->mutable_correct_absence();
  command->set_absence(absence);
  command->set_first_on(std::string(first));
  command->set_last_on(std::string(last));
  return intent;
}

inline Intent WithdrawAbsence(absl::string_view person, uint32_t absence) {
  Intent intent{std::string(person), {}};
  intent.command.mutable_person()->mutable_withdraw_absence()->set_absence(absence);
  return intent;
}

// Schools and the trust.

inline Intent PublishCalendar(const v1::SchoolCalendar& calendar) {
  Intent intent{kSchool, {}};
  *intent.command.mutable_school()->mutable_publish_calendar()->mutable_calendar() = calendar;
  return intent;
}

inline Intent OverridePolicy(const v1::Policy& policy, absl::string_view from = "2026-09-01") {
  Intent intent{kSchool, {}};
  v1::OverridePolicy* command = intent.command.mutable_school()->mutable_override_policy();
  command->set_effective_from_on(std::string(from));
  *command->mutable_policy() = policy;
  return intent;
}

// Days are open at either end unless said.
inline Intent GrantRole(absl::string_view person, v1::Role role, absl::string_view house = kSchool,
                        absl::string_view first_on = "", absl::string_view last_on = "") {
  Intent intent{std::string(house), {}};
  v1::GrantRole* command = house == kTrustId
                               ? intent.command.mutable_trust()->mutable_grant_role()
                               : intent.command.mutable_school()->mutable_grant_role();
  command->set_person_id(std::string(person));
  command->set_role(role);
  command->set_first_on(std::string(first_on));
  command->set_last_on(std::string(last_on));
  return intent;
}

inline Intent EndRole(absl::string_view person, v1::Role role, absl::string_view house = kSchool) {
  Intent intent{std::string(house), {}};
  v1::EndRole* command = house == kTrustId ? intent.command.mutable_trust()->mutable_end_role()
                                           : intent.command.mutable_school()->mutable_end_role();
  command->set_person_id(std::string(person));
  command->set_role(role);
  return intent;
}

inline Intent FoundTrust(absl::string_view name = "Harbour Learning Trust") {
  Intent intent{kTrustId, {}};
  v1::FoundTrust* command = intent.command.mutable_trust()->mutable_found_trust();
  command->set_name(std::string(name));
  command->set_group_uid("2170");
  command->set_lead_name("Tess Adeyemi");
  command->set_lead_staff_key("T1");
  command->set_lead_job_title("Trust lead");
  return intent;
}

inline Intent RegisterSchool(absl::string_view name, absl::string_view urn) {
  Intent intent{kTrustId, {}};
  v1::RegisterSchool* command = intent.command.mutable_trust()->mutable_register_school();
  command->set_name(std::string(name));
  command->set_urn(std::string(urn));
  command->set_division(v1::DIVISION_ENGLAND_AND_WALES);
  return intent;
}

inline Intent AdoptPolicy(const v1::Policy& policy, absl::string_view from = "2026-09-01") {
  Intent intent{kTrustId, {}};
  v1::AdoptPolicy* command = intent.command.mutable_trust()->mutable_adopt_policy();
  command->set_effective_from_on(std::string(from));
  *command->mutable_policy() = policy;
  return intent;
}

inline Intent PublishBankHolidays(const std::vector<v1::DivisionHolidays>& divisions) {
  Intent intent{kTrustId, {}};
  v1::PublishBankHolidays* command =
      intent.command.mutable_trust()->mutable_publish_bank_holidays();
  for (const v1::DivisionHolidays& division : divisions) *command->add_divisions() = division;
  return intent;
}

inline Intent OpenCycle(absl::string_view name, absl::string_view first, absl::string_view last) {
  Intent intent{kTrustId, {}};
  v1::OpenCycle* command = intent.command.mutable_trust()->mutable_open_cycle();
  command->set_name(std::string(name));
  command->set_first_on(std::string(first));
  command->set_last_on(std::string(last));
  return intent;
}

// A line of a list of staff; line 2 is the first after the heading.
inline v1::StaffRow Row(absl::string_view name, absl::string_view staff_key,
                        const std::vector<std::string>& manager_staff_keys = {},
                        absl::string_view urn = "100001", uint32_t line = 2) {
  v1::StaffRow row;
  row.set_name(std::string(name));
  row.set_staff_key(std::string(staff_key));
  row.set_job_title("Teaching assistant");
  row.set_team("Key Stage 2");
  row.set_urn(std::string(urn));
  row.set_term_time_only(true);
  for (const std::string& key : manager_staff_keys) row.add_manager_staff_keys(key);
  row.set_line(line);
  return row;
}

inline Intent RegisterPeople(const std::vector<v1::StaffRow>& rows) {
  Intent intent{kTrustId, {}};
  v1::RegisterPeople* command = intent.command.mutable_trust()->mutable_register_people();
  for (const v1::StaffRow& row : rows) *command->add_people() = row;
  return intent;
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_SUPPORT_COMMANDS_H_
