#include "clients/verifier/key_file.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/verifier/files.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {
namespace {

constexpr size_t kMostKeyFileBytes = size_t{1} << 20;

// The words of a line before its comment.
std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  for (const absl::string_view word :
       absl::StrSplit(ToAbsl(line), absl::ByAnyChar(" \t\r"), absl::SkipEmpty())) {
    if (word.front() == '#') break;
    words.emplace_back(word.data(), word.size());
  }
  return words;
}

absl::Status AtLine(size_t number, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("Line ", number, ": ", what));
}

// What stands behind a key: "from SIZE", "until SIZE" or both, in this order.
absl::StatusOr<LogKey> ReadLimits(PublicKey key, absl::Span<const std::string_view> words) {
  LogKey limited{.key = std::move(key)};
  const std::pair<std::string_view, uint64_t*> limits[] = {{"from", &limited.from_size},
                                                           {"until", &limited.until_size}};
  for (const auto& [name, size] : limits) {
    if (words.size() < 2 || words[0] != name) continue;
    const std::optional<uint64_t> read = ParseDecimal(words[1]);
    if (!read.has_value()) break;
    *size = *read;
    words.remove_prefix(2);
  }
  if (!words.empty()) {
    return absl::InvalidArgumentError(
        "after the key only \"from SIZE\" and then \"until SIZE\" may stand.");
  }
  return limited;
}

// Calls back with the number and the words of every line that says something.
absl::Status ForEachLine(
    std::string_view text,
    absl::FunctionRef<absl::Status(absl::Span<const std::string_view> words)> callback) {
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(ToAbsl(text), '\n')) {
    ++number;
    const std::vector<std::string_view> words = WordsOf({line.data(), line.size()});
    if (words.empty()) continue;
    const absl::Status read = callback(words);
    if (!read.ok()) return AtLine(number, read.message());
  }
  return absl::OkStatus();
}

template <typename T>
absl::StatusOr<T> FromFile(const std::string& path,
                           absl::FunctionRef<absl::StatusOr<T>(std::string_view)> parse) {
  absl::StatusOr<std::string> text = ReadHandedIn(path, kMostKeyFileBytes);
  if (!text.ok()) return text.status();
  absl::StatusOr<T> parsed = parse(*text);
  if (parsed.ok()) return parsed;
  return absl::Status(parsed.status().code(), absl::StrCat(path, ": ", parsed.status().message()));
}

}  // namespace

std::vector<std::string> KeyFile::Origins() const {
  std::vector<std::string> origins;
  for (const LogKey& key : keys) {
    if (std::find(origins.begin(), origins.end(), key.key.name) == origins.end()) {
      origins.push_back(key.key.name);
    }
  }
  return origins;
}

bool KeyFile::IsOpen(std::string_view origin) const {
  return std::any_of(keys.begin(), keys.end(), [&](const LogKey& key) {
    return key.key.name == origin && key.until_size == LogKey().until_size;
  });
}

absl::StatusOr<KeyFile> ParseKeyFile(std::string_view text) {
  KeyFile file;
  const absl::Status read =
      ForEachLine(text, [&](absl::Span<const std::string_view> words) -> absl::Status {
        absl::StatusOr<PublicKey> key = ParsePublicKey(words[0]);
        if (!key.ok()) return key.status();
        if (key->type != KeyType::kLog) {
          return absl::InvalidArgumentError("this is the key of a witness, not of a log.");
        }
        absl::StatusOr<LogKey> limited = ReadLimits(*std::move(key), words.subspan(1));
        if (!limited.ok()) return limited.status();
        if (limited->from_size > limited->until_size) {
          return absl::InvalidArgumentError("the key would be good for no size.");
        }
        for (const LogKey& known : file.keys) {
          if (known.key == limited->key) {
            return absl::InvalidArgumentError("this key stands in a line above already.");
          }
        }
        file.keys.push_back(*std::move(limited));
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  if (file.keys.empty()) return absl::InvalidArgumentError("There is no key in it.");
  return file;
}

absl::StatusOr<std::vector<PublicKey>> ParseWitnessFile(std::string_view text) {
  std::vector<PublicKey> keys;
  const absl::Status read =
      ForEachLine(text, [&](absl::Span<const std::string_view> words) -> absl::Status {
        absl::StatusOr<PublicKey> key = ParsePublicKey(words[0]);
        if (!key.ok()) return key.status();
        if (key->type != KeyType::kWitness) {
          return absl::InvalidArgumentError("this is the key of a log, not of a witness.");
        }
        if (words.size() > 1) return absl::InvalidArgumentError("nothing may follow the key.");
        if (std::find(keys.begin(), keys.end(), *key) != keys.end()) {
          return absl::InvalidArgumentError("this key stands in a line above already.");
        }
        keys.push_back(*std::move(key));
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  if (keys.empty()) return absl::InvalidArgumentError("There is no key in it.");
  return keys;
}

absl::StatusOr<KeyFile> ReadKeyFile(const std::string& path) {
  return FromFile<KeyFile>(path, ParseKeyFile);
}

absl::StatusOr<std::vector<PublicKey>> ReadWitnessFile(const std::string& path) {
  return FromFile<std::vector<PublicKey>>(path, ParseWitnessFile);
}

}  // namespace countersign::verifier
