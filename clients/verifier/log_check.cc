#include "clients/verifier/log_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/verifier/entry_check.h"
#include "clients/verifier/export_reader.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/judge_pool.h"
#include "clients/verifier/key_chain.h"
#include "clients/verifier/merkle.h"
#include "google/protobuf/stubs/logging.h"

namespace countersign::verifier {
namespace {

// Batches that wait to be judged or taken: what bounds the memory.
constexpr size_t kMostInFlight = 8;

std::string EntriesBetween(uint64_t first, uint64_t end) {
  return end - first == 1
             ? absl::StrCat("the entry at position ", first)
             : absl::StrCat("one of the entries at positions ", first, " to ", end - 1);
}

}  // namespace

struct LogCheck::Parts : ExportVisitor {
  explicit Parts(LogCheckOptions given)
      : options(std::move(given)), pool(options.threads), reader(*this), key_chain(options.keys) {}

  void OnHeader(const ExportHeader&) override {}

  void OnEntries(std::unique_ptr<EntryBatch> batch) override {
    pool.Submit(std::move(batch));
    while (pool.size() > kMostInFlight) TakeBatch();
  }

  void OnCheckpoint(std::string_view note) override {
    while (pool.size() > 0) TakeBatch();
    const absl::Status checked = CheckCheckpoint(note);
    // Evidence counts more than a key that is missing.
    if (checkpoint_fault.ok() ||
        (absl::IsDataLoss(checked) && !absl::IsDataLoss(checkpoint_fault))) {
      checkpoint_fault = checked;
    }
  }

  void TakeBatch() {
    const std::unique_ptr<JudgedBatch> judged = pool.TakeOldest();
    for (const JudgedEntry& entry : judged->entries) {
      tree.Append(entry.leaf);
      if (entry_fault.has_value()) continue;
      entry_fault = chain.Add(entry);
      if (entry.names_key) key_chain.Add(entry.position, entry.key_event);
      switch (entry.payload_state) {
        case PayloadState::kHere:
          ++report.payloads_checked;
          break;
        case PayloadState::kErased:
          ++report.payloads_erased;
          break;
        case PayloadState::kWithheld:
          ++report.payloads_withheld;
          break;
      }
    }
  }

  // One of the checkpoints, which come by size. Once one is wrong the others still tell how far the
  // entries are right.
  absl::Status CheckCheckpoint(std::string_view note) {
    ++report.checkpoints;
    absl::StatusOr<Checkpoint> opened = OpenCheckpoint(note, options.keys);
    if (absl::IsInvalidArgument(opened.status())) {
      return absl::DataLossError(absl::StrCat("Checkpoint number ", report.checkpoints,
                                              " is damaged: ", opened.status().message()));
    }
    if (absl::IsUnauthenticated(opened.status())) return SignedByAnother(note, opened.status());
    // Within one log a key that signs beyond its time is a forger's.
    if (absl::IsFailedPrecondition(opened.status())) {
      return absl::DataLossError(opened.status().message());
    }
    if (!opened.ok()) return opened.status();
    const Checkpoint checkpoint = *std::move(opened);
    if (checkpoint.size > tree.size()) {
      return absl::DataLossError(absl::StrCat("A checkpoint of ", checkpoint.size,
                                              " entries was signed, but only ", tree.size(),
                                              " are here."));
    }
    // The first one is above 0: an empty log is not signed.
    if (checkpoint.size <= report.last.size) {
      return absl::DataLossError(absl::StrCat("A checkpoint of ", checkpoint.size,
                                              " entries comes after one of ", report.last.size,
                                              "."));
    }
    const absl::Status follows = CheckOrigin(checkpoint.origin);
    if (!follows.ok()) return follows;
    const absl::Status root = CheckRoot(checkpoint, "was signed");
    if (!root.ok()) return root;
    report.last = checkpoint;
    report.note = std::string(note);
    last_sizes.back().second = checkpoint.size;
    return absl::OkStatus();
  }

  // A key that was replaced is no evidence of anything, and one that nothing in the log speaks for
  // is.
  absl::Status SignedByAnother(std::string_view note, const absl::Status& unsigned_by_known) const {
    const std::optional<std::string> explained = key_chain.Explain(note);
    if (!explained.has_value()) return absl::DataLossError(unsigned_by_known.message());
    return absl::FailedPreconditionError(
        absl::StrCat(unsigned_by_known.message(), " ", *explained));
  }

  // Origins follow one another: none comes again.
  absl::Status CheckOrigin(const std::string& origin) {
    if (!last_sizes.empty() && last_sizes.back().first == origin) return absl::OkStatus();
    for (const auto& [earlier, size] : last_sizes) {
      if (earlier != origin) continue;
      return absl::DataLossError(absl::StrCat("A checkpoint of the origin ", origin,
                                              " comes after one of ", last_sizes.back().first,
                                              ", which had followed it."));
    }
    last_sizes.emplace_back(origin, 0);
    return absl::OkStatus();
  }

  absl::Status CheckRoot(const Checkpoint& signed_head, absl::string_view what) {
    const Hash root = tree.RootAt(signed_head.size);
    if (root == signed_head.root) {
      proven_size = std::max(proven_size, signed_head.size);
      return absl::OkStatus();
    }
    const uint64_t first = std::min(proven_size, signed_head.size - 1);
    if (!changed_between.has_value()) changed_between = {first, signed_head.size};
    return WrongEntry(
        first,
        absl::StrCat("For ", signed_head.size, " entries the root ", ToHex(signed_head.root), " ",
                     what, ", but they have the root ", ToHex(root), ": ",
                     EntriesBetween(first, signed_head.size), " was changed, put in or left out."));
  }

