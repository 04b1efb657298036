#include "services/log/checkpointer.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/log/cosignatures.h"
#include "services/log/log_signers.h"
#include "storage/errors.h"
#include "storage/kept_checkpoints.h"
#include "storage/merkle_tree.h"

namespace countersign {
namespace {

absl::Status ShutDownError() { return absl::CancelledError("The server is stopping."); }

absl::Status BeyondHead(uint64_t size) {
  return absl::OutOfRangeError(absl::StrCat("The journal has ", size, " entries."));
}

// Nobody may sign now what another key should have signed then.
absl::Status NotSignedThen(const storage::Journal& journal, uint64_t size, uint64_t from_size) {
  const absl::StatusOr<storage::NearestKept> nearest = storage::FindNearestKept(journal, size);
  if (!nearest.ok()) return nearest.status();
  std::vector<std::string> sizes;
  for (const std::optional<uint64_t>& kept : {nearest->below, nearest->above}) {
    if (kept.has_value()) sizes.push_back(absl::StrCat(*kept));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "The head of ", size, " entries was not signed in its time, and the present key signs heads ",
      "of at least ", from_size, " entries.",
      sizes.empty() ? ""
                    : absl::StrCat(" The nearest that were signed have ",
                                   absl::StrJoin(sizes, " and "), " entries.")));
}

std::string NoteOf(const std::string& text, const storage::SignatureKey& key) {
  return absl::StrCat(text, "\n", key.SignatureLine(text));
}

}  // namespace

struct Checkpointer::Parts {
  Parts(storage::Journal& the_journal, std::unique_ptr<storage::SignatureKey> the_key,
        storage::Anchor the_anchor, CheckpointerOptions the_options)
      : journal(the_journal),
        key(std::move(the_key)),
        anchor(std::move(the_anchor)),
        options(std::move(the_options)),
        signers({key->verifier(), options.from_size, 0}, options.named_keys),
        cosignatures(journal, options.witnesses) {}

  const std::string& origin() const { return key->verifier().name; }

  absl::Status Begin();
  void Run();
  absl::Status SignHead();
  void AnswerUpTo(const SignedHead& head);
  // Nothing is signed from now on, and those who wait are told why.
  void StopSigning(const absl::Status& why);
  void AnswerAll(const absl::Status& why);
  absl::StatusOr<std::optional<SignedHead>> Stored(uint64_t size) const;
  absl::StatusOr<SignedHead> SignOlder(uint64_t size, const storage::Head& signed_later);
  absl::Status CheckTree(const storage::SignedNote& note, const storage::Checkpoint& checkpoint);
  absl::Status NotSignedHere() const;

  storage::Journal& journal;
  const std::unique_ptr<storage::SignatureKey> key;
  storage::Anchor anchor;  // The thread's own, once it runs.
  const CheckpointerOptions options;
  const LogSigners signers;

  // One at a time reads what is stored for a size and stores what follows from it. Taken first.
  std::mutex notes_lock;

  mutable std::mutex lock;
  std::condition_variable changed;
  std::optional<SignedHead> newest;       // Under lock.
  std::multimap<uint64_t, Done> waiting;  // By the size that they wait for. Under lock.
  absl::Status stopped;                   // Why nothing is signed any more. Under lock.
  bool shut_down = false;                 // Under lock.
  Cosignatures cosignatures;

  std::once_flag joined;
  std::thread thread;
};

absl::StatusOr<std::unique_ptr<Checkpointer>> Checkpointer::Start(
    storage::Journal& journal, std::unique_ptr<storage::SignatureKey> key, storage::Anchor anchor,
    CheckpointerOptions options) {
  auto parts =
      std::make_unique<Parts>(journal, std::move(key), std::move(anchor), std::move(options));
  if (absl::Status begun = parts->Begin(); !begun.ok()) return begun;
  parts->thread = std::thread([running = parts.get()] { running->Run(); });
  return std::unique_ptr<Checkpointer>(new Checkpointer(std::move(parts)));
}

Checkpointer::Checkpointer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Checkpointer::~Checkpointer() { Shutdown(); }

