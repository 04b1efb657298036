// `countersign witness ...`: vouching that the log only grows.

#include "clients/cli/log/witness.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/log/verdict.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/text.h"
#include "clients/cli/transport/interrupt.h"
#include "clients/verifier/key_file.h"

namespace countersign::cli {
namespace {

constexpr absl::Duration kLooksUp = absl::Milliseconds(100);

// Whether nobody interrupted.
bool Rest(absl::Duration duration) {
  for (absl::Duration rested; rested < duration; rested += kLooksUp) {
    if (InterruptWatch::interrupted()) return false;
    absl::SleepFor(kLooksUp);
  }
  return !InterruptWatch::interrupted();
}

Outcome ShowCosigned(Session& session, const WitnessKey& key,
                     const verifier::Checkpoint& checkpoint) {
  return session.ShowDocument({{"witness", verifier::ToString(key.verifier())},
                               {"origin", checkpoint.origin},
                               {"size", checkpoint.size},
                               {"root", verifier::ToHex(checkpoint.root)}},
                              {}, [&](Terminal& terminal) {
                                terminal.out << Hanging(
                                    absl::StrCat("Cosigned: ", CountWords(checkpoint.size),
                                                 " entries of ", checkpoint.origin, "."),
                                    2, terminal.width);
                                terminal.out.flush();
                              });
}

absl::Status CheckPause(const Arguments& arguments) {
  if (!arguments.Has("every") || arguments.Number("every") > 0) return absl::OkStatus();
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "USAGE",
                      .message = "A witness rests between two looks. Nothing was sent.",
                      .next = "say how many seconds, at least 1; leave --every out for one look",
                      .fields = {{.field = "--every", .problem = "is at least 1."}}});
}

Outcome Cosign(Session& session, const Arguments& arguments) {
  if (absl::Status pause = CheckPause(arguments); !pause.ok()) return pause;
  const auto log_keys = verifier::ReadKeyFile(arguments.Text("log-key"));
  if (!log_keys.ok()) return Unusable(log_keys.status());
  const auto key =
      WitnessKey::Open(arguments.Text("key"), arguments.Text("name"), session.random());
  if (!key.ok()) return key.status();
  const InterruptWatch watch;
  const bool once = arguments.Flag("once") || !arguments.Has("every");
  while (true) {
    const auto cosigned =
        CosignNewest(session, *key, *log_keys, arguments.Text("state"), absl::Now());
    // A server that is away comes back; whatever else it is, somebody has to look.
    const bool away =
        absl::IsUnavailable(cosigned.status()) || absl::IsDeadlineExceeded(cosigned.status());
    if (!cosigned.ok() && (once || !away)) return cosigned.status();
    if (cosigned.ok()) {
      Outcome shown = ShowCosigned(session, *key, *cosigned);
      if (once || !shown.ok()) return shown;
    } else {
      TellNote(std::string(cosigned.status().message()), session.terminal());
    }
    if (!Rest(absl::Seconds(arguments.Number("every")))) return ExitCode::kDone;
  }
}

Outcome ShowKey(Session& session, const Arguments& arguments) {
  const auto key =
      WitnessKey::Open(arguments.Text("key"), arguments.Text("name"), session.random());
  if (!key.ok()) return key.status();
  const std::string verifier_key = verifier::ToString(key->verifier());
  return session.ShowDocument({{"verifier_key", verifier_key}}, {}, [&](Terminal& terminal) {
    terminal.out << PrintableLine(verifier_key) << "\n";
  });
}

Parameter KeyFlag() {
  return Required(Option("key", Kind::kFile,
                         "The witness's own key; made at its first use, for its owner alone"));
}

Parameter NameFlag() {
  return Option("name", Kind::kText, "Name of a key that is made; default countersign-witness");
}

}  // namespace

std::vector<CommandSpec> WitnessCommands() {
  return {
      {.noun = "witness",
       .verb = "cosign",
       .summary = "Checks that the log only grew, and cosigns its newest checkpoint",
       .examples = {"countersign witness cosign --key my.key --log-key log.pub --state last.note",
                    "countersign witness cosign --key my.key --log-key log.pub --state last.note "
                    "--every 60"},
       .parameters = {KeyFlag(), NameFlag(),
                      Required(Option("log-key", Kind::kFile,
                                      "The log's keys, in lines as `log key` prints them, from "
                                      "somebody you trust")),
                      Required(Option("state", Kind::kFile,
                                      "Where the last checkpoint is remembered, before it is "
                                      "signed")),
                      Option("every", Kind::kNumber,
                             "Go on, every so many seconds, at least 1, until Ctrl-C"),
                      Flag("once", "Only once, as without --every")},
       .run = Cosign},
      {.noun = "witness",
       .verb = "key",
       .summary = "Prints the witness's verifier key, for the server and for those who verify",
       .examples = {"countersign witness key --key my.key --name witness.example/union"},
       .parameters = {KeyFlag(), NameFlag()},
       .prints_file = true,
       .run = ShowKey},
  };
}

}  // namespace countersign::cli
