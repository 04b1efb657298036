#include "tests/tidy/schema.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "countersign/v1/event.pb.h"
#include "countersign/v1/options.pb.h"
#include "countersign/v1/refusal.pb.h"
#include "google/protobuf/message.h"

namespace countersign::tidy {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr absl::string_view kSamples = "tests/golden/events/";

struct Declaration {
  // Line on which it begins, from 1.
  size_t line;
  // Its words as written, without comments and without what stands in brackets.
  std::string words;
};

// Cuts a schema into declarations at semicolons and braces. Options in brackets may hold braces of
// their own, strings and comments may hold anything; both are left out.
std::vector<Declaration> DeclarationsOf(const SourceFile& file) {
  std::vector<Declaration> declarations;
  std::string words;
  size_t began = 0;
  int brackets = 0;
  for (size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    bool quoted = false;
    for (size_t at = 0; at < line.size(); ++at) {
      const char c = line[at];
      if (c == '"' && (at == 0 || line[at - 1] != '\\')) quoted = !quoted;
      if (quoted) continue;
      if (line.compare(at, 2, "//") == 0) break;
      if (c == '[') ++brackets;
      if (brackets == 0 && (c == ';' || c == '{' || c == '}')) {
        absl::StripAsciiWhitespace(&words);
        if (!words.empty()) declarations.push_back({began, words});
        words.clear();
      } else if (brackets == 0) {
        if (absl::StripAsciiWhitespace(words).empty()) began = i + 1;
        words.push_back(c);
      }
      if (c == ']') --brackets;
    }
    if (!words.empty()) words.push_back(' ');
  }
  return declarations;
}

// What speaks for itself or belongs to the declaration around it.
bool NeedsNoComment(absl::string_view words) {
  for (absl::string_view keyword :
       {"syntax", "package", "import", "option", "extend", "reserved", "extensions"}) {
    if (!absl::StartsWith(words, keyword) || words.size() == keyword.size()) continue;
    const char next = words[keyword.size()];
    if (!absl::ascii_isalnum(next) && next != '_') return true;
  }
  return false;
}

void AddLeavesBelow(const Descriptor& message, std::vector<const FieldDescriptor*>& path,
                    std::vector<EventLeaf>& leaves) {
  for (int i = 0; i < message.field_count(); ++i) {
    path.push_back(message.field(i));
    const Descriptor* inner = message.field(i)->message_type();
    if (inner != nullptr && absl::EndsWith(inner->name(), "Event")) {
      AddLeavesBelow(*inner, path, leaves);
    } else {
      leaves.push_back({path});
    }
    path.pop_back();
  }
}

// Empty when `sample` is exactly the event at the end of `leaf`; otherwise what it is instead.
std::optional<std::string> Differs(const std::string& sample, const EventLeaf& leaf) {
  v1::Event event;
  if (!event.ParseFromString(sample)) return "does not parse as an Event";
  const google::protobuf::Message* message = &event;
  for (const FieldDescriptor* field : leaf.path) {
    const google::protobuf::Reflection& reflection = *message->GetReflection();
    if (!reflection.GetUnknownFields(*message).empty()) return "has fields that the schema lacks";
    if (!reflection.HasField(*message, field)) {
      return absl::StrCat("has no ", field->name(), " in its ", message->GetDescriptor()->name());
    }
    message = &reflection.GetMessage(*message, field);
  }
  if (!message->GetReflection()->GetUnknownFields(*message).empty()) {
    return "has fields that the schema lacks";
  }
  return std::nullopt;
}

// "role_granted" of tests/golden/events/role_granted.2.bin: the second sample of an event carries
// fields that it gained after the first was written.
std::string EventOfSample(absl::string_view path) {
  absl::ConsumePrefix(&path, kSamples);
  if (!absl::ConsumeSuffix(&path, ".bin")) return "";
  const size_t dot = path.find('.');
  if (dot == absl::string_view::npos) return std::string(path);
  const absl::string_view number = path.substr(dot + 1);
  const bool counted = number.size() == 1 && number[0] >= '2' && number[0] <= '9';
  return counted ? std::string(path.substr(0, dot)) : "";
}

}  // namespace

std::set<std::string> Citations::Rules() const {
  std::set<std::string> rules;
  for (const auto& [rule, names] : events) rules.insert(rule);
  for (const auto& [rule, names] : refusals) rules.insert(rule);
  return rules;
}

