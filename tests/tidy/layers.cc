#include "tests/tidy/layers.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace countersign::tidy {
namespace {

// What an include is, besides its path.
constexpr absl::string_view kStandard = "the C++ library";
constexpr absl::string_view kSystem = "the operating system";
constexpr absl::string_view kStubs = "gRPC stubs";
constexpr absl::string_view kAnything = "";

struct Layer {
  // Beginning of the paths it is about.
  absl::string_view files;
  // Beginnings of what they may include.
  std::vector<absl::string_view> may;
  // Beginnings of what they may not include although it would fit.
  std::vector<absl::string_view> never;
};

// No clock, no disk, no random numbers, no threads: what a pure function is not given, it cannot
// reach for.
const std::vector<absl::string_view>& Impure() {
  static const auto* const impure = new std::vector<absl::string_view>{"absl/time/clock.h",
                                                                       "absl/random/",
                                                                       "absl/synchronization/",
                                                                       "absl/flags/",
                                                                       "<atomic>",
                                                                       "<chrono>",
                                                                       "<ctime>",
                                                                       "<filesystem>",
                                                                       "<fstream>",
                                                                       "<future>",
                                                                       "<iostream>",
                                                                       "<mutex>",
                                                                       "<random>",
                                                                       "<shared_mutex>",
                                                                       "<thread>",
                                                                       "<condition_variable>",
                                                                       "countersign/v1/entry.pb.h"};
  return *impure;
}

const std::vector<Layer>& Layers() {
  static const auto* const layers = new std::vector<Layer>{
      {"storage/",
       {kStandard, kSystem, "storage/", "countersign/v1/entry.pb.h", "google/protobuf/", "rocksdb/",
        "openssl/", "absl/"},
       {}},
      {"services/rules/",
       {kStandard, "services/rules/", "countersign/v1/", "google/protobuf/", "absl/"},
       Impure()},
      {"services/projections/",
       {kStandard, "services/projections/", "services/rules/", "countersign/v1/",
        "google/protobuf/", "absl/"},
       Impure()},
      {"services/imports/",
       {kStandard, "services/imports/", "countersign/v1/", "google/protobuf/", "absl/", "libical/",
        "<csv.h>", "nlohmann/"},
       {"countersign/v1/entry.pb.h"}},
      {"services/",
       {kStandard, kSystem, "services/", "storage/", "countersign/v1/", "google/protobuf/",
        "absl/"},
       {"services/rpc/", "services/imports/"}},
      // Where the page is made and the zip is written.
      {"services/pack/",
       {kStandard, "services/", "storage/", "countersign/v1/", "google/protobuf/", "absl/",
        "<zip.h>"},
       {"services/rpc/", "services/imports/"}},
      {"services/operator/",
       {kStandard, kSystem, "services/", "storage/", "countersign/v1/", "google/protobuf/", "absl/",
        "nlohmann/"},
       {"services/rpc/", "services/imports/"}},
      {"services/rpc/",
       {kStandard, "services/", "storage/", "countersign/v1/", "google/", "absl/", kStubs, "grpc/",
        "grpcpp/"},
       {}},
      // The wiring, where also the file system below RocksDB is injected.
      {"services/server.",
       {kStandard, kSystem, "rocksdb/env.h", "services/", "storage/", "countersign/v1/",
        "google/protobuf/", "absl/", kStubs, "grpc/", "grpcpp/"},
       {}},
      {"services/main.cc",
       {kStandard, kSystem, "services/", "storage/", "countersign/v1/", "google/protobuf/", "absl/",
        kStubs, "grpc/", "grpcpp/", "CLI/", "spdlog/", "toml++/"},
       {}},
      // No business rule in a client; `deadlines check` runs a file of cases and needs no server.
      {"clients/cli/",
       {kStandard, kSystem, "clients/cli/", "clients/verifier/", "countersign/v1/", "google/",
        "absl/", kStubs, "grpc/", "grpcpp/", "nlohmann/", "openssl/"},
       {}},
      {"clients/cli/main.cc",
       {kStandard, kSystem, "clients/cli/", "countersign/v1/", "google/", "absl/", kStubs, "grpc/",
        "grpcpp/", "openssl/", "CLI/"},
       {}},
      {"clients/cli/deadlines/",
       {kStandard, "clients/cli/", "services/rules/", "absl/", "nlohmann/"},
       {}},
      // A second implementation: one bug must not hide itself.
      {"clients/verifier/",
       {kStandard, kSystem, "clients/verifier/", "countersign/v1/entry.pb.h", "google/protobuf/",
        "openssl/", "absl/"},
       {}},
      {"clients/verifier/main.cc", {kStandard, "clients/verifier/", "CLI/"}, {}},
      {"tests/", {kAnything}, {}},
      {"tests/rules/",
       {kStandard, kSystem, "tests/rules/", "tests/support/", "services/rules/",
        "clients/cli/deadlines/", "countersign/v1/", "google/protobuf/", "absl/", "gtest/",
        "gmock/", "nlohmann/"},
       {}},
      {"tests/guidance/",
       {kStandard, "tests/guidance/", "tests/support/", "services/rules/", "countersign/v1/",
        "google/protobuf/", "absl/", "gtest/", "gmock/"},
       {}},
      {"tests/storage/",
       {kStandard, kSystem, "tests/storage/", "tests/support/", "storage/",
        "countersign/v1/entry.pb.h", "google/protobuf/", "rocksdb/", "openssl/", "absl/", "gtest/",
        "gmock/", "nlohmann/"},
       {}},
  };
  return *layers;
}

// Seconds of compile time each: one file pays, the others include a header of ours.
struct SlowHeaders {
  absl::string_view prefix;
  // Files that may include it; empty: any one file of the product.
  std::vector<absl::string_view> files;
};

const std::vector<SlowHeaders>& Slow() {
  static const auto* const slow = new std::vector<SlowHeaders>{
      {"CLI/", {"clients/cli/main.cc", "clients/verifier/main.cc", "services/main.cc"}},
      {"spdlog/", {}},
      {"toml++/", {}},
      {"libical/", {}},
  };
  return *slow;
}

struct Include {
  size_t line;
  // As written, without quotes; angle brackets are kept where there is no folder: "<string>".
  std::string path;
};

std::vector<Include> IncludesOf(const SourceFile& file) {
  std::vector<Include> includes;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    absl::string_view line = file.lines[i];
    if (!absl::StartsWith(line, "#include ")) continue;
    const size_t begin = line.find_first_of("<\"");
    if (begin == absl::string_view::npos) continue;
    const size_t end = line.find_first_of(">\"", begin + 1);
    if (end == absl::string_view::npos) continue;
    const absl::string_view path = line.substr(begin + 1, end - begin - 1);
    const bool bare = line[begin] == '<' && !absl::StrContains(path, "/");
    includes.push_back({i + 1, bare ? absl::StrCat("<", path, ">") : std::string(path)});
  }
  return includes;
}

