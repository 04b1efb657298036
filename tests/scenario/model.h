// A small model of a trust's school year, written from the guidance and the design and not from the
// rules' code: which commands are accepted, how far a plan is, and what is owed by whom until when.
//
// It is told the same commands as the server and what day it is, and answers in words:
//
//   "accepted"           something happened       "already so"   nothing had to
//   "MEETING_NOT_HELD"   refused, and why         "PERMISSION_DENIED", "NOT_FOUND"
//
// Not modelled: texts, names, digests (a record is known by its words, see RecordOf), who may read.
#ifndef COUNTERSIGN_TESTS_SCENARIO_MODEL_H_
#define COUNTERSIGN_TESTS_SCENARIO_MODEL_H_

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "countersign/v1/command.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "tests/scenario/counting.h"

namespace countersign::scenario {

// Somebody asks for something. Ids are the server's; the digest of a record stands as RecordOf().
struct Asked {
  std::string actor;
  std::string subject;
  v1::Command command;
};

// When something happened: the number of the step, and its day.
struct Moment {
  int step = 0;
  Day on;
};
using Once = std::optional<Moment>;

// The parties, as indices.
enum Party { kReviewer = 0, kReviewee = 1 };

struct Grant {
  std::string person;
  v1::Role role;
  std::optional<Day> first;
  std::optional<Day> last;
};

struct ModelPerson {
  std::string id;
  std::string job_title;
  std::string team;
  std::string school;  // Empty for central staff.
  std::vector<std::string> managers;
  Worker work;
  std::map<std::string, std::string> patterns;  // As recorded last, by the day from which on.
  int absences = 0;                             // Ever recorded.
  std::map<std::string, std::string> plans;     // Those not withdrawn, by cycle.
};

struct ModelSchool {
  SchoolDays days;
  std::string calendar;       // As published last.
  std::vector<Grant> grants;  // In the order in which they were given.
  std::vector<v1::OverridePolicy> overrides;
};

struct ModelTrust {
  std::vector<Grant> grants;
  std::vector<v1::AdoptPolicy> policies;
  std::map<std::string, std::pair<Day, Day>> cycles;
};

struct ModelChange {
  std::string section;
  std::string wish;
  Moment asked;
  Once answered;
  std::string declined_because;
};

struct ModelReplacement {
  std::string reasons;
  Moment asked;
  Once decided;
};

// What is owed, by kind and by number of the request where there are several.
using Duty = std::pair<v1::ObligationKind, int>;

// A date that was counted.
struct Dated {
  std::optional<Day> due;   // Nothing where there is none: no meeting, or no day in sight.
  bool extended = false;    // The head's day stands, not the one that was counted.
  std::string counted_for;  // "reviewer" or "reviewee"; empty without a meeting.
  // Day by day from the meeting to the date that was counted, "2026-10-06 1" or "2026-10-04
  // weekend"; empty where no date was counted.
  std::vector<std::string> days;
};

// How a duty was judged when it was met, or when the plan closed.
struct Judged {
  int step = 0;
  std::string owner;
  Dated dated;
};

struct ModelPlan {
  std::string id;
  std::string reviewee;
  std::string school;
  std::string cycle;
  std::string reviewer;
  Moment enrolled;
  Once withdrawn, assigned, confirmed, waived, held, draft_issued, finalised, closed_unsigned;
  Once offered;  // The record as it stands; nothing while it is not final.
  Once copied, lodged, annexed;
  // By Party, of the record as it stands. Who declined has answered, and signing later does not
  // undo that.
  std::array<Once, 2> has_signed, declined, answered;
  v1::Meeting meeting;
  std::optional<Day> meeting_on;
  int draft = 0;
  std::string forms;   // What the last draft said,
  std::string header;  // and what stood at its head.
  bool complete = false;
  std::string drafted_by;
  std::optional<Day> drafted_for;
  int comments = 0;
  std::vector<ModelChange> changes;
  std::vector<ModelReplacement> replacements;
  std::vector<Stretch> rests;
  std::optional<Day> draft_floor, final_floor;
  std::set<std::string> preparations;  // What stands.
  std::string last_pack, last_release;
  std::map<Duty, Judged> judged;

  bool IsFinal() const { return offered.has_value(); }
  bool IsSigned() const { return has_signed[kReviewer] && has_signed[kReviewee]; }
  bool IsClosed() const { return withdrawn || IsSigned() || closed_unsigned; }
  bool IsResting() const { return !rests.empty() && !rests.back().last.has_value(); }
  bool IsUndecided() const { return !replacements.empty() && !replacements.back().decided; }
  // Nobody owes anybody a copy.
  bool IsSettled() const { return withdrawn || (IsClosed() && copied && lodged && annexed); }
  // Whether the person reviews the plan: until it is withdrawn, or closed and all copies are out.
  bool IsReviewedBy(const std::string& person) const {
    return !reviewer.empty() && person == reviewer && !IsSettled();
  }
};

// What stands at the head of a record: job title and team of the reviewee, the reviewer, the day.
std::string HeaderOf(const ModelPerson& reviewee, const std::string& reviewer, Day review_on);

class Model {
 public:
  // The facts, which a test fills in at first.
  ModelTrust trust;
  std::map<std::string, ModelSchool> schools;
  std::map<std::string, ModelPerson> people;
  std::map<std::string, ModelPlan> plans;
  std::vector<std::string> plan_ids;  // In the order in which they were opened.

