#include "tests/tidy/style.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace countersign::tidy {
namespace {

constexpr size_t kColumnsMax = 100;
constexpr size_t kSourceLinesMax = 400;
constexpr size_t kTestLinesMax = 800;
constexpr size_t kFunctionLinesMax = 80;

bool IsCpp(const SourceFile& file) {
  return absl::EndsWith(file.path, ".cc") || absl::EndsWith(file.path, ".h");
}

bool IsSource(const SourceFile& file) {
  return IsCpp(file) || absl::EndsWith(file.path, ".proto") ||
         absl::EndsWith(file.path, "CMakeLists.txt") || absl::StartsWith(file.text, "#!");
}

bool IsProse(const SourceFile& file) { return absl::EndsWith(file.path, ".md"); }

// Bytes that continue a character of UTF-8 take no column of their own.
size_t Columns(absl::string_view line) {
  return std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

bool OpensFunction(absl::string_view line) {
  if (line.empty() || !absl::EndsWith(line, "{")) return false;
  // A declaration that was broken over lines ends indented, and then the brace counts from there.
  if (absl::StartsWith(line, "    ")) return absl::StrContains(line, ") {");
  if (!std::isalpha(static_cast<unsigned char>(line[0]))) return false;
  for (absl::string_view other : {"namespace", "class", "struct", "enum", "extern", "union"}) {
    if (absl::StartsWith(line, other)) return false;
  }
  return absl::StrContains(line, "(");
}

// A row of a table or a case of a switch: there are as many as there is to list.
bool IsRow(absl::string_view line) {
  line = absl::StripLeadingAsciiWhitespace(line);
  return absl::StartsWith(line, "{") || absl::StartsWith(line, "case ");
}

}  // namespace

Faults LongLines(const Tree& tree) {
  Faults faults;
  for (const SourceFile& file : tree.files()) {
    if (!IsSource(file)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const size_t columns = Columns(file.lines[i]);
      if (columns <= kColumnsMax) continue;
      faults.push_back(
          FaultAt(file, i + 1, absl::StrCat(columns, " columns; ", kColumnsMax, " at most.")));
    }
  }
  return faults;
}

Faults StrayBlanks(const Tree& tree) {
  Faults faults;
  for (const SourceFile& file : tree.files()) {
    if (!IsSource(file) && !IsProse(file)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      const std::string& line = file.lines[i];
      if (absl::StrContains(line, "\t")) faults.push_back(FaultAt(file, i + 1, "A tab."));
      if (absl::EndsWith(line, " ") || absl::EndsWith(line, "\r")) {
        faults.push_back(FaultAt(file, i + 1, "A blank at the end of the line."));
      }
    }
    if (!file.text.empty() && file.text.back() != '\n') {
      faults.push_back(FaultAt(file, file.lines.size(), "The last line does not end."));
    }
  }
  return faults;
}

Faults UnfinishedMarks(const Tree& tree) {
  // Spelled in halves, so that this file passes its own check.
  const std::string marks[] = {absl::StrCat("TO", "DO"), absl::StrCat("FIX", "ME"),
                               absl::StrCat("XX", "X")};
  Faults faults;
  for (const SourceFile& file : tree.files()) {
    if (!IsSource(file) && !IsProse(file)) continue;
    for (size_t i = 0; i < file.lines.size(); ++i) {
      for (const std::string& mark : marks) {
        if (!HasWord(file.lines[i], mark)) continue;
        faults.push_back(FaultAt(file, i + 1, absl::StrCat(mark, ": do it, or file an issue.")));
      }
    }
  }
  return faults;
}

Faults VagueNames(const Tree& tree) {
  constexpr absl::string_view kVague[] = {"data",    "info",   "manager", "managers",
                                          "helper",  "util",   "utils",   "process",
                                          "helpers", "handle", "common",  "handler"};
  Faults faults;
  for (const SourceFile& file : tree.files()) {
    // A sample is named after its event, whose name is for ever.
    if (absl::StartsWith(file.path, "tests/golden/")) continue;
    for (const absl::string_view word :
         absl::StrSplit(absl::AsciiStrToLower(file.path), absl::ByAnyChar("/_-."))) {
      if (std::find(std::begin(kVague), std::end(kVague), word) == std::end(kVague)) continue;
      faults.push_back(
          absl::StrCat(file.path, ": \"", word, "\" says nothing; name what the file holds."));
    }
  }
  return faults;
}

Faults LongFiles(const Tree& tree, const std::vector<LongFile>& allowed) {
  Faults faults;
  for (const SourceFile& file : tree.files()) {
    if (!IsSource(file)) continue;
    const auto exception = std::find_if(allowed.begin(), allowed.end(),
                                        [&](const LongFile& a) { return a.path == file.path; });
    const size_t usual = absl::StartsWith(file.path, "tests/") ? kTestLinesMax : kSourceLinesMax;
    if (exception != allowed.end() && file.lines.size() <= usual) {
      faults.push_back(absl::StrCat(file.path, ": no longer over ", usual,
                                    " lines; take it from the list of exceptions."));
    }
    const size_t lines_max = exception == allowed.end() ? usual : exception->lines_max;
    if (file.lines.size() > lines_max) {
      faults.push_back(absl::StrCat(file.path, ": ", file.lines.size(), " lines; ", lines_max,
                                    " at most. Which two things does it hold?"));
    }
  }
  for (const LongFile& exception : allowed) {
    if (tree.Find(exception.path) == nullptr) {
      faults.push_back(
          absl::StrCat(exception.path, ": an exception for a file that is not there."));
    }
  }
  return faults;
}

Faults LongFunctions(const Tree& tree) {
  Faults faults;
  for (const SourceFile& file : tree.files()) {
    if (!IsCpp(file)) continue;
    size_t opened = 0;  // Line of the brace; 0 outside a function.
    size_t lines = 0;   // Since then.
    for (size_t i = 0; i < file.lines.size(); ++i) {
      if (opened == 0 && OpensFunction(file.lines[i])) {
        opened = i + 1;
        lines = 0;
      }
      if (!IsRow(file.lines[i])) ++lines;
      // A class ends so; what was seen inside it was no function of its own.
      if (file.lines[i] == "};") opened = 0;
      if (file.lines[i] != "}") continue;
      if (opened != 0 && lines > kFunctionLinesMax) {
        faults.push_back(FaultAt(
            file, opened,
            absl::StrCat("A function of ", lines, " lines; ", kFunctionLinesMax, " at most.")));
      }
      opened = 0;
    }
  }
  return faults;
}

Faults SilentHeaders(const Tree& tree) {
  Faults faults;
  for (const SourceFile* file : tree.Under("", {".h"})) {
    if (file->lines.empty() || !absl::StartsWith(file->lines[0], "// ")) {
      faults.push_back(FaultAt(*file, 1, "The header does not open with what it is for."));
    }
  }
  return faults;
}

Faults DefaultCases(const Tree& tree) {
  Faults faults;
  for (absl::string_view folder : {"services/rules/", "services/projections/"}) {
    for (const SourceFile* file : tree.Under(folder, {".cc", ".h"})) {
      for (size_t i = 0; i < file->lines.size(); ++i) {
        absl::string_view line = absl::StripLeadingAsciiWhitespace(file->lines[i]);
        if (!absl::StartsWith(line, "default")) continue;
        line = absl::StripLeadingAsciiWhitespace(line.substr(7));
        if (!absl::StartsWith(line, ":")) continue;
        faults.push_back(FaultAt(*file, i + 1,
                                 "A default case hides the event that was forgotten; "
                                 "list the cases."));
      }
    }
  }
  return faults;
}

}  // namespace countersign::tidy
