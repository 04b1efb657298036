// A small language for tests of the cards: facts in the words of the office, days as in a diary.
//
//   Office office;
//   office.On("2026-09-01").Plan("amina", "oak").Reviewer("rui").Meeting("2026-09-29");
//   EXPECT_EQ(office.Card(ObligationKind::kDraft).due_on(), "2026-10-06");
//
// There is one plan, unless somebody opens another. Every fact is recorded at ten in the morning in
// London of the day that On() named last.
#ifndef COUNTERSIGN_TESTS_PROJECTIONS_OFFICE_H_
#define COUNTERSIGN_TESTS_PROJECTIONS_OFFICE_H_

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "countersign/v1/obligation_cards.pb.h"
#include "services/projections/card_keys.h"
#include "services/projections/directory.h"
#include "services/projections/obligation_cards.h"
#include "services/projections/obligations.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/state/recorded.h"
#include "services/rules/state/trust.h"
#include "tests/projections/memory_cards.h"
#include "tests/support/london.h"

namespace countersign::projections {

// Days with names, ends included.
using Span = std::pair<std::string, std::string>;

inline v1::SchoolCalendar CalendarOf(const std::vector<Span>& terms,
                                     const std::vector<Span>& closures = {}) {
  v1::SchoolCalendar calendar;
  calendar.set_covers_first_on("2026-09-01");
  calendar.set_covers_last_on("2027-07-31");
  const auto add = [](v1::NamedDays* days, const Span& span) {
    days->set_name("named");
    days->set_first_on(span.first);
    days->set_last_on(span.second);
  };
  for (const Span& term : terms) add(calendar.add_terms(), term);
  for (const Span& closure : closures) add(calendar.add_closures(), closure);
  return calendar;
}

class Office {
 public:
  Office& On(absl::string_view day) {
    now_ = absl::FromCivil(absl::CivilSecond(countersign::On(day)) + 10 * 60 * 60, London());
    return *this;
  }

  // Who did what happens next, until somebody else is named.
  Office& By(const std::string& actor) {
    actor_ = actor;
    return *this;
  }

