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
#include "storage/views.h"

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
absl::StatusOr<Beginning> BeginningOf(const storage::Journal& journal, storage::Keyring& keyring);

// What lies side by side in a data folder must belong together: a journal that lost its end, or a
// keyring of another one, would else be served without a word. DATA_LOSS, with what to do.
absl::Status CheckParts(const storage::Journal& journal, storage::Keyring& keyring,
                        const storage::Views& views);

// Appends to the journal's stream about itself. Errors as Journal::Append.
absl::Status AppendOwn(storage::Journal& journal, storage::Keyring& keyring,
                       std::vector<v1::JournalEvent> events);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_BEGINNING_H_
