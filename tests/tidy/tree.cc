#include "tests/tidy/tree.h"

#include <stdio.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace countersign::tidy {
namespace {

namespace fs = std::filesystem;

// Files not yet added count too, so that a new file is judged before it is committed. Empty outside
// a checkout, and where git refuses to read somebody else's.
std::vector<std::string> PathsFromGit(const fs::path& root) {
  const std::string command = absl::StrCat("git -C '", root.string(),
                                           "' ls-files -z --cached --others --exclude-standard"
                                           " 2>/dev/null");
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return {};
  std::string listing;
  char chunk[4096];
  size_t length = 0;
  while ((length = fread(chunk, 1, sizeof(chunk), pipe)) > 0) listing.append(chunk, length);
  if (pclose(pipe) != 0) return {};
  return absl::StrSplit(listing, '\0', absl::SkipEmpty());
}

std::vector<std::string> PathsFromWalk(const fs::path& root) {
  std::vector<std::string> paths;
  for (auto entry = fs::recursive_directory_iterator(root);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string path = fs::relative(entry->path(), root).generic_string();
    if (path == ".git" || path == "build") {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file()) {
      paths.push_back(path);
    }
  }
  return paths;
}

bool IsWordCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

}  // namespace

std::string FaultAt(const SourceFile& file, size_t line, absl::string_view what) {
  return absl::StrCat(file.path, ":", line, ": ", what);
}

std::string InLines(const Faults& faults) {
  constexpr size_t kShown = 60;
  if (faults.size() <= kShown) return absl::StrJoin(faults, "\n");
  return absl::StrCat(absl::StrJoin(faults.begin(), faults.begin() + kShown, "\n"), "\n... and ",
                      faults.size() - kShown, " more");
}

bool HasWord(absl::string_view text, absl::string_view word) {
  for (size_t at = text.find(word); at != absl::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !IsWordCharacter(text[at - 1])) &&
        (end == text.size() || !IsWordCharacter(text[end]))) {
      return true;
    }
  }
  return false;
}

Tree Tree::Of(const std::map<std::string, std::string>& texts) {
  Tree tree;
  for (const auto& [path, text] : texts) {
    std::vector<std::string> lines = absl::StrSplit(text, '\n');
    if (lines.back().empty()) lines.pop_back();
    tree.files_.push_back({path, text, std::move(lines)});
  }
  return tree;
}

const Tree& Tree::OfTheProject() {
  static const Tree* const tree = [] {
    const fs::path root = SOURCE_DIR;
    std::vector<std::string> paths = PathsFromGit(root);
    if (paths.empty()) paths = PathsFromWalk(root);
    std::map<std::string, std::string> texts;
    for (const std::string& path : paths) {
      // Git also lists what was deleted and not yet committed.
      if (!fs::is_regular_file(root / path)) continue;
      std::ifstream stream(root / path, std::ios::binary);
      texts[path] = std::string(std::istreambuf_iterator<char>(stream), {});
    }
    if (texts.empty()) {
      std::cerr << "No source file found under " << root << ".\n";
      std::abort();
    }
    return new Tree(Of(texts));
  }();
  return *tree;
}

const SourceFile* Tree::Find(absl::string_view path) const {
  const auto found = std::lower_bound(
      files_.begin(), files_.end(), path,
      [](const SourceFile& file, absl::string_view wanted) { return file.path < wanted; });
  return found != files_.end() && found->path == path ? &*found : nullptr;
}

std::vector<const SourceFile*> Tree::Under(absl::string_view prefix,
                                           const std::vector<absl::string_view>& endings) const {
  std::vector<const SourceFile*> chosen;
  for (const SourceFile& file : files_) {
    if (!absl::StartsWith(file.path, prefix)) continue;
    if (endings.empty() ||
        std::any_of(endings.begin(), endings.end(),
                    [&](absl::string_view ending) { return absl::EndsWith(file.path, ending); })) {
      chosen.push_back(&file);
    }
  }
  return chosen;
}

std::set<std::string> Tree::Folders() const {
  std::set<std::string> folders;
  for (const SourceFile& file : files_) {
    for (size_t slash = file.path.find('/'); slash != std::string::npos;
         slash = file.path.find('/', slash + 1)) {
      folders.insert(file.path.substr(0, slash + 1));
    }
  }
  return folders;
}

}  // namespace countersign::tidy
