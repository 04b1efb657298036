#include "clients/cli/output/text.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace countersign::cli {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";
constexpr absl::string_view kEllipsis = "\xE2\x80\xA6";

// One step through UTF-8: the code point at the front of `text` and its length in bytes; length 0
// when the bytes there are not UTF-8.
struct Decoded {
  uint32_t code_point = 0;
  size_t length = 0;
};

Decoded DecodeFront(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  size_t length = 0;
  uint32_t code_point = 0;
  uint32_t least = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2, code_point = lead & 0x1F, least = 0x80;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3, code_point = lead & 0x0F, least = 0x800;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4, code_point = lead & 0x07, least = 0x10000;
  } else {
    return {};
  }
  if (text.size() < length) return {};
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code_point = (code_point << 6) | (byte(i) & 0x3F);
  }
  const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
  if (code_point < least || code_point > 0x10FFFF || surrogate) return {};
  return {code_point, length};
}

bool IsControl(uint32_t code_point) {
  return code_point < 0x20 || (code_point >= 0x7F && code_point <= 0x9F);
}

bool Drives(uint32_t code_point) {
  if (IsControl(code_point)) return true;
  // Marks that reorder the text around them, and separators that some terminals break lines at.
  return (code_point >= 0x202A && code_point <= 0x202E) ||
         (code_point >= 0x2066 && code_point <= 0x2069) || code_point == 0x200E ||
         code_point == 0x200F || code_point == 0x061C || code_point == 0x2028 ||
         code_point == 0x2029;
}

int ColumnsOfCodePoint(uint32_t c) {
  const bool combines = (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
                        (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F) ||
                        (c >= 0x200B && c <= 0x200D) || c == 0xFEFF;
  if (combines) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                    (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) ||
                    (c >= 0x1F900 && c <= 0x1F9FF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

void WrapLine(absl::string_view line, int width, std::vector<std::string>& lines) {
  std::string current;
  int columns = 0;
  for (absl::string_view word : absl::StrSplit(line, ' ', absl::SkipEmpty())) {
    int word_columns = ColumnsOf(word);
    if (!current.empty() && columns + 1 + word_columns > width) {
      lines.push_back(current);
      current.clear();
      columns = 0;
    }
    while (word_columns > width && current.empty()) {
      const absl::string_view front = FrontOf(word, width);
      if (front.size() == word.size()) break;
      lines.push_back(std::string(front));
      word.remove_prefix(front.size());
      word_columns = ColumnsOf(word);
    }
    if (!current.empty()) {
      current += ' ';
      ++columns;
    }
    absl::StrAppend(&current, word);
    columns += word_columns;
  }
  lines.push_back(current);
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    const Decoded front = DecodeFront(text);
    if (front.length == 0) return false;
    text.remove_prefix(front.length);
  }
  return true;
}

std::string Printable(absl::string_view text) {
  std::string printable;
  printable.reserve(text.size());
  while (!text.empty()) {
    const Decoded front = DecodeFront(text);
    const size_t length = std::max<size_t>(front.length, 1);
    if (front.length == 1 && front.code_point == '\n') {
      printable += '\n';
    } else if (front.length == 1 && front.code_point == '\t') {
      printable += ' ';
    } else if (front.length == 1 && front.code_point == '\r' && text.substr(1, 1) == "\n") {
      // The line break that follows says enough.
    } else if (front.length == 0 || Drives(front.code_point)) {
      absl::StrAppend(&printable, kReplacement);
    } else {
      absl::StrAppend(&printable, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return printable;
}

std::string Harmless(absl::string_view text) {
  std::string harmless;
  harmless.reserve(text.size());
  while (!text.empty()) {
    const Decoded front = DecodeFront(text);
    const size_t length = std::max<size_t>(front.length, 1);
    const bool breaks = text[0] == '\n' || text[0] == '\r' || text[0] == '\t';
    if (front.length == 0 || (IsControl(front.code_point) && !breaks)) {
      absl::StrAppend(&harmless, kReplacement);
    } else {
      absl::StrAppend(&harmless, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
  return harmless;
}

std::string PrintableLine(absl::string_view text) {
  std::string line = Printable(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

int ColumnsOf(absl::string_view text) {
  int columns = 0;
  while (!text.empty()) {
    const Decoded front = DecodeFront(text);
    columns += front.length == 0 ? 1 : ColumnsOfCodePoint(front.code_point);
    text.remove_prefix(std::max<size_t>(front.length, 1));
  }
  return columns;
}

absl::string_view FrontOf(absl::string_view text, int columns) {
  size_t end = 0;
  int taken = 0;
  while (end < text.size()) {
    const Decoded front = DecodeFront(text.substr(end));
    taken += front.length == 0 ? 1 : ColumnsOfCodePoint(front.code_point);
    if (end > 0 && taken > columns) break;
    end += std::max<size_t>(front.length, 1);
  }
  return text.substr(0, end);
}

std::string Shortened(absl::string_view text, int columns) {
  if (ColumnsOf(text) <= columns) return std::string(text);
  return absl::StrCat(FrontOf(text, columns - 1), kEllipsis);
}

std::string ShortId(absl::string_view id) {
  const bool shaped = id.size() == 36 && id[8] == '-' && id[13] == '-' && id[18] == '-';
  return std::string(shaped ? id.substr(0, 8) : id);
}

std::vector<std::string> Wrap(absl::string_view text, int width) {
  std::vector<std::string> lines;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) WrapLine(line, width, lines);
  return lines;
}

std::string Paragraph(absl::string_view text, int indent, int width) {
  std::string paragraph;
  for (const std::string& line : Wrap(text, std::max(width - indent, 20))) {
    absl::StrAppend(&paragraph, line.empty() ? "" : std::string(indent, ' '), line, "\n");
  }
  return paragraph;
}

std::string Hanging(absl::string_view text, int indent, int width) {
  const std::string lines = Paragraph(text, indent, width);
  return lines.substr(std::min<size_t>(indent, lines.find_first_not_of(' ')));
}

std::string Labelled(absl::string_view label, absl::string_view text, int indent, int width) {
  std::string lines = Paragraph(text, indent, width);
  const size_t label_columns = ColumnsOf(label);
  // The label stands in the indentation of the first line.
  const size_t room = std::min<size_t>(indent, lines.find_first_not_of(' '));
  if (label_columns < room) return lines.replace(0, label_columns, std::string(label));
  return absl::StrCat(Paragraph(label, 0, width), lines);
}

std::string EnumWords(absl::string_view name, absl::string_view prefix) {
  if (name.empty()) return "unknown";
  std::string words = absl::AsciiStrToLower(absl::StripPrefix(name, prefix));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

}  // namespace countersign::cli