bool IsSystem(absl::string_view include) {
  for (absl::string_view folder : {"sys/", "net/", "netinet/", "arpa/", "linux/"}) {
    if (absl::StartsWith(include, folder)) return true;
  }
  return absl::StartsWith(include, "<") && absl::EndsWith(include, ".h>");
}

bool Fits(absl::string_view include, absl::string_view what) {
  if (what == kAnything) return true;
  if (what == kStandard) return absl::StartsWith(include, "<") && !IsSystem(include);
  if (what == kSystem) return IsSystem(include);
  if (what == kStubs) return absl::EndsWith(include, ".grpc.pb.h");
  // Stubs lie among the messages, but only those who speak gRPC may have them.
  return absl::StartsWith(include, what) && !absl::EndsWith(include, ".grpc.pb.h");
}

bool FitsAny(absl::string_view include, const std::vector<absl::string_view>& whats) {
  return std::any_of(whats.begin(), whats.end(),
                     [&](absl::string_view what) { return Fits(include, what); });
}

const Layer* LayerOf(absl::string_view path) {
  const Layer* best = nullptr;
  for (const Layer& layer : Layers()) {
    if (!absl::StartsWith(path, layer.files)) continue;
    if (best == nullptr || layer.files.size() > best->files.size()) best = &layer;
  }
  return best;
}

