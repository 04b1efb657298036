// A journal with plans in it, a key that signs its heads, and packs of its records: the ground of
// the tests of packs. Whatever a test says happened is written down; nothing judges it.
#ifndef COUNTERSIGN_TESTS_PACK_PLAN_JOURNAL_H_
#define COUNTERSIGN_TESTS_PACK_PLAN_JOURNAL_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/verifier/key_file.h"
#include "clients/verifier/record_pack.h"
#include "services/event_codec.h"
#include "services/pack/record_pack.h"
#include "services/pack/zip_file.h"
#include "services/rules/record_digest.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "storage/signing/checkpoint.h"
#include "storage/signing/signed_note.h"
#include "tests/registrar/memory_disk.h"
#include "tests/support/events.h"
#include "tests/support/london.h"
#include "tests/support/world.h"

namespace countersign {

inline constexpr char kOrigin[] = "elm.example/journal";

template <typename T>
T Sure(absl::StatusOr<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.status();
    std::abort();
  }
  return *std::move(result);
}

inline storage::SignatureKey KeyOf(const std::string& origin, uint8_t first) {
  std::array<uint8_t, 32> seed{};
  for (size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<uint8_t>(first + i);
  return storage::SignatureKey(origin, seed);
}

inline std::string KeyLineOf(const storage::SignatureKey& key) {
  return storage::ToString(key.verifier()) + "\n";
}

// The digest as a server finds it; rules::DigestOf has a stand-in for the hash.
inline std::string RecordDigestOf(const v1::Record& record = rules::CompleteRecord(),
                                  const std::string& comments = "") {
  return rules::RecordDigest(record, comments, [](absl::string_view bytes) {
    const storage::Hash hash = storage::Sha256(std::string_view(bytes.data(), bytes.size()));
    return std::string(storage::AsBytes(hash));
  });
}

inline rules::Past Finalised(uint32_t draft = 1, const v1::Record& record = rules::CompleteRecord(),
                             const std::string& comments = "") {
  rules::Past past = rules::RecordFinalised(draft, record, comments);
  past.event.mutable_plan()->mutable_recording()->mutable_record_finalised()->set_digest(
      RecordDigestOf(record, comments));
  return past;
}

class PlanJournal {
 public:
  PlanJournal() : disk_(NewMemoryDisk()), key_(KeyOf(kOrigin, 0)) {
    storage::KeyringOptions keyring;
    keyring.path = "/keyring";
    keyring.env = disk_.get();
    // The same bytes in every run.
    keyring.random = [this](absl::Span<uint8_t> bytes) {
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(++drawn_ * 2654435761u >> 24);
    };
    keyring_ = Sure(storage::Keyring::Open(std::move(keyring)));
    storage::JournalOptions journal;
    journal.path = "/journal";
    journal.env = disk_.get();
    journal.now = [this] { return now_; };
    journal.monotonic = [this] { return now_ - absl::UnixEpoch(); };
    journal_ = Sure(storage::Journal::Open(std::move(journal)));
  }

  // Writes down what happened, by whoever did it in the role they have. Gives its position.
  uint64_t Write(const rules::Past& past) { return WriteAs(past, RoleOf(past.by)); }
  uint64_t WriteAs(const rules::Past& past, const std::string& role) {
    now_ = std::max(now_ + absl::Seconds(1), InLondon(past.at.empty() ? past.no_earlier : past.at));
    storage::AppendRequest request;
    request.events.push_back(Sure(Seal(*keyring_, past.event, past.subject_id)));
    request.author.actor = Sure(storage::ParseId(past.by));
    request.author.acting_as = role;
    request.author.policy_rule = "P001";
    return Sure(journal_->Append(std::move(request))).entries[0].position;
  }
  void WriteAll(const std::vector<rules::Past>& happened) {
    for (const rules::Past& past : happened) Write(past);
  }

  SignedHead Sign() const { return SignWith(key_); }
  SignedHead SignWith(const storage::SignatureKey& key) const {
    const storage::Head head = journal_->head();
    const std::string text = storage::CheckpointText({key.verifier().name, head});
    return {head, absl::StrCat(text, "\n", key.SignatureLine(text))};
  }

  absl::StatusOr<GatheredRecord> Gather(const std::string& plan = rules::kPlan) {
    return GatherRecord(*journal_, *keyring_, plan, NameOf, London());
  }
  std::string PackOf(const GatheredRecord& record) {
    return Sure(PackRecord(record, *journal_, Sign(), key_.verifier()));
  }
  std::string Pack(const std::string& plan = rules::kPlan) { return PackOf(Sure(Gather(plan))); }

  absl::Status DestroyKeyOf(const std::string& plan) {
    return keyring_->Destroy({storage::StreamType::kPlan, Sure(storage::ParseId(plan))});
  }

  const storage::SignatureKey& key() const { return key_; }
  storage::Journal& journal() { return *journal_; }

 private:
  static std::string NameOf(const std::string& id) {
    if (id == rules::kAmina) return "Amina Yusuf";
    if (id == rules::kBen) return "Ben Carter";
    return id == rules::kHelen ? "Helen Okafor" : "";
  }
  static std::string RoleOf(const std::string& id) {
    if (id == rules::kAmina) return "reviewee";
    return id == rules::kHelen ? "headteacher" : "reviewer";
  }

  const std::unique_ptr<rocksdb::Env> disk_;
  const storage::SignatureKey key_;
  uint32_t drawn_ = 0;
  absl::Time now_ = absl::UnixEpoch();
  std::unique_ptr<storage::Keyring> keyring_;
  std::unique_ptr<storage::Journal> journal_;
};

// What a plan goes through until both have signed: a comment, a draft that was revised, more time.
inline std::vector<rules::Past> UntilBothSigned(const std::string& plan = rules::kPlan,
                                                const v1::Record& record = rules::RevisedRecord()) {
  v1::RevieweeComments said;
  said.add_comments()->set_text("I enjoyed the year");
  const std::string comments = said.SerializeAsString();
  const std::string digest = RecordDigestOf(record, comments);
  std::vector<rules::Past> happened = {
      rules::Enrolled(),
      rules::ReviewerAssigned(),
      rules::MeetingConfirmed(),
      rules::MeetingHeld(),
      rules::DraftIssued(),
      rules::ChangesRequested(),
      rules::CommentAdded(),
      rules::DraftRevised(2, record),
      Finalised(2, record, comments),
      rules::Signed(rules::kBen, digest),
      rules::DeadlineExtended(rules::TheFinalRecord(), "2026-10-30"),
      rules::Signed(rules::kAmina, digest),
      rules::CopyIssued(digest),
  };
  for (rules::Past& past : happened) past.subject_id = plan;
  return happened;
}

// ... and until the head closes what Amina declined to sign.
inline std::vector<rules::Past> UntilClosedUnsigned() {
  const std::string digest = RecordDigestOf();
  return {rules::Enrolled(),
          rules::ReviewerAssigned(),
          rules::MeetingConfirmed(),
          rules::MeetingHeld(),
          rules::DraftIssued(),
          Finalised(),
          rules::Signed(rules::kBen, digest),
          rules::SignatureDeclined(rules::kAmina, "Not my words", digest),
          rules::ClosedUnsigned("Amina does not wish to sign", digest),
          rules::CopyIssued(digest)};
}

inline absl::StatusOr<verifier::RecordReport> Check(const std::string& pack,
                                                    const std::string& keys) {
  return verifier::CheckRecordPack(pack, Sure(verifier::ParseKeyFile(keys)), {});
}

// The trust's own key.
inline std::string TrustedKeys() { return KeyLineOf(KeyOf(kOrigin, 0)); }

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_PACK_PLAN_JOURNAL_H_
