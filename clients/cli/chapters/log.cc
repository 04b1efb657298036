// `countersign log ...`: LogService.

#include "clients/cli/chapters/log.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cli/log/verdict.h"
#include "clients/cli/output/new_file.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/text.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/merkle.h"
#include "clients/verifier/tlog_proof.h"
#include "countersign/v1/log_service.pb.h"

namespace countersign::cli {
namespace {

// As a key file has them (clients/verifier/key_file.h).
void WriteKeyLines(const v1::GetLogKeysResponse& answer, Terminal& terminal) {
  for (const v1::LogKey& key : answer.keys()) {
    terminal.out << PrintableLine(key.verifier_key());
    if (key.from_size() > 0) terminal.out << " from " << key.from_size();
    if (key.until_size() > 0) terminal.out << " until " << key.until_size();
    terminal.out << "\n";
  }
}

Outcome Key(Session& session, const Arguments&) {
  const auto answer = session.Ask<v1::GetLogKeysResponse>(v1::GetLogKeysRequest());
  if (!answer.ok()) return answer.status();
  return session.Show(*answer, [&](Terminal& terminal) { WriteKeyLines(*answer, terminal); });
}

// Why no cosigned checkpoint came.
absl::Status WithoutWitness(const absl::Status& status) {
  if (absl::IsNotFound(status)) {
    return WithAdvice(status,
                      "have the witnesses run `countersign witness cosign`, or ask for fewer");
  }
  for (const FieldProblem& field : ReadFailure(status).fields) {
    if (field.field == "cosigned_by") {
      return WithAdvice(status, "tell the server of the witness: `countersignd --witness KEY`");
    }
  }
  return status;
}

Outcome ShowCheckpoint(Session& session, const Arguments& arguments) {
  v1::GetCheckpointRequest request;
  request.set_at_least_size(arguments.Number("at-least"));
  for (const std::string& path : arguments.Texts("witness")) {
    const auto witnesses = verifier::ReadWitnessFile(path);
    if (!witnesses.ok()) return Unusable(witnesses.status());
    for (const auto& witness : *witnesses) request.add_cosigned_by(verifier::ToString(witness));
  }
  const auto answer = session.Ask<v1::GetCheckpointResponse>(request);
  if (!answer.ok()) {
    return arguments.Has("witness") ? WithoutWitness(answer.status()) : answer.status();
  }
  return session.Show(
      *answer, [&](Terminal& terminal) { terminal.out << Printable(answer->checkpoint().note()); });
}

// What the answer proves of the position, under the keys of `key_path` where one is named.
absl::StatusOr<verifier::Checkpoint> CheckProof(const v1::ProveInclusionResponse& answer,
                                                uint64_t position, const std::string& key_path) {
  const absl::StatusOr<verifier::TlogProof> proof = verifier::ParseTlogProof(answer.tlog_proof());
  if (!proof.ok()) return Verdict(proof.status());
  if (proof->index != position) {
    return Evidence(absl::StrCat("The server proved position ", proof->index, " instead."));
  }
  // What is kept is read later by those who have nothing but the file.
  if (proof->extra != answer.entry()) {
    return Evidence(absl::StrCat("The proof comes with other bytes than the entry's at position ",
                                 position, "."));
  }
  if (!key_path.empty()) {
    const absl::StatusOr<verifier::KeyFile> keys = verifier::ReadKeyFile(key_path);
    if (!keys.ok()) return Unusable(keys.status());
    absl::StatusOr<verifier::Checkpoint> checked =
        verifier::CheckTlogProof(*proof, answer.entry(), *keys);
    if (!checked.ok()) return Verdict(checked.status());
    return checked;
  }
  absl::StatusOr<verifier::Checkpoint> checkpoint =
      verifier::ParseSignedCheckpoint(proof->checkpoint);
  if (!checkpoint.ok()) return Verdict(checkpoint.status());
  if (!verifier::VerifyInclusion(position, checkpoint->size, verifier::LeafHash(answer.entry()),
                                 proof->path, checkpoint->root)) {
    return Evidence(absl::StrCat("The proof does not lead from the entry at position ", position,
                                 " to the checkpoint's root."));
  }
  return checkpoint;
}

Outcome Prove(Session& session, const Arguments& arguments) {
  const std::string& out = arguments.Text("out");
  if (arguments.Has("out")) {
    absl::Status place = CheckPlaceFor(out, /*force=*/false);
    if (!place.ok()) return place;
  }
  v1::ProveInclusionRequest request;
  request.set_position(arguments.Number("position"));
  const auto answer = session.Ask<v1::ProveInclusionResponse>(request);
  if (!answer.ok()) return answer.status();
  const auto proven = CheckProof(*answer, request.position(), arguments.Text("key"));
  if (!proven.ok()) return proven.status();
  if (arguments.Has("out")) {
    absl::Status written = WriteNewFile(out, answer->tlog_proof(), /*force=*/false);
    if (!written.ok()) return written;
  }
  return session.Show(*answer, [&](Terminal& terminal) {
    terminal.out << Hanging(
        absl::StrCat("The entry at position ", request.position(), " is in the log of ",
                     CountWords(proven->size), " entries of ", proven->origin, "."),
        2, terminal.width);
    terminal.out << (arguments.Has("key") ? "The checkpoint is signed under your key.\n"
                                          : "Who signed the checkpoint was not checked: give "
                                            "--key.\n");
    if (arguments.Has("out")) {
      terminal.out << Hanging(absl::StrCat("The proof lies in ", PrintableLine(out)), 2,
                              terminal.width);
    }
  });
}

}  // namespace

std::vector<CommandSpec> LogCommands() {
  return {
      {.noun = "log",
       .verb = "key",
       .summary = "Prints the keys that sign checkpoints, to compare with those you were given",
       .examples = {"countersign log key"},
       .prints_file = true,
       .run = Key},
      {.noun = "log",
       .verb = "checkpoint",
       .summary = "Prints the newest signed checkpoint",
       .examples = {"countersign log checkpoint",
                    "countersign log checkpoint --witness witness.pub"},
       .parameters = {Fills({"at_least_size"}, Option("at-least", Kind::kNumber,
                                                      "Wait for one of at least so many entries")),
                      Fills({"cosigned_by"},
                            Repeated(Option("witness", Kind::kFile,
                                            "Only one that the witnesses in this file cosigned; "
                                            "may be repeated")))},
       .prints_file = true,
       .run = ShowCheckpoint},
      LogVerifyCommand(),
      {.noun = "log",
       .verb = "prove",
       .summary = "Proves that an entry is in the log, and checks the proof",
       .examples = {"countersign log prove 41 --key log.pub --out entry-41.tlog-proof"},
       .parameters = {Required(Positional("position", Kind::kNumber, "Position of the entry")),
                      Option("key", Kind::kFile,
                             "Keys to believe, in lines as `log key` prints them (KEY from SIZE "
                             "until SIZE), from somebody you trust; default: who signed is not "
                             "checked"),
                      Option("out", Kind::kFile, "New file for the proof")},
       .run = Prove},
      LogWatchCommand(),
      LogExportCommand(),
  };
}

}  // namespace countersign::cli
