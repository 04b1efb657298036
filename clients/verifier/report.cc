#include "clients/verifier/report.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "clients/verifier/findings.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {
namespace {

bool IsTampered(const absl::Status& status) { return ExitCodeOf(status) == kTampered; }

// 1234567 as 1,234,567.
std::string Grouped(uint64_t number) {
  std::string grouped;
  const std::string digits = absl::StrCat(number);
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped.push_back(',');
    grouped.push_back(digits[i]);
  }
  return grouped;
}

constexpr size_t kColumns = 80;

size_t CharactersIn(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
  }));
}

std::string StringOrNull(const std::optional<std::string>& text) {
  return text.has_value() ? JsonString(*text) : "null";
}

}  // namespace

std::string Wrapped(std::string_view text, size_t indent) {
  std::string lines;
  size_t column = 0;
  while (!text.empty()) {
    // Spaces go before the word that follows them, so that a first indent is kept.
    const size_t word = std::min(text.find_first_not_of(' '), text.size());
    const size_t end = std::min(text.find(' ', word), text.size());
    const size_t width = CharactersIn(text.substr(0, end));
    if (column > 0 && column + width > kColumns) {
      lines.append("\n").append(indent, ' ').append(text.substr(word, end - word));
      column = indent + width - word;
    } else {
      lines.append(text.substr(0, end));
      column += width;
    }
    text.remove_prefix(end);
  }
  return lines + "\n";
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const char byte = text[0];
    size_t taken = 1;
    if (byte == '"' || byte == '\\') {
      json.append({'\\', byte});
    } else if (static_cast<unsigned char>(byte) < 0x20) {
      absl::StrAppendFormat(&json, "\\u%04x", static_cast<unsigned>(byte));
    } else if (static_cast<unsigned char>(byte) < 0x80) {
      json.push_back(byte);
    } else {
      for (taken = 2; taken <= 4 && taken <= text.size(); ++taken) {
        if (IsPlainUtf8(text.substr(0, taken))) break;
      }
      const bool whole = taken <= 4 && taken <= text.size();
      if (!whole) taken = 1;
      json.append(whole ? text.substr(0, taken) : std::string_view("\xef\xbf\xbd"));
    }
    text.remove_prefix(taken);
  }
  json.push_back('"');
  return json;
}

std::string ReportText(const LogReport& report, const std::optional<std::string>& remembered) {
  std::string text = absl::StrCat("Verified: ", Grouped(report.last.size), " entries of ",
                                  report.last.origin, ".\n");
  absl::StrAppend(&text, "  root         ", ToHex(report.last.root), "\n");
  absl::StrAppend(&text, "  checkpoints  ", Grouped(report.checkpoints), "\n");
  absl::StrAppend(&text, "  streams      ", Grouped(report.streams), "\n");
  absl::StrAppend(&text, "  payloads     ", Grouped(report.payloads_checked), " checked, ",
                  Grouped(report.payloads_erased), " erased, ", Grouped(report.payloads_withheld),
                  " not in the export\n");
  if (remembered.has_value()) absl::StrAppend(&text, "  remembered   ", *remembered, "\n");
  for (const std::string& remark : report.remarks) absl::StrAppend(&text, remark, "\n");
  return text;
}

std::string ReportJson(const LogReport& report, const std::optional<std::string>& remembered) {
  std::vector<std::string> remarks;
  for (const std::string& remark : report.remarks) remarks.push_back(JsonString(remark));
  return absl::StrCat(
      "{\"verdict\":\"verified\",\"exit_code\":", kVerified,
      ",\"origin\":", JsonString(report.last.origin), ",\"size\":", report.last.size,
      ",\"root\":", JsonString(ToHex(report.last.root)), ",\"streams\":", report.streams,
      ",\"checkpoints\":", report.checkpoints,
      ",\"payloads\":{\"checked\":", report.payloads_checked,
      ",\"erased\":", report.payloads_erased, ",\"withheld\":", report.payloads_withheld,
      "},\"remembered\":", StringOrNull(remembered), ",\"remarks\":[", absl::StrJoin(remarks, ","),
      "]}\n");
}

std::string FailureText(const absl::Status& status) {
  return IsTampered(status)
             ? absl::StrCat("TAMPERED: ", status.message(),
                            "\nThis is evidence. Keep the file, and what was remembered.\n")
             : absl::StrCat("Could not verify: ", status.message(),
                            "\nNothing is proved either way.\n");
}

std::string FailureJson(const absl::Status& status) {
  const std::optional<uint64_t> position = WrongPositionOf(status);
  return absl::StrCat("{\"verdict\":\"", IsTampered(status) ? "tampered" : "unverifiable",
                      "\",\"exit_code\":", ExitCodeOf(status),
                      ",\"message\":", JsonString(std::string(status.message())),
                      ",\"position\":", position.has_value() ? absl::StrCat(*position) : "null",
                      "}\n");
}

}  // namespace countersign::verifier