absl::Status Checkpointer::Parts::Begin() {
  absl::StatusOr<std::optional<storage::Checkpoint>> signed_last = anchor.Read();
  if (!signed_last.ok()) return signed_last.status();
  if (signed_last->has_value() && (*signed_last)->origin == origin()) {
    if (absl::Status held = storage::CheckAgainstAnchor(journal, **signed_last); !held.ok()) {
      return held;
    }
  }
  if (absl::Status read = cosignatures.Read(); !read.ok()) return read;
  const storage::Head head = journal.head();
  if (head.size == 0) return absl::OkStatus();
  absl::StatusOr<std::optional<SignedHead>> stored = Stored(head.size);
  if (!stored.ok()) return stored.status();
  if (*signed_last != storage::Checkpoint{origin(), head} || !stored->has_value() ||
      !storage::VerifyNote(*storage::ParseNote((*stored)->note), key->verifier()).ok()) {
    return SignHead();
  }
  newest = **std::move(stored);
  return absl::OkStatus();
}

void Checkpointer::Parts::Run() {
  const auto due = [this] { return shut_down || !stopped.ok() || !waiting.empty(); };
  std::unique_lock guard(lock);
  while (!shut_down && stopped.ok()) {
    options.wait(changed, guard, options.interval, due);
    if (shut_down || !stopped.ok()) break;
    guard.unlock();
    if (absl::Status signed_now = SignHead(); !signed_now.ok()) StopSigning(signed_now);
    guard.lock();
  }
  const absl::Status why = stopped;
  guard.unlock();
  AnswerAll(why.ok() ? ShutDownError() : why);
  if (!why.ok()) options.on_stopped(why);
}

absl::Status Checkpointer::Parts::SignHead() {
  // Synced: the journal publishes no other (I11).
  const storage::Head head = journal.head();
  {
    const std::lock_guard guard(lock);
    if (head.size == 0 || (newest.has_value() && newest->head.size >= head.size)) {
      return absl::OkStatus();
    }
  }
  const storage::Checkpoint checkpoint{.origin = origin(), .head = head};
  SignedHead signed_head{.head = head, .note = NoteOf(storage::CheckpointText(checkpoint), *key)};
  if (absl::Status kept = anchor.Write(checkpoint); !kept.ok()) return kept;
  {
    const std::lock_guard guard(notes_lock);
    absl::Status stored = journal.StoreCheckpoint(head.size, signed_head.note);
    if (!stored.ok()) return stored;
    // Before somebody adds a cosignature to what is stored.
    const std::lock_guard newest_guard(lock);
    newest = signed_head;
  }
  AnswerUpTo(signed_head);
  return absl::OkStatus();
}

void Checkpointer::Parts::AnswerUpTo(const SignedHead& head) {
  std::vector<Done> answered;
  {
    const std::lock_guard guard(lock);
    const auto end = waiting.upper_bound(head.head.size);
    for (auto next = waiting.begin(); next != end; ++next) answered.push_back(next->second);
    waiting.erase(waiting.begin(), end);
  }
  for (const Done& done : answered) done(head);
}

void Checkpointer::Parts::StopSigning(const absl::Status& why) {
  {
    const std::lock_guard guard(lock);
    if (!stopped.ok()) return;
    const std::string text =
        absl::StrCat("Signing stopped: ", why.message(),
                     " Nothing is signed until you mend that and restart the server.");
    stopped = absl::IsDataLoss(why) ? absl::DataLossError(text) : absl::UnavailableError(text);
  }
  changed.notify_all();
}

void Checkpointer::Parts::AnswerAll(const absl::Status& why) {
  std::multimap<uint64_t, Done> left;
  {
    const std::lock_guard guard(lock);
    left.swap(waiting);
  }
  const absl::Status answer = absl::IsCancelled(why) ? why : absl::UnavailableError(why.message());
  for (const auto& [size, done] : left) done(answer);
}

void Checkpointer::Await(uint64_t size, Done done) {
  absl::StatusOr<SignedHead> answer = absl::UnknownError("");
  {
    const std::lock_guard guard(parts_->lock);
    const uint64_t entries = parts_->journal.head().size;
    if (parts_->newest.has_value() && parts_->newest->head.size >= size) {
      answer = *parts_->newest;
    } else if (size > entries || entries == 0) {
      answer = BeyondHead(entries);
    } else if (parts_->shut_down) {
      answer = ShutDownError();
    } else if (!parts_->stopped.ok()) {
      answer = absl::UnavailableError(parts_->stopped.message());
    } else {
      parts_->waiting.emplace(size, std::move(done));
      // Under the lock: the thread asks for what stands there.
      parts_->changed.notify_all();
      return;
    }
  }
  done(answer);
}

