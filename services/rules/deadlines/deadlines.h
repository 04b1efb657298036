// Deadlines: when something is due, how that date was found, and how it stands on a day.
//
// Notice (R33, A01), draft (R71, A02) and final record (R73, A03) are counted in days that count
// for a person (services/rules/deadlines/calendar.h); those who work part of the week or are absent
// get longer (R78, A06). A due date is never stored: it is found anew from its inputs, each of
// which is a journaled fact, so the date as it was known on any day can be found again.
//
// Pure functions over values: no clock, no time zone but the one given, nothing kept between calls,
// safe to call from any number of threads. There are no errors: every input has an answer, and a
// date that cannot be found is `suspended`.

#ifndef COUNTERSIGN_SERVICES_RULES_DEADLINES_DEADLINES_H_
#define COUNTERSIGN_SERVICES_RULES_DEADLINES_DEADLINES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/rules/deadlines/calendar.h"

namespace countersign::rules {

// How far from the meeting a date is searched for, in calendar days. Past it the obligation is
// suspended: somebody is absent with no end, or has no working day.
inline constexpr int kSearchDays = 1500;

// With this many days left, or fewer, an obligation is due soon.
inline constexpr int kDueSoonDaysLeft = 2;

enum class NoticeUnit { kWorking, kCalendar };

// The knobs of the trust's policy, in force at the meeting. Numbers of days are not negative.
struct DeadlinePolicy {
  int notice_days = 5;
  NoticeUnit notice_unit = NoticeUnit::kWorking;
  // The meeting's own day is not one of the days of notice. Without meaning in calendar days.
  bool notice_clear = false;
  int draft_days = 5;
  int final_days = 10;
  // Working days after which the head may close a record unsigned (A04). No due date uses it.
  int signature_grace_days = 5;
  bool extend_for_pattern = true;
  bool extend_for_absence = true;
};

enum class Party { kReviewer, kReviewee };

// A time of rest of a plan, both ends included. The same shape as an absence, and of both parties.
using Rest = Absence;

// All that a due date depends on. The pointers are borrowed and never null: one calendar serves
// thousands of plans without a copy.
struct DeadlineInputs {
  absl::CivilDay meeting_on;
  const SchoolCalendar* calendar = nullptr;  // Of the school that holds the plan.
  const BankHolidays* holidays = nullptr;
  const WorkFacts* reviewer = nullptr;
  const WorkFacts* reviewee = nullptr;
  DeadlinePolicy policy = {};
  // Days on which the plan rests (A22): they count for neither party, whatever the policy says.
  std::vector<Rest> rests = {};
  // Extensions by the head: a floor under the computed date, and no date while the plan rests.
  std::optional<absl::CivilDay> extended_draft = {};
  std::optional<absl::CivilDay> extended_final = {};
};

// The party's work.
const WorkFacts& WorkOf(const DeadlineInputs& inputs, Party party);

// Which facts about people move a date under the policy.
ExtendFor ExtendForOf(const DeadlinePolicy& policy);

// One line of the working: a calendar day, and its number or the first reason that it was skipped.
struct Working {
  absl::CivilDay day;
  int number = 0;                               // From 1; 0 when the day does not count.
  std::optional<ReasonNotCounted> reason = {};  // Set when the day does not count.
  // Title of the bank holiday, name of the closure, or name of the extra open day that counts.
  std::string title = {};
};

// A due date with how it was found.
struct DueDate {
  // The last day to meet it. Nothing: suspended until an input changes.
  std::optional<absl::CivilDay> due_on = {};
  // What was found before any extension. Nothing where no day was found. It may stand beside a
  // suspension: the head gave time beyond it, and the plan began to rest meanwhile.
  std::optional<absl::CivilDay> computed_on = {};
  bool provisional = false;  // Rests on terms that are not published yet.
  bool suspended = false;
  bool extended = false;  // The head's date stands, being later than the computed one, or the only.
  Party counted_for = Party::kReviewer;
  // Every calendar day from the meeting to `computed_on`, in the order of counting (backwards for
  // notice). Empty when not asked for, when no day was found, and for notice in calendar days.
  std::vector<Working> days = {};
};

// Whether to build `days`. The date alone costs no allocation.
enum class Detail { kDateOnly, kWithWorking };

// The latest day on which the meeting can be confirmed: `notice_days` days that count for the
// reviewee lie after it, up to and including the meeting's day (R33). No notice at all: that day.
DueDate NoticeBy(const DeadlineInputs& inputs, Detail detail);

// The `draft_days`-th day after the meeting that counts for the reviewer (R71).
DueDate DraftDue(const DeadlineInputs& inputs, Detail detail);

// The `final_days`-th day after the meeting, found for each party; the later one stands, on a tie
// the reviewer's (R73, R78).
DueDate FinalDue(const DeadlineInputs& inputs, Detail detail);

// The last day of grace after which the head may close a record that `party` has not signed (A04):
// the `signature_grace_days`-th day after `from` that counts for the party. Nothing when no such
// day is found.
std::optional<absl::CivilDay> GraceEndsOn(const DeadlineInputs& inputs, absl::CivilDay from,
                                          Party party);

// The last instant that is on time: 23:59:59 on `due_on` in `zone`, the school's (Europe/London),
// on days of a change of the clocks too. The whole of that second is on time.
absl::Time DueInstant(absl::CivilDay due_on, absl::TimeZone zone);

// Days after `today`, up to and including `due_on`, that count for `owed_by`; counting stops at
// `at_most`. 0 on the due date and after it.
int DaysLeft(absl::CivilDay today, absl::CivilDay due_on, const DeadlineInputs& inputs,
             Party owed_by, int at_most);

// How an obligation stands.
enum class Status {
  kNotStarted,
  kPending,
  kDueSoon,
  kOverdue,
  kMet,
  kMetLate,
  kSuspended,
  kWaived,
  kDischarged,
};

// What is known of one obligation, apart from the calendar.
struct ObligationFacts {
  // The day from which it is owed: for draft and final the meeting's. Nothing: not known yet.
  std::optional<absl::CivilDay> starts_on = {};
  // As in DueDate; some obligations never have one. Once met: what was known then.
  std::optional<absl::CivilDay> due_on = {};
  bool suspended = false;
  // When the journal recorded what meets it, never when somebody says that it happened.
  std::optional<absl::Time> met_at = {};
  bool waived = false;
  // Owed by nobody any more, met or not: the plan was withdrawn; it is a signature, and the record
  // was closed unsigned; or it is a decision on a request for another reviewer, and the plan is
  // closed.
  bool discharged = false;
};

// Status on `today`, a day in `zone`. What was met on time stays met; a waiver covers what was met
// late or not at all; only what is still open is discharged.
Status StatusOn(absl::CivilDay today, const ObligationFacts& facts, const DeadlineInputs& inputs,
                Party owed_by, absl::TimeZone zone);

// The name of a reason in a working, for example "reviewer_not_working". PERSISTENT: it is part of
// the API and of the files that `countersign deadlines check` reads.
absl::string_view ReasonName(ReasonNotCounted reason, Party counted_for);

// "reviewer" or "reviewee". PERSISTENT, as above.
absl::string_view PartyName(Party party);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DEADLINES_DEADLINES_H_
