#include "clients/cli/log/witness.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cli/log/newest_checkpoint.h"
#include "clients/cli/log/verdict.h"
#include "clients/verifier/last_seen.h"
#include "clients/verifier/note.h"
#include "countersign/v1/log_service.pb.h"

namespace countersign::cli {
namespace {

// Held by one process at a time, on a file beside the state, which is replaced as a whole.
class StateLock {
 public:
  explicit StateLock(const std::string& state_path)
      : file_(
            ::open(absl::StrCat(state_path, ".lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)),
        held_(file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0) {}
  ~StateLock() {
    if (file_ >= 0) ::close(file_);
  }
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

  bool held() const { return held_; }

 private:
  const int file_;
  const bool held_;
};

}  // namespace

absl::StatusOr<verifier::Checkpoint> CosignNewest(Session& session, const WitnessKey& key,
                                                  const verifier::KeyFile& log_keys,
                                                  const std::string& state_path, absl::Time now) {
  const StateLock lock(state_path);
  if (!lock.held()) {
    return absl::FailedPreconditionError(
        absl::StrCat("Another witness works with ", state_path,
                     ", or its folder is missing. One at a time; make the folder first."));
  }
  const verifier::LastSeen state(state_path);
  const absl::StatusOr<std::optional<verifier::SeenCheckpoint>> seen = state.Read();
  if (!seen.ok()) return Verdict(seen.status());
  absl::StatusOr<verifier::SeenCheckpoint> newest = FetchNewest(session, log_keys);
  if (!newest.ok()) return newest.status();
  if (seen->has_value()) {
    const absl::Status extends = CheckExtends(session, (*seen)->checkpoint, newest->checkpoint);
    if (!extends.ok()) return extends;
  }
  absl::StatusOr<verifier::Note> note = verifier::ParseNote(newest->note);
  if (!note.ok()) return Verdict(note.status());
  // What was signed and then forgotten could be contradicted by the next signature.
  const absl::Status stored = NotWritten(state.Write(newest->note));
  if (!stored.ok()) return stored;
  // One word of ours is enough: this one takes the place of an earlier one.
  std::string cosigned = absl::StrCat(note->text, "\n");
  for (const verifier::SignatureLine& line : note->signatures) {
    const bool ours = line.name == key.verifier().name && line.key_id == key.verifier().Id();
    if (!ours) cosigned += verifier::ToString(line);
  }
  const absl::StatusOr<std::string> ours =
      key.Cosign(note->text, static_cast<uint64_t>(absl::ToUnixSeconds(now)));
  if (!ours.ok()) return ours.status();
  cosigned += *ours;
  v1::AddCosignatureRequest request;
  request.set_note(std::move(cosigned));
  const auto held = session.Ask<v1::AddCosignatureResponse>(request);
  if (absl::IsInvalidArgument(held.status())) {
    return WithAdvice(held.status(),
                      "tell the server of this witness: `countersignd --witness KEY` with the KEY "
                      "that `countersign witness key` prints");
  }
  if (!held.ok()) return held.status();
  return newest->checkpoint;
}

}  // namespace countersign::cli
