#include "storage/stream.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"

namespace countersign::storage {
namespace {

struct TypeName {
  StreamType type;
  std::string_view name;
};

// PERSISTENT: shown to people and taken back from them.
constexpr std::array<TypeName, 7> kTypeNames = {{{StreamType::kPlan, "plan"},
                                                 {StreamType::kSchool, "school"},
                                                 {StreamType::kPerson, "person"},
                                                 {StreamType::kTrust, "trust"},
                                                 {StreamType::kAccess, "access"},
                                                 {StreamType::kCaller, "caller"},
                                                 {StreamType::kJournal, "journal"}}};

constexpr size_t kUuidSize = 36;

constexpr bool HyphenBefore(size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Id> Id::FromBytes(std::string_view bytes) {
  std::array<uint8_t, kSize> array;
  if (bytes.size() != kSize) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), array.begin());
  return Id(array);
}

absl::StatusOr<Id> ParseId(std::string_view uuid) {
  const absl::Status malformed =
      absl::InvalidArgumentError("An id is a UUID such as 6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e.");
  if (uuid.size() != kUuidSize) return malformed;
  std::array<uint8_t, Id::kSize> bytes;
  size_t at = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (HyphenBefore(i) && uuid[at++] != '-') return malformed;
    const int high = HexDigit(uuid[at]);
    const int low = HexDigit(uuid[at + 1]);
    if (high < 0 || low < 0) return malformed;
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
    at += 2;
  }
  return Id(bytes);
}

std::string ToString(const Id& id) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(kUuidSize);
  for (size_t i = 0; i < Id::kSize; ++i) {
    if (HyphenBefore(i)) text.push_back('-');
    text.push_back(kDigits[id.array()[i] >> 4]);
    text.push_back(kDigits[id.array()[i] & 15]);
  }
  return text;
}

std::string_view ToString(StreamType type) {
  for (const TypeName& known : kTypeNames) {
    if (known.type == type) return known.name;
  }
  return "unknown";
}

std::string StreamId::Bytes() const {
  std::string bytes(1, static_cast<char>(type));
  bytes.append(id.bytes());
  return bytes;
}

absl::StatusOr<StreamId> StreamId::FromBytes(std::string_view bytes) {
  if (bytes.size() != kSize) return absl::InvalidArgumentError("A stream is 17 bytes long.");
  const auto type = static_cast<StreamType>(bytes.front());
  if (ToString(type) == "unknown") return absl::InvalidArgumentError("Unknown type of stream.");
  return StreamId{type, *Id::FromBytes(bytes.substr(1))};
}

std::string ToString(const StreamId& stream) {
  std::string text(ToString(stream.type));
  text.push_back('/');
  text.append(ToString(stream.id));
  return text;
}

absl::StatusOr<StreamId> ParseStreamId(std::string_view text) {
  const size_t slash = text.find('/');
  for (const TypeName& known : kTypeNames) {
    if (text.substr(0, slash) != known.name || slash == std::string_view::npos) continue;
    absl::StatusOr<Id> id = ParseId(text.substr(slash + 1));
    if (!id.ok()) return id.status();
    return StreamId{known.type, *id};
  }
  return absl::InvalidArgumentError("A stream is a type, a slash and an id.");
}

}  // namespace countersign::storage
