// `countersign log verify`: the whole log, streamed through the verifier.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/chapters/log.h"
#include "clients/cli/log/newest_checkpoint.h"
#include "clients/cli/log/verdict.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/text.h"
#include "clients/verifier/command.h"
#include "clients/verifier/log_check.h"
#include "clients/verifier/report.h"
#include "countersign/v1/log_service.pb.h"

namespace countersign::cli {
namespace {

constexpr int kThreads = 2;

// Whom to believe, and what was seen before.
struct Believed {
  verifier::CommandOptions options;
  verifier::KeyFile keys;
  std::vector<verifier::PublicKey> witnesses;
  std::vector<verifier::SeenCheckpoint> seen;
};

absl::StatusOr<Believed> BelievedBy(const Arguments& arguments) {
  Believed believed;
  believed.options.witness_paths = arguments.Texts("witness");
  if (arguments.Has("state")) believed.options.state_path = arguments.Text("state");
  auto keys = verifier::ReadKeyFile(arguments.Text("key"));
  if (!keys.ok()) return Unusable(keys.status());
  believed.keys = *std::move(keys);
  auto witnesses = verifier::ReadWitnesses(believed.options.witness_paths);
  if (!witnesses.ok()) return Unusable(witnesses.status());
  believed.witnesses = *std::move(witnesses);
  auto seen = verifier::ReadSeen(believed.options, believed.keys);
  if (!seen.ok()) return Verdict(seen.status());
  believed.seen = *std::move(seen);
  return believed;
}

absl::StatusOr<verifier::LogReport> CheckEverything(Session& session, const Believed& believed,
                                                    bool payloads) {
  verifier::LogCheck check(
      {.keys = believed.keys, .witnesses = {}, .seen = believed.seen, .threads = kThreads});
  v1::ExportRequest request;
  request.set_payloads(payloads);
  absl::Status ended;  // Why the check wanted no more.
  absl::Status followed;
  {
    Progress progress(session.terminal());
    followed = session.Follow<v1::ExportResponse>(request, [&](const v1::ExportResponse& told) {
      if (!ended.ok()) return;
      ended = check.Add(told.piece());
      if (!ended.ok()) session.StopFollowing();
      progress.Show({.doing = "verifying",
                     .done = told.entries(),
                     .total = told.entries_total(),
                     .unit = "entries"});
    });
  }
  // A log that could not be read to its end says nothing about the rest of it.
  if (ended.ok() && !followed.ok()) return followed;
  absl::StatusOr<verifier::LogReport> report = check.Finish();
  if (!report.ok()) return Verdict(report.status());
  return report;
}

// How many entries every witness vouches for; nothing where none is demanded. Witnesses come at
// times of their own and seldom meet at one checkpoint: the newest of each is compared with the log
// `last` by itself.
absl::StatusOr<std::optional<uint64_t>> CheckWitnessed(Session& session, const Believed& believed,
                                                       const verifier::Checkpoint& last) {
  std::optional<uint64_t> vouched;
  for (const verifier::PublicKey& witness : believed.witnesses) {
    const auto cosigned = FetchNewest(session, believed.keys, {witness});
    if (!cosigned.ok()) return cosigned.status();
    // It may have been cosigned since; then it extends what was verified.
    const verifier::Checkpoint& seen = cosigned->checkpoint;
    const absl::Status extends = seen.size > last.size ? CheckExtends(session, last, seen)
                                                       : CheckExtends(session, seen, last);
    if (!extends.ok()) return extends;
    vouched = std::min(vouched.value_or(seen.size), seen.size);
  }
  return vouched;
}

absl::StatusOr<std::string> Remember(const Believed& believed, const std::string& origin,
                                     const std::string& note) {
  const auto path = verifier::StatePathFor(believed.options, origin);
  if (!path.ok()) return Verdict(path.status());
  const absl::Status written = verifier::LastSeen(*path).Write(note);
  if (!written.ok()) return Verdict(written);
  return *path;
}

void WriteWitnessed(const std::optional<uint64_t>& witnessed, Terminal& terminal) {
  if (!witnessed.has_value()) return;
  terminal.out << Hanging(
      absl::StrCat("Every witness vouches for the first ", CountWords(*witnessed), " entries."), 2,
      terminal.width);
}

// What the log was compared with: so many entries that were seen before.
std::string WordsOfSeen(uint64_t size, bool anything_was_seen) {
  if (size > 0) return absl::StrCat(", which extend the ", CountWords(size), " seen before.");
  return anything_was_seen ? "; what was seen before ended with its origin, as the key file says."
                           : "; none was seen before.";
}

// Signature and consistency alone.
Outcome VerifyQuickly(Session& session, const Believed& believed) {
  const auto newest = FetchNewest(session, believed.keys);
  if (!newest.ok()) return newest.status();
  const verifier::Checkpoint& last = newest->checkpoint;
  uint64_t seen_size = 0;
  for (const verifier::SeenCheckpoint& seen : believed.seen) {
    const auto compared = CheckFollows(session, believed.keys, seen.checkpoint, last);
    if (!compared.ok()) return compared.status();
    seen_size = std::max(seen_size, *compared);
  }
  const auto witnessed = CheckWitnessed(session, believed, last);
  if (!witnessed.ok()) return witnessed.status();
  const auto remembered = Remember(believed, last.origin, newest->note);
  if (!remembered.ok()) return remembered.status();
  nlohmann::ordered_json document = {{"verdict", "consistent"},
                                     {"exit_code", 0},
                                     {"origin", last.origin},
                                     {"size", last.size},
                                     {"root", verifier::ToHex(last.root)},
                                     {"extends", seen_size},
                                     {"remembered", *remembered}};
  if (witnessed->has_value()) document["witnessed"] = **witnessed;
  return session.ShowDocument(document, {}, [&](Terminal& terminal) {
    terminal.out << Hanging(
        absl::StrCat("Signed and consistent: ", CountWords(last.size), " entries of ", last.origin,
                     WordsOfSeen(seen_size, !believed.seen.empty())),
        2, terminal.width);
    WriteWitnessed(*witnessed, terminal);
    terminal.out << "The entries were not read: leave --quick out for that.\n";
  });
}

Outcome Verify(Session& session, const Arguments& arguments) {
  const auto believed = BelievedBy(arguments);
  if (!believed.ok()) return believed.status();
  if (arguments.Flag("quick")) return VerifyQuickly(session, *believed);
  const auto report = CheckEverything(session, *believed, arguments.Flag("payloads"));
  if (!report.ok()) return report.status();
  const auto witnessed = CheckWitnessed(session, *believed, report->last);
  if (!witnessed.ok()) return witnessed.status();
  const auto remembered = Remember(*believed, report->last.origin, report->note);
  if (!remembered.ok()) return remembered.status();
  auto document = nlohmann::ordered_json::parse(verifier::ReportJson(*report, *remembered));
  if (witnessed->has_value()) document["witnessed"] = **witnessed;
  return session.ShowDocument(document, {}, [&](Terminal& terminal) {
    const std::string text = verifier::ReportText(*report, *remembered);
    for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
      const std::string words = PrintableLine(line);
      // What stands in columns stays so where it fits.
      terminal.out << (ColumnsOf(words) <= terminal.width ? words + "\n"
                                                          : Hanging(words, 4, terminal.width));
    }
    WriteWitnessed(*witnessed, terminal);
  });
}

}  // namespace

CommandSpec LogVerifyCommand() {
  return {.noun = "log",
          .verb = "verify",
          .summary = "Checks every entry of the log, its tree and its signatures",
          .examples = {"countersign log verify --key log.pub",
                       "countersign log verify --key log.pub --witness union.pub --payloads"},
          .parameters = {Required(Option("key", Kind::kFile,
                                         "Keys to believe, in lines as `log key` prints them (KEY "
                                         "from SIZE until SIZE), from somebody you trust, never "
                                         "from the server")),
                         Fills({"cosigned_by"},
                               Repeated(Option("witness", Kind::kFile,
                                               "Demand a cosignature of every witness in this "
                                               "file, each of a checkpoint of its own; may be "
                                               "repeated"))),
                         Option("state", Kind::kFile,
                                "Where the last checkpoint is remembered; default: in your home"),
                         Flag("payloads", "Check the sealed payloads too; for the trust lead"),
                         Flag("quick", "Only the newest signature, and that it extends the last")},
          .run = Verify};
}

}  // namespace countersign::cli