absl::StatusOr<SignedHead> Checkpointer::Await(uint64_t size) {
  std::mutex lock;
  std::condition_variable answered;
  std::optional<absl::StatusOr<SignedHead>> answer;
  Await(size, [&](const absl::StatusOr<SignedHead>& head) {
    // Notified under the lock: once it is released, this frame may be gone.
    const std::lock_guard guard(lock);
    answer = head;
    answered.notify_one();
  });
  std::unique_lock waiting(lock);
  answered.wait(waiting, [&] { return answer.has_value(); });
  return *std::move(answer);
}

absl::StatusOr<SignedHead> Checkpointer::Exactly(uint64_t size) {
  if (size == 0) return BeyondHead(parts_->journal.head().size);
  if (const uint64_t from_size = parts_->options.from_size; size < from_size) {
    absl::StatusOr<std::optional<SignedHead>> kept = Stored(size);
    if (!kept.ok()) return kept.status();
    return kept->has_value() ? absl::StatusOr<SignedHead>(**std::move(kept))
                             : NotSignedThen(parts_->journal, size, from_size);
  }
  absl::StatusOr<SignedHead> later = Await(size);
  if (later.ok() && later->head.size == size) return later;
  if (!later.ok() && absl::IsOutOfRange(later.status())) return later;
  absl::StatusOr<std::optional<SignedHead>> stored = parts_->Stored(size);
  if (!stored.ok()) return stored.status();
  if (stored->has_value()) return **std::move(stored);
  if (!later.ok()) return later;
  return parts_->SignOlder(size, later->head);
}

absl::StatusOr<std::optional<SignedHead>> Checkpointer::Stored(uint64_t size) const {
  absl::StatusOr<std::optional<storage::KeptCheckpoint>> kept =
      storage::ReadKept(parts_->journal, size);
  if (!kept.ok()) return kept.status();
  if (!kept->has_value()) return std::optional<SignedHead>();
  return std::optional(SignedHead{(*kept)->checkpoint.head, std::move((*kept)->note)});
}

// The stored one of this origin: one of an earlier epoch is none.
absl::StatusOr<std::optional<SignedHead>> Checkpointer::Parts::Stored(uint64_t size) const {
  absl::StatusOr<std::optional<storage::KeptCheckpoint>> kept = storage::ReadKept(journal, size);
  if (!kept.ok()) return kept.status();
  if (!kept->has_value() || (*kept)->checkpoint.origin != origin()) {
    return std::optional<SignedHead>();
  }
  return std::optional(SignedHead{(*kept)->checkpoint.head, std::move((*kept)->note)});
}

absl::StatusOr<SignedHead> Checkpointer::Parts::SignOlder(uint64_t size,
                                                          const storage::Head& signed_later) {
  {
    const std::lock_guard guard(lock);
    if (!stopped.ok()) return absl::UnavailableError(stopped.message());
    if (shut_down) return ShutDownError();
  }
  absl::StatusOr<storage::Hash> root = journal.RootOf(size);
  if (!root.ok()) return root.status();
  absl::StatusOr<std::vector<storage::Hash>> proof =
      journal.ProveConsistency(size, signed_later.size);
  if (!proof.ok()) return proof.status();
  // The stored hashes are believed only as far as they lead to what was signed already.
  if (!storage::VerifyConsistency(size, signed_later.size, *root, signed_later.root, *proof)) {
    absl::Status wrong = absl::DataLossError(
        absl::StrCat("The tree of ", size, " entries, with the root ", storage::ToHex(*root),
                     ", does not lead to the signed one of ", signed_later.size, " entries, ",
                     storage::ToHex(signed_later.root), "."));
    StopSigning(wrong);
    return wrong;
  }
  const storage::Checkpoint checkpoint{.origin = origin(), .head = {size, *root}};
  SignedHead older{.head = checkpoint.head,
                   .note = NoteOf(storage::CheckpointText(checkpoint), *key)};
  const std::lock_guard guard(notes_lock);
  // In the meantime there may be one, with cosignatures.
  absl::StatusOr<std::optional<SignedHead>> stored = Stored(size);
  if (!stored.ok()) return stored.status();
  if (stored->has_value()) return **std::move(stored);
  if (absl::Status kept = journal.StoreCheckpoint(size, older.note); !kept.ok()) return kept;
  return older;
}

absl::Status Checkpointer::Signing() const {
  const std::lock_guard guard(parts_->lock);
  if (parts_->stopped.ok()) return absl::OkStatus();
  return absl::UnavailableError(parts_->stopped.message());
}

