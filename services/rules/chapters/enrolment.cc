// Chapter: who takes part (R01, R87), and when their plan rests (A22).
#include "services/rules/deadlines/days.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"

namespace countersign::rules {

Decision DecideEnrolment(const Person& person, const Facts& facts, const v1::Enrol& command) {
  if (FindCycle(facts.trust->facts, command.cycle_id()) == nullptr) {
    return Refuse(v1::CYCLE_UNKNOWN, "There is no such cycle. Open it first, or choose another.",
                  {{"cycle_id", command.cycle_id()}});
  }
  // R87: the job as a whole is reviewed, in one plan, however many roles a person has.
  for (const v1::PersonFacts::OpenPlan& plan : person.facts.plans()) {
    if (plan.cycle_id() == command.cycle_id()) {
      return Refuse(v1::ALREADY_ENROLLED,
                    "This person already has a plan for this cycle. Use that plan, or withdraw it "
                    "first if it was a mistake.",
                    {{"plan_id", plan.plan_id()}});
    }
  }
  if (person.facts.school_id().empty()) {
    return Refuse(v1::NO_SCHOOL,
                  "This person belongs to no school, so no head could assign a reviewer. Record "
                  "their school first.");
  }
  Happening enrolled{facts.fresh_id, {}};
  v1::Enrolled* event = enrolled.event.mutable_plan()->mutable_enrolment()->mutable_enrolled();
  event->set_reviewee_id(person.facts.person_id());
  event->set_school_id(person.facts.school_id());
  event->set_cycle_id(command.cycle_id());
  Happening opened{person.facts.person_id(), {}};
  v1::PlanOpened* guard = opened.event.mutable_person()->mutable_plans()->mutable_plan_opened();
  guard->set_cycle_id(command.cycle_id());
  guard->set_plan_id(facts.fresh_id);
  opened.follows_first = true;
  return std::vector<Happening>{std::move(enrolled), std::move(opened)};
}

Decision DecideEnrolment(const Plan& plan, const Facts&, const v1::WithdrawEnrolment& command) {
  // R01: what the parties met about is owed to the end, and withdrawing would discharge it.
  if (Happened(plan.progress.meeting_held())) {
    return Refuse(v1::WITHDRAWAL_TOO_LATE,
                  "The meeting has been held, so this enrolment is no slip any more. Go on with "
                  "the plan.",
                  {{"held_on", plan.progress.meeting_on()}});
  }
  Happening withdrawn{plan.progress.plan_id(), {}};
  withdrawn.event.mutable_plan()->mutable_enrolment()->mutable_enrolment_withdrawn()->set_reason(
      command.reason());
  Happening closed{plan.progress.reviewee_id(), {}};
  closed.event.mutable_person()->mutable_plans()->mutable_plan_closed_early()->set_plan_id(
      plan.progress.plan_id());
  closed.follows_first = true;
  return std::vector<Happening>{std::move(withdrawn), std::move(closed)};
}

Decision DecideEnrolment(const Plan& plan, const Facts& facts, const v1::SuspendPlan&) {
  if (IsSuspended(plan.progress)) return std::vector<Happening>{};
  Happening suspended{plan.progress.plan_id(), {}};
  // From today on, never from an earlier day: what is late already stays late.
  suspended.event.mutable_plan()->mutable_enrolment()->mutable_plan_suspended()->set_first_on(
      IsoOf(facts.Today()));
  return std::vector<Happening>{std::move(suspended)};
}

Decision DecideEnrolment(const Plan& plan, const Facts& facts, const v1::ResumePlan&) {
  if (!IsSuspended(plan.progress)) {
    return Refuse(v1::PLAN_NOT_SUSPENDED, "This plan does not rest, so it goes on as it is.");
  }
  Happening resumed{plan.progress.plan_id(), {}};
  resumed.event.mutable_plan()->mutable_enrolment()->mutable_plan_resumed()->set_from_on(
      IsoOf(facts.Today()));
  return std::vector<Happening>{std::move(resumed)};
}

}  // namespace countersign::rules
