// The rulebook: what a command makes happen, or why it may not.
//
// Decide answers with events, or with one refusal. An empty answer means "already so". It judges
// only what the guidance forbids: late is recorded and shown, never blocked. Refusals come in this
// order: closed, state, time (malformed requests and callers who may not are turned away before).
//
// Pure: whatever a decision looks at is in Facts. Every error is a refusal (refusals.h), except
// NOT_FOUND for an id in the command that nobody knows, and DATA_LOSS for an unreadable history.
#ifndef COUNTERSIGN_SERVICES_RULES_DECIDE_H_
#define COUNTERSIGN_SERVICES_RULES_DECIDE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "countersign/v1/command.pb.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/record_digest.h"
#include "services/rules/state/person.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"

namespace countersign::rules {

// What a decision may look at besides the thing itself. Pointers are borrowed for the call; those
// that a command does not need may be null.
struct Facts {
  absl::Time now;
  absl::TimeZone zone;         // Europe/London.
  std::string caller_id;       // Who hands the command in.
  std::string on_behalf_of;    // For whom, when not for themselves.
  std::string signing_method;  // How the caller was known, for example "demo".
  DigestFunction sha256 = nullptr;
  std::string fresh_id;  // A UUID that nothing bears yet, if the command opens something.
  const Trust* trust = nullptr;
  const School* school = nullptr;  // That holds the plan, or in which the person works.
  // Everybody in PeopleNeeded(), known or not.
  absl::flat_hash_map<std::string, const Person*> people;
  // For WaiveNotice: what was known when the notice was last in question (notice.h).
  ObligationInputs when_notice_judged;
  // For RegisterPeople and FoundTrust: which id a staff key stands for.
  absl::flat_hash_map<std::string, std::string> ids_by_staff_key;

  // The person; one that was never registered when nobody was given for the id.
  const Person& PersonOf(const std::string& person_id) const;
  // The day in the schools' time zone.
  absl::CivilDay Today() const { return absl::ToCivilDay(now, zone); }
};

// One thing that a command makes happen. The kind of event says what `subject_id` is the id of.
struct Happening {
  std::string subject_id;
  v1::Event event;
  // Set where the first event of the same decision brought this one about.
  bool follows_first = false;
};

using Decision = absl::StatusOr<std::vector<Happening>>;

// Whom the decision looks at: reviewee, reviewer, and everybody the command names by id.
std::vector<std::string> PeopleNeeded(const Plan& plan, const v1::PlanCommand& command);
std::vector<std::string> PeopleNeeded(const v1::PersonCommand& command);
std::vector<std::string> PeopleNeeded(const v1::GrantRole& command);
// The staff keys that must be in Facts::ids_by_staff_key.
std::vector<std::string> StaffKeysNeeded(const v1::TrustCommand& command);

Decision Decide(const Plan& plan, const Facts& facts, const v1::PlanCommand& command);
Decision Decide(const Person& person, const Facts& facts, const v1::PersonCommand& command);
Decision Decide(const School& school, const Facts& facts, const v1::SchoolCommand& command);
Decision Decide(const Trust& trust, const Facts& facts, const v1::TrustCommand& command);

// The chapters, each in a file of its name. They are asked when the plan is open for them:
// decide.cc has turned away what a closed or resting plan does not take.
Decision DecideEnrolment(const Person& person, const Facts& facts, const v1::Enrol& command);
Decision DecideEnrolment(const Plan& plan, const Facts& facts,
                         const v1::WithdrawEnrolment& command);
Decision DecideEnrolment(const Plan& plan, const Facts& facts, const v1::SuspendPlan& command);
Decision DecideEnrolment(const Plan& plan, const Facts& facts, const v1::ResumePlan& command);
Decision DecideReviewer(const Plan& plan, const Facts& facts, const v1::AssignReviewer& command);
Decision DecideReviewer(const Plan& plan, const Facts& facts,
                        const v1::RequestReplacement& command);
Decision DecideReviewer(const Plan& plan, const Facts& facts, const v1::DecideReplacement& command);
Decision DecideReviewer(const Plan& plan, const Facts& facts, const v1::ReplaceReviewer& command);
Decision DecidePreparation(const Plan& plan, const Facts& facts,
                           const v1::IssuePreparationPack& command);
Decision DecidePreparation(const Plan& plan, const Facts& facts,
                           const v1::SharePreparation& command);
Decision DecidePreparation(const Plan& plan, const Facts& facts,
                           const v1::RecordConsultation& command);
Decision DecidePreparation(const Plan& plan, const Facts& facts, const v1::ArrangeRelease& command);
Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::ConfirmMeeting& command);
Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::MoveMeeting& command);
Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::CorrectMeeting& command);
Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::CancelMeeting& command);
Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::WaiveNotice& command);
Decision DecideMeeting(const Plan& plan, const Facts& facts, const v1::RecordMeetingHeld& command);
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::IssueDraft& command);
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::RequestChanges& command);
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::AddComment& command);
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::ReviseDraft& command);
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::DeclineChange& command);
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::FinaliseRecord& command);
Decision DecideRecording(const Plan& plan, const Facts& facts, const v1::ExtendDeadline& command);
Decision DecideSigning(const Plan& plan, const Facts& facts, const v1::Sign& command);
Decision DecideSigning(const Plan& plan, const Facts& facts, const v1::DeclineSignature& command);
Decision DecideSigning(const Plan& plan, const Facts& facts, const v1::CloseUnsigned& command);
Decision DecideCopies(const Plan& plan, const Facts& facts, const v1::IssueCopies& command);
Decision DecideStaffList(const Facts& facts, const v1::RegisterPeople& command);

// What is given out of a record that is signed or closed in the same decision: every copy that has
// not been given yet and whose recipient is known today (R75 to R77).
std::vector<Happening> CopiesOf(const Plan& plan, const Facts& facts);

// REVIEWER_NOT_ASSIGNED where nobody reviews the plan yet.
absl::Status RefuseUnlessAssigned(const Plan& plan);

// REPLACEMENT_UNDECIDED while the head has not decided on a request for another reviewer (R29).
absl::Status RefuseWhileUndecided(const Plan& plan);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DECIDE_H_
