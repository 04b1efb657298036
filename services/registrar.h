// The registrar: the only one with a pen. Loads, folds, asks the policy and the rulebook, appends.
//
// A submission walks one way: is the request known? may the caller? what do the rules decide? seal,
// append, answer. A refusal at any step changes nothing, but the denial of a caller is recorded.
#ifndef COUNTERSIGN_SERVICES_REGISTRAR_H_
#define COUNTERSIGN_SERVICES_REGISTRAR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "countersign/v1/command.pb.h"
#include "services/clock.h"
#include "services/fact_reader.h"
#include "services/permission/denials.h"
#include "services/permission/policy.h"
#include "services/reading/last_known.h"
#include "services/rules/decide.h"
#include "services/states.h"
#include "services/submission.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

// Where it was written down.
struct Receipt {
  storage::AppendReceipt appended;       // No entries when everything was already so.
  std::vector<std::string> event_types;  // Of the entries, in order.
  std::string subject_id;                // The thing the command was about, or the one it opened.
  // In a dry run: what would have happened.
  std::vector<rules::Happening> would_happen;
};

// An answer is one of: a receipt; a refusal (rules/refusals.h); PERMISSION_DENIED, which does not
// tell whether the thing exists; NOT_FOUND; ABORTED (storage/errors.h) when somebody was first;
// INVALID_ARGUMENT when the request id stands for another body; and what storage/journal.h says of
// Append.
using Answer = std::function<void(absl::StatusOr<Receipt>)>;

// Thread-safe. Borrows what it is made from; the journal must be shut down before this goes.
class Registrar {
 public:
  Registrar(
      storage::Journal& journal, storage::Keyring& keyring, States& states, const Clock& clock,
      Denials& denials, absl::TimeZone zone,
      CardsNow cards = [] { return absl::UnavailableError("there are no cards"); });

  // Decides on this thread; `answer` is called exactly once, here or on the journal's writer
  // thread, and must not block.
  void Hand(Submission submission, Answer answer);

  // OK when the policy lets the caller hand this in, else the error that Hand would answer with.
  // Nothing is decided and nothing written, except that a denial is recorded.
  absl::Status Permitted(const Submission& submission);

  // The id that a staff key stands for (docs/decisions/0008).
  absl::StatusOr<std::string> PersonIdOf(const std::string& staff_key) {
    return reader_.PersonIdOf(staff_key);
  }

 private:
  // Records the denial and says who acts instead, where a bar stands in the way.
  absl::Status Denied(const Submission& submission, const Standings& standings);
  // What to answer when the facts cannot be read: the error to whom the policy would let hand this
  // in, else a denial.
  absl::Status Unreadable(const Submission& submission, const absl::Status& why);
  // Fills in the receipt and says true when the request id is known with this body.
  absl::StatusOr<bool> FirstAnswer(const Submission& submission, const Gathered& gathered,
                                   Receipt& receipt);
  // Makes a key for a subject that has none, so nothing unknown may come here.
  absl::StatusOr<storage::Hash> BodyDigest(const Submission& submission, const Gathered& gathered);
  static absl::Status RefuseIfStale(const Submission& submission, const Gathered& gathered);
  rules::Decision Decide(const Submission& submission, const Gathered& gathered,
                         const std::string& fresh_id);
  absl::StatusOr<storage::AppendRequest> Sealed(const Submission& submission,
                                                const Gathered& gathered,
                                                const std::vector<rules::Happening>& happenings);

  // Brings the states up to date with what was written, as it will be read back.
  void Follow(const storage::Id& caller, const std::string& acting_as,
              const storage::AppendReceipt& appended, std::vector<rules::Happening> happenings);

  storage::Journal& journal_;
  storage::Keyring& keyring_;
  Denials& denials_;
  const absl::TimeZone zone_;
  States& states_;
  FactReader reader_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_REGISTRAR_H_