  // What was verified earlier must be the beginning of this log.
  absl::Status CheckSeen(const SeenCheckpoint& seen) {
    const Checkpoint& old = seen.checkpoint;
    const std::vector<std::string> origins = options.keys.Origins();
    if (std::find(origins.begin(), origins.end(), old.origin) == origins.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat("What was verified last is a checkpoint of ", old.origin,
                       ", for which the key file has no key: this is another log."));
    }
    const auto here = std::find_if(last_sizes.begin(), last_sizes.end(),
                                   [&](const auto& origin) { return origin.first == old.origin; });
    const bool ended = !last_sizes.empty() && last_sizes.back().first != old.origin;
    if (ended && here != last_sizes.end() && old.size > here->second &&
        !options.keys.IsOpen(old.origin)) {
      report.remarks.push_back(absl::StrCat(
          "The checkpoint of ", old.size, " entries of ", old.origin,
          " that was seen earlier is not of this log: it went on as ", last_sizes.back().first,
          " from a state of at least ", here->second, " entries, as the key file says."));
      return absl::OkStatus();
    }
    if (old.size > tree.size()) {
      return absl::DataLossError(absl::StrCat("The log was rolled back: ", old.size, " entries of ",
                                              old.origin, " were verified earlier, and only ",
                                              tree.size(), " are here."));
    }
    if (old.size == 0) return absl::OkStatus();
    const absl::Status same = CheckRoot(old, "was seen earlier");
    if (same.ok()) return absl::OkStatus();
    return WrongEntry(*WrongPositionOf(same), absl::StrCat("The log was forked. ", same.message()));
  }

  absl::Status CheckEnd() {
    if (tree.size() == 0 && report.checkpoints == 0) {
      return absl::InvalidArgumentError("The log is empty: nothing in it is signed.");
    }
    if (report.last.size != tree.size()) {
      return WrongEntry(report.last.size,
                        absl::StrCat("The last checkpoint covers ", report.last.size, " of ",
                                     tree.size(), " entries: those from position ",
                                     report.last.size, " on were never signed."));
    }
    return CheckCosigned(report.note, options.witnesses);
  }

  // The first fault of an entry, with what the checkpoints say about whose fault it is.
  absl::Status FaultOfEntry() const {
    uint64_t position = entry_fault->position;
    const uint64_t earlier = entry_fault->contradicts.value_or(position);
    std::string more;
    if (changed_between.has_value() && changed_between->second <= earlier) {
      more = absl::StrCat(" Before it, ",
                          EntriesBetween(changed_between->first, changed_between->second),
                          " was changed, put in or left out.");
    } else if (earlier < position && earlier >= proven_size) {
      more = absl::StrCat(" It or the entry at position ", earlier, " was changed.");
      position = earlier;
    } else if (earlier < position) {
      more = absl::StrCat(" The entry at position ", earlier, " is as it was signed.");
    }
    return WrongEntry(position, absl::StrCat("The entry at position ", entry_fault->position,
                                             " is wrong: ", entry_fault->wrong, ".", more));
  }

  // The verdict: evidence before what could not be checked, entries before checkpoints.
  absl::Status Verdict() {
    const absl::Status read = reader.Finish();
    while (pool.size() > 0) TakeBatch();
    std::vector<absl::Status> found;
    if (entry_fault.has_value()) return FaultOfEntry();
    found.push_back(checkpoint_fault);
    const bool whole = read.ok() || absl::IsAborted(read);
    // A cut-off copy is shorter than what was seen, without anybody having rolled anything back.
    if (whole) {
      for (const SeenCheckpoint& seen : options.seen) found.push_back(CheckSeen(seen));
      if (checkpoint_fault.ok()) found.push_back(CheckEnd());
    }
    found.push_back(read);
    for (const absl::Status& status : found) {
      if (absl::IsDataLoss(status)) return status;
    }
    for (const absl::Status& status : found) {
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  // What is wrong with an entry is said once, by the verdict.
  google::protobuf::LogSilencer silence;
  LogCheckOptions options;
  JudgePool pool;
  ExportReader reader;
  EntryChain chain;
  KeyChain key_chain;
  Tree tree;
  std::optional<EntryFault> entry_fault;
  absl::Status checkpoint_fault;
  uint64_t proven_size = 0;  // As many entries are proved to be as they were signed.
  // The first entries, from one position to before another, whose root is not as it was signed.
  std::optional<std::pair<uint64_t, uint64_t>> changed_between;
  // The origins in their order, and the greatest size that was signed under each.
  std::vector<std::pair<std::string, uint64_t>> last_sizes;
  LogReport report;
};

LogCheck::LogCheck(LogCheckOptions options) : parts_(std::make_unique<Parts>(std::move(options))) {}
LogCheck::~LogCheck() = default;

absl::Status LogCheck::Add(std::string_view piece) { return parts_->reader.Add(piece); }

absl::StatusOr<LogReport> LogCheck::Finish() {
  const absl::Status verdict = parts_->Verdict();
  if (!verdict.ok()) return verdict;
  parts_->report.streams = parts_->chain.streams();
  return std::move(parts_->report);
}

uint64_t LogCheck::entries_read() const { return parts_->tree.size(); }
uint64_t LogCheck::size() const { return parts_->reader.header().size; }

}  // namespace countersign::verifier
