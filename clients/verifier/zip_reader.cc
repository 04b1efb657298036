#include "clients/verifier/zip_reader.h"

#include <array>
#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"

namespace countersign::verifier {
namespace {

constexpr std::string_view kLocalSignature("PK\x03\x04", 4);
constexpr std::string_view kCentralSignature("PK\x01\x02", 4);
constexpr std::string_view kEndSignature("PK\x05\x06", 4);
constexpr size_t kEndBytes = 22;

// Version needed, flags, method, time, date: what every file has.
constexpr std::string_view kStoredOnTheFirstDay("\x0A\x00\x00\x00\x00\x00\x00\x00\x21\x00", 10);
constexpr std::string_view kMadeBy("\x3F\x00", 2);
constexpr std::string_view kZeros("\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 10);

std::string LittleEndian(uint64_t value, size_t width) {
  std::string bytes;
  for (size_t i = 0; i < width; ++i) bytes.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return bytes;
}

// CRC-32 as zips have it: the polynomial 0xEDB88320, reflected.
uint32_t Crc32(std::string_view bytes) {
  static const std::array<uint32_t, 256> table = [] {
    std::array<uint32_t, 256> made{};
    for (uint32_t i = 0; i < made.size(); ++i) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xEDB88320u : 0);
      made[i] = value;
    }
    return made;
  }();
  uint32_t crc = ~uint32_t{0};
  for (const char byte : bytes) crc = crc >> 8 ^ table[(crc ^ static_cast<uint8_t>(byte)) & 0xFF];
  return ~crc;
}

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("This is no record pack, or a damaged copy of one: ", std::string(what),
                   " (docs/record-pack.md)."));
}

// Takes bytes off the front of a zip. What is not there, or not what it must be, is remembered.
class Front {
 public:
  explicit Front(std::string_view rest) : rest_(rest) {}

  std::string_view Take(size_t count) {
    if (rest_.size() < count) {
      good_ = false;
      count = rest_.size();
    }
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  uint64_t TakeNumber(size_t width) {
    uint64_t value = 0;
    size_t shift = 0;
    for (const char byte : Take(width)) {
      value |= uint64_t{static_cast<uint8_t>(byte)} << shift;
      shift += 8;
    }
    return value;
  }
  void Expect(std::string_view bytes) { good_ = Take(bytes.size()) == bytes && good_; }

  bool good() const { return good_; }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// A file as its local header has it.
struct Local {
  StoredFile file{};
  uint32_t crc = 0;
  size_t place = 0;
};

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kMostPackNameBytes) return false;
  for (const char c : name) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

absl::StatusOr<Local> TakeLocal(size_t place, Front& front) {
  Local local;
  local.place = place;
  front.Expect(kLocalSignature);
  front.Expect(kStoredOnTheFirstDay);
  local.crc = static_cast<uint32_t>(front.TakeNumber(4));
  const uint64_t size = front.TakeNumber(4);
  front.Expect(LittleEndian(size, 4));
  const uint64_t name_size = front.TakeNumber(2);
  front.Expect(kZeros.substr(0, 2));
  if (!front.good()) return Malformed("the header of a file is another");
  local.file.name = front.Take(name_size);
  local.file.bytes = front.Take(size);
  if (!front.good()) return Malformed("it is cut off");
  if (!IsName(local.file.name)) return Malformed("a file has a name that no pack has");
  local.file.crc_fits = Crc32(local.file.bytes) == local.crc;
  return local;
}

// What the central directory must hold for this file.
std::string CentralOf(const Local& local) {
  const std::string size = LittleEndian(local.file.bytes.size(), 4);
  std::string central;
  central.append(kCentralSignature).append(kMadeBy).append(kStoredOnTheFirstDay);
  central.append(LittleEndian(local.crc, 4));
  central.append(size).append(size);
  central.append(LittleEndian(local.file.name.size(), 2));
  // Extra field, comment, disk, internal attributes; then external attributes.
  central.append(kZeros.substr(0, 8)).append(kZeros.substr(0, 4));
  central.append(LittleEndian(local.place, 4));
  central.append(local.file.name);
  return central;
}

}  // namespace

absl::StatusOr<std::vector<StoredFile>> ReadStoredZip(std::string_view bytes) {
  if (bytes.size() > kMostPackBytes) return Malformed("it is larger than any pack");
  if (bytes.size() < kEndBytes) return Malformed("it is cut off");
  std::vector<StoredFile> files;
  std::string directory;
  std::set<std::string_view> names;
  Front front(bytes);
  const auto place = [&] { return bytes.size() - front.rest().size(); };
  while (front.rest().substr(0, kLocalSignature.size()) == kLocalSignature) {
    absl::StatusOr<Local> local = TakeLocal(place(), front);
    if (!local.ok()) return local.status();
    if (files.size() == kMostPackFiles) return Malformed("it has more files than any pack");
    if (!names.insert(local->file.name).second) return Malformed("a file is in it twice");
    directory.append(CentralOf(*local));
    files.push_back(local->file);
  }
  const size_t directory_place = place();
  front.Expect(directory);
  if (!front.good()) return Malformed("its directory is not that of its files");
  const std::string count = LittleEndian(files.size(), 2);
  front.Expect(kEndSignature);
  front.Expect(kZeros.substr(0, 4));
  front.Expect(count);
  front.Expect(count);
  front.Expect(LittleEndian(directory.size(), 4));
  front.Expect(LittleEndian(directory_place, 4));
  front.Expect(kZeros.substr(0, 2));
  if (!front.good() || !front.rest().empty()) return Malformed("its end is another");
  return files;
}

}  // namespace countersign::verifier
