// How far a plan is and what is owed in it: the table of the design's page on deadlines (section
// 2).
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/scenario/model.h"

namespace countersign::scenario {
namespace {

constexpr auto kNotice = v1::OBLIGATION_KIND_NOTICE;
constexpr auto kDraft = v1::OBLIGATION_KIND_DRAFT;
constexpr auto kFinal = v1::OBLIGATION_KIND_FINAL_AVAILABLE;
constexpr auto kReviewerSigns = v1::OBLIGATION_KIND_REVIEWER_SIGNATURE;
constexpr auto kRevieweeSigns = v1::OBLIGATION_KIND_REVIEWEE_SIGNATURE;
constexpr auto kAssigned = v1::OBLIGATION_KIND_REVIEWER_ASSIGNED;
constexpr auto kAnswer = v1::OBLIGATION_KIND_CHANGE_REQUEST_ANSWER;
constexpr auto kCopy = v1::OBLIGATION_KIND_COPY;
constexpr auto kOriginal = v1::OBLIGATION_KIND_ORIGINAL;
constexpr auto kAnnex = v1::OBLIGATION_KIND_ANNEX_COPY;
constexpr auto kDecision = v1::OBLIGATION_KIND_REPLACEMENT_DECISION;

bool IsCopy(v1::ObligationKind kind) {
  return kind == kCopy || kind == kOriginal || kind == kAnnex;
}

// Owed by the office of head, whoever holds it when somebody asks.
bool IsHeads(v1::ObligationKind kind) { return kind == kAssigned || kind == kDecision; }

// Due when the final record is.
bool IsFinalPeriod(v1::ObligationKind kind) {
  return kind == kFinal || kind == kReviewerSigns || kind == kRevieweeSigns;
}

// Whether it has a date that is counted.
bool IsDeadline(v1::ObligationKind kind) {
  return kind == kNotice || kind == kDraft || IsFinalPeriod(kind);
}

void Lay(const v1::Policy& policy, Knobs& knobs) {
  if (policy.has_notice_days()) knobs.notice_days = static_cast<int>(policy.notice_days());
  if (policy.notice_unit() != v1::Policy::NOTICE_UNIT_UNSPECIFIED) {
    knobs.notice_in_calendar_days = policy.notice_unit() == v1::Policy::NOTICE_UNIT_CALENDAR;
  }
  if (policy.has_notice_clear()) knobs.notice_clear = policy.notice_clear();
  if (policy.has_draft_days()) knobs.draft_days = static_cast<int>(policy.draft_days());
  if (policy.has_final_days()) knobs.final_days = static_cast<int>(policy.final_days());
  if (policy.has_signature_grace_days()) {
    knobs.signature_grace_days = static_cast<int>(policy.signature_grace_days());
  }
  if (policy.has_extend_for_pattern()) knobs.extend_for_pattern = policy.extend_for_pattern();
  if (policy.has_extend_for_absence()) knobs.extend_for_absence = policy.extend_for_absence();
}

// The policy of the latest day up to the meeting's; of two from one day, the later word.
template <typename Policies>
const v1::Policy* LatestOf(const Policies& policies, const std::string& meeting_on) {
  const v1::Policy* latest = nullptr;
  for (const auto& policy : policies) {
    if (policy.effective_from_on() <= meeting_on) latest = &policy.policy();
  }
  return latest;
}

}  // namespace

v1::PlanState Model::StateOf(const ModelPlan& plan) const {
  if (plan.withdrawn) return v1::PLAN_STATE_WITHDRAWN;
  if (plan.IsSigned()) return v1::PLAN_STATE_SIGNED;
  if (plan.closed_unsigned) return v1::PLAN_STATE_CLOSED_UNSIGNED;
  if (plan.IsResting()) return v1::PLAN_STATE_SUSPENDED;
  if (plan.IsFinal()) return v1::PLAN_STATE_FINALISED;
  for (const ModelChange& change : plan.changes) {
    if (!change.answered) return v1::PLAN_STATE_CHANGES_REQUESTED;
  }
  if (plan.draft > 0) return v1::PLAN_STATE_DRAFT_ISSUED;
  if (plan.held) return v1::PLAN_STATE_MEETING_HELD;
  if (plan.confirmed) return v1::PLAN_STATE_MEETING_CONFIRMED;
  return plan.reviewer.empty() ? v1::PLAN_STATE_ENROLLED : v1::PLAN_STATE_REVIEWER_ASSIGNED;
}

Knobs Model::KnobsOn(const ModelPlan& plan) const {
  Knobs knobs;
  const std::string meeting_on = Iso(plan.meeting_on);
  if (const v1::Policy* trusts = LatestOf(trust.policies, meeting_on)) Lay(*trusts, knobs);
  const auto& overrides = schools.at(plan.school).overrides;
  if (const v1::Policy* schools_own = LatestOf(overrides, meeting_on)) Lay(*schools_own, knobs);
  return knobs;
}

Counting Model::CountingFor(const ModelPlan& plan, Party party) const {
  const std::string& person = party == kReviewer ? plan.reviewer : plan.reviewee;
  return {&schools.at(plan.school).days, &people.at(person).work, &plan.rests, KnobsOn(plan)};
}

std::optional<Day> Model::DueOf(const ModelPlan& plan, v1::ObligationKind kind) const {
  if (!plan.meeting_on) return std::nullopt;
  const Day meeting = *plan.meeting_on;
  const Knobs knobs = KnobsOn(plan);
  if (kind == kNotice) return ConfirmBy(meeting, CountingFor(plan, kReviewee));
  std::optional<Day> due;
  std::optional<Day> floor;
  if (kind == kDraft) {
    due = NthAfter(meeting, knobs.draft_days, CountingFor(plan, kReviewer));
    floor = plan.draft_floor;
  } else if (IsFinalPeriod(kind)) {
    due = NthAfter(meeting, knobs.final_days, CountingFor(plan, kReviewer));
    const auto other = NthAfter(meeting, knobs.final_days, CountingFor(plan, kReviewee));
    due = due && other ? std::optional(std::max(*due, *other)) : std::nullopt;
    floor = plan.final_floor;
  }
  if (!floor.has_value() || floor <= due) return due;
  if (!plan.IsResting()) return floor;
  // While the plan rests no date lies ahead, whatever was extended; what was late stays late.
  ModelPlan awake = plan;
  awake.rests.pop_back();
  const std::optional<Day> otherwise = DueOf(awake, kind);
  return otherwise < plan.rests.back().first ? otherwise : std::nullopt;
}

// The later of both; on a tie the reviewer's. Who has no day in sight is later than everybody.
Party Model::CountedFor(const ModelPlan& plan, v1::ObligationKind kind) const {
  if (kind == kNotice) return kReviewee;
  if (kind == kDraft) return kReviewer;
  const int days = KnobsOn(plan).final_days;
  const auto first = NthAfter(*plan.meeting_on, days, CountingFor(plan, kReviewer));
  const auto other = NthAfter(*plan.meeting_on, days, CountingFor(plan, kReviewee));
  if (!first.has_value()) return kReviewer;
  return !other.has_value() || *other > *first ? kReviewee : kReviewer;
}

std::vector<std::string> Model::WorkingOf(const ModelPlan& plan, v1::ObligationKind kind) const {
  const Knobs knobs = KnobsOn(plan);
  const Day meeting = *plan.meeting_on;
  const bool back = kind == kNotice;
  if (back && knobs.notice_in_calendar_days) return {};
  const int wanted = back             ? knobs.notice_days
                     : kind == kDraft ? knobs.draft_days
                                      : knobs.final_days;
  const Party party = CountedFor(plan, kind);
  const Counting counting = CountingFor(plan, party);
  // Nobody shows four years of days that do not count.
  if (!(back ? ConfirmBy(meeting, counting) : NthAfter(meeting, wanted, counting))) return {};
  std::vector<std::string> lines;
  Day day = back ? meeting - (knobs.notice_clear ? 1 : 0) : meeting + 1;
  for (int number = 0; number < wanted; day += back ? -1 : 1) {
    const std::string why = WhyNot(day, counting);
    const bool of_the_person = why == "not_working" || why == "absent";
    const char* whose = !of_the_person ? "" : party == kReviewer ? "reviewer_" : "reviewee_";
    lines.push_back(why.empty() ? absl::StrCat(Iso(day), " ", ++number)
                                : absl::StrCat(Iso(day), " ", whose, why));
  }
  return lines;
}

Dated Model::DatedOf(const ModelPlan& plan, v1::ObligationKind kind) const {
  if (!plan.meeting_on || !IsDeadline(kind)) return {};
  const std::optional<Day> due = DueOf(plan, kind);
  const auto& floor = kind == kDraft        ? plan.draft_floor
                      : IsFinalPeriod(kind) ? plan.final_floor
                                            : std::optional<Day>();
  Dated dated{due, false, CountedFor(plan, kind) == kReviewer ? "reviewer" : "reviewee",
              WorkingOf(plan, kind)};
  // A floor that is the counted day as well extends nothing.
  dated.extended = due.has_value() && due == floor &&
                   (dated.days.empty() || !absl::StartsWith(dated.days.back(), Iso(due)));
  return dated;
}

std::vector<Duty> Model::DutiesOf(const ModelPlan& plan) const {
  std::vector<Duty> duties;
  for (const auto kind : {kNotice, kDraft, kFinal, kReviewerSigns, kRevieweeSigns, kAssigned}) {
    duties.emplace_back(kind, 0);
  }
  // Copies are owed of a record that is signed or closed, and of nothing before.
  for (const auto kind : {kCopy, kOriginal, kAnnex}) {
    if (plan.IsClosed() && !plan.withdrawn) duties.emplace_back(kind, 0);
  }
  for (size_t i = 0; i < plan.changes.size(); ++i) {
    duties.emplace_back(kAnswer, static_cast<int>(i) + 1);
  }
  for (size_t i = 0; i < plan.replacements.size(); ++i) {
    duties.emplace_back(kDecision, static_cast<int>(i) + 1);
  }
  return duties;
}

Once Model::MetOf(const ModelPlan& plan, Duty duty) const {
  if (duty.first == kNotice) return plan.confirmed;
  if (duty.first == kDraft) return plan.draft_issued;
  if (duty.first == kFinal) return plan.finalised;
  if (duty.first == kReviewerSigns) return plan.answered[kReviewer];
  if (duty.first == kRevieweeSigns) return plan.answered[kReviewee];
  if (duty.first == kAssigned) return plan.assigned;
  if (duty.first == kAnswer) return plan.changes[duty.second - 1].answered;
  if (duty.first == kCopy) return plan.copied;
  if (duty.first == kOriginal) return plan.lodged;
  if (duty.first == kAnnex) return plan.annexed;
  return plan.replacements[duty.second - 1].decided;
}

std::string Model::OwnerOf(const ModelPlan& plan, Duty duty) const {
  if (IsHeads(duty.first)) return DeciderOf(plan);
  return duty.first == kRevieweeSigns ? plan.reviewee : plan.reviewer;
}

// What is met is judged by what was known then, and so is everything else once the plan is closed.
// What was the head's is from then on whose act it was.
void Model::Judge(ModelPlan& plan, const std::string& actor, bool notice_anew) {
  for (const Duty& duty : DutiesOf(plan)) {
    const Once met = MetOf(plan, duty);
    const bool over = plan.IsClosed() && !IsCopy(duty.first);
    if (!met && !over) {
      plan.judged.erase(duty);
      continue;
    }
    const int step = met ? met->step : 0;
    const auto before = plan.judged.find(duty);
    const bool anew = notice_anew && duty.first == kNotice;
    if (before != plan.judged.end() && before->second.step == step && !anew) continue;
    // Whoever confirmed a meeting gave the notice, even if its day is corrected under another.
    const bool same_owner = before != plan.judged.end() && before->second.step == step;
    const std::string owner = same_owner            ? before->second.owner
                              : IsHeads(duty.first) ? actor
                                                    : OwnerOf(plan, duty);
    plan.judged[duty] = {step, owner, DatedOf(plan, duty.first)};
  }
}

std::string Model::StatusOf(const ModelPlan& plan, Duty duty, std::optional<Day> due) const {
  const v1::ObligationKind kind = duty.first;
  const Once met = MetOf(plan, duty);
  if (met && (!due || met->on <= *due)) return "MET";
  if (kind == kNotice && plan.waived) return "WAIVED";
  if (met) return "MET_LATE";
  if (plan.IsClosed() && !IsCopy(kind)) return "DISCHARGED";
  if (IsHeads(kind) || kind == kAnswer || IsCopy(kind)) return "PENDING";
  if (kind == kNotice) return plan.reviewer.empty() ? "NOT_STARTED" : "PENDING";
  if (!plan.meeting_on || now_.on < *plan.meeting_on) return "NOT_STARTED";
  if (!due) return "SUSPENDED";
  if (now_.on > *due) return "OVERDUE";
  const Party party = kind == kRevieweeSigns ? kReviewee : kReviewer;
  return DaysLeft(now_.on, *due, CountingFor(plan, party)) <= 2 ? "DUE_SOON" : "PENDING";
}

std::string Model::RowOf(const ModelPlan& plan, Duty duty, std::optional<Day> due) const {
  const auto judged = plan.judged.find(duty);
  const std::string owner =
      judged != plan.judged.end() ? judged->second.owner : OwnerOf(plan, duty);
  const std::string kind =
      absl::StrReplaceAll(v1::ObligationKind_Name(duty.first), {{"OBLIGATION_KIND_", ""}});
  return absl::StrCat(kind, duty.second > 0 ? absl::StrCat(" ", duty.second) : "", " ",
                      owner.empty() ? "-" : owner, " ", due ? Iso(due) : "-", " ",
                      StatusOf(plan, duty, due));
}

std::vector<std::string> Model::OwedIn(const ModelPlan& plan) const {
  std::vector<std::string> lines;
  for (const Duty& duty : DutiesOf(plan)) {
    const auto judged = plan.judged.find(duty);
    const bool settled = judged != plan.judged.end();
    lines.push_back(
        RowOf(plan, duty, settled ? judged->second.dated.due : DueOf(plan, duty.first)));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> Model::ExplainedIn(const ModelPlan& plan) const {
  std::vector<std::string> lines;
  for (const Duty& duty : DutiesOf(plan)) {
    if (!IsDeadline(duty.first)) continue;
    const auto judged = plan.judged.find(duty);
    const Dated dated =
        judged != plan.judged.end() ? judged->second.dated : DatedOf(plan, duty.first);
    lines.push_back(absl::StrCat(RowOf(plan, duty, dated.due), " ", dated.counted_for,
                                 dated.extended ? " extended" : ""));
    for (const std::string& day : dated.days) lines.push_back(absl::StrCat("  ", day));
  }
  return lines;
}

}  // namespace countersign::scenario
