#include "clients/verifier/event_reader.h"

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace countersign::verifier {
namespace {

// Where the innermost message of an event lies: PlanEvent in Event, chapter, event.
struct EventPath {
  std::string_view event_type;
  std::array<uint32_t, 3> fields;
};
constexpr std::array<EventPath, 6> kPaths = {{{"draft_issued", {1, 4, 1}},
                                              {"draft_revised", {1, 4, 4}},
                                              {"record_finalised", {1, 4, 6}},
                                              {"signed", {1, 5, 1}},
                                              {"signature_declined", {1, 5, 2}},
                                              {"closed_unsigned", {1, 5, 3}}}};

const EventPath* PathOf(std::string_view event_type) {
  for (const EventPath& path : kPaths) {
    if (path.event_type == event_type) return &path;
  }
  return nullptr;
}

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

struct WireField {
  WireType type = WireType::kVarint;
  uint64_t number = 0;       // Of a varint.
  std::string_view bytes{};  // Of everything else.
};

// A number as protobuf writes it; nothing when it has more bytes than it needs.
std::optional<uint64_t> TakeVarint(std::string_view& rest) {
  uint64_t value = 0;
  for (size_t i = 0; i < 10 && i < rest.size(); ++i) {
    const auto byte = static_cast<uint8_t>(rest[i]);
    if (i == 9 && byte > 1) return std::nullopt;
    value |= uint64_t{byte & 0x7Fu} << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && i > 0) return std::nullopt;
    rest.remove_prefix(i + 1);
    return value;
  }
  return std::nullopt;
}

std::optional<WireField> TakeValue(uint64_t type, std::string_view& rest) {
  WireField field;
  size_t size = 0;
  switch (type) {
    case 0: {
      const std::optional<uint64_t> number = TakeVarint(rest);
      if (!number.has_value()) return std::nullopt;
      field.number = *number;
      return field;
    }
    case 1:
      field.type = WireType::kFixed64;
      size = 8;
      break;
    case 2: {
      const std::optional<uint64_t> length = TakeVarint(rest);
      if (!length.has_value()) return std::nullopt;
      field.type = WireType::kBytes;
      size = *length;
      break;
    }
    case 5:
      field.type = WireType::kFixed32;
      size = 4;
      break;
    default:  // Groups: never written.
      return std::nullopt;
  }
  if (rest.size() < size) return std::nullopt;
  field.bytes = rest.substr(0, size);
  rest.remove_prefix(size);
  return field;
}

// The fields of a message by number; nothing when the bytes are no message or a field is in it
// twice.
std::optional<std::map<uint64_t, WireField>> FieldsOf(std::string_view message) {
  std::map<uint64_t, WireField> fields;
  while (!message.empty()) {
    const std::optional<uint64_t> tag = TakeVarint(message);
    if (!tag.has_value() || *tag >> 3 == 0) return std::nullopt;
    const std::optional<WireField> field = TakeValue(*tag & 7, message);
    if (!field.has_value() || !fields.emplace(*tag >> 3, *field).second) return std::nullopt;
  }
  return fields;
}

// The bytes of the one field that this message holds.
std::optional<std::string_view> OnlyField(std::string_view message, uint64_t number) {
  const auto fields = FieldsOf(message);
  if (!fields.has_value() || fields->size() != 1) return std::nullopt;
  const auto& [found, field] = *fields->begin();
  if (found != number || field.type != WireType::kBytes) return std::nullopt;
  return field.bytes;
}

// Takes the fields of an innermost message one by one. A field of another type than it must have is
// remembered.
class Fact {
 public:
  explicit Fact(std::map<uint64_t, WireField> fields) : fields_(std::move(fields)) {}

  uint64_t Number(uint64_t number) {
    const WireField* field = Find(number, WireType::kVarint);
    return field == nullptr ? 0 : field->number;
  }
  std::string_view Bytes(uint64_t number) {
    const WireField* field = Find(number, WireType::kBytes);
    return field == nullptr ? std::string_view() : field->bytes;
  }
  bool good() const { return good_; }

 private:
  const WireField* Find(uint64_t number, WireType type) {
    const auto found = fields_.find(number);
    if (found == fields_.end()) return nullptr;
    good_ = good_ && found->second.type == type;
    return &found->second;
  }

  std::map<uint64_t, WireField> fields_;
  bool good_ = true;
};

// Record { plan = 1 { plan = 1, annex = 2 } }.
bool ReadRecord(std::string_view record, EventFields& event) {
  const std::optional<std::string_view> parts = OnlyField(record, 1);
  if (!parts.has_value()) return false;
  auto fields = FieldsOf(*parts);
  if (!fields.has_value()) return false;
  for (const auto& [number, field] : *fields) {
    if (number > 2) return false;  // A part that the digest would not cover.
  }
  Fact fact(*std::move(fields));
  event.plan = fact.Bytes(1);
  event.annex = fact.Bytes(2);
  return fact.good();
}

bool ReadCapacity(std::string_view capacity, EventFields& event) {
  for (const Capacity named : {Capacity::kReviewer, Capacity::kReviewee}) {
    const std::optional<std::string_view> empty =
        OnlyField(capacity, named == Capacity::kReviewer ? 1 : 2);
    if (!empty.has_value()) continue;
    event.capacity = named;
    return empty->empty();
  }
  return false;
}

bool ReadFact(std::string_view event_type, Fact& fact, EventFields& event) {
  if (event_type == "draft_issued" || event_type == "draft_revised") {
    event.draft = fact.Number(1);
    return ReadRecord(fact.Bytes(2), event);
  }
  if (event_type == "record_finalised") {
    event.draft = fact.Number(1);
    event.comments = fact.Bytes(2);
    event.digest = fact.Bytes(3);
    return true;
  }
  event.digest = fact.Bytes(1);
  if (event_type == "closed_unsigned") {
    event.words = fact.Bytes(2);
    return true;
  }
  if (!ReadCapacity(fact.Bytes(2), event)) return false;
  if (event_type == "signed") {
    event.method = fact.Bytes(3);
    event.words = fact.Bytes(4);
  } else {
    event.words = fact.Bytes(3);
  }
  return true;
}

}  // namespace

