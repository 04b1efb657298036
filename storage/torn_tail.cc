#include "storage/torn_tail.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "rocksdb/file_checksum.h"
#include "storage/errors.h"
#include "storage/rocks.h"

namespace countersign::storage {
namespace {

// A file is a row of blocks; no record reaches over the end of one.
constexpr size_t kBlockBytes = 32768;
// Checksum 4 bytes, length 2, type 1; the integers are little-endian.
constexpr size_t kHeaderBytes = 7;
constexpr size_t kTypeAt = 6;
// Full, first, middle, last. The others are of logs whose files are used again: never ours.
constexpr uint8_t kGreatestType = 4;

uint32_t LittleEndian(std::string_view bytes) {
  uint32_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<uint8_t>(bytes[i - 1]);
  return value;
}

// CRC-32C of the type and the payload, masked as RocksDB masks what it stores.
uint32_t ChecksumOf(std::string_view type_and_payload) {
  const auto sum = rocksdb::GetFileChecksumGenCrc32cFactory()->CreateFileChecksumGenerator({});
  sum->Update(type_and_payload.data(), type_and_payload.size());
  sum->Finalize();
  uint32_t crc = 0;
  for (const char byte : sum->GetChecksum()) crc = crc << 8 | static_cast<uint8_t>(byte);
  return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

// Whether the record fits its checksum when it is so long.
bool Fits(std::string_view record, size_t payload_bytes) {
  return ChecksumOf(record.substr(kTypeAt, 1 + payload_bytes)) == LittleEndian(record.substr(0, 4));
}

// Whether the type, which is none that we write, was another one when the record was written. With
// some types the header is longer, and then the record as well.
bool IsTypeDamaged(std::string_view record, size_t said) {
  if (said > record.size() - kHeaderBytes) return false;
  std::string as_written(record.substr(0, kHeaderBytes + said));
  for (uint8_t type = 1; type <= kGreatestType; ++type) {
    as_written[kTypeAt] = static_cast<char>(type);
    if (Fits(as_written, said)) return true;
  }
  return false;
}

// Whether the length that says more than there is was another one when the record was written.
bool IsLengthDamaged(std::string_view record, size_t said) {
  const size_t left = record.size() - kHeaderBytes;
  if (Fits(record, left)) return true;
  for (size_t length = 0; length < left; ++length) {
    const bool one_byte = length >> 8 == said >> 8 || (length & 0xff) == (said & 0xff);
    if (one_byte && Fits(record, length)) return true;
  }
  return false;
}

absl::Status CheckTail(const std::string& file, rocksdb::Env* env) {
  uint64_t bytes = 0;
  std::unique_ptr<rocksdb::RandomAccessFile> opened;
  rocksdb::Status status = env->GetFileSize(file, &bytes);
  if (status.ok()) {
    status = env->NewRandomAccessFile(file, &opened, rocksdb::EnvOptions());
  }
  if (!status.ok()) return absl::UnavailableError(FromRocks(status, "reading " + file).message());
  if (bytes == 0) return absl::OkStatus();
  const uint64_t begin = (bytes - 1) / kBlockBytes * kBlockBytes;
  std::string room(bytes - begin, '\0');
  rocksdb::Slice read;
  status = opened->Read(begin, room.size(), &read, room.data());
  if (!status.ok()) return absl::UnavailableError(FromRocks(status, "reading " + file).message());
  const std::string_view block = ToView(read);
  for (size_t at = 0; at + kHeaderBytes <= block.size();) {
    const std::string_view record = block.substr(at);
    const auto type = static_cast<uint8_t>(record[kTypeAt]);
    const size_t said = LittleEndian(record.substr(4, 2));
    const bool is_ours = 1 <= type && type <= kGreatestType;
    if (is_ours && said <= record.size() - kHeaderBytes) {
      at += kHeaderBytes + said;
      continue;
    }
    // Never finished, or room that was never written to, or for RocksDB to refuse.
    if (!(is_ours ? IsLengthDamaged(record, said) : IsTypeDamaged(record, said))) break;
    return absl::DataLossError(absl::StrCat("The header of the record at byte ", begin + at, " of ",
                                            file, " is damaged: its checksum fits another."));
  }
  return absl::OkStatus();
}

// The number in a name such as "000036.log"; 0 for any other name.
uint64_t LogNumber(absl::string_view name) {
  uint64_t number = 0;
  const bool is_log = absl::ConsumeSuffix(&name, ".log") && absl::SimpleAtoi(name, &number);
  return is_log ? number : 0;
}

}  // namespace

absl::Status CheckTornTails(const std::string& path, rocksdb::Env* env) {
  std::vector<std::string> names;
  if (!env->FileExists(path + "/CURRENT").ok()) return absl::OkStatus();
  const rocksdb::Status listed = env->GetChildren(path, &names);
  if (!listed.ok()) {
    return absl::UnavailableError(FromRocks(listed, "reading the folder " + path).message());
  }
  const auto newest = std::max_element(
      names.begin(), names.end(),
      [](const auto& one, const auto& other) { return LogNumber(one) < LogNumber(other); });
  if (newest != names.end() && LogNumber(*newest) > 0) {
    absl::Status checked = CheckTail(path + "/" + *newest, env);
    if (!checked.ok()) return checked;
  }
  // What CURRENT says is one line; where it says anything else, RocksDB refuses to open.
  std::string manifest;
  const rocksdb::Status read = rocksdb::ReadFileToString(env, path + "/CURRENT", &manifest);
  if (!read.ok()) return absl::UnavailableError(FromRocks(read, "reading CURRENT").message());
  const std::string name(absl::StripSuffix(manifest, "\n"));
  const bool is_there = std::find(names.begin(), names.end(), name) != names.end();
  return is_there ? CheckTail(path + "/" + name, env) : absl::OkStatus();
}

}  // namespace countersign::storage
