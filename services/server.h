// The whole server, wired in one place: folders, journal, keys, cards, clock, services.
#ifndef COUNTERSIGN_SERVICES_SERVER_H_
#define COUNTERSIGN_SERVICES_SERVER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/signed_note.h"

namespace countersign {

// What main() decides.
struct ServerOptions {
  std::string data;                       // The data folder; made if it is missing.
  std::string listen = "127.0.0.1:7340";  // Loopback only: there is no sign-in yet. Port 0: any.
  // Make a new journal a demo for ever. A journal that is one is served as one without this.
  bool demo = false;
  // Where the clock of a demo starts, if that is later than its last entry. Nothing: now.
  std::optional<absl::Time> demo_now;
  std::string version;  // Of the program, for the journal.
  // The operator says that the machine's clock is right although the journal doubts it.
  bool confirm_clock = false;
  // Folder of the backups (storage/copies/backup.h), best on another disk. Empty: none can be made.
  std::string backups;
  // The file that says what was signed last; best on another disk than the data folder. Empty:
  // services/deployment.h says where.
  std::string anchor;
  // Go on although there is no anchor for what was signed; a new one is written.
  bool accept_missing_anchor = false;
  // Origin line of a new journal's checkpoints; empty: one that no other journal has. A journal
  // that has one already is only served with that.
  std::string origin;
  // Whose cosignatures of checkpoints are held.
  std::vector<storage::VerifierKey> witnesses;
  rocksdb::Env* env = rocksdb::Env::Default();
  storage::RandomBytes random = storage::SystemRandom;
  // Told what an operator should know; never a secret, a name or a text.
  std::function<void(const std::string&)> log = [](const std::string&) {};
  // Told what an operator must mend: the journal or the signing stopped. Empty: `log` is.
  std::function<void(const std::string&)> log_error;
};

class Server {
 public:
  // Opens the data folder, journals that the software started, signs the head, and serves. Errors
  // say what to do: INVALID_ARGUMENT for an address that is not loopback; FAILED_PRECONDITION for a
  // journal that is no demo under --demo, for one that lost what was signed
  // (storage::IsBehindAnchor), for another origin or anchor than the journal's, and for a missing
  // anchor; NOT_FOUND for a missing log key; UNAVAILABLE when the folder or the port is taken, or
  // the anchor cannot be written; DATA_LOSS when what is stored does not match itself, or differs
  // from what was signed: then nothing is served. Nothing is appended before the journal is found
  // to hold what was signed, and until then the journal is only read: a loss that is found can
  // still be repaired.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options);

  // Stops first.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Where it listens, with the real port.
  std::string address() const;
  bool is_demo() const;

  // Lets calls that are under way finish for `grace`, then stops. What was answered stays written.
  void Stop(absl::Duration grace = absl::Seconds(5));

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_SERVER_H_
