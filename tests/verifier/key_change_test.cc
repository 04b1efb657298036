// A log whose key was changed, before somebody who knows only one of the keys: they cannot verify
// it, and it is no evidence of anything. A forger's key is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/log_check.h"
#include "tests/verifier/signed_log.h"

namespace countersign::verifier {
namespace {

using testing::HasSubstr;

// A protobuf field that holds bytes; numbers below 16.
std::string Field(uint8_t number, const std::string& bytes) {
  std::string field(1, static_cast<char>(number << 3 | 2));
  uint64_t length = bytes.size();
  for (; length > 0x7F; length >>= 7) field += static_cast<char>(0x80 | (length & 0x7F));
  field += static_cast<char>(length);
  return field + bytes;
}

// The event that names `after` in place of `before`, signed by `signers`.
std::string KeyNamed(const storage::SignatureKey& before, const storage::SignatureKey& after,
                     std::initializer_list<const storage::SignatureKey*> signers) {
  const std::string text =
      absl::StrCat("countersign log key v1\n", kOrigin, "\n", ToString(after.verifier()), "\n",
                   ToString(before.verifier()), "\n");
  std::string note = absl::StrCat(text, "\n");
  for (const storage::SignatureKey* signer : signers) note += signer->SignatureLine(text);
  return Field(7, Field(4, Field(1, note)));
}

class AChangedKey : public testing::Test {
 protected:
  AChangedKey() : old_(KeyOf(kOrigin, 0)), new_(KeyOf(kOrigin, 1)) {
    log_.Write(5);
    log_.Sign();
  }

  void Name(const std::string& event) {
    storage::AppendRequest request;
    storage::NewEvent& named = request.events.emplace_back();
    named.stream = {storage::StreamType::kJournal,
                    *storage::ParseId("00000000-0000-4000-8000-000000000001")};
    named.event_type = "log_key_named";
    named.payload = event;
    log_.Append(request);
  }

  // What somebody with these key lines is told of the log as it is.
  absl::Status Told(const std::string& keys, bool payloads = true) {
    LogCheck check({.keys = *ParseKeyFile(keys)});
    const absl::Status added = check.Add(log_.Export(payloads));
    EXPECT_TRUE(added.ok()) << added;
    return check.Finish().status();
  }

  SignedLog log_;
  std::unique_ptr<storage::SignatureKey> old_;
  std::unique_ptr<storage::SignatureKey> new_;
};

TEST_F(AChangedKey, IsNoEvidenceForWhoKnowsTheOldOne) {
  Name(KeyNamed(*old_, *new_, {old_.get(), new_.get()}));
  log_.Sign(*new_);
  EXPECT_TRUE(Told(KeyLine(*old_) + KeyLine(*new_)).ok());
  const absl::Status told = Told(KeyLine(*old_));
  EXPECT_EQ(ExitCodeOf(told), kUnverifiable) << told;
  EXPECT_THAT(std::string(told.message()), HasSubstr("changed at position 5"));
  EXPECT_THAT(std::string(told.message()), HasSubstr(ToString(new_->verifier())));
}

TEST_F(AChangedKey, IsNoEvidenceForWhoKnowsTheNewOne) {
  Name(KeyNamed(*old_, *new_, {old_.get(), new_.get()}));
  log_.Sign(*new_);
  const absl::Status told = Told(KeyLine(*new_));
  EXPECT_EQ(ExitCodeOf(told), kUnverifiable) << told;
  EXPECT_THAT(std::string(told.message()), HasSubstr(ToString(old_->verifier())));
}

TEST_F(AChangedKey, IsNoEvidenceAfterSeveralChanges) {
  const auto third = KeyOf(kOrigin, 2);
  Name(KeyNamed(*old_, *new_, {old_.get(), new_.get()}));
  Name(KeyNamed(*new_, *third, {new_.get(), third.get()}));
  log_.Sign(*third);
  EXPECT_EQ(ExitCodeOf(Told(KeyLine(*old_))), kUnverifiable);
}

TEST_F(AChangedKey, IsEvidenceWhereTheKnownKeyDidNotSignTheChange) {
  Name(KeyNamed(*old_, *new_, {new_.get()}));
  log_.Sign(*new_);
  EXPECT_EQ(ExitCodeOf(Told(KeyLine(*old_))), kTampered);
}

TEST_F(AChangedKey, IsEvidenceWhereTheLogNamesNoChange) {
  log_.Write(3);
  log_.Sign(*new_);
  EXPECT_EQ(ExitCodeOf(Told(KeyLine(*old_))), kTampered);
}

TEST_F(AChangedKey, IsEvidenceWhereAThirdKeySigned) {
  Name(KeyNamed(*old_, *new_, {old_.get(), new_.get()}));
  log_.Sign(*KeyOf(kOrigin, 9));
  EXPECT_EQ(ExitCodeOf(Told(KeyLine(*old_))), kTampered);
}

TEST_F(AChangedKey, CannotBeJudgedWithoutPayloads) {
  Name(KeyNamed(*old_, *old_, {old_.get()}));
  Name(KeyNamed(*old_, *new_, {old_.get(), new_.get()}));
  log_.Sign(*new_);
  const absl::Status told = Told(KeyLine(*old_), /*payloads=*/false);
  EXPECT_EQ(ExitCodeOf(told), kUnverifiable) << told;
  EXPECT_THAT(std::string(told.message()), HasSubstr("position 6"));
}

TEST_F(AChangedKey, ThatSignsBeyondItsTimeIsEvidence) {
  log_.Write(3);
  log_.Sign();
  EXPECT_EQ(ExitCodeOf(Told(absl::StrCat(ToString(old_->verifier()), " until 5\n"))), kTampered);
}

}  // namespace
}  // namespace countersign::verifier
