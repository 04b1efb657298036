#include "storage/entry.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "absl/strings/escaping.h"
#include "storage/hash.h"

namespace countersign::storage {
namespace {

constexpr absl::StatusCode kDataLoss = absl::StatusCode::kDataLoss;
constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

const std::string kPayload = "nonce, ciphertext and tag";

v1::Entry DraftIssued() {
  v1::Entry entry;
  entry.set_format(1);
  entry.set_position(41);
  entry.set_recorded_at_us(1'331'024'400'000'000);
  entry.set_stream(StreamId{StreamType::kPlan, Id()}.Bytes());
  entry.set_version(3);
  entry.set_previous_leaf_hash(std::string(32, 'h'));
  entry.set_event_type("draft_issued");
  entry.set_actor(std::string(16, 'a'));
  entry.set_on_behalf_of(std::string(16, 'b'));
  entry.set_acting_as("reviewer");
  entry.set_request_id(std::string(16, 'r'));
  entry.set_caused_by(40);
  entry.set_policy_rule("P07");
  entry.set_key_id(std::string(16, 'k'));
  entry.set_payload_digest(std::string(AsBytes(Sha256(kPayload))));
  entry.set_payload_length(static_cast<uint32_t>(kPayload.size()));
  entry.set_content_commitment(std::string(32, 'c'));
  return entry;
}

TEST(Entries, ReadAsTheyWereWritten) {
  const std::string bytes = EncodeEntry(DraftIssued()).value();
  EXPECT_EQ(ParseEntry(bytes)->SerializeAsString(), DraftIssued().SerializeAsString());
  EXPECT_LT(bytes.size(), 300u);
}

// The bytes of a stored entry: a change of this line is a change of every journal.
TEST(Entries, KeepTheirBytes) {
  v1::Entry entry;
  entry.set_format(1);
  entry.set_recorded_at_us(1);
  entry.set_stream(StreamId{StreamType::kSchool, Id()}.Bytes());
  entry.set_event_type("term_set");
  entry.set_payload_digest(std::string(AsBytes(Sha256(""))));
  EXPECT_EQ(absl::BytesToHexString(EncodeEntry(entry).value()),
            "08011801221102000000000000000000000000000000003a087465726d5f7365747a20e3b0c44298fc1c14"
            "9afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Entries, OfAnotherFormatFailClosed) {
  for (const uint32_t format : {0u, 2u}) {
    v1::Entry entry = DraftIssued();
    entry.set_format(format);
    EXPECT_EQ(EncodeEntry(entry).status().code(), kInvalid);
    EXPECT_EQ(ParseEntry(entry.SerializeAsString()).status().code(), kDataLoss);
  }
}

TEST(Entries, WithAFieldOfTheWrongShapeAreNeitherWrittenNorRead) {
  const std::pair<const char*, std::function<void(v1::Entry&)>> kWrong[] = {
      {"a stream of 16 bytes", [](v1::Entry& e) { e.set_stream(std::string(16, '\1')); }},
      {"an unknown type of stream", [](v1::Entry& e) { e.set_stream(std::string(17, '\x63')); }},
      {"no previous entry at version 3", [](v1::Entry& e) { e.clear_previous_leaf_hash(); }},
      {"a previous entry at version 0", [](v1::Entry& e) { e.set_version(0); }},
      {"no type", [](v1::Entry& e) { e.clear_event_type(); }},
      {"a long type", [](v1::Entry& e) { e.set_event_type(std::string(256, 't')); }},
      {"a short actor", [](v1::Entry& e) { e.set_actor("amina"); }},
      {"a short principal", [](v1::Entry& e) { e.set_on_behalf_of("head"); }},
      {"a long role", [](v1::Entry& e) { e.set_acting_as(std::string(256, 'r')); }},
      {"a short request id", [](v1::Entry& e) { e.set_request_id("1"); }},
      {"a cause that comes later", [](v1::Entry& e) { e.set_caused_by(41); }},
      {"a long policy rule", [](v1::Entry& e) { e.set_policy_rule(std::string(256, 'p')); }},
      {"a short key id", [](v1::Entry& e) { e.set_key_id("k"); }},
      {"no digest", [](v1::Entry& e) { e.clear_payload_digest(); }},
      {"a key without commitment", [](v1::Entry& e) { e.clear_content_commitment(); }},
      {"a commitment without key", [](v1::Entry& e) { e.clear_key_id(); }},
  };
  for (const auto& [what, change] : kWrong) {
    v1::Entry entry = DraftIssued();
    change(entry);
    EXPECT_EQ(EncodeEntry(entry).status().code(), kInvalid) << what;
    EXPECT_EQ(ParseEntry(entry.SerializeAsString()).status().code(), kDataLoss) << what;
  }
}

TEST(Entries, WithAnUnknownFieldAreNotRead) {
  const std::string unknown_field = "\xa0\x06\x01";  // Field 100, varint 1.
  EXPECT_EQ(ParseEntry(EncodeEntry(DraftIssued()).value() + unknown_field).status().code(),
            kDataLoss);
}

TEST(Entries, ThatAreNoMessageAreNotRead) {
  const std::string bytes = EncodeEntry(DraftIssued()).value();
  EXPECT_EQ(ParseEntry("").status().code(), kDataLoss);
  EXPECT_EQ(ParseEntry(bytes.substr(0, bytes.size() - 1)).status().code(), kDataLoss);
  EXPECT_EQ(ParseEntry(std::string(65536, '\0')).status().code(), kDataLoss);
}

TEST(PayloadRows, HoldCopiesOfTheEntryAndThePayload) {
  const std::string bytes = EncodePayloadRow(DraftIssued(), kPayload);
  const PayloadRow row = ParsePayloadRow(bytes).value();
  EXPECT_EQ(row.payload, kPayload);
  EXPECT_EQ(row.event_type, "draft_issued");
  EXPECT_FALSE(row.erased);
  EXPECT_TRUE(CheckPayloadRow(row, DraftIssued()).ok()) << CheckPayloadRow(row, DraftIssued());
}

TEST(PayloadRows, ThatDifferFromTheirEntryAreFound) {
  const std::string other_id(16, 'x');
  const std::pair<const char*, std::function<void(PayloadRow&)>> kWrong[] = {
      {"position", [](PayloadRow& r) { r.position = 42; }},
      {"recorded_at_us", [](PayloadRow& r) { r.recorded_at_us += 1; }},
      {"actor", [&](PayloadRow& r) { r.actor = other_id; }},
      {"on_behalf_of", [&](PayloadRow& r) { r.on_behalf_of = other_id; }},
      {"acting_as", [](PayloadRow& r) { r.acting_as = "headteacher"; }},
      {"event_type", [](PayloadRow& r) { r.event_type = "draft_declined"; }},
      {"key_id", [&](PayloadRow& r) { r.key_id = other_id; }},
      {"payload_length", [](PayloadRow& r) { r.payload = ""; }},
      {"payload_digest", [](PayloadRow& r) { r.payload = "nonce, ciphertext and tog"; }},
  };
  const std::string bytes = EncodePayloadRow(DraftIssued(), kPayload);
  for (const auto& [field, change] : kWrong) {
    PayloadRow row = ParsePayloadRow(bytes).value();
    change(row);
    const absl::Status checked = CheckPayloadRow(row, DraftIssued());
    EXPECT_EQ(checked.code(), kDataLoss) << field;
    EXPECT_NE(checked.message().find(field), absl::string_view::npos) << checked;
    EXPECT_NE(checked.message().find("41"), absl::string_view::npos) << checked;
  }
}

TEST(PayloadRows, KeepTheirPlaceWhenThePayloadIsErased) {
  const std::string bytes = EncodePayloadRow(DraftIssued(), kPayload);
  const std::string erased_bytes = EraseFromPayloadRow(ParsePayloadRow(bytes).value());
  const PayloadRow erased = ParsePayloadRow(erased_bytes).value();
  EXPECT_TRUE(erased.erased);
  EXPECT_TRUE(erased.payload.empty());
  EXPECT_EQ(erased.position, 41u);
  EXPECT_TRUE(CheckPayloadRow(erased, DraftIssued()).ok());
}

TEST(PayloadRows, ThatAreCutShortAreNotRead) {
  const std::string bytes = EncodePayloadRow(DraftIssued(), "");
  EXPECT_TRUE(ParsePayloadRow(bytes).ok());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ParsePayloadRow(bytes.substr(0, size)).status().code(), kDataLoss) << size;
  }
}

TEST(PayloadRows, AreNotErasedAndFullAtOnce) {
  std::string bytes = EncodePayloadRow(DraftIssued(), kPayload);
  bytes[bytes.size() - kPayload.size() - 1] = '\0';
  EXPECT_EQ(ParsePayloadRow(bytes).status().code(), kDataLoss);
}

TEST(PayloadContexts, CannotBeTakenForOneAnother) {
  const StreamId plan{StreamType::kPlan, Id()};
  EXPECT_NE(PayloadContext("", plan, "ab"), PayloadContext("", plan, "a"));
  EXPECT_NE(PayloadContext("k", plan, "a"), PayloadContext("", plan, "a"));
  const StreamId school{StreamType::kSchool, Id()};
  EXPECT_NE(PayloadContext("", plan, "a"), PayloadContext("", school, "a"));
}

}  // namespace
}  // namespace countersign::storage