const char* NameOf(Capacity capacity) {
  switch (capacity) {
    case Capacity::kReviewer:
      return "reviewer";
    case Capacity::kReviewee:
      return "reviewee";
    case Capacity::kNone:
      break;
  }
  return "";
}

bool IsOpenedType(std::string_view event_type) { return PathOf(event_type) != nullptr; }

absl::StatusOr<EventFields> ReadEvent(std::string_view event_type, std::string_view bytes) {
  const absl::Status none = absl::InvalidArgumentError(
      absl::StrCat("The bytes are no event of the type ", std::string(event_type), "."));
  const EventPath* path = PathOf(event_type);
  if (path == nullptr) return none;
  for (const uint32_t field : path->fields) {
    const std::optional<std::string_view> inner = OnlyField(bytes, field);
    if (!inner.has_value()) return none;
    bytes = *inner;
  }
  auto fields = FieldsOf(bytes);
  if (!fields.has_value()) return none;
  Fact fact(*std::move(fields));
  EventFields event;
  if (!ReadFact(event_type, fact, event) || !fact.good()) return none;
  return event;
}

absl::StatusOr<std::string_view> ReadNamedKey(std::string_view bytes) {
  // LogKeyNamed in JournalEvent in Event, and its note.
  for (const uint32_t field : {7, 4, 1}) {
    const std::optional<std::string_view> inner = OnlyField(bytes, field);
    if (!inner.has_value()) {
      return absl::InvalidArgumentError("The bytes are no event of the type log_key_named.");
    }
    bytes = *inner;
  }
  return bytes;
}

}  // namespace countersign::verifier