std::vector<const SourceFile*> CppFiles(const Tree& tree) { return tree.Under("", {".cc", ".h"}); }

}  // namespace

Faults ForbiddenIncludes(const Tree& tree) {
  Faults faults;
  for (const SourceFile* file : CppFiles(tree)) {
    const Layer* layer = LayerOf(file->path);
    if (layer == nullptr) {
      faults.push_back(FaultAt(*file, 1, "In no layer: add a row to tests/tidy/layers.cc."));
      continue;
    }
    for (const Include& include : IncludesOf(*file)) {
      if (!absl::StrContains(include.path, "/") && !absl::StartsWith(include.path, "<")) {
        faults.push_back(FaultAt(
            *file, include.line,
            absl::StrCat("Write the path of ", include.path, " from the root of the repository.")));
      } else if (!FitsAny(include.path, layer->may) || FitsAny(include.path, layer->never)) {
        faults.push_back(FaultAt(*file, include.line,
                                 absl::StrCat(layer->files, " may not include ", include.path)));
      }
    }
  }
  return faults;
}

Faults ForbiddenMeetings(const Tree& tree) {
  // The codec and the states are what the registrar and the projector share: from stored bytes to
  // events, from events to what is true.
  constexpr absl::string_view kMeetingPlaces[] = {"services/registrar.",   "services/projector.",
                                                  "services/event_codec.", "services/states.",
                                                  "services/server.",      "services/main.cc"};
  Faults faults;
  for (const SourceFile* file : tree.Under("services/", {".cc", ".h"})) {
    if (std::any_of(std::begin(kMeetingPlaces), std::end(kMeetingPlaces),
                    [&](absl::string_view place) { return absl::StartsWith(file->path, place); })) {
      continue;
    }
    size_t storage_line = 0;
    size_t rules_line = 0;
    for (const Include& include : IncludesOf(*file)) {
      // Errors and names of streams carry nothing that was stored.
      if (absl::StartsWith(include.path, "storage/") && include.path != "storage/errors.h" &&
          include.path != "storage/stream.h") {
        storage_line = include.line;
      }
      if (absl::StartsWith(include.path, "services/rules/")) rules_line = include.line;
    }
    if (storage_line == 0 || rules_line == 0) continue;
    faults.push_back(FaultAt(*file, std::max(storage_line, rules_line),
                             "Storage and rules meet only in the registrar, the projector "
                             "and what the two share."));
  }
  return faults;
}

Faults SlowIncludes(const Tree& tree) {
  Faults faults;
  for (const SlowHeaders& slow : Slow()) {
    std::string first;  // The one file that already includes it, where any one may.
    for (const SourceFile* file : CppFiles(tree)) {
      if (absl::StartsWith(file->path, "tests/")) continue;
      for (const Include& include : IncludesOf(*file)) {
        if (!absl::StartsWith(include.path, slow.prefix)) continue;
        const bool named =
            std::find(slow.files.begin(), slow.files.end(), file->path) != slow.files.end();
        const bool only = slow.files.empty() && (first.empty() || first == file->path) &&
                          absl::EndsWith(file->path, ".cc");
        if (!named && !only) {
          faults.push_back(
              FaultAt(*file, include.line,
                      absl::StrCat(include.path, " is slow to compile; include it in ",
                                   first.empty() ? "one source file" : first, " only.")));
        }
        if (only) first = file->path;
      }
    }
  }
  for (const SourceFile* file : CppFiles(tree)) {
    if (!absl::EndsWith(file->path, ".h") || absl::StartsWith(file->path, "tests/")) continue;
    for (const Include& include : IncludesOf(*file)) {
      if (include.path != "nlohmann/json.hpp") continue;
      faults.push_back(FaultAt(*file, include.line,
                               "Include nlohmann/json_fwd.hpp in headers, the rest in sources."));
    }
  }
  return faults;
}

}  // namespace countersign::tidy