  // Plans.
  Office& Plan(const std::string& reviewee, const std::string& school,
               const std::string& plan = "plan-1", const std::string& cycle = "cycle-26") {
    plan_ = plan;
    v1::Event event;
    v1::Enrolled* enrolled = event.mutable_plan()->mutable_enrolment()->mutable_enrolled();
    enrolled->set_reviewee_id(reviewee);
    enrolled->set_school_id(school);
    enrolled->set_cycle_id(cycle);
    return Happens(plan_, event);
  }
  Office& Suspended(const std::string& first_on) {
    v1::Event event;
    event.mutable_plan()->mutable_enrolment()->mutable_plan_suspended()->set_first_on(first_on);
    return Happens(plan_, event);
  }
  Office& Resumed(const std::string& from_on) {
    v1::Event event;
    event.mutable_plan()->mutable_enrolment()->mutable_plan_resumed()->set_from_on(from_on);
    return Happens(plan_, event);
  }
  Office& Withdrawn() {
    v1::Event event;
    event.mutable_plan()->mutable_enrolment()->mutable_enrolment_withdrawn();
    return Happens(plan_, event);
  }
  Office& Reviewer(const std::string& reviewer) {
    v1::Event event;
    event.mutable_plan()->mutable_reviewer()->mutable_reviewer_assigned()->set_reviewer_id(
        reviewer);
    return Happens(plan_, event);
  }
  Office& Replaced(const std::string& reviewer) {
    v1::Event event;
    Reviewing(event).mutable_reviewer_replaced()->set_reviewer_id(reviewer);
    return Happens(plan_, event);
  }
  Office& AsksForAnother(uint32_t replacement) {
    v1::Event event;
    Reviewing(event).mutable_replacement_requested()->set_replacement(replacement);
    return Happens(plan_, event);
  }
  Office& ReviewerStays(uint32_t replacement) {
    v1::Event event;
    Reviewing(event).mutable_replacement_declined()->set_replacement(replacement);
    return Happens(plan_, event);
  }
  Office& ReviewerStays(const std::string& plan, uint32_t replacement) {
    plan_ = plan;
    return ReviewerStays(replacement);
  }
  Office& Upheld(uint32_t replacement) {
    v1::Event event;
    Reviewing(event).mutable_replacement_upheld()->set_replacement(replacement);
    return Happens(plan_, event);
  }
  Office& Meeting(const std::string& on) {
    v1::Event event;
    Meetings(event).mutable_meeting_confirmed()->mutable_meeting()->set_on(on);
    return Happens(plan_, event);
  }
  Office& Moved(const std::string& on) {
    v1::Event event;
    Meetings(event).mutable_meeting_moved()->mutable_meeting()->set_on(on);
    return Happens(plan_, event);
  }
  Office& Corrected(const std::string& on) {
    v1::Event event;
    Meetings(event).mutable_meeting_corrected()->mutable_meeting()->set_on(on);
    return Happens(plan_, event);
  }
  Office& Cancelled() {
    v1::Event event;
    Meetings(event).mutable_meeting_cancelled();
    return Happens(plan_, event);
  }
  Office& NoticeWaived() {
    v1::Event event;
    Meetings(event).mutable_notice_waived();
    return Happens(plan_, event);
  }
  Office& Held(const std::string& on) {
    v1::Event event;
    Meetings(event).mutable_meeting_held()->set_held_on(on);
    return Happens(plan_, event);
  }
  Office& Draft() {
    v1::Event event;
    Recording(event).mutable_draft_issued()->set_draft(1);
    return Happens(plan_, event);
  }
  Office& Wish(uint32_t change) {
    v1::Event event;
    Recording(event).mutable_changes_requested()->set_change(change);
    return Happens(plan_, event);
  }
  Office& Declined(uint32_t change) {
    v1::Event event;
    Recording(event).mutable_change_declined()->set_change(change);
    return Happens(plan_, event);
  }
  Office& Comment() {
    v1::Event event;
    Recording(event).mutable_comment_added()->set_text("I enjoyed this year.");
    return Happens(plan_, event);
  }
  Office& Final() {
    v1::Event event;
    Recording(event).mutable_record_finalised()->set_draft(1);
    return Happens(plan_, event);
  }
  Office& SignedByReviewer() {
    v1::Event event;
    Signing(event).mutable_capacity()->mutable_reviewer();
    return Happens(plan_, event);
  }
  Office& SignedByReviewee() {
    v1::Event event;
    Signing(event).mutable_capacity()->mutable_reviewee();
    return Happens(plan_, event);
  }

  Office& ExtendsDraft(const std::string& due_on) {
    v1::Event event;
    v1::DeadlineExtended* extended = Recording(event).mutable_deadline_extended();
    extended->mutable_period()->mutable_draft();
    extended->set_due_on(due_on);
    return Happens(plan_, event);
  }
  Office& RevieweeDeclinesToSign() {
    v1::Event event;
    event.mutable_plan()
        ->mutable_signing()
        ->mutable_signature_declined()
        ->mutable_capacity()
        ->mutable_reviewee();
    return Happens(plan_, event);
  }
  Office& ClosedUnsigned() {
    v1::Event event;
    event.mutable_plan()->mutable_signing()->mutable_closed_unsigned();
    return Happens(plan_, event);
  }
  Office& CopyIssued() {
    v1::Event event;
    event.mutable_plan()->mutable_copies()->mutable_copy_issued();
    return Happens(plan_, event);
  }
  Office& AnnexIssued() {
    v1::Event event;
    event.mutable_plan()->mutable_copies()->mutable_annex_copy_issued();
    return Happens(plan_, event);
  }
  Office& PackIssued() {
    v1::Event event;
    event.mutable_plan()->mutable_preparation()->mutable_preparation_pack_issued();
    return Happens(plan_, event);
  }
  Office& ThoughtsShared() {
    v1::Event event;
    event.mutable_plan()->mutable_preparation()->mutable_preparation_shared();
    return Happens(plan_, event);
  }

