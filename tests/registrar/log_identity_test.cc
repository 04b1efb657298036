// Under which origin and with which keys heads are signed: what the journal's own stream says of
// it, and what it may not say.
#include "services/log/log_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "countersign/v1/event.pb.h"
#include "services/beginning.h"
#include "services/event_codec.h"
#include "services/log/checkpointer.h"
#include "services/log/log_anchored.h"
#include "storage/errors.h"
#include "storage/merkle_tree.h"
#include "tests/registrar/registry.h"
#include "tests/storage/power_cut.h"
#include "tests/storage/scratch_folder.h"

namespace countersign {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr char kOrigin[] = "log.example/trust";
constexpr char kNext[] = "log.example/trust-2";
constexpr absl::StatusCode kFailedPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

v1::JournalEvent Opened(const std::string& origin) {
  v1::JournalEvent event;
  event.mutable_journal_opened()->set_origin(origin);
  return event;
}
v1::JournalEvent Named(const std::string& note) {
  v1::JournalEvent event;
  event.mutable_log_key_named()->set_note(note);
  return event;
}
v1::JournalEvent Begun(const std::string& origin, const std::string& old_origin,
                       const std::string& old_checkpoint) {
  v1::JournalEvent event;
  event.mutable_epoch_begun()->set_origin(origin);
  event.mutable_epoch_begun()->set_old_origin(old_origin);
  event.mutable_epoch_begun()->set_old_checkpoint(old_checkpoint);
  event.mutable_epoch_begun()->set_reason("The disk failed");
  return event;
}

storage::SignatureKey KeyNumber(uint8_t n, const std::string& origin = kOrigin) {
  return storage::SignatureKey(origin, {n});
}

class TheLog : public testing::Test {
 protected:
  TheLog() { Open(); }
  ~TheLog() override { Close(); }

  void Open() {
    registry_.reset();
    registry_ = std::make_unique<Registry>(env_, data_);
  }
  void Close() { registry_.reset(); }
  storage::Journal& journal() { return *registry_->journal; }

  void Append(const v1::JournalEvent& event) {
    const absl::Status appended = AppendOwn(journal(), *registry_->keyring, {event});
    ASSERT_TRUE(appended.ok()) << appended;
  }
  LogIdentity Identity() { return Must(ReadLogIdentity(journal())); }
  absl::Status StatusOfIdentity() { return ReadLogIdentity(journal()).status(); }
  storage::LogKeys Keys() const {
    return storage::LogKeys({data_ + "/log-keys", env_, storage::SystemRandom});
  }
  storage::Anchor AnAnchor() const { return storage::Anchor(data_ + "/anchor/last-signed", env_); }
  absl::Status Begins(const EpochGrounds& grounds) {
    storage::Anchor anchor = AnAnchor();
    return BeginEpoch(journal(), Keys(), anchor, kNext, "Why", grounds).status();
  }
  absl::Status Anchored(bool accept_missing = false) {
    return CheckAnchored(journal(), Identity(), AnAnchor(), {data_, accept_missing});
  }
  // The journal is signed as it stands.
  void Sign() {
    auto key = Must(OpenLogKey(journal(), Keys(), Identity()));
    CheckpointerOptions options;
    options.from_size = Identity().current()->from_size;
    auto checkpointer =
        Must(Checkpointer::Start(journal(), std::move(key), AnAnchor(), std::move(options)));
    ASSERT_TRUE(checkpointer->Newest().has_value());
  }

