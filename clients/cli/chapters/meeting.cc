// `countersign meeting ...`: MeetingService.

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "countersign/v1/meeting_service.pb.h"

namespace countersign::cli {
namespace {

void FillMeeting(const Arguments& arguments, v1::Meeting& meeting) {
  meeting.set_on(arguments.Text("on"));
  meeting.set_starts_at(arguments.Text("at"));
  meeting.set_minutes(arguments.Number("minutes"));
  meeting.set_place(arguments.Text("place"));
}

Outcome Confirm(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::ConfirmMeetingRequest request;
  request.set_plan_id(*plan);
  FillMeeting(arguments, *request.mutable_intent()->mutable_meeting());
  return session.Submit(request,
                        absl::StrCat("after the meeting: countersign meeting held ", *plan));
}

// Moving and correcting take the same: the meeting as it now is, and why.
template <typename Request>
Outcome Rewrite(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  Request request;
  request.set_plan_id(*plan);
  FillMeeting(arguments, *request.mutable_intent()->mutable_meeting());
  request.mutable_intent()->set_reason(arguments.Text("reason"));
  return session.Submit(request, absl::StrCat("countersign plan deadlines ", *plan));
}

Outcome Cancel(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::CancelMeetingRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_reason(arguments.Text("reason"));
  return session.Submit(request, absl::StrCat("countersign meeting confirm ", *plan, " --on DAY"));
}

Outcome WaiveNotice(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::WaiveNoticeRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_reason(arguments.Text("reason"));
  return session.Submit(request, absl::StrCat("countersign plan deadlines ", *plan));
}

Outcome Held(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::RecordMeetingHeldRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_held_on(arguments.Text("on"));
  request.mutable_intent()->set_summary_given(arguments.Flag("summary-given"));
  return session.Submit(
      request, absl::StrCat("countersign draft template > draft.json; countersign draft issue ",
                            *plan, " --file draft.json"));
}

std::vector<Parameter> MeetingParameters(bool with_reason) {
  std::vector<Parameter> parameters = PlanParameters(
      {Required(Option("on", Kind::kDate, "The day")),
       Fills({"intent.meeting.starts_at"}, Option("at", Kind::kTime, "Start, such as 14:00")),
       Option("minutes", Kind::kNumber, "Minutes set aside; default 60"),
       Option("place", Kind::kText, "Where")});
  if (with_reason) parameters.push_back(Required(Option("reason", Kind::kText, "Why")));
  return parameters;
}

std::vector<Parameter> ReasonParameters() {
  return PlanParameters({Required(Option("reason", Kind::kText, "Why"))});
}

}  // namespace

std::vector<CommandSpec> MeetingCommands() {
  return {
      {.noun = "meeting",
       .verb = "confirm",
       .summary = "Confirms the meeting; short notice is recorded, never blocked",
       .examples = {"countersign meeting confirm --of amina.yusuf --on 2026-10-14 --at 14:00 "
                    "--place 'Room 4'"},
       .parameters = MeetingParameters(false),
       .writes = true,
       .run = Confirm},
      {.noun = "meeting",
       .verb = "move",
       .summary = "Moves the meeting; notice runs anew",
       .examples = {"countersign meeting move --of amina.yusuf --on 2026-10-15 "
                    "--reason 'Fire drill'"},
       .parameters = MeetingParameters(true),
       .writes = true,
       .run = Rewrite<v1::MoveMeetingRequest>},
      {.noun = "meeting",
       .verb = "correct",
       .summary = "Corrects what was written about the meeting, also after it was held",
       .examples = {"countersign meeting correct --of amina.yusuf --on 2026-10-14 "
                    "--reason 'Typed the wrong day'"},
       .parameters = MeetingParameters(true),
       .writes = true,
       .run = Rewrite<v1::CorrectMeetingRequest>},
      {.noun = "meeting",
       .verb = "cancel",
       .summary = "Cancels the meeting",
       .examples = {"countersign meeting cancel --of amina.yusuf --reason 'School closed'"},
       .parameters = ReasonParameters(),
       .writes = true,
       .run = Cancel},
      {.noun = "meeting",
       .verb = "waive-notice",
       .summary = "Does not insist on the notice: the reviewee's to say",
       .examples = {"countersign meeting waive-notice --of amina.yusuf --reason 'Suits me'"},
       .parameters = ReasonParameters(),
       .writes = true,
       .run = WaiveNotice},
      {.noun = "meeting",
       .verb = "held",
       .summary = "Records that the meeting was held; draft and record are due from its day",
       .examples = {"countersign meeting held --of amina.yusuf --summary-given"},
       .parameters = PlanParameters(
           {Fills({"intent.held_on"},
                  Option("on", Kind::kDate, "The day it was held; default: the day confirmed")),
            Flag("summary-given", "The reviewer summed up at its end")}),
       .writes = true,
       .run = Held},
  };
}

}  // namespace countersign::cli
