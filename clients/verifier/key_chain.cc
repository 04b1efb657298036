#include "clients/verifier/key_chain.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/verifier/event_reader.h"
#include "clients/verifier/text.h"

namespace countersign::verifier {
namespace {

constexpr absl::string_view kHeader = "countersign log key v1";

}  // namespace

void KeyChain::Add(uint64_t position, std::string_view event) {
  ++named_;
  if (event.empty()) {
    untold_at_ = position;
    return;
  }
  const absl::StatusOr<std::string_view> bytes = ReadNamedKey(event);
  if (!bytes.ok()) return;
  const absl::StatusOr<Note> note = ParseNote(*bytes);
  if (!note.ok()) return;
  const std::vector<std::string> lines = absl::StrSplit(note->text, '\n');
  // The last newline leaves an empty piece.
  if (lines.size() != 5 || lines[0] != kHeader || !lines[4].empty()) return;
  const absl::StatusOr<PublicKey> after = ParsePublicKey(lines[2]);
  const absl::StatusOr<PublicKey> before = ParsePublicKey(lines[3]);
  // The first key of an origin follows none.
  if (!after.ok() || !before.ok()) return;
  if (after->name != lines[1] || before->name != lines[1]) return;
  if (!VerifySignature(*note, *after).ok() || !VerifySignature(*note, *before).ok()) return;
  changes_.push_back({.position = position, .before = *before, .after = *after});
}

bool KeyChain::IsKnown(const PublicKey& key) const {
  return std::any_of(keys_.keys.begin(), keys_.keys.end(),
                     [&](const LogKey& known) { return known.key == key; });
}

std::vector<const KeyChain::Change*> KeyChain::Linked() const {
  std::vector<const Change*> linked;
  std::vector<PublicKey> reached;
  for (const LogKey& known : keys_.keys) reached.push_back(known.key);
  const auto is_reached = [&](const PublicKey& key) {
    return std::find(reached.begin(), reached.end(), key) != reached.end();
  };
  bool grew = true;
  while (grew) {
    grew = false;
    for (const Change& change : changes_) {
      if (is_reached(change.before) == is_reached(change.after)) continue;
      linked.push_back(&change);
      reached.push_back(is_reached(change.before) ? change.after : change.before);
      grew = true;
    }
  }
  return linked;
}

std::optional<std::string> KeyChain::Explain(std::string_view checkpoint_note) const {
  const absl::StatusOr<Note> note = ParseNote(checkpoint_note);
  if (!note.ok()) return std::nullopt;
  for (const Change* change : Linked()) {
    for (const PublicKey* key : {&change->before, &change->after}) {
      if (IsKnown(*key) || !VerifySignature(*note, *key).ok()) continue;
      return absl::StrCat("The log's key was changed at position ", change->position,
                          ", as a key that you know signed. Get the line of the other key, ",
                          ToString(*key), ", from somebody you trust, and add it to the key file.");
    }
  }
  if (untold_at_.has_value() && named_ > 1) {
    return absl::StrCat("The log says at position ", *untold_at_,
                        " that a key was named; to check who signed that, its payload is needed. "
                        "Use an export with payloads, or get the line of the new key from somebody "
                        "you trust.");
  }
  return std::nullopt;
}

}  // namespace countersign::verifier
