// The notice of the planning and review meeting (R33; A01, A01b): by which day the meeting had to
// be confirmed, and whether it was.
//
// Notice is judged by what was known when it was last in question (PlanProgress.notice_judged):
// when the meeting was confirmed or moved, or its day was corrected or turned out to be another.
// What came to be known later changes nothing: an absence, another calendar or policy, a rest. No
// more does a correction of the hour or the place. Cards are told of that moment as it passes;
// whoever asks later hands in the facts as they stood then.
//
// Pure functions: no clock, no errors, safe to call from any number of threads.
#ifndef COUNTERSIGN_SERVICES_RULES_DEADLINES_NOTICE_H_
#define COUNTERSIGN_SERVICES_RULES_DEADLINES_NOTICE_H_

#include "absl/time/time.h"
#include "countersign/v1/cards.pb.h"
#include "services/rules/deadlines/deadlines.h"

namespace countersign::rules {

struct NoticeJudged {
  // The last day on which confirming was in time. None where no day of notice could be counted.
  DueDate due;
  // Whether the meeting was confirmed by the end of that day.
  bool in_time = false;
};

// `known` is what deadlines of the plan were found from when the notice was last in question; of
// its rests those count that had begun by then, so the plan itself may have gone on since. `zone`
// is Europe/London. Precondition: the plan has a day of the meeting.
NoticeJudged JudgeNotice(const v1::PlanProgress& progress, DeadlineInputs known,
                         absl::TimeZone zone, Detail detail);

// Whether what lies between the two put the notice in question, so that it is judged by what is
// known at the second one. Both are of one plan.
bool IsNoticeJudgedAnew(const v1::PlanProgress& before, const v1::PlanProgress& now);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_DEADLINES_NOTICE_H_
