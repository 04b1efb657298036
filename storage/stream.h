// Names of things in the journal: a 16-byte id, and a stream, which is a type and an id.
//
// Ids are opaque. They never carry names, dates or numbers of people (journal-format, section 1).
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace countersign::storage {

// What a stream is about. THE NUMBERS ARE PERSISTENT AND HASHED: append, never renumber.
enum class StreamType : uint8_t {
  kPlan = 1,     // The record of one reviewee for one cycle.
  kSchool = 2,   // Facts about a school: calendar, policy.
  kPerson = 3,   // Facts about a person: contract, pattern, roles.
  kTrust = 4,    // Facts about the whole trust.
  kAccess = 5,   // Who read a plan; carries the plan's id.
  kCaller = 6,   // Denials of one identified caller.
  kJournal = 7,  // The journal about itself: starts, epochs.
};

// Sixteen bytes, shown as a UUID in lower case. The zero id means nobody and nothing.
class Id {
 public:
  static constexpr size_t kSize = 16;

  constexpr Id() : bytes_{} {}
  constexpr explicit Id(const std::array<uint8_t, kSize>& bytes) : bytes_(bytes) {}

  // Empty unless `bytes` is exactly 16 bytes long.
  static std::optional<Id> FromBytes(std::string_view bytes);

  // The 16 bytes. Valid as long as this object.
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  const std::array<uint8_t, kSize>& array() const { return bytes_; }
  bool is_zero() const { return *this == Id(); }

  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const Id& id) {
    return H::combine(std::move(state), id.bytes_);
  }

 private:
  std::array<uint8_t, kSize> bytes_;
};

// Reads the 36-character form 8-4-4-4-12, in either case. INVALID_ARGUMENT otherwise.
absl::StatusOr<Id> ParseId(std::string_view uuid);

// The 36-character form in lower case.
std::string ToString(const Id& id);

// "plan", "school" and so on.
std::string_view ToString(StreamType type);

// The entries of one thing.
struct StreamId {
  static constexpr size_t kSize = 1 + Id::kSize;

  StreamType type = StreamType::kJournal;
  Id id;

  // One byte of type, then the id: how keys, entries and hashed bytes spell a stream.
  std::string Bytes() const;
  // The reverse of Bytes(). INVALID_ARGUMENT for another length or an unknown type.
  static absl::StatusOr<StreamId> FromBytes(std::string_view bytes);

  friend bool operator==(const StreamId&, const StreamId&) = default;
  friend auto operator<=>(const StreamId&, const StreamId&) = default;

  template <typename H>
  friend H AbslHashValue(H state, const StreamId& stream) {
    return H::combine(std::move(state), static_cast<uint8_t>(stream.type), stream.id);
  }
};

// "plan/6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e".
std::string ToString(const StreamId& stream);

// The reverse of ToString. INVALID_ARGUMENT for an unknown type or a malformed UUID.
absl::StatusOr<StreamId> ParseStreamId(std::string_view text);

}  // namespace countersign::storage
