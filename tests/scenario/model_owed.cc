// How far a plan is and what is owed in it: the table of the design's page on deadlines (section
// 2).
#include <algorithm>

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

Once EitherOf(const Once& a, const Once& b) { return a ? a : b; }

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
  } else if (kind == kFinal || kind == kReviewerSigns || kind == kRevieweeSigns) {
    due = NthAfter(meeting, knobs.final_days, CountingFor(plan, kReviewer));
    const auto other = NthAfter(meeting, knobs.final_days, CountingFor(plan, kReviewee));
    due = due && other ? std::optional(std::max(*due, *other)) : std::nullopt;
    floor = plan.final_floor;
  }
  return floor.has_value() && floor > due ? floor : due;
}

std::vector<std::string> Model::WorkingOf(const ModelPlan& plan, v1::ObligationKind kind) const {
  std::vector<std::string> lines;
  const Knobs knobs = KnobsOn(plan);
  const auto count = [&](Day day, int step, int n, Party party) {
    lines.clear();
    for (int number = 0; number < n && lines.size() < 1500; day += step) {
      const std::string why = WhyNot(day, CountingFor(plan, party));
      lines.push_back(
          why.empty() ? absl::StrCat(Iso(day), " ", ++number)
          : why.rfind("not_", 0) == 0 || why == "absent"
              ? absl::StrCat(Iso(day), party == kReviewer ? " reviewer_" : " reviewee_", why)
              : absl::StrCat(Iso(day), " ", why));
    }
  };
  const Day meeting = *plan.meeting_on;
  if (kind == kDraft) count(meeting + 1, 1, knobs.draft_days, kReviewer);
  if (kind == kNotice && !knobs.notice_in_calendar_days) {
    count(meeting - (knobs.notice_clear ? 1 : 0), -1, knobs.notice_days, kReviewee);
  }
  if (kind == kFinal) {
    const auto first = NthAfter(meeting, knobs.final_days, CountingFor(plan, kReviewer));
    const auto other = NthAfter(meeting, knobs.final_days, CountingFor(plan, kReviewee));
    if (!first || !other) return {};
    count(meeting + 1, 1, knobs.final_days, *other > *first ? kReviewee : kReviewer);
  }
  return lines.size() < 1500 ? lines : std::vector<std::string>();
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
  if (duty.first == kReviewerSigns) {
    return EitherOf(plan.has_signed[kReviewer], plan.declined[kReviewer]);
  }
  if (duty.first == kRevieweeSigns) {
    return EitherOf(plan.has_signed[kReviewee], plan.declined[kReviewee]);
  }
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
void Model::Judge(ModelPlan& plan, bool notice_anew) {
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
    plan.judged[duty] = {step, OwnerOf(plan, duty), DueOf(plan, duty.first)};
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

std::vector<std::string> Model::OwedIn(const ModelPlan& plan) const {
  std::vector<std::string> lines;
  for (const Duty& duty : DutiesOf(plan)) {
    const auto judged = plan.judged.find(duty);
    const bool settled = judged != plan.judged.end();
    const std::optional<Day> due = settled ? judged->second.due : DueOf(plan, duty.first);
    const std::string owner =
        settled && !IsHeads(duty.first) ? judged->second.owner : OwnerOf(plan, duty);
    const std::string kind =
        absl::StrReplaceAll(v1::ObligationKind_Name(duty.first), {{"OBLIGATION_KIND_", ""}});
    lines.push_back(absl::StrCat(kind, duty.second > 0 ? absl::StrCat(" ", duty.second) : "", " ",
                                 owner.empty() ? "-" : owner, " ", due ? Iso(due) : "-", " ",
                                 StatusOf(plan, duty, due)));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace countersign::scenario
