#include "services/projections/listing.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace countersign::projections {
namespace {

constexpr size_t kFingerprintBytes = 8;
// Rows read at a time, from all prefixes together, and from each at least.
constexpr size_t kStride = 64;
constexpr size_t kLeastStride = 4;

// FNV-1a, 64 bits: the same on every machine and for ever. It guards against mix-ups, not against
// malice: whatever a token says, each row is held against the filter and the reach.
std::string Fingerprint(absl::string_view text) {
  uint64_t hash = 14695981039346656037u;
  for (const char c : text) {
    hash ^= static_cast<uint8_t>(c);
    hash *= 1099511628211u;
  }
  std::string bytes;
  for (size_t i = 0; i < kFingerprintBytes; ++i)
    bytes.push_back(static_cast<char>(hash >> (8 * i)));
  return bytes;
}

// The rows of one prefix, read ahead in strides.
class Rows {
 public:
  Rows(const CardReader& cards, std::string prefix, const std::string& after, size_t stride)
      : cards_(cards), prefix_(std::move(prefix)), stride_(stride) {
    // The key that follows `after` directly.
    if (!after.empty()) from_ = absl::StrCat(prefix_, after, absl::string_view("\0", 1));
  }

  // Reads on when nothing is left of what was read. False at the end.
  absl::StatusOr<bool> Ready() {
    if (next_ < read_.size()) return true;
    if (ended_) return false;
    read_.clear();
    next_ = 0;
    const absl::Status scanned =
        cards_.Scan(prefix_, from_, stride_, [&](absl::string_view key, absl::string_view) {
          read_.emplace_back(key.substr(prefix_.size()));
          return absl::OkStatus();
        });
    if (!scanned.ok()) return scanned;
    ended_ = read_.size() < stride_;
    if (read_.empty()) return false;
    from_ = absl::StrCat(prefix_, read_.back(), absl::string_view("\0", 1));
    return true;
  }

  const std::string& Current() const { return read_[next_]; }
  void Advance() { ++next_; }

 private:
  const CardReader& cards_;
  std::string prefix_;
  size_t stride_;
  std::string from_;
  std::vector<std::string> read_;
  size_t next_ = 0;
  bool ended_ = false;
};

}  // namespace

bool Reach::HasSchool(absl::string_view school_id) const {
  return everything ||
         std::find(school_ids.begin(), school_ids.end(), school_id) != school_ids.end();
}

absl::StatusOr<bool> Reach::Admits(const std::string& id) const {
  if (!judge) return true;
  return judge(id);
}

std::string PageToken(absl::string_view filter, absl::string_view after) {
  return absl::WebSafeBase64Escape(absl::StrCat(Fingerprint(filter), after));
}

absl::StatusOr<std::string> AfterOf(absl::string_view token, absl::string_view filter) {
  if (token.empty()) return std::string();
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() <= kFingerprintBytes ||
      bytes.substr(0, kFingerprintBytes) != Fingerprint(filter)) {
    return absl::InvalidArgumentError(
        "The page token is not of this list. Ask for the first page, without a token.");
  }
  return bytes.substr(kFingerprintBytes);
}

std::string Spelled(const std::vector<std::string>& parts, const Reach& reach) {
  std::string spelled;
  for (const std::string& part : parts) absl::StrAppend(&spelled, part.size(), ":", part);
  absl::StrAppend(&spelled, "/", reach.everything, ":", reach.person_id);
  for (const std::string& school : reach.school_ids) absl::StrAppend(&spelled, "/", school);
  return spelled;
}

absl::Status VisitMerged(const CardReader& cards, const std::vector<std::string>& prefixes,
                         const std::string& after, RowVisitor visit) {
  std::vector<Rows> sources;
  const size_t stride = std::max(kLeastStride, kStride / std::max<size_t>(1, prefixes.size()));
  for (const std::string& prefix : prefixes) sources.emplace_back(cards, prefix, after, stride);
  std::string last = after;
  while (true) {
    Rows* first = nullptr;
    for (Rows& rows : sources) {
      const absl::StatusOr<bool> ready = rows.Ready();
      if (!ready.ok()) return ready.status();
      if (*ready && (first == nullptr || rows.Current() < first->Current())) first = &rows;
    }
    if (first == nullptr) return absl::OkStatus();
    const std::string rest = first->Current();
    first->Advance();
    if (rest == last) continue;  // Found by two prefixes.
    last = rest;
    const absl::StatusOr<bool> go_on = visit(rest);
    if (!go_on.ok()) return go_on.status();
    if (!*go_on) return absl::OkStatus();
  }
}

}  // namespace countersign::projections
