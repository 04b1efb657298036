#include "services/rules/deadlines/notice.h"

#include <utility>
#include <vector>

#include "services/rules/deadlines/days.h"
#include "services/rules/state/recorded.h"

namespace countersign::rules {
namespace {

// The rests that had begun when the notice was last in question. Nothing is done to the meeting of
// a plan that rests, so each of them had ended by then.
std::vector<Rest> RestsKnown(const v1::PlanProgress& progress) {
  std::vector<Rest> known;
  for (const v1::PlanProgress::Rest& rest : progress.rests()) {
    const bool later = rest.begun().position_after() > progress.notice_judged().position_after();
    const std::optional<absl::CivilDay> first = DayOf(rest.first_on());
    if (!later && first.has_value()) known.push_back({*first, DayOf(rest.last_on())});
  }
  return known;
}

}  // namespace

NoticeJudged JudgeNotice(const v1::PlanProgress& progress, DeadlineInputs known,
                         absl::TimeZone zone, Detail detail) {
  known.rests = RestsKnown(progress);
  NoticeJudged judged;
  judged.due = NoticeBy(known, detail);
  if (!Happened(progress.meeting_confirmed()) || !judged.due.due_on.has_value()) return judged;
  const absl::Time confirmed_at =
      absl::FromUnixMicros(progress.meeting_confirmed().recorded_at_us());
  judged.in_time = absl::ToCivilDay(confirmed_at, zone) <= *judged.due.due_on;
  return judged;
}

bool IsNoticeJudgedAnew(const v1::PlanProgress& before, const v1::PlanProgress& now) {
  return before.notice_judged().position_after() != now.notice_judged().position_after();
}

}  // namespace countersign::rules