std::optional<SignedHead> Checkpointer::Newest() const {
  const std::lock_guard guard(parts_->lock);
  return parts_->newest;
}

absl::StatusOr<std::optional<SignedHead>> Checkpointer::NewestCosignedBy(
    const std::vector<storage::VerifierKey>& witnesses) const {
  if (witnesses.empty()) return Newest();
  absl::StatusOr<std::optional<uint64_t>> size = parts_->cosignatures.NewestBy(witnesses);
  if (!size.ok()) return size.status();
  if (!size->has_value()) return std::optional<SignedHead>();
  return parts_->Stored(**size);
}

absl::Status Checkpointer::Parts::NotSignedHere() const {
  return absl::UnauthenticatedError(
      absl::StrCat("This is no checkpoint that ", origin(), " signed."));
}

// OK when the checkpoint is of the journal's tree. What this log signed and the journal does not
// hold is evidence.
absl::Status Checkpointer::Parts::CheckTree(const storage::SignedNote& note,
                                            const storage::Checkpoint& checkpoint) {
  const uint64_t size = checkpoint.head.size;
  if (checkpoint.origin != origin() || size == 0) return NotSignedHere();
  absl::StatusOr<storage::Hash> root = journal.RootOf(size);
  if (!root.ok() && !absl::IsOutOfRange(root.status())) return root.status();
  if (root.ok() && *root == checkpoint.head.root) return absl::OkStatus();
  // Whoever has the present key speaks for the log, also of the time before it.
  if (signers.Of(note, size) == nullptr && !storage::VerifyNote(note, key->verifier()).ok()) {
    return NotSignedHere();
  }
  absl::Status evidence = absl::DataLossError(absl::StrCat(
      "A head of ", size, " entries with the root ", storage::ToHex(checkpoint.head.root),
      " was signed as ", origin(), ", but the journal ",
      root.ok() ? absl::StrCat("has the root ", storage::ToHex(*root), " there.")
                : absl::StrCat("has ", journal.head().size, " entries.")));
  StopSigning(evidence);
  return evidence;
}

absl::Status Checkpointer::AddCosignature(const std::string& note) {
  absl::StatusOr<storage::SignedNote> parsed = storage::ParseNote(note);
  if (!parsed.ok()) return parsed.status();
  absl::StatusOr<storage::Checkpoint> checkpoint = storage::ParseCheckpointText(parsed->text);
  if (!checkpoint.ok()) return checkpoint.status();
  if (absl::Status tree = parts_->CheckTree(*parsed, *checkpoint); !tree.ok()) return tree;
  const uint64_t size = checkpoint->head.size;
  const NamedLogKey* const signer = parts_->signers.Of(*parsed, size);
  const std::lock_guard guard(parts_->notes_lock);
  absl::StatusOr<std::optional<SignedHead>> stored = parts_->Stored(size);
  if (!stored.ok()) return stored.status();
  if (!stored->has_value() && signer == nullptr) return parts_->NotSignedHere();
  // What was kept may be gone: it is not synced by itself.
  const std::string held = stored->has_value() ? (*stored)->note : AsSignedBy(signer->key, *parsed);
  absl::StatusOr<std::string> joined = parts_->cosignatures.Join(size, held, *parsed);
  if (!joined.ok()) return joined.status();
  // The journal syncs what takes the place of another note, so there has to be one.
  if (!stored->has_value()) {
    if (absl::Status kept = parts_->journal.StoreCheckpoint(size, held); !kept.ok()) return kept;
  }
  if (absl::Status kept = parts_->journal.StoreCheckpoint(size, *joined); !kept.ok()) return kept;
  parts_->cosignatures.Held(size, *storage::ParseNote(*joined));
  const std::lock_guard newest_guard(parts_->lock);
  if (parts_->newest.has_value() && parts_->newest->head.size == size) {
    parts_->newest->note = *joined;
  }
  return absl::OkStatus();
}

const storage::VerifierKey& Checkpointer::verifier() const { return parts_->key->verifier(); }

const std::vector<storage::VerifierKey>& Checkpointer::witnesses() const {
  return parts_->options.witnesses;
}

void Checkpointer::Shutdown() {
  {
    const std::lock_guard guard(parts_->lock);
    parts_->shut_down = true;
  }
  parts_->changed.notify_all();
  std::call_once(parts_->joined, [this] { parts_->thread.join(); });
}

}  // namespace countersign
