// The one place that knows how RocksDB keys are spelled. EVERY SPELLING IS PERSISTENT.
//
// Integers are big-endian, so that the order of bytes is the order of numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/bytes.h"
#include "storage/stream.h"

namespace countersign::storage::keys {

// Column families of the journal.
inline constexpr char kEntryFamily[] = "entry";            // position -> entry
inline constexpr char kPayloadFamily[] = "payload";        // stream || version -> payload row
inline constexpr char kRequestFamily[] = "request";        // caller || request id -> request row
inline constexpr char kNodeFamily[] = "node";              // level || index -> hash
inline constexpr char kCheckpointFamily[] = "checkpoint";  // size -> signed note
inline constexpr char kMetaFamily[] = "meta";              // a name -> a value

// Rows of the journal's `meta`.
inline constexpr char kFormat[] = "format";
inline constexpr char kHead[] = "head";

inline std::string Position(uint64_t position) {
  std::string key;
  AppendU64(position, key);
  return key;
}

// Every key of a stream begins with it, and no key of another stream does: streams have one length.
inline std::string StreamPrefix(const StreamId& stream) { return stream.Bytes(); }

inline std::string Payload(const StreamId& stream, uint64_t version) {
  std::string key = stream.Bytes();
  AppendU64(version, key);
  return key;
}

inline constexpr size_t kPayloadKeyBytes = StreamId::kSize + 8;

// The version in a key of `payload`.
inline uint64_t VersionOfPayload(std::string_view key) {
  return BigEndian(key.substr(StreamId::kSize));
}

// The zero id stands for the system itself.
inline std::string Request(const Id& caller, const Id& request_id) {
  std::string key(caller.bytes());
  key.append(request_id.bytes());
  return key;
}

inline constexpr size_t kRequestKeyBytes = 2 * Id::kSize;

// The two halves of a key of `request`, which has that many bytes.
inline Id CallerOfRequest(std::string_view key) { return *Id::FromBytes(key.substr(0, Id::kSize)); }
inline Id IdOfRequest(std::string_view key) { return *Id::FromBytes(key.substr(Id::kSize)); }

inline std::string Node(uint8_t level, uint64_t index) {
  std::string key;
  AppendU8(level, key);
  AppendU64(index, key);
  return key;
}

inline std::string Checkpoint(uint64_t size) { return Position(size); }
inline constexpr size_t kCheckpointKeyBytes = 8;
inline uint64_t SizeOfCheckpoint(std::string_view key) { return BigEndian(key); }

// The keyring's store has one column family; the first byte of a key says what the row is.
inline constexpr char kCurrentEpoch[] = "e";  // -> epoch, key check value
inline constexpr char kOwnerTag = 'o';        // owner -> key id, or empty once destroyed
inline constexpr char kDataKeyTag = 'k';      // key id -> owner, wrapped key; no key once destroyed

inline std::string Owner(const StreamId& owner) { return kOwnerTag + owner.Bytes(); }
inline std::string DataKey(const Id& key_id) { return kDataKeyTag + std::string(key_id.bytes()); }

// The views' default column family. Each generation's cards lie in a family of its own.
inline std::string ViewGenerations(std::string_view name) { return "g/" + std::string(name); }
inline std::string ViewPosition(std::string_view family) { return "p/" + std::string(family); }
inline std::string ViewFamily(std::string_view name, uint32_t version, uint32_t generation) {
  return std::string(name) + "." + std::to_string(version) + "." + std::to_string(generation);
}

}  // namespace countersign::storage::keys
