#include "services/operator/command.h"

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/copies/unfinished_restore.h"
#include "storage/errors.h"
#include "storage/hash.h"

namespace countersign {
namespace {

using Document = nlohmann::ordered_json;
using What = OperatorCommand::What;

constexpr absl::Duration kToldEvery = absl::Seconds(2);

// What a command answers, both ways.
struct Answer {
  Document document;
  std::string words;
};

// At most one line in two seconds: it may go into a file.
class StepTeller {
 public:
  StepTeller(bool json, std::ostream& err) : json_(json), err_(err) {}

  void Tell(const OfflineStep& step) {
    const absl::Time now = absl::Now();
    if (now - last_ < kToldEvery) return;
    last_ = now;
    if (json_) {
      err_ << Document({{"progress",
                         {{"doing", step.doing},
                          {"done", step.done},
                          {"total", step.total},
                          {"unit", step.unit}}}})
           << "\n";
    } else {
      err_ << step.doing << ": " << step.done;
      if (step.total > 0) err_ << " of " << step.total;
      err_ << " " << step.unit << "\n";
    }
    err_.flush();
  }

 private:
  const bool json_;
  std::ostream& err_;
  // What is done in two seconds needs no progress.
  absl::Time last_ = absl::Now();
};

absl::StatusOr<Answer> Verify(const OperatorCommand& command) {
  const absl::StatusOr<storage::Head> head = VerifyOffline(command.options);
  if (!head.ok()) return head.status();
  return Answer{
      {{"verified", true}, {"size", head->size}, {"root", storage::ToHex(head->root)}},
      absl::StrCat("Verified: ", head->size, " entries; nothing is missing that was signed.\n",
                   "  root ", storage::ToHex(head->root), "\n")};
}

absl::StatusOr<Answer> Export(const OperatorCommand& command) {
  const absl::StatusOr<Exported> exported =
      ExportOffline(command.options, command.out, !command.entries_only, command.size);
  if (!exported.ok()) return exported.status();
  return Answer{{{"file", command.out},
                 {"origin", exported->origin},
                 {"size", exported->head.size},
                 {"root", storage::ToHex(exported->head.root)},
                 {"payloads", !command.entries_only},
                 {"bytes", exported->bytes}},
                absl::StrCat("Exported ", exported->head.size, " entries of ", exported->origin,
                             " in ", exported->bytes, " bytes.\n", "  countersign-verify log ",
                             command.out, " --key FILE\n")};
}

absl::StatusOr<Answer> Replay(const OperatorCommand& command) {
  std::vector<storage::TrustedKey> keys;
  if (!command.key_file.empty()) {
    absl::StatusOr<std::vector<storage::TrustedKey>> read =
        KeysInFile(command.options.env, command.key_file);
    if (!read.ok()) return read.status();
    keys = *std::move(read);
  }
  const absl::StatusOr<Replayed> replayed = ReplayOffline(command.options, command.from, keys);
  if (absl::IsUnauthenticated(replayed.status())) {
    return absl::UnauthenticatedError(absl::StrCat(
        replayed.status().message(),
        " Where the key was changed after what the journal still has, name the new one: --key "
        "FILE."));
  }
  if (!replayed.ok()) return replayed.status();
  const storage::ReplayReport* const report = &replayed->report;
  std::string words = absl::StrCat("Replayed: the journal had ", report->size_before,
                                   " entries and now has ", report->size_after, ".\n");
  if (report->requests > 0) {
    absl::StrAppend(&words, report->requests,
                    " requests among them are refused when they are sent again, instead of "
                    "getting their first answer.\n");
  }
  if (!replayed->anchored) {
    absl::StrAppend(&words,
                    "There is no anchor here, so nothing was compared with what was signed last: "
                    "name it with --anchor, and run `countersignd verify`.\n");
  }
  return Answer{{{"anchored", replayed->anchored},
                 {"size_before", report->size_before},
                 {"size_after", report->size_after},
                 {"payloads_erased", report->payloads_erased},
                 {"checkpoints", report->checkpoints},
                 {"requests", report->requests}},
                std::move(words)};
}

absl::StatusOr<Answer> TellKey(const absl::StatusOr<NewKey>& made, const std::string& first_words) {
  if (!made.ok()) return made.status();
  const std::string key = storage::ToString(made->key);
  return Answer{{{"origin", made->key.name}, {"key", key}, {"from_size", made->from_size}},
                absl::StrCat(first_words, " From ", made->from_size, " entries on signs\n  ", key,
                             "\nGive this line to everybody who checks the log, beside the old "
                             "one: `countersign log key` prints both.\n")};
}

absl::StatusOr<Answer> Restore(const OperatorCommand& command) {
  const absl::StatusOr<storage::Backup> backup =
      RestoreOffline(command.options, command.backups, command.backup);
  if (!backup.ok()) return backup.status();
  const std::string& data = command.options.data;
  std::string words = absl::StrCat("Restored backup ", backup->number, " of ", backup->head.size,
                                   " entries into ", data, ", and verified it.\n");
  if (!backup->has_keys) {
    absl::StrAppend(&words, "Its keys are kept no longer. Put a copy of the keyring into ", data,
                    "/keyring, or what is written about people stays unreadable.\n");
  }
  absl::StrAppend(&words, "Next: put the key that signs into ", data,
                  "/log-keys and name the anchor with --anchor. What was written after the backup "
                  "comes back with\n  countersignd replay --data ",
                  data, " --from EXPORT\n");
  const std::vector<std::string> unfinished =
      storage::UnfinishedRestoresBeside(command.options.env, data);
  for (const std::string& left : unfinished) {
    absl::StrAppend(&words, left,
                    " was left by a restore that was stopped: it is not whole, and may hold keys. "
                    "Remove it, unless that restore still runs.\n");
  }
  return Answer{{{"backup", backup->number},
                 {"data", data},
                 {"size", backup->head.size},
                 {"root", storage::ToHex(backup->head.root)},
                 {"has_keys", backup->has_keys},
                 {"unfinished", unfinished}},
                std::move(words)};
}

absl::StatusOr<Answer> Carry(const OperatorCommand& command) {
  switch (command.what) {
    case What::kVerify:
      return Verify(command);
    case What::kExport:
      return Export(command);
    case What::kReplay:
      return Replay(command);
    case What::kRotateLogKey:
      return TellKey(RotateLogKeyOffline(command.options), "The key was changed.");
    case What::kNewEpoch:
      return TellKey(BeginEpochOffline(command.options, command.epoch),
                     absl::StrCat("The epoch ", command.epoch.origin, " has begun."));
    case What::kRestore:
      return Restore(command);
  }
  return absl::InternalError("no such command");
}

OperatorExit ExitFor(const absl::Status& status, What what) {
  if (status.ok()) return OperatorExit::kDone;
  if (absl::IsDataLoss(status) || storage::IsBehindAnchor(status)) return OperatorExit::kEvidence;
  if (what == What::kVerify) return OperatorExit::kCouldNotVerify;
  // The export is a damaged or cut-off copy: what it says can be neither believed nor held against
  // anybody.
  if (what == What::kReplay && (absl::IsAborted(status) || absl::IsOutOfRange(status))) {
    return OperatorExit::kCouldNotVerify;
  }
  if (absl::IsInvalidArgument(status) || absl::IsOutOfRange(status)) return OperatorExit::kUsage;
  if (absl::IsNotFound(status)) return OperatorExit::kNotFound;
  if (absl::IsFailedPrecondition(status)) return OperatorExit::kConflict;
  return OperatorExit::kFailed;
}

}  // namespace

OperatorExit RunOperatorCommand(const OperatorCommand& command, std::ostream& out,
                                std::ostream& err) {
  StepTeller teller(command.json, err);
  OperatorCommand told = command;
  told.options.on_step = [&](const OfflineStep& step) { teller.Tell(step); };
  const absl::StatusOr<Answer> answer = Carry(told);
  if (!answer.ok()) {
    const std::string message(answer.status().message());
    if (command.json) {
      const Document error(
          {{"error",
            {{"code", std::string(absl::StatusCodeToString(answer.status().code()))},
             {"message", message}}}});
      // A file may have a name that is not UTF-8.
      err << error.dump(-1, ' ', false, Document::error_handler_t::replace) << "\n";
    } else {
      err << "countersignd: " << message << "\n";
    }
    return ExitFor(answer.status(), command.what);
  }
  if (command.json) {
    out << answer->document.dump(2, ' ', false, Document::error_handler_t::replace) << "\n";
  } else {
    out << answer->words;
  }
  out.flush();
  if (out.good()) return OperatorExit::kDone;
  err << "countersignd: done, but the answer could not be written\n";
  return OperatorExit::kFailed;
}

}  // namespace countersign
