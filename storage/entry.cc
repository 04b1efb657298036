#include "storage/entry.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <tuple>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/hash.h"

namespace countersign::storage {
namespace {

// PERSISTENT. The byte of a payload row that says whether its payload is there.
constexpr uint8_t kPresent = 1;
constexpr uint8_t kErased = 0;

bool IsIdOrEmpty(const std::string& bytes) { return bytes.empty() || bytes.size() == Id::kSize; }
bool IsHashOrEmpty(const std::string& bytes) {
  return bytes.empty() || bytes.size() == std::tuple_size_v<Hash>;
}

// The first field of the wrong shape, or nothing.
const char* MisshapenField(const v1::Entry& entry) {
  if (entry.format() != kEntryFormat) return "format";
  if (!StreamId::FromBytes(entry.stream()).ok()) return "stream";
  const bool first = entry.version() == 0;
  if (!IsHashOrEmpty(entry.previous_leaf_hash()) || entry.previous_leaf_hash().empty() != first) {
    return "previous_leaf_hash";
  }
  if (entry.event_type().empty() || entry.event_type().size() > kMaxNameBytes) return "event_type";
  if (!IsIdOrEmpty(entry.actor())) return "actor";
  if (!IsIdOrEmpty(entry.on_behalf_of())) return "on_behalf_of";
  if (entry.acting_as().size() > kMaxNameBytes) return "acting_as";
  if (!IsIdOrEmpty(entry.request_id())) return "request_id";
  if (entry.has_caused_by() && entry.caused_by() >= entry.position()) return "caused_by";
  if (entry.policy_rule().size() > kMaxNameBytes) return "policy_rule";
  if (!IsIdOrEmpty(entry.key_id())) return "key_id";
  if (entry.payload_digest().size() != std::tuple_size_v<Hash>) return "payload_digest";
  // What is encrypted has a commitment, what is plain has none.
  if (!IsHashOrEmpty(entry.content_commitment()) ||
      entry.content_commitment().empty() != entry.key_id().empty()) {
    return "content_commitment";
  }
  return nullptr;
}

std::string EncodeRow(const PayloadRow& row) {
  std::string bytes;
  bytes.reserve(128 + row.payload.size());
  AppendU64(row.position, bytes);
  AppendU64(static_cast<uint64_t>(row.recorded_at_us), bytes);
  AppendShort(row.actor, bytes);
  AppendShort(row.on_behalf_of, bytes);
  AppendShort(row.acting_as, bytes);
  AppendShort(row.event_type, bytes);
  AppendShort(row.key_id, bytes);
  AppendU8(row.erased ? kErased : kPresent, bytes);
  bytes.append(row.payload);
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> EncodeEntry(const v1::Entry& entry) {
  if (const char* field = MisshapenField(entry)) {
    return absl::InvalidArgumentError(absl::StrCat("An entry cannot have this ", field, "."));
  }
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream sink(&bytes);
    google::protobuf::io::CodedOutputStream coded(&sink);
    coded.SetSerializationDeterministic(true);
    entry.SerializeToCodedStream(&coded);
  }
  if (bytes.size() > kMaxEntryBytes) {
    return absl::InvalidArgumentError("An entry is longer than 65,535 bytes.");
  }
  return bytes;
}

absl::StatusOr<v1::Entry> ParseEntry(std::string_view bytes) {
  v1::Entry entry;
  const absl::Status parsed = ParseEntryInto(bytes, entry);
  if (!parsed.ok()) return parsed;
  return entry;
}

absl::Status ParseEntryInto(std::string_view bytes, v1::Entry& entry) {
  if (bytes.size() > kMaxEntryBytes || !entry.ParseFromArray(bytes.data(), bytes.size())) {
    return absl::DataLossError("These bytes are no entry.");
  }
  if (const char* field = MisshapenField(entry)) {
    return absl::DataLossError(
        absl::StrCat("The entry at position ", entry.position(), " has an unknown ", field, "."));
  }
  if (!v1::Entry::GetReflection()->GetUnknownFields(entry).empty()) {
    return absl::DataLossError(
        absl::StrCat("The entry at position ", entry.position(), " has an unknown field."));
  }
  return absl::OkStatus();
}

StreamId StreamOf(const v1::Entry& entry) { return *StreamId::FromBytes(entry.stream()); }

std::string PayloadContext(std::string_view key_id, const StreamId& stream,
                           std::string_view event_type) {
  std::string context;
  AppendU32(kEntryFormat, context);
  AppendLong(key_id, context);
  AppendLong(stream.Bytes(), context);
  AppendLong(event_type, context);
  return context;
}

std::string EncodePayloadRow(const v1::Entry& entry, std::string_view payload) {
  return EncodeRow({.position = entry.position(),
                    .recorded_at_us = entry.recorded_at_us(),
                    .actor = entry.actor(),
                    .on_behalf_of = entry.on_behalf_of(),
                    .acting_as = entry.acting_as(),
                    .event_type = entry.event_type(),
                    .key_id = entry.key_id(),
                    .erased = false,
                    .payload = payload});
}

std::string EraseFromPayloadRow(const PayloadRow& row) {
  PayloadRow erased = row;
  erased.erased = true;
  erased.payload = {};
  return EncodeRow(erased);
}

absl::StatusOr<PayloadRow> ParsePayloadRow(std::string_view bytes) {
  ByteReader reader(bytes);
  PayloadRow row;
  row.position = reader.U64();
  row.recorded_at_us = static_cast<int64_t>(reader.U64());
  row.actor = reader.Short();
  row.on_behalf_of = reader.Short();
  row.acting_as = reader.Short();
  row.event_type = reader.Short();
  row.key_id = reader.Short();
  const uint8_t presence = reader.U8();
  row.payload = reader.Rest();
  row.erased = presence == kErased;
  const bool known_presence = presence == kPresent || (row.erased && row.payload.empty());
  if (!reader.done() || !known_presence) {
    return absl::DataLossError("These bytes are no payload row.");
  }
  return row;
}

absl::Status CheckPayloadRow(const PayloadRow& row, const v1::Entry& entry) {
  const auto differs = [&](const char* field) {
    return absl::DataLossError(absl::StrCat("The payload row of position ", entry.position(),
                                            " differs from its entry in ", field, "."));
  };
  if (row.position != entry.position()) return differs("position");
  if (row.recorded_at_us != entry.recorded_at_us()) return differs("recorded_at_us");
  if (row.actor != entry.actor()) return differs("actor");
  if (row.on_behalf_of != entry.on_behalf_of()) return differs("on_behalf_of");
  if (row.acting_as != entry.acting_as()) return differs("acting_as");
  if (row.event_type != entry.event_type()) return differs("event_type");
  if (row.key_id != entry.key_id()) return differs("key_id");
  if (row.erased) return absl::OkStatus();
  if (row.payload.size() != entry.payload_length()) return differs("payload_length");
  if (AsBytes(Sha256(row.payload)) != entry.payload_digest()) return differs("payload_digest");
  return absl::OkStatus();
}

}  // namespace countersign::storage
