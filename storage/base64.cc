#include "storage/base64.h"

#include "absl/strings/escaping.h"

namespace countersign::storage {

std::string ToBase64(std::string_view bytes) {
  return absl::Base64Escape(absl::string_view(bytes.data(), bytes.size()));
}

std::optional<std::string> FromBase64(std::string_view text) {
  std::string bytes;
  if (!absl::Base64Unescape(absl::string_view(text.data(), text.size()), &bytes)) {
    return std::nullopt;
  }
  // Abseil also reads white space, missing padding and bits that stand for nothing.
  if (ToBase64(bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace countersign::storage