  const storage::ScratchFolder folder_;
  const std::string data_ = folder_ / "data";
  storage::PowerCutDisk steady_;  // Its power stays on; it never waits for a sync.
  rocksdb::Env* const env_ = steady_.env();
  std::unique_ptr<Registry> registry_;
};

TEST_F(TheLog, HasNoOriginBeforeItIsOpened) {
  EXPECT_EQ(Identity().origin, "");
  EXPECT_EQ(Identity().current(), nullptr);
}

TEST_F(TheLog, HasTheOriginThatItsOpeningNames) {
  Append(Opened(kOrigin));
  EXPECT_EQ(Identity().origin, kOrigin);
  EXPECT_EQ(Identity().current(), nullptr);
}

TEST_F(TheLog, OfOldHasAnOriginMadeFromItsFirstEntry) {
  Append(Opened(""));
  const storage::Hash leaf = storage::LeafHash(Must(journal().ReadEntry(0)));
  EXPECT_EQ(Identity().origin,
            absl::StrCat("countersign.local/", storage::ToHex(leaf).substr(0, 16)));
}

TEST_F(TheLog, GetsItsFirstKeyOnceAndNamesIt) {
  Append(Opened(kOrigin));
  const auto key = Must(OpenLogKey(journal(), Keys(), Identity()));
  EXPECT_EQ(journal().head().size, 2u);
  EXPECT_EQ(Identity().current()->key, key->verifier());
  EXPECT_EQ(Identity().current()->from_size, 2u);
  Open();
  EXPECT_EQ(Must(OpenLogKey(journal(), Keys(), Identity()))->verifier(), key->verifier());
  EXPECT_EQ(journal().head().size, 2u);
}

TEST_F(TheLog, NeverSignsWithAKeyThatItDidNotName) {
  Append(Opened(kOrigin));
  const auto stray = Must(Keys().Make(kOrigin));
  const auto key = Must(OpenLogKey(journal(), Keys(), Identity()));
  EXPECT_NE(key->verifier(), stray->verifier());
  Must(Keys().Make(kOrigin));
  EXPECT_EQ(Must(OpenLogKey(journal(), Keys(), Identity()))->verifier(), key->verifier());
}

TEST_F(TheLog, WithoutTheFileOfItsKeySaysWhichIsMissing) {
  Append(Opened(kOrigin));
  const auto key = Must(OpenLogKey(journal(), Keys(), Identity()));
  fs::remove_all(data_ + "/log-keys");
  const absl::Status missing = OpenLogKey(journal(), Keys(), Identity()).status();
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()), AllOf(HasSubstr(storage::ToString(key->verifier())),
                                                    HasSubstr("/log-keys/log-N.key")));
  EXPECT_EQ(journal().head().size, 2u);
}

TEST_F(TheLog, ChangesItsKeyUnderBoth) {
  Append(Opened(kOrigin));
  const auto first = Must(OpenLogKey(journal(), Keys(), Identity()));
  const auto second = Must(RotateLogKey(journal(), Keys(), Identity()));
  const auto third = Must(RotateLogKey(journal(), Keys(), Identity()));
  Open();
  const LogIdentity identity = Identity();
  ASSERT_THAT(identity.keys, SizeIs(3));
  EXPECT_EQ(identity.keys[0].key, first->verifier());
  EXPECT_EQ(identity.keys[0].from_size, 2u);
  EXPECT_EQ(identity.keys[0].until_size, 2u);
  EXPECT_EQ(identity.keys[1].key, second->verifier());
  EXPECT_EQ(identity.keys[1].until_size, 3u);
  EXPECT_EQ(identity.current()->key, third->verifier());
  EXPECT_EQ(identity.current()->from_size, 4u);
  EXPECT_EQ(Must(OpenLogKey(journal(), Keys(), identity))->verifier(), third->verifier());
}

