// A journal in a folder of its own whose heads are signed, its export, and that export taken apart,
// so that a test can change a piece of it and put it together again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "countersign/v1/entry.pb.h"
#include "storage/journal.h"
#include "storage/signing/signed_note.h"
#include "tests/storage/scratch_folder.h"

namespace countersign::verifier {

inline constexpr char kOrigin[] = "log.example/countersign-test";

// The key that 32 bytes of `seed` stand for.
std::unique_ptr<storage::SignatureKey> KeyOf(const std::string& name, uint8_t seed);
// A line of a key file.
std::string KeyLine(const storage::SignatureKey& key);
// A witness's verifier key, and its signature line below a text.
std::string WitnessKeyLine(const std::string& name, uint8_t seed);
std::string CosignatureLine(const std::string& name, uint8_t seed, uint64_t seconds,
                            const std::string& text);

// A checkpoint of this head, signed.
std::string NoteOf(const storage::Head& head, const storage::SignatureKey& key);

class SignedLog {
 public:
  SignedLog();

  storage::Journal& journal() { return *journal_; }
  std::string path() const { return folder_ / "journal"; }
  // Closes the journal; it is not opened again.
  void Close() { journal_.reset(); }

  // Appends one event to each of these streams in turn, `count` in all, as one request.
  void Write(uint64_t count);
  void Append(const storage::AppendRequest& request);
  // Signs the head, keeps the checkpoint and gives it.
  std::string Sign(const storage::SignatureKey& key);
  std::string Sign() { return Sign(*key_); }

  std::string Export(bool payloads = true);

  const storage::SignatureKey& key() const { return *key_; }

 private:
  storage::ScratchFolder folder_;
  std::unique_ptr<storage::SignatureKey> key_;
  std::unique_ptr<storage::Journal> journal_;
  uint64_t written_ = 0;
};

// 20 entries: position i is of stream i % 4 and has its version i / 4. Payloads of every fourth are
// sealed. Checkpoints cover 8, 15 and 20 entries.
std::string TwentyEntries(bool payloads = true);

// An export taken apart.
struct ExportParts {
  struct Item {
    std::string entry;
    uint8_t payload_state;
    std::string payload;
  };

  uint8_t flags = 0;
  uint64_t size = 0;
  std::vector<Item> items;
  std::vector<std::string> notes;

  // Changes the entry at a position and writes it as the journal would.
  void Change(uint64_t position, const std::function<void(v1::Entry&)>& edit);
  // With a digest that fits.
  std::string Bytes() const;
};
ExportParts TakeApart(std::string_view bytes);

}  // namespace countersign::verifier
