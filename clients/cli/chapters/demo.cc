// `countersign demo ...`: DemoService.

#include "absl/strings/match.h"
#include "clients/cli/command.h"
#include "clients/cli/input/moments.h"
#include "clients/cli/output/dates.h"
#include "countersign/v1/demo_service.pb.h"

namespace countersign::cli {
namespace {

Outcome Clock(Session& session, const Arguments&) {
  const auto answer = session.Ask<v1::GetClockResponse>(v1::GetClockRequest());
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) {
    terminal.out << "It is " << MomentWords(answer->now()) << " for the demo.\n";
  });
}

Outcome Advance(Session& session, const Arguments& arguments) {
  v1::AdvanceClockRequest request;
  // An instant has a T between its day and its time; no stretch of time has one.
  if (absl::StrContains(arguments.Text("time"), 'T')) {
    request.set_to(arguments.Text("time"));
  } else {
    const auto seconds = SecondsIn(arguments.Text("time"));
    if (!seconds.ok()) return seconds.status();
    request.set_by_seconds(*seconds);
  }
  const auto answer = session.Ask<v1::AdvanceClockResponse>(request);
  if (!answer.ok()) return answer.status();
  Outcome outcome = session.Show(*answer, [&](Terminal& terminal) {
    terminal.out << "It is now " << MomentWords(answer->now()) << " for the demo.\n";
  });
  TellNextStep("countersign obligations list", session.terminal());
  return outcome;
}

}  // namespace

std::vector<CommandSpec> DemoCommands() {
  return {
      {.noun = "demo",
       .verb = "clock",
       .summary = "Says what time it is for the demo",
       .examples = {"countersign demo clock"},
       .run = Clock},
      {.noun = "demo",
       .verb = "advance",
       .summary = "Moves the demo's clock forward, never back",
       .examples = {"countersign demo advance 5d", "countersign demo advance 2026-10-14T13:00:00Z"},
       .parameters = {Required(
           Fills({"to", "by_seconds"},
                 Positional("time", Kind::kText, "By 5d, 36h, 30m or 2w; or to an instant")))},
       .run = Advance},
  };
}

}  // namespace countersign::cli