  // People.
  Office& Person(const std::string& person, const std::string& school,
                 const std::string& team = "") {
    v1::Event event;
    Work(event).mutable_person_registered()->set_school_id(school);
    Work(event).mutable_person_registered()->set_team(team);
    return Happens(person, event);
  }
  Office& Post(const std::string& person, const std::string& school, const std::string& team = "") {
    v1::Event event;
    Work(event).mutable_post_changed()->set_school_id(school);
    Work(event).mutable_post_changed()->set_team(team);
    return Happens(person, event);
  }
  Office& Managers(const std::string& person, const std::vector<std::string>& managers) {
    v1::Event event;
    v1::LineManagersNamed* named = Work(event).mutable_line_managers_named();
    for (const std::string& manager : managers) named->add_manager_ids(manager);
    return Happens(person, event);
  }
  // Weekdays from 1, Monday.
  Office& Works(const std::string& person, const std::vector<uint32_t>& weekdays) {
    v1::Event event;
    v1::WorkPatternChanged* change = Work(event).mutable_work_pattern_changed();
    change->set_term_time_only(true);
    v1::WorkWeek* week = change->mutable_pattern()->add_weeks();
    for (const uint32_t weekday : weekdays) week->add_days()->set_weekday(weekday);
    return Happens(person, event);
  }
  Office& Away(const std::string& person, uint32_t absence, const std::string& first_on,
               const std::string& last_on = "") {
    v1::Event event;
    Work(event).mutable_absence_recorded()->set_absence(absence);
    Work(event).mutable_absence_recorded()->set_first_on(first_on);
    Work(event).mutable_absence_recorded()->set_last_on(last_on);
    return Happens(person, event);
  }
  Office& AwayAfterAll(const std::string& person, uint32_t absence, const std::string& first_on,
                       const std::string& last_on) {
    v1::Event event;
    Work(event).mutable_absence_corrected()->set_absence(absence);
    Work(event).mutable_absence_corrected()->set_first_on(first_on);
    Work(event).mutable_absence_corrected()->set_last_on(last_on);
    return Happens(person, event);
  }
  Office& NotAway(const std::string& person, uint32_t absence) {
    v1::Event event;
    Work(event).mutable_absence_withdrawn()->set_absence(absence);
    return Happens(person, event);
  }
  Office& Renamed(const std::string& person, const std::string& name) {
    v1::Event event;
    Work(event).mutable_name_changed()->set_name(name);
    return Happens(person, event);
  }

  // Schools and the trust.
  Office& Publishes(const std::string& school, const v1::SchoolCalendar& calendar) {
    v1::Event event;
    *event.mutable_school()->mutable_calendar()->mutable_calendar_published()->mutable_calendar() =
        calendar;
    return Happens(school, event);
  }
  Office& Head(const std::string& school, const std::string& person,
               const std::string& first_on = "", const std::string& last_on = "") {
    v1::Event event;
    *event.mutable_school()->mutable_roles()->mutable_role_granted() =
        Granted(person, v1::ROLE_HEADTEACHER, first_on, last_on);
    return Happens(school, event);
  }
  Office& HeadLeaves(const std::string& school, const std::string& person) {
    v1::Event event;
    v1::RoleEnded* ended = event.mutable_school()->mutable_roles()->mutable_role_ended();
    ended->set_person_id(person);
    ended->set_role(v1::ROLE_HEADTEACHER);
    return Happens(school, event);
  }
  Office& Overrides(const std::string& school, uint32_t draft_days) {
    v1::Event event;
    v1::PolicyOverridden* overridden =
        event.mutable_school()->mutable_policy()->mutable_policy_overridden();
    overridden->set_effective_from_on("2026-09-01");
    overridden->mutable_policy()->set_draft_days(draft_days);
    return Happens(school, event);
  }
  Office& Joins(const std::string& school) {
    v1::Event event;
    event.mutable_trust()->mutable_registration()->mutable_school_joined()->set_school_id(school);
    return Happens(rules::kTrustId, event);
  }
  Office& TrustLead(const std::string& person, const std::string& first_on = "",
                    const std::string& last_on = "") {
    v1::Event event;
    *event.mutable_trust()->mutable_roles()->mutable_role_granted() =
        Granted(person, v1::ROLE_TRUST_LEAD, first_on, last_on);
    return Happens(rules::kTrustId, event);
  }
  Office& BankHoliday(const std::string& on) {
    v1::Event event;
    v1::DivisionHolidays* list = event.mutable_trust()
                                     ->mutable_calendar()
                                     ->mutable_bank_holidays_published()
                                     ->add_divisions();
    list->set_division(v1::DIVISION_ENGLAND_AND_WALES);
    list->add_days()->set_on(on);
    return Happens(rules::kTrustId, event);
  }
  Office& DraftDays(uint32_t days) {
    v1::Event event;
    v1::PolicyAdopted* adopted = event.mutable_trust()->mutable_policy()->mutable_policy_adopted();
    adopted->set_effective_from_on("2026-09-01");
    adopted->mutable_policy()->set_draft_days(days);
    return Happens(rules::kTrustId, event);
  }