Citations CitationsOfTheSchema() {
  Citations citations;
  for (const EventLeaf& leaf : LeavesBelow(*v1::Event::descriptor())) {
    const Descriptor& event = *leaf.path.back()->message_type();
    for (int i = 0; i < event.options().ExtensionSize(v1::rule); ++i) {
      citations.events[event.options().GetExtension(v1::rule, i)].insert(event.name());
    }
  }
  const google::protobuf::EnumDescriptor& reasons = *v1::Reason_descriptor();
  for (int i = 0; i < reasons.value_count(); ++i) {
    const std::string& rule = reasons.value(i)->options().GetExtension(v1::broken_rule);
    if (!rule.empty()) citations.refusals[rule].insert(reasons.value(i)->name());
  }
  return citations;
}

std::vector<std::string> ReasonsOfTheSchema() {
  std::vector<std::string> reasons;
  const google::protobuf::EnumDescriptor& all = *v1::Reason_descriptor();
  for (int i = 0; i < all.value_count(); ++i) {
    if (all.value(i)->number() != 0) reasons.push_back(all.value(i)->name());
  }
  return reasons;
}

std::vector<EventLeaf> LeavesBelow(const Descriptor& outermost) {
  std::vector<EventLeaf> leaves;
  std::vector<const FieldDescriptor*> path;
  AddLeavesBelow(outermost, path, leaves);
  return leaves;
}

Faults UncommentedDeclarations(const Tree& tree) {
  Faults faults;
  for (const SourceFile* file : tree.Under("", {".proto"})) {
    for (const Declaration& declaration : DeclarationsOf(*file)) {
      if (NeedsNoComment(declaration.words)) continue;
      const bool commented =
          declaration.line >= 2 &&
          absl::StartsWith(absl::StripLeadingAsciiWhitespace(file->lines[declaration.line - 2]),
                           "// ");
      if (commented) continue;
      faults.push_back(FaultAt(*file, declaration.line,
                               absl::StrCat("Say above what this is: ", declaration.words)));
    }
  }
  return faults;
}

Faults ProductNamesInSchema(const Tree& tree) {
  constexpr absl::string_view kProducts[] = {"rocksdb", "leveldb", "postgresql", "postgres",
                                             "sqlite",  "openssl", "abseil",     "spdlog",
                                             "kafka",   "libical", "nlohmann"};
  Faults faults;
  for (const SourceFile* file : tree.Under("proto/", {".proto"})) {
    for (size_t i = 0; i < file->lines.size(); ++i) {
      const std::string line = absl::AsciiStrToLower(file->lines[i]);
      for (absl::string_view product : kProducts) {
        if (!HasWord(line, product)) continue;
        faults.push_back(
            FaultAt(*file, i + 1, absl::StrCat("The schema names no product: ", product)));
      }
    }
  }
  return faults;
}

Faults GoldenSampleFaults(const Tree& tree, const std::vector<EventLeaf>& leaves) {
  Faults faults;
  std::set<std::string> names;
  for (const EventLeaf& leaf : leaves) names.insert(leaf.name());
  std::set<std::string> sampled;
  for (const SourceFile* sample : tree.Under(kSamples)) {
    const std::string name = EventOfSample(sample->path);
    if (names.count(name) == 0) {
      faults.push_back(absl::StrCat(sample->path, ": a sample of no event. Event types are never ",
                                    "renamed and never removed."));
      continue;
    }
    if (sample->path == absl::StrCat(kSamples, name, ".bin")) sampled.insert(name);
    // One message may be an event in two streams: it is enough that it is one of this name.
    std::optional<std::string> difference;
    for (const EventLeaf& leaf : leaves) {
      if (leaf.name() != name) continue;
      difference = Differs(sample->text, leaf);
      if (!difference.has_value()) break;
    }
    if (difference.has_value()) {
      faults.push_back(absl::StrCat(sample->path, ": the sample ", *difference, "."));
    }
  }
  for (const std::string& name : names) {
    if (sampled.count(name) > 0) continue;
    faults.push_back(absl::StrCat(kSamples, name, ".bin: missing. Write one serialised ",
                                  "countersign.v1.Event with ", name,
                                  " set; it is never changed again."));
  }
  return faults;
}

}  // namespace countersign::tidy