TEST_F(TheLog, CannotChangeAKeyThatItHasLost) {
  Append(Opened(kOrigin));
  Must(OpenLogKey(journal(), Keys(), Identity()));
  fs::remove(data_ + "/log-keys/log-1.key");
  EXPECT_EQ(RotateLogKey(journal(), Keys(), Identity()).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(journal().head().size, 2u);
}

TEST_F(TheLog, SignsOnUnderTheNewKeyWithTheSameOrigin) {
  Append(Opened(kOrigin));
  Sign();
  const auto second = Must(RotateLogKey(journal(), Keys(), Identity()));
  Open();
  EXPECT_TRUE(Anchored().ok()) << Anchored();
  Sign();
  const std::string note = Must(journal().CheckpointOf(3)).value();
  EXPECT_TRUE(storage::VerifyNote(Must(storage::ParseNote(note)), second->verifier()).ok());
}

// What the journal may say of its keys, after its opening.
struct Naming {
  std::string what;
  std::vector<v1::JournalEvent> events;
};

TEST_F(TheLog, WhoseKeysDoNotFollowOneFromTheOtherIsNotBelieved) {
  const storage::SignatureKey one = KeyNumber(1);
  const storage::SignatureKey two = KeyNumber(2);
  const storage::SignatureKey three = KeyNumber(3);
  const storage::SignatureKey foreign = KeyNumber(4, "log.example/other");
  const std::string first = LogKeyNote(one, nullptr);
  const std::string second = LogKeyNote(two, &one);
  const auto without_line = [](std::string note, size_t line) {
    const size_t signatures = note.find("\n\n") + 2;
    const size_t end = note.find('\n', signatures) + 1;
    return line == 0 ? note.substr(0, signatures) + note.substr(end) : note.substr(0, end);
  };
  const std::string text = "countersign log key v1\n";
  const auto signed_by = [](const std::string& words, const storage::SignatureKey& key) {
    return absl::StrCat(words, "\n", key.SignatureLine(words));
  };
  const Naming wrong[] = {
      {"no note", {Named("words")}},
      {"the key of another origin", {Named(LogKeyNote(foreign, nullptr))}},
      {"a first key that follows one", {Named(second)}},
      {"a second first key", {Named(first), Named(LogKeyNote(two, nullptr))}},
      {"a key that follows another than the last", {Named(first), Named(LogKeyNote(two, &three))}},
      {"the same again", {Named(first), Named(second), Named(second)}},
      {"no signature of the old key", {Named(first), Named(without_line(second, 1))}},
      {"no signature of the new key", {Named(first), Named(without_line(second, 0))}},
      {"another version",
       {Named(signed_by(
           absl::StrReplaceAll(first.substr(0, first.find("\n\n") + 1), {{"v1", "v2"}}), one))}},
      {"a line too few", {Named(signed_by(absl::StrCat(text, kOrigin, "\n"), one))}},
      {"a line too many",
       {Named(signed_by(first.substr(0, first.find("\n\n") + 1) + "more\n", one))}},
      {"a witness's key",
       {Named(signed_by(absl::StrCat(text, kOrigin, "\n",
                                     storage::ToString(storage::VerifierKey{
                                         kOrigin, storage::SignatureType::kCosignature,
                                         one.verifier().public_key}),
                                     "\nnone\n"),
                        one))}},
      {"an epoch that leaves another origin", {Begun(kNext, "log.example/other", "x\n0\n")}},
      {"an epoch that leaves nothing behind", {Begun(kNext, kOrigin, "words")}},
      {"an epoch of no origin",
       {Begun("a b", kOrigin, storage::CheckpointText({kOrigin, {9, storage::EmptyRoot()}}))}},
      {"an epoch of the same origin",
       {Begun(kOrigin, kOrigin, storage::CheckpointText({kOrigin, {9, storage::EmptyRoot()}}))}},
  };
  for (const Naming& naming : wrong) {
    SCOPED_TRACE(naming.what);
    Close();
    fs::remove_all(data_);
    Open();
    Append(Opened(kOrigin));
    for (const v1::JournalEvent& event : naming.events) Append(event);
    const absl::Status refused = StatusOfIdentity();
    EXPECT_EQ(refused.code(), absl::StatusCode::kDataLoss) << refused;
    EXPECT_THAT(std::string(refused.message()),
                HasSubstr(absl::StrCat("position ", naming.events.size())));
  }
}

TEST_F(TheLog, WhoseKeysFollowOneFromTheOtherIsBelieved) {
  const storage::SignatureKey one = KeyNumber(1);
  const storage::SignatureKey two = KeyNumber(2);
  const storage::SignatureKey other = KeyNumber(3, kNext);
  const storage::Checkpoint left{kOrigin, {9, storage::EmptyRoot()}};
  Append(Opened(kOrigin));
  Append(Named(LogKeyNote(one, nullptr)));
  Append(Named(LogKeyNote(two, &one)));
  Append(Begun(kNext, kOrigin, storage::CheckpointText(left)));
  EXPECT_EQ(Identity().current(), nullptr);
  Append(Named(LogKeyNote(other, nullptr)));
  const LogIdentity identity = Identity();
  EXPECT_EQ(identity.origin, kNext);
  EXPECT_EQ(identity.current()->key, other.verifier());
  EXPECT_EQ(identity.left_behind, left);
  EXPECT_EQ(identity.keys[1].until_size, 3u);
}

TEST_F(TheLog, MakesOriginsThatCheckpointsMayHave) {
  uint8_t drawn = 0xa0;
  const std::string made = NewOrigin([&](absl::Span<uint8_t> bytes) {
    for (uint8_t& byte : bytes) byte = drawn++;
  });
  EXPECT_EQ(made, "countersign.local/a0a1a2a3a4a5a6a7");
  EXPECT_TRUE(CheckOrigin(made).ok());
  EXPECT_NE(NewOrigin(storage::SystemRandom), NewOrigin(storage::SystemRandom));
  for (const std::string& none : {std::string(), std::string("a b"), std::string("a+b"),
                                  std::string("a\nb"), std::string(201, 'x')}) {
    EXPECT_EQ(CheckOrigin(none).code(), kInvalid) << none;
  }
}

// A journal that was signed, copied, written to and signed again, and then put back as it was.
class ARestoredLog : public TheLog {
 protected:
  ARestoredLog() {
    Append(Opened(kOrigin));
    Sign();
    Close();
    fs::copy(data_ + "/journal", folder_ / "backup", fs::copy_options::recursive);
    Open();
    Append(Named(LogKeyNote(*Must(Keys().Make(kOrigin)),
                            Must(Keys().Find(Identity().current()->key)).get())));
    Sign();
    PutBack();
  }
  void PutBack() {
    Close();
    fs::remove_all(data_ + "/journal");
    fs::copy(folder_ / "backup", data_ + "/journal", fs::copy_options::recursive);
    Open();
  }
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> Begin(const std::string& origin,
                                                               const std::string& reason = "Why") {
    storage::Anchor anchor = AnAnchor();
    return BeginEpoch(journal(), Keys(), anchor, origin, reason);
  }
};

TEST_F(ARestoredLog, IsRefusedWithBothSizesAndWhatToDo) {
  const absl::Status behind = Anchored();
  EXPECT_TRUE(storage::IsBehindAnchor(behind)) << behind;
  EXPECT_EQ(behind.code(), kFailedPrecondition);
  EXPECT_THAT(std::string(behind.message()),
              AllOf(HasSubstr("has 2 entries"), HasSubstr("a head of 3"),
                    HasSubstr(absl::StrCat("countersignd replay --data ", data_, " --from EXPORT")),
                    HasSubstr(absl::StrCat("countersignd new-epoch --data ", data_,
                                           " --origin NAME --reason TEXT"))));
  // Accepting a missing anchor accepts no other.
  EXPECT_TRUE(storage::IsBehindAnchor(Anchored(true)));
}

TEST_F(ARestoredLog, ThatWentOnByItselfIsRefusedForItsRootAndToBeKeptAsItIs) {
  Append(Opened("unsigned"));
  Append(Opened("unsigned"));
  const absl::Status other = CheckAnchored(
      journal(), {.origin = kOrigin, .keys = {}, .left_behind = {}}, AnAnchor(), {data_, false});
  EXPECT_EQ(other.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(storage::IsBehindAnchor(other));
  EXPECT_THAT(std::string(other.message()),
              AllOf(HasSubstr("root"), HasSubstr("tell the auditor"), Not(HasSubstr("replay")),
                    Not(HasSubstr("epoch"))));
}

TEST_F(ARestoredLog, GoesOnUnderAnotherOriginThatSaysWhatWasLost) {
  const storage::Checkpoint lost = AnAnchor().Read().value().value();
  const auto key = Must(Begin(kNext, "The disk failed"));
  Open();
  const LogIdentity identity = Identity();
  EXPECT_EQ(identity.origin, kNext);
  EXPECT_EQ(identity.left_behind, lost);
  EXPECT_EQ(identity.current()->key, key->verifier());
  EXPECT_EQ(AnAnchor().Read().value(), (storage::Checkpoint{kNext, journal().head()}));
  EXPECT_TRUE(Anchored().ok()) << Anchored();
  Sign();
  EXPECT_THAT(Must(journal().CheckpointOf(4)).value(), HasSubstr(kNext));
  // And it is not behind any more.
  EXPECT_EQ(Begin("log.example/trust-3").status().code(), kFailedPrecondition);
}

TEST_F(ARestoredLog, GoesOnUnderNoOriginThatWasUsed) {
  for (const std::string& origin : {std::string(kOrigin), std::string("a b"), std::string()}) {
    EXPECT_EQ(Begin(origin).status().code(), kInvalid) << origin;
  }
  EXPECT_EQ(Begin(kNext, "").status().code(), kInvalid);
  EXPECT_EQ(Begin(kNext, std::string(1001, 'x')).status().code(), kInvalid);
  EXPECT_EQ(journal().head().size, 2u);
  Must(Begin(kNext));
  Sign();
  PutBack();
  // The anchor is that of the epoch that this backup does not have.
  const absl::Status other = Anchored();
  EXPECT_EQ(other.code(), kFailedPrecondition);
  EXPECT_THAT(std::string(other.message()), AllOf(HasSubstr(kNext), HasSubstr(kOrigin)));
  EXPECT_EQ(Begin(kNext).status().code(), kInvalid);
  Must(Begin("log.example/trust-3"));
  EXPECT_TRUE(Anchored().ok()) << Anchored();
}

TEST_F(ARestoredLog, InterruptedAtAnyCallBeginsItsEpochWhenItIsToldAgain) {
  int cuts = 0;
  for (int call = 1;; ++call) {
    SCOPED_TRACE(call);
    PutBack();
    Close();
    const std::string anchor_text = storage::CheckpointText(AnAnchor().Read().value().value());
    fs::copy(data_, folder_ / "attempt", fs::copy_options::recursive);
    storage::PowerCutDisk disk;
    const std::string attempt = folder_ / "attempt";
    const auto try_it = [&](rocksdb::Env* env) {
      Registry registry(env, attempt);
      const storage::LogKeys keys({attempt + "/log-keys", env, storage::SystemRandom});
      storage::Anchor anchor(attempt + "/anchor/last-signed", env);
      return BeginEpoch(*registry.journal, keys, anchor, kNext, "Why").status();
    };
    // Opening is another test's business: the cut is counted from there.
    bool survived = false;
    {
      Registry registry(disk.env(), attempt);
      const storage::LogKeys keys({attempt + "/log-keys", disk.env(), storage::SystemRandom});
      storage::Anchor anchor(attempt + "/anchor/last-signed", disk.env());
      disk.CutAtCall(call);
      const absl::Status begun = BeginEpoch(*registry.journal, keys, anchor, kNext, "Why").status();
      survived = !disk.is_cut();
      EXPECT_EQ(begun.ok(), survived) << begun;
      disk.Cut();
    }
    disk.Restore();
    if (!survived) {
      const absl::Status again = try_it(env_);
      EXPECT_TRUE(again.ok()) << again;
    }
    Registry registry(env_, attempt);
    const LogIdentity identity = Must(ReadLogIdentity(*registry.journal));
    EXPECT_EQ(identity.origin, kNext);
    EXPECT_EQ(storage::CheckpointText(identity.left_behind.value()), anchor_text);
    EXPECT_EQ(registry.journal->head().size, 4u);
    const storage::Anchor anchor(attempt + "/anchor/last-signed", env_);
    const absl::Status anchored =
        CheckAnchored(*registry.journal, identity, anchor, {attempt, false});
    EXPECT_TRUE(anchored.ok()) << anchored;
    fs::remove_all(attempt);
    if (survived) break;
    ++cuts;
  }
  EXPECT_GE(cuts, 5 + 2 + 5);  // The key's file, the entries, the anchor.
}

TEST_F(TheLog, ThatIsWholeNeedsNoNewEpoch) {
  Append(Opened(kOrigin));
  storage::Anchor anchor = AnAnchor();
  EXPECT_EQ(BeginEpoch(journal(), Keys(), anchor, kNext, "Why").status().code(),
            kFailedPrecondition);
  Sign();
  EXPECT_EQ(BeginEpoch(journal(), Keys(), anchor, kNext, "Why").status().code(),
            kFailedPrecondition);
  EXPECT_EQ(Identity().origin, kOrigin);
}

TEST_F(TheLog, WhoseKeyIsLostGoesOnUnderAnotherOrigin) {
  Append(Opened(kOrigin));
  Sign();
  const storage::Checkpoint signed_last = AnAnchor().Read().value().value();
  const EpochGrounds lost{.key_lost = true};
  EXPECT_EQ(Begins(lost).code(), kFailedPrecondition) << "the key is there";
  fs::remove(data_ + "/log-keys/log-1.key");
  EXPECT_EQ(Begins({}).code(), kFailedPrecondition);
  const absl::Status missing =
      AboutLogKey(OpenLogKey(journal(), Keys(), Identity()).status(), data_);
  EXPECT_EQ(missing.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(missing.message()),
              AllOf(HasSubstr("new-epoch --data " + data_), HasSubstr("--key-lost")));
  ASSERT_TRUE(Begins(lost).ok());
  Open();
  EXPECT_EQ(Identity().left_behind, signed_last);
  EXPECT_TRUE(Anchored().ok()) << Anchored();
  Sign();
  EXPECT_THAT(Must(journal().CheckpointOf(4)).value(), HasSubstr(kNext));
}

TEST_F(TheLog, WhoseAnchorIsLostGoesOnUnderAnotherOriginAfterWhatItKnowsAsSigned) {
  Append(Opened(kOrigin));
  Sign();
  const storage::Checkpoint signed_last = AnAnchor().Read().value().value();
  const EpochGrounds lost{.anchor_lost = true};
  EXPECT_EQ(Begins(lost).code(), kFailedPrecondition) << "the anchor is there";
  fs::remove(AnAnchor().path());
  EXPECT_EQ(Begins({}).code(), kFailedPrecondition);
  EXPECT_THAT(std::string(Anchored().message()),
              HasSubstr("new-epoch --data " + data_ +
                        " --origin NAME --reason TEXT --accept-missing-anchor"));
  // The key as well: everything of a journal but itself.
  fs::remove_all(data_ + "/log-keys");
  ASSERT_TRUE(Begins({.key_lost = true, .anchor_lost = true}).ok());
  EXPECT_EQ(Identity().left_behind, signed_last);
  EXPECT_TRUE(Anchored().ok()) << Anchored();
  Sign();
}

TEST_F(TheLog, IsWrittenToOnlyOnceAnEpochWasJudged) {
  Append(Opened(kOrigin));
  Sign();
  int asked = 0;
  EpochGrounds grounds;
  grounds.before_append = [&]() -> absl::Status {
    ++asked;
    EXPECT_EQ(Identity().origin, kOrigin);
    return absl::OkStatus();
  };
  EXPECT_EQ(Begins(grounds).code(), kFailedPrecondition);
  EXPECT_EQ(asked, 0);
  fs::remove(data_ + "/log-keys/log-1.key");
  grounds.key_lost = true;
  ASSERT_TRUE(Begins(grounds).ok());
  EXPECT_EQ(asked, 1);
}

// "caf" and then a byte of Latin-1: nobody could ever parse it.
constexpr char kNoUtf8[] = "caf\xe9 closed";

TEST_F(TheLog, TakesNoReasonThatNobodyCouldReadAgain) {
  Append(Opened(kOrigin));
  Sign();
  const storage::Head before = journal().head();
  EpochGrounds grounds;
  grounds.key_lost = true;
  int asked = 0;
  grounds.before_append = [&] {
    ++asked;
    return absl::OkStatus();
  };
  fs::remove(data_ + "/log-keys/log-1.key");
  storage::Anchor anchor = AnAnchor();
  for (const std::string& reason : {std::string(kNoUtf8), std::string("a\x1b[2J"), std::string()}) {
    EXPECT_EQ(BeginEpoch(journal(), Keys(), anchor, kNext, reason, grounds).status().code(),
              kInvalid);
  }
  EXPECT_EQ(asked, 0) << "something was made ready";
  EXPECT_EQ(journal().head(), before);
  EXPECT_FALSE(fs::exists(data_ + "/log-keys/log-2.key"));
  EXPECT_EQ(Identity().origin, kOrigin);
  EXPECT_TRUE(BeginEpoch(journal(), Keys(), anchor, kNext, "caf\xc3\xa9 closed", grounds).ok());
  EXPECT_EQ(Identity().origin, kNext);
}

TEST_F(TheLog, GetsNoEventThatDoesNotParseAgain) {
  Append(Opened(kOrigin));
  const storage::Head before = journal().head();
  v1::JournalEvent started;
  started.mutable_software_started()->set_version(kNoUtf8);
  EXPECT_EQ(AppendOwn(journal(), *registry_->keyring, {started}).code(), kInvalid);
  EXPECT_EQ(journal().head(), before);
}

TEST_F(TheLog, WithoutItsAnchorIsRefusedOnceAHeadWasSigned) {
  Append(Opened(kOrigin));
  EXPECT_TRUE(Anchored().ok()) << Anchored();
  Sign();
  EXPECT_TRUE(Anchored().ok()) << Anchored();
  fs::remove(AnAnchor().path());
  const absl::Status missing = Anchored();
  EXPECT_EQ(missing.code(), kFailedPrecondition);
  EXPECT_THAT(std::string(missing.message()),
              AllOf(HasSubstr(AnAnchor().path()), HasSubstr("2 entries"),
                    HasSubstr("--accept-missing-anchor"), HasSubstr("--anchor FILE")));
  EXPECT_TRUE(Anchored(true).ok()) << Anchored(true);
  Sign();
  EXPECT_TRUE(Anchored().ok()) << Anchored();
}

TEST_F(TheLog, WithADamagedAnchorIsRefused) {
  Append(Opened(kOrigin));
  Sign();
  fs::resize_file(AnAnchor().path(), 7);
  for (const bool accept_missing : {false, true}) {
    const absl::Status damaged = Anchored(accept_missing);
    EXPECT_EQ(damaged.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(damaged.message()), HasSubstr("--accept-missing-anchor"));
  }
}

TEST_F(TheLog, BesideTheAnchorOfAnotherIsRefused) {
  Append(Opened(kOrigin));
  ASSERT_TRUE(AnAnchor().Write({"log.example/other", {1, storage::EmptyRoot()}}).ok());
  const absl::Status other = Anchored();
  EXPECT_EQ(other.code(), kFailedPrecondition);
  EXPECT_THAT(std::string(other.message()),
              AllOf(HasSubstr("log.example/other"), HasSubstr(kOrigin)));
}

TEST_F(TheLog, ThatIsGoneBesideItsAnchorIsRefused) {
  ASSERT_TRUE(AnAnchor().Write({kOrigin, {5, storage::EmptyRoot()}}).ok());
  const absl::Status gone = Anchored();
  EXPECT_TRUE(storage::IsBehindAnchor(gone)) << gone;
  EXPECT_THAT(std::string(gone.message()), AllOf(HasSubstr("has 0 entries"), HasSubstr("backup")));
  storage::Anchor anchor = AnAnchor();
  EXPECT_EQ(BeginEpoch(journal(), Keys(), anchor, kNext, "Why").status().code(),
            kFailedPrecondition);
}

}  // namespace
}  // namespace countersign