  Office& Happens(const std::string& subject, const v1::Event& event) {
    const absl::Status applied = Try(subject, event);
    EXPECT_TRUE(applied.ok()) << applied;
    return *this;
  }
  absl::Status Try(const std::string& subject, const v1::Event& event) {
    rules::Recorded recorded;
    recorded.position = position_++;
    recorded.recorded_at_us = absl::ToUnixMicros(now_) + static_cast<int64_t>(recorded.position);
    recorded.subject_id = subject;
    recorded.actor_id = actor_;
    recorded.event = event;
    return projection_.Apply(recorded, cards);
  }

  // The obligation of the plan that was spoken of last; the number of a request, where it is one.
  v1::ObligationCard Card(rules::ObligationKind kind, uint32_t number = 0) const {
    v1::ObligationCard name;
    name.set_plan_id(plan_);
    name.set_kind(static_cast<uint32_t>(kind));
    const bool is_decision = kind == rules::ObligationKind::kReplacementDecision;
    is_decision ? name.set_replacement(number) : name.set_change(number);
    v1::ObligationCard card;
    const auto row = cards.rows.find(keys::Obligation(keys::ObligationName(name)));
    const bool found = row != cards.rows.end();
    EXPECT_TRUE(found && card.ParseFromString(row->second)) << rules::NameOf(kind);
    return card;
  }
  std::string DueOn(rules::ObligationKind kind, uint32_t number = 0) const {
    return Card(kind, number).due_on();
  }
  rules::Status StatusOn(absl::string_view day, rules::ObligationKind kind,
                         uint32_t number = 0) const {
    return StatusOf(Card(kind, number), countersign::On(day));
  }

  MemoryCards cards;

 private:
  static v1::RoleGranted Granted(const std::string& person, v1::Role role,
                                 const std::string& first_on, const std::string& last_on) {
    v1::RoleGranted granted;
    granted.set_person_id(person);
    granted.set_role(role);
    granted.set_first_on(first_on);
    granted.set_last_on(last_on);
    return granted;
  }
  static v1::ReviewerEvent& Reviewing(v1::Event& event) {
    return *event.mutable_plan()->mutable_reviewer();
  }
  static v1::MeetingEvent& Meetings(v1::Event& event) {
    return *event.mutable_plan()->mutable_meeting();
  }
  static v1::RecordingEvent& Recording(v1::Event& event) {
    return *event.mutable_plan()->mutable_recording();
  }
  static v1::Signed& Signing(v1::Event& event) {
    return *event.mutable_plan()->mutable_signing()->mutable_signed_();
  }
  static v1::WorkFactsEvent& Work(v1::Event& event) {
    return *event.mutable_person()->mutable_work_facts_changed();
  }

  const ObligationCards projection_{London()};
  absl::Time now_;
  uint64_t position_ = 0;
  std::string plan_;
  std::string actor_;
};

// An office on 1 September 2026: school "oak" with its terms, its head "hana", and two of its
// people: "amina", who works all year, and her reviewer "rui". The plan's meeting is on Tuesday 29
// September; the draft is then due on 6 October, the final record on 13 October.
inline Office MeetingAtOak() {
  Office office;
  office.On("2026-09-01")
      .Publishes("oak", CalendarOf({{"2026-09-01", "2026-10-23"}, {"2026-11-02", "2026-12-18"}}))
      .Head("oak", "hana")
      .Person("amina", "oak")
      .Person("rui", "oak")
      .Plan("amina", "oak")
      .Reviewer("rui")
      .On("2026-09-15")
      .Meeting("2026-09-29");
  return office;
}

}  // namespace countersign::projections

#endif  // COUNTERSIGN_TESTS_PROJECTIONS_OFFICE_H_
