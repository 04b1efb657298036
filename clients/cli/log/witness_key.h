// The key of a witness: an Ed25519 key with a name, in a file that its owner alone may read.
//
// The file is two lines: the name, and the 32 bytes of the seed (RFC 8032 section 5.1.5) in base64.
// PERSISTENT.

#ifndef COUNTERSIGN_CLIENTS_CLI_LOG_WITNESS_KEY_H_
#define COUNTERSIGN_CLIENTS_CLI_LOG_WITNESS_KEY_H_

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "clients/cli/transport/request_id.h"
#include "clients/verifier/note.h"

namespace countersign::cli {

// Its seed is overwritten when it goes, and so is every copy that was needed on the way.
class WitnessKey {
 public:
  // The key in the file; a new one named `name` when there is no file, on disk, synced, before this
  // returns. INVALID_ARGUMENT for a file that holds none or cannot be read, for a name that is
  // none, and when the file has another name than the one that is not empty; FAILED_PRECONDITION
  // when others than the owner may read it; UNKNOWN when it cannot be written, and when OpenSSL has
  // no Ed25519: then nothing is written either.
  static absl::StatusOr<WitnessKey> Open(const std::string& path, const std::string& name,
                                         const RandomSource& random);

  ~WitnessKey();
  WitnessKey(WitnessKey&& other) noexcept = default;
  WitnessKey(const WitnessKey&) = delete;
  WitnessKey& operator=(const WitnessKey&) = delete;

  const verifier::PublicKey& verifier() const { return verifier_; }

  // The signature line (C2SP tlog-cosignature), with its newline, for a note's text that was seen
  // `seconds` after the Unix epoch. UNKNOWN when OpenSSL cannot sign.
  absl::StatusOr<std::string> Cosign(const std::string& text, uint64_t seconds) const;

 private:
  WitnessKey() = default;

  // Each fills this key in; the errors of Open().
  absl::Status Make(const std::string& path, const std::string& name, const RandomSource& random);
  absl::Status Read(const std::string& path, const std::string& text, const std::string& name);
  // The public half of the seed, under this name.
  absl::Status SetVerifier(const std::string& name);

  verifier::PublicKey verifier_{};
  std::array<uint8_t, 32> seed_{};
};

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_LOG_WITNESS_KEY_H_
