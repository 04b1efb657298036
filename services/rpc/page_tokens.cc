#include "services/rpc/page_tokens.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace countersign::rpc {
namespace {

// No place has one: they are base64, decimal numbers and UUIDs.
constexpr char kSeparator = '.';

// Tokens of cards are base64 of a fingerprint of eight bytes and of the place they stand for.
constexpr size_t kCardsPlaceBytesLeast = 9;

// "120-20260929"; empty for the present.
std::string MarkOf(const Moment& moment, absl::TimeZone zone) {
  if (!moment.is_past()) return "";
  return absl::StrCat(moment.reflects, "-", absl::FormatTime("%Y%m%d", moment.at, zone));
}

std::string MarkIn(const v1::Page& page) {
  const size_t end = page.page_token().find(kSeparator);
  return end == std::string::npos ? "" : page.page_token().substr(0, end);
}

}  // namespace

FieldViolation ForeignToken() {
  return {"page.page_token", "is none of ours; begin again without one"};
}

std::string PlaceIn(const v1::Page& page) {
  const size_t end = page.page_token().find(kSeparator);
  return end == std::string::npos ? page.page_token() : page.page_token().substr(end + 1);
}

std::string TokenOf(absl::string_view place, const Moment& moment, absl::TimeZone zone) {
  const std::string mark = MarkOf(moment, zone);
  if (place.empty() || mark.empty()) return std::string(place);
  return absl::StrCat(mark, absl::string_view(&kSeparator, 1), place);
}

absl::Status CheckToken(const v1::Page& page, const Moment& moment, absl::TimeZone zone) {
  if (page.page_token().empty()) return absl::OkStatus();
  const bool is_of_moment = MarkIn(page) == MarkOf(moment, zone) && !PlaceIn(page).empty();
  if (is_of_moment) return absl::OkStatus();
  return MalformedError({{"page.page_token",
                          "was given as of another moment; begin again without "
                          "one, or ask as of the same moment"}});
}

std::vector<FieldViolation> PageViolations(const v1::Page& page) {
  if (page.page_token().empty()) return {};
  std::string bytes;
  if (absl::WebSafeBase64Unescape(PlaceIn(page), &bytes) && bytes.size() >= kCardsPlaceBytesLeast) {
    return {};
  }
  return {ForeignToken()};
}

uint64_t VersionInToken(const v1::Page& page, std::vector<FieldViolation>& violations) {
  uint64_t version = 0;
  if (!page.page_token().empty() && !absl::SimpleAtoi(PlaceIn(page), &version)) {
    violations.push_back(ForeignToken());
  }
  return version;
}

}  // namespace countersign::rpc