  // Steps are numbered from 1 and days never go back.
  void Begin(int step, Day today);
  Day today() const { return now_.on; }

  // What the answer must be; carries the command out where it is accepted. An accepted enrolment
  // has to be followed by Opened().
  std::string Take(const Asked& asked);
  void Opened(const std::string& person, const std::string& cycle, const std::string& plan);

  v1::PlanState StateOf(const ModelPlan& plan) const;
  // One line for each duty, sorted: "DRAFT owner 2026-10-06 PENDING".
  std::vector<std::string> OwedIn(const ModelPlan& plan) const;
  // The day by which it is due, from the facts as they are; nothing where there is none.
  std::optional<Day> DueOf(const ModelPlan& plan, v1::ObligationKind kind) const;
  // What stands when somebody asks why: for each deadline that is not discharged a line as in
  // OwedIn() followed by "reviewer extended", and its days below it.
  std::vector<std::string> ExplainedIn(const ModelPlan& plan) const;

  // The words of the record that is offered, with its comments: the same words, the same digest.
  // Empty while nothing is offered.
  static std::string RecordOf(const ModelPlan& plan);

  // The head today; with several, the one granted last.
  std::string HeadOf(const std::string& school) const;
  // Who holds a role today; with several, the one who was given it last.
  std::string HolderOf(const std::vector<Grant>& grants, v1::Role role) const;
  // Whether the person has the role today.
  bool Has(const std::vector<Grant>& grants, const std::string& person, v1::Role role) const;
  // Whether the trust lead stands in for the head in this plan (A11): the head is the reviewee or
  // the reviewer, or manages the reviewee and nobody reviews yet.
  bool NeedsSubstitute(const ModelPlan& plan) const;
  // Who owes what the head owes in this plan: the head or the substitute.
  std::string DeciderOf(const ModelPlan& plan) const;
  // Whether the person may ask for this.
  bool May(const std::string& person, const ModelPlan& plan, const v1::PlanCommand& command) const;

 private:
  std::string TakeAboutPerson(const Asked& asked);
  std::string TakeAboutSchool(const Asked& asked);
  std::string TakeAboutTrust(const Asked& asked);
  std::string Grants(std::vector<Grant>& grants, const v1::GrantRole& command);
  std::string TakeAboutPlan(ModelPlan& plan, const Asked& asked);
  std::string TakeEnrolment(ModelPlan& plan, const v1::PlanCommand& command);
  std::string TakeReviewer(ModelPlan& plan, const Asked& asked);
  std::string TakePreparation(ModelPlan& plan, const v1::PlanCommand& command);
  std::string TakeMeeting(ModelPlan& plan, const v1::PlanCommand& command);
  std::string TakeHeld(ModelPlan& plan, const v1::RecordMeetingHeld& command);
  std::string TakeDraft(ModelPlan& plan, const v1::PlanCommand& command);
  std::string TakeRecording(ModelPlan& plan, const v1::PlanCommand& command);
  std::string TakeExtension(ModelPlan& plan, const v1::ExtendDeadline& command);
  std::string TakeSigning(ModelPlan& plan, const Asked& asked);
  std::string TakeClosing(ModelPlan& plan);
  std::string TakeCopies(ModelPlan& plan);

  std::string WrongBasis(const ModelPlan& plan, const std::string& actor,
                         const std::string& reviewer, bool has_basis,
                         const v1::AssignmentBasis& basis) const;
  void Replace(ModelPlan& plan, const std::string& reviewer);
  std::string WrongDay(const ModelPlan& plan, Day day) const;
  std::string WrongMeeting(const ModelPlan& plan, const v1::Meeting& meeting) const;
  void Reopen(ModelPlan& plan);
  void GiveCopies(ModelPlan& plan);
  void FixMeeting(ModelPlan& plan, const v1::Meeting& meeting);
  void Judge(ModelPlan& plan, const std::string& actor, bool notice_anew);

  Counting CountingFor(const ModelPlan& plan, Party party) const;
  Knobs KnobsOn(const ModelPlan& plan) const;
  std::vector<Duty> DutiesOf(const ModelPlan& plan) const;
  Once MetOf(const ModelPlan& plan, Duty duty) const;
  std::string OwnerOf(const ModelPlan& plan, Duty duty) const;
  Party CountedFor(const ModelPlan& plan, v1::ObligationKind kind) const;
  std::vector<std::string> WorkingOf(const ModelPlan& plan, v1::ObligationKind kind) const;
  Dated DatedOf(const ModelPlan& plan, v1::ObligationKind kind) const;
  std::string StatusOf(const ModelPlan& plan, Duty duty, std::optional<Day> due) const;
  std::string RowOf(const ModelPlan& plan, Duty duty, std::optional<Day> due) const;

  Moment now_;
};

// "2026-09-29" as a day, and back; nothing for the empty text.
std::optional<Day> DayIn(const std::string& iso);
std::string Iso(std::optional<Day> day);

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_MODEL_H_
