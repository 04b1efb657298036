#include "services/imports/text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"

namespace countersign::imports {
namespace {

constexpr std::size_t kQuotedBytesMax = 60;

bool IsContinuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// Bytes of the well-formed UTF-8 character at the front of `text`, or 0 (RFC 3629 section 4).
std::size_t CharacterLength(absl::string_view text) {
  const uint8_t lead = static_cast<uint8_t>(text[0]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  // 0x80 to 0xC1 never begin a character in its shortest form; above 0xF4 lies beyond Unicode.
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const uint8_t second = static_cast<uint8_t>(text[1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool beyond_unicode = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond_unicode ? 0 : length;
}

}  // namespace

absl::string_view TakeLine(absl::string_view* rest) {
  std::size_t end = rest->find_first_of("\r\n");
  if (end == absl::string_view::npos) {
    end = rest->size();
  } else if (rest->substr(end, 2) == "\r\n") {
    end += 2;
  } else {
    end += 1;
  }
  const absl::string_view line = rest->substr(0, end);
  rest->remove_prefix(end);
  return line;
}

bool IsPlainText(absl::string_view text) {
  while (!text.empty()) {
    const char first = text[0];
    if (absl::ascii_iscntrl(first) && first != '\t' && first != '\r' && first != '\n') return false;
    const std::size_t length = CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string OneLine(absl::string_view text) {
  // U+00A0 is what a spreadsheet or a web page leaves behind where a person sees a space.
  std::string line =
      absl::StrReplaceAll(text, {{"\xC2\xA0", " "}, {"\t", " "}, {"\r", " "}, {"\n", " "}});
  absl::RemoveExtraAsciiWhitespace(&line);
  return line;
}

std::string Quoted(absl::string_view text) {
  if (text.size() <= kQuotedBytesMax) return absl::StrCat("\"", text, "\"");
  std::size_t end = kQuotedBytesMax;
  while (end > 0 && IsContinuation(text[end])) --end;
  return absl::StrCat("\"", text.substr(0, end), "...\"");
}

std::string Count(std::size_t number, absl::string_view one, absl::string_view many) {
  if (number == 0) return absl::StrCat("no ", many);
  return absl::StrCat(number, " ", number == 1 ? one : many);
}

bool IsWithinReach(absl::CivilDay day) {
  return absl::CivilDay(2000, 1, 1) <= day && day <= absl::CivilDay(2099, 12, 31);
}

std::optional<absl::CivilDay> ParseDay(absl::string_view text) {
  absl::CivilDay day;
  // Abseil is lenient ("2026-9-1", blanks around it), the API is not: only a day that is spelled
  // again just so was spelled well.
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  if (SpellDay(day) != text || !IsWithinReach(day)) return std::nullopt;
  return day;
}

std::string SpellDay(absl::CivilDay day) { return absl::FormatCivilTime(day); }

std::string ShowDay(absl::CivilDay day) {
  static constexpr absl::string_view kWeekdays[] = {"Mon", "Tue", "Wed", "Thu",
                                                    "Fri", "Sat", "Sun"};
  static constexpr absl::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return absl::StrCat(kWeekdays[static_cast<int>(absl::GetWeekday(day))], " ", day.day(), " ",
                      kMonths[day.month() - 1], " ", day.year());
}

countersign::v1::Check LimitsOf(const google::protobuf::Descriptor* message,
                                const std::string& field) {
  countersign::v1::Check limits =
      message->FindFieldByName(field)->options().GetExtension(countersign::v1::check);
  if (limits.bytes_max() == 0) limits.set_bytes_max(4000);
  if (limits.items_max() == 0) limits.set_items_max(200);
  return limits;
}

std::string TooLong(absl::string_view text, std::size_t bytes_max) {
  return absl::StrCat("The text ", Quoted(text), " is ", text.size(), " bytes long: write at most ",
                      bytes_max, ".");
}

void SortByLine(std::vector<ImportProblem>& problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const ImportProblem& a, const ImportProblem& b) { return a.line < b.line; });
}

}  // namespace countersign::imports
