// What a server looks at and writes down before anything else is wired: whether the parts of its
// data folder belong together, what the journal says of itself, and that the software started.
#ifndef COUNTERSIGN_SERVICES_BEGINNING_H_
#define COUNTERSIGN_SERVICES_BEGINNING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "countersign/v1/event.pb.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"

namespace countersign {

// Whether a server holds the data folder `data`. It holds every store in it: one lock file that is
// gone does not hide it. Changes nothing.
bool IsServed(const std::string& data, rocksdb::Env* env);

// What the journal says of itself.
struct Beginning {
  bool demo = false;
  // When the last entry was recorded, or to when a demo's clock was moved after it.
  absl::Time latest = absl::InfinitePast();
};

// DATA_LOSS when the journal does not begin with its opening, or cannot be read.
absl::StatusOr<Beginning> BeginningOf(const storage::Journal& journal);

// The data folder that a server is started on, and what its operator says of it.
struct DataFolder {
  std::string path;
  std::string anchor;  // The file.
  std::string origin;  // Empty: whichever the journal has.
  bool demo = false;   // It is a demo, or may become one.
  bool accept_missing_anchor = false;
  rocksdb::Env* env = rocksdb::Env::Default();
};

struct Examined {
  storage::Head head;  // Empty where there is no journal yet.
  Beginning beginning;
};

// Whether what lies side by side in a data folder belongs together and holds what was signed: a
// journal that lost its end, or a keyring of another one, would else be served without a word. To
// be asked before any of it is opened to be written: nothing on the disk is changed, so that what
// is lost may be put back. Errors say what to do:
//   DATA_LOSS            cards of entries that are missing; a keyring or an anchor that does not
//                        fit; damage
//   FAILED_PRECONDITION  as CheckAnchored (services/log/log_anchored.h); another origin; no demo;
//                        a key that others than its owner may read
//   NOT_FOUND            the log's key is missing
//   INVALID_ARGUMENT     an origin that is none
//   UNAVAILABLE          it cannot be read
absl::StatusOr<Examined> Examine(const DataFolder& folder);

// `opened` with what to do where the cards in the data folder `data` are damaged (DATA_LOSS); else
// unchanged.
absl::Status AboutCards(const absl::Status& opened, const std::string& data);

// Appends to the journal's stream about itself. Errors as Journal::Append.
absl::Status AppendOwn(storage::Journal& journal, storage::Keyring& keyring,
                       std::vector<v1::JournalEvent> events);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_BEGINNING_H_
