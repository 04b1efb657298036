#include "clients/verifier/record_command.h"

#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "clients/verifier/files.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/report.h"
#include "clients/verifier/zip_reader.h"

namespace countersign::verifier {
namespace {

constexpr int64_t kMicroseconds = 1'000'000;

constexpr char kWhatIsProved[] =
    "Proved are plan.bin, annex.bin and comments.bin, who acted on them, and when the journal "
    "recorded it. record.html is the page that the manifest names, but a rendering: no signature "
    "covers it. People are told by the ids of the journal; who they are is for the trust to say.";

// RFC 3339, UTC, in seconds.
std::string InstantOf(int64_t unix_us) {
  const std::time_t seconds = static_cast<std::time_t>(unix_us / kMicroseconds);
  std::tm utc = {};
  char text[32] = "";
  if (gmtime_r(&seconds, &utc) == nullptr) return "";
  return std::string(text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc));
}

std::string DidWhat(const ProvedAct& act) {
  if (act.event_type == "signed") return "signed";
  return act.event_type == "signature_declined" ? "declined to sign" : "closed the record unsigned";
}

// Compares with what was verified earlier of the same log. DATA_LOSS when both cannot be true.
absl::StatusOr<std::vector<std::string>> CompareWithSeen(const RecordReport& report,
                                                         const std::vector<SeenCheckpoint>& seen) {
  std::vector<std::string> remarks;
  for (const SeenCheckpoint& earlier : seen) {
    if (earlier.checkpoint.origin != report.checkpoint.origin) continue;
    if (earlier.checkpoint.size != report.checkpoint.size) {
      remarks.push_back(absl::StrCat(
          "The log was verified before at ", earlier.checkpoint.size,
          " entries; that both are one log is shown by `countersign-verify log` alone."));
    } else if (earlier.checkpoint.root == report.checkpoint.root) {
      remarks.push_back("The checkpoint is the one that was verified before.");
    } else {
      return absl::DataLossError(
          absl::StrCat("The log signed two different states of ", report.checkpoint.size,
                       " entries: the one in this pack and the one that was verified before."));
    }
  }
  return remarks;
}

absl::StatusOr<RecordReport> CheckFile(const CommandOptions& options, const KeyFile& keys) {
  const absl::StatusOr<std::vector<PublicKey>> witnesses = ReadWitnesses(options.witness_paths);
  if (!witnesses.ok()) return witnesses.status();
  const absl::StatusOr<std::string> pack = ReadHandedIn(options.file, kMostPackBytes);
  if (!pack.ok()) return pack.status();
  return CheckRecordPack(*pack, keys, *witnesses);
}

std::string JsonOf(const ProvedAct& act) {
  return absl::StrCat("{\"event_type\":", JsonString(act.event_type),
                      ",\"person_id\":", JsonString(act.actor),
                      ",\"acting_as\":", JsonString(act.acting_as),
                      ",\"capacity\":", JsonString(NameOf(act.capacity)),
                      ",\"recorded_at\":", JsonString(InstantOf(act.recorded_at_us)),
                      ",\"position\":", act.position, ",\"method\":", JsonString(act.method),
                      ",\"words\":", JsonString(act.words), "}");
}

}  // namespace

std::string RecordText(const RecordReport& report, const std::vector<std::string>& remarks) {
  std::string text =
      Wrapped(absl::StrCat("Verified: the record of plan ", report.plan_id,
                           report.is_signed ? ", signed by both parties." : ", closed unsigned."),
              2);
  absl::StrAppend(&text, "  digest      ", ToHex(report.digest), "\n");
  for (const ProvedAct& act : report.acts) {
    absl::StrAppend(&text, "  ", InstantOf(act.recorded_at_us), "  ", act.actor, "\n",
                    Wrapped(absl::StrCat("      as ", JsonString(act.acting_as), " ", DidWhat(act),
                                         " (position ", act.position, ")"),
                            6));
    if (act.words.empty()) continue;
    absl::StrAppend(&text, Wrapped(absl::StrCat("      ", JsonString(act.words)), 6));
  }
  absl::StrAppend(&text,
                  Wrapped(absl::StrCat("  checkpoint  ", report.checkpoint.size, " entries of ",
                                       report.checkpoint.origin),
                          14),
                  "  root        ", ToHex(report.checkpoint.root), "\n");
  for (const std::string& remark : remarks) absl::StrAppend(&text, Wrapped(remark, 0));
  absl::StrAppend(&text, Wrapped(kWhatIsProved, 0));
  return text;
}

std::string RecordJson(const RecordReport& report, const std::vector<std::string>& remarks) {
  std::vector<std::string> acts;
  for (const ProvedAct& act : report.acts) acts.push_back(JsonOf(act));
  std::vector<std::string> sentences;
  for (const std::string& remark : remarks) sentences.push_back(JsonString(remark));
  return absl::StrCat(
      "{\"verdict\":\"verified\",\"exit_code\":", kVerified,
      ",\"plan_id\":", JsonString(report.plan_id), ",\"digest\":", JsonString(ToHex(report.digest)),
      ",\"state\":", report.is_signed ? "\"signed\"" : "\"closed_unsigned\"",
      ",\"draft\":", report.draft, ",\"acts\":[", absl::StrJoin(acts, ","),
      "],\"entries\":", report.entries, ",\"origin\":", JsonString(report.checkpoint.origin),
      ",\"checkpoint_size\":", report.checkpoint.size,
      ",\"root\":", JsonString(ToHex(report.checkpoint.root)),
      ",\"page\":\"rendering\",\"remarks\":[", absl::StrJoin(sentences, ","), "]}\n");
}

Outcome RunRecord(const CommandOptions& options) {
  const absl::StatusOr<KeyFile> keys = ReadKeyFile(options.key_path);
  if (!keys.ok()) return FailureOutcome(options, keys.status());
  const absl::StatusOr<RecordReport> report = CheckFile(options, *keys);
  if (!report.ok()) return FailureOutcome(options, report.status());
  const absl::StatusOr<std::vector<SeenCheckpoint>> seen = ReadSeen(options, *keys);
  if (!seen.ok()) return FailureOutcome(options, seen.status());
  const absl::StatusOr<std::vector<std::string>> remarks = CompareWithSeen(*report, *seen);
  if (!remarks.ok()) return FailureOutcome(options, remarks.status());
  return {.exit_code = kVerified,
          .out = options.json ? RecordJson(*report, *remarks) : RecordText(*report, *remarks),
          .err = ""};
}

}  // namespace countersign::verifier
