#include "clients/verifier/entry_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "clients/verifier/merkle.h"

namespace countersign::verifier {
namespace {

constexpr uint32_t kFormat = 1;
constexpr size_t kIdBytes = 16;
constexpr size_t kHashBytes = 32;
constexpr size_t kMostNameBytes = 255;
// Stream types are numbered from 1; how many there are is for the log to know.
constexpr char kNoStreamType = 0;

bool IsEmptyOr(size_t size, const std::string& bytes) {
  return bytes.empty() || bytes.size() == size;
}

std::string Expected(absl::string_view field, absl::string_view expected, absl::string_view found) {
  return absl::StrCat(field, ": expected ", expected, ", found ", found);
}

std::string BytesFound(const std::string& bytes) { return absl::StrCat(bytes.size(), " bytes"); }

// The first field that has another shape than docs/export-format.md allows; empty when none has.
std::string WrongShape(const v1::Entry& entry) {
  const auto id = [](absl::string_view field, const std::string& bytes) {
    return IsEmptyOr(kIdBytes, bytes) ? std::string()
                                      : Expected(field, "16 bytes or none", BytesFound(bytes));
  };
  const auto name = [](absl::string_view field, const std::string& bytes) {
    return bytes.size() <= kMostNameBytes ? ""
                                          : Expected(field, "at most 255 bytes", BytesFound(bytes));
  };
  if (entry.format() != kFormat) {
    return Expected("format", "1", absl::StrCat(entry.format()));
  }
  if (entry.stream().size() != 1 + kIdBytes || entry.stream()[0] == kNoStreamType) {
    return Expected("stream", "a type and 16 bytes", BytesFound(entry.stream()));
  }
  const size_t previous = entry.version() == 0 ? 0 : kHashBytes;
  if (entry.previous_leaf_hash().size() != previous) {
    return Expected("previous_leaf_hash", absl::StrCat(previous, " bytes"),
                    BytesFound(entry.previous_leaf_hash()));
  }
  if (entry.event_type().empty()) return Expected("event_type", "a name", "none");
  for (std::string wrong :
       {name("event_type", entry.event_type()), id("actor", entry.actor()),
        id("on_behalf_of", entry.on_behalf_of()), name("acting_as", entry.acting_as()),
        id("request_id", entry.request_id()), name("policy_rule", entry.policy_rule()),
        id("key_id", entry.key_id())}) {
    if (!wrong.empty()) return wrong;
  }
  if (entry.has_caused_by() && entry.caused_by() >= entry.position()) {
    return Expected("caused_by", "an earlier position", absl::StrCat(entry.caused_by()));
  }
  if (entry.payload_digest().size() != kHashBytes) {
    return Expected("payload_digest", "32 bytes", BytesFound(entry.payload_digest()));
  }
  const size_t commitment = entry.key_id().empty() ? 0 : kHashBytes;
  if (entry.content_commitment().size() != commitment) {
    return Expected("content_commitment", absl::StrCat(commitment, " bytes"),
                    BytesFound(entry.content_commitment()));
  }
  return "";
}

// What differs between the entry and a payload that is here; empty when nothing does.
std::string WrongPayload(const v1::Entry& entry, std::string_view payload) {
  if (payload.size() != entry.payload_length()) {
    return Expected("payload_length", absl::StrCat(payload.size(), ", as long as its payload is"),
                    absl::StrCat(entry.payload_length()));
  }
  const Hash digest = Sha256(payload);
  if (AsBytes(digest) == entry.payload_digest()) return "";
  return Expected("payload_digest", absl::StrCat(ToHex(digest), ", that of its payload"),
                  ToHex(entry.payload_digest()));
}

}  // namespace

JudgedEntry EntryJudge::Judge(const ExportedEntry& exported) {
  JudgedEntry judged;
  judged.leaf = LeafHash(exported.entry);
  judged.payload_state = exported.state;
  const int size = static_cast<int>(exported.entry.size());
  const auto fault = [&](JudgedEntry::Fault which, std::string wrong) {
    judged.fault = which;
    judged.wrong = std::move(wrong);
    return judged;
  };
  if (!entry_.ParseFromArray(exported.entry.data(), size)) {
    return fault(JudgedEntry::Fault::kNoEntry, "its bytes are no entry");
  }
  judged.position = entry_.position();
  judged.recorded_at_us = entry_.recorded_at_us();
  judged.version = entry_.version();
  if (!v1::Entry::GetReflection()->GetUnknownFields(entry_).empty()) {
    return fault(JudgedEntry::Fault::kShape, "it has a field that no entry of format 1 has");
  }
  std::string wrong = WrongShape(entry_);
  if (!wrong.empty()) return fault(JudgedEntry::Fault::kShape, std::move(wrong));
  // A field twice, in another place, or a number with more bytes than it needs, would let two
  // readers see two entries. What is serialised stands in the order of field numbers.
  if (!entry_.SerializeToString(&serialised_) || serialised_ != exported.entry) {
    return fault(JudgedEntry::Fault::kShape,
                 "it is not written in the one way that an entry is written");
  }
  std::copy(entry_.stream().begin(), entry_.stream().end(), judged.stream.bytes.begin());
  if (!entry_.previous_leaf_hash().empty()) {
    judged.previous_leaf = *HashFromBytes(entry_.previous_leaf_hash());
  }
  if (exported.state == PayloadState::kHere) {
    wrong = WrongPayload(entry_, exported.payload);
    if (!wrong.empty()) return fault(JudgedEntry::Fault::kPayload, std::move(wrong));
  }
  judged.names_key = entry_.event_type() == "log_key_named";
  if (judged.names_key && exported.state == PayloadState::kHere) {
    judged.key_event = std::string(exported.payload);
  }
  return judged;
}

std::optional<EntryFault> EntryChain::Add(const JudgedEntry& entry) {
  const uint64_t position = next_++;
  const auto fault = [&](std::string wrong, std::optional<uint64_t> contradicts = {}) {
    return EntryFault{.position = position, .contradicts = contradicts, .wrong = std::move(wrong)};
  };
  if (entry.fault == JudgedEntry::Fault::kNoEntry) return fault(entry.wrong);
  if (entry.position != position) {
    return fault(Expected("position", absl::StrCat(position), absl::StrCat(entry.position)));
  }
  if (entry.fault == JudgedEntry::Fault::kShape) return fault(entry.wrong);
  if (position > 0 && entry.recorded_at_us <= recorded_at_us_) {
    return fault(Expected("recorded_at_us", absl::StrCat("more than ", recorded_at_us_),
                          absl::StrCat(entry.recorded_at_us)));
  }
  recorded_at_us_ = entry.recorded_at_us;
  const auto [head, is_first] = heads_.try_emplace(entry.stream);
  const uint64_t version = is_first ? 0 : head->second.version + 1;
  if (entry.version != version) {
    return fault(Expected("version", absl::StrCat(version), absl::StrCat(entry.version)));
  }
  if (!is_first && entry.previous_leaf != head->second.leaf) {
    return fault(Expected("previous_leaf_hash",
                          absl::StrCat(ToHex(head->second.leaf), ", that of position ",
                                       head->second.position),
                          ToHex(entry.previous_leaf)),
                 head->second.position);
  }
  head->second = {.version = version, .position = position, .leaf = entry.leaf};
  if (entry.fault == JudgedEntry::Fault::kPayload) return fault(entry.wrong);
  return std::nullopt;
}

}  // namespace countersign::verifier
