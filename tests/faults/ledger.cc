#include "tests/faults/ledger.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/entry.h"
#include "storage/merkle_tree.h"
#include "storage/signing/checkpoint.h"

namespace countersign::faults {
namespace {

using storage::Hash;
using storage::Id;

constexpr char kEventType[] = "draft_issued";
constexpr uint32_t kPlans = 7;

storage::StreamId PlanOf(uint32_t number, uint32_t event) {
  return {storage::StreamType::kPlan, Id({static_cast<uint8_t>(1 + (number + event) % kPlans)})};
}

bool IsSealed(uint32_t number, uint32_t event) { return (number + event) % 2 == 0; }

// An entry as it was read back, if it belongs to a request of RequestOf.
struct Found {
  uint64_t position;
  Hash leaf_hash;
  std::string words;  // Empty when they could not be opened.
};

// The entries of the journal by request number, in their order.
absl::Status ReadBack(Store& store, std::map<uint32_t, std::vector<Found>>& found) {
  return store.journal().ReadAll(
      0, storage::Journal::kUnlimited,
      [&](const storage::StoredEvent& event, std::string_view bytes) {
        const absl::StatusOr<v1::Entry> entry = storage::ParseEntry(bytes);
        if (!entry.ok()) return entry.status();
        if (entry->request_id().empty()) return absl::OkStatus();
        std::string words(event.payload);
        if (!event.key_id.empty()) {
          absl::StatusOr<std::string> opened =
              store.keyring().Open(event.key_id, event.stream, event.event_type, event.payload);
          if (!opened.ok()) return opened.status();
          words = *std::move(opened);
        }
        const auto number =
            static_cast<uint32_t>(storage::BigEndian(entry->request_id().substr(Id::kSize - 4)));
        found[number].push_back({event.position, storage::LeafHash(bytes), std::move(words)});
        return absl::OkStatus();
      });
}

// Whether request `number` is there once, whole and as it was said.
void CheckWhole(Store& store, uint32_t number, const std::vector<Found>& entries,
                std::vector<std::string>& broken) {
  const auto say = [&](const std::string& what) {
    broken.push_back(absl::StrCat("Request ", number, " ", what));
  };
  if (entries.size() != EventsOf(number)) {
    return say(absl::StrCat("has ", entries.size(), " entries, not ", EventsOf(number), "."));
  }
  for (uint32_t event = 0; event < entries.size(); ++event) {
    if (entries[event].position != entries[0].position + event) say("is torn apart.");
    if (entries[event].words != WordsOf(number, event)) say("does not say what was said.");
  }
  const absl::StatusOr<std::optional<storage::KnownRequest>> known =
      store.journal().FindRequest(Id({0xa}), RequestIdOf(number));
  if (!known.ok() || !known->has_value() || (*known)->first_position != entries[0].position ||
      (*known)->count != entries.size()) {
    say("is not remembered by its id.");
  }
}

void CheckProven(Store& store, uint32_t number, const std::vector<Found>& entries,
                 std::vector<std::string>& broken) {
  const storage::Head head = store.journal().head();
  for (const Found& entry : entries) {
    const absl::StatusOr<std::vector<Hash>> path =
        store.journal().ProveInclusion(entry.position, head.size);
    if (!path.ok() ||
        !storage::VerifyInclusion(entry.position, head.size, entry.leaf_hash, *path, head.root)) {
      broken.push_back(absl::StrCat("Request ", number, " is not proved to be in the head."));
    }
  }
}

}  // namespace

Id RequestIdOf(uint32_t number) {
  std::array<uint8_t, Id::kSize> bytes{0x5e};
  for (int i = 0; i < 4; ++i) bytes[Id::kSize - 1 - i] = static_cast<uint8_t>(number >> 8 * i);
  return Id(bytes);
}

uint32_t EventsOf(uint32_t number) { return 1 + number % 3; }

std::string WordsOf(uint32_t number, uint32_t event) {
  return absl::StrCat("request ", number, ", event ", event, ": ",
                      std::string(number * 37 % 211, static_cast<char>('a' + number % 26)));
}

absl::StatusOr<storage::AppendRequest> RequestOf(storage::Keyring& keyring, uint32_t number) {
  storage::AppendRequest request;
  request.author = {
      .actor = Id({0xa}), .on_behalf_of = {}, .acting_as = "reviewer", .policy_rule = "P07"};
  request.request_id = RequestIdOf(number);
  request.body_digest = storage::Sha256(absl::StrCat("body ", number));
  for (uint32_t event = 0; event < EventsOf(number); ++event) {
    const storage::StreamId plan = PlanOf(number, event);
    storage::NewEvent said{.stream = plan,
                           .event_type = kEventType,
                           .key_id = "",
                           .payload = WordsOf(number, event),
                           .content_commitment = "",
                           .caused_by = {}};
    if (IsSealed(number, event)) {
      absl::StatusOr<storage::Sealed> sealed =
          keyring.Seal(plan, plan, kEventType, WordsOf(number, event));
      if (!sealed.ok()) return sealed.status();
      said.key_id = sealed->key_id;
      said.payload = std::move(sealed->payload);
      said.content_commitment = sealed->content_commitment;
    }
    request.events.push_back(std::move(said));
  }
  return request;
}

void Ledger::Acknowledged(uint32_t number, const storage::AppendReceipt& receipt) {
  std::vector<Hash> leaves;
  for (const storage::AppendedEntry& entry : receipt.entries) leaves.push_back(entry.leaf_hash);
  acknowledged_.emplace(number, std::move(leaves));
}

absl::Status Ledger::Signed(const storage::Head& head) {
  const auto [before, is_new] = signed_.emplace(head.size, head.root);
  if (is_new || before->second == head.root) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("Two roots were signed for ", head.size,
                                          " entries: ", storage::ToHex(before->second), " and ",
                                          storage::ToHex(head.root), "."));
}

std::vector<std::string> Ledger::BrokenBy(Store& store) const {
  std::vector<std::string> broken;
  const absl::Status verified = store.journal().Verify();
  if (!verified.ok()) broken.push_back(absl::StrCat("Verify: ", verified.ToString()));
  std::map<uint32_t, std::vector<Found>> found;
  const absl::Status read = ReadBack(store, found);
  if (!read.ok()) broken.push_back(absl::StrCat("Reading: ", read.ToString()));
  for (const auto& [number, entries] : found) CheckWhole(store, number, entries, broken);
  for (const auto& [number, leaves] : acknowledged_) {
    std::vector<Hash> there;
    for (const Found& entry : found[number]) there.push_back(entry.leaf_hash);
    if (there != leaves) {
      broken.push_back(absl::StrCat("Request ", number, " was acknowledged with other entries."));
      continue;
    }
    CheckProven(store, number, found[number], broken);
  }
  for (const auto& [size, root] : signed_) {
    const absl::StatusOr<Hash> now = store.journal().RootOf(size);
    if (!now.ok() || *now != root) {
      broken.push_back(absl::StrCat("The journal never had the head of ", size,
                                    " entries that it signed: ", now.status().ToString()));
    }
  }
  const absl::StatusOr<std::optional<storage::Checkpoint>> anchor = store.anchor();
  if (!anchor.ok() || !anchor->has_value()) {
    broken.push_back(absl::StrCat("There is no anchor: ", anchor.status().ToString()));
  } else if (!signed_.empty() && (*anchor)->head.size < signed_.rbegin()->first) {
    broken.push_back("The anchor is behind what was signed.");
  } else if (!storage::CheckAgainstAnchor(store.journal(), **anchor).ok()) {
    broken.push_back("The journal is behind its anchor.");
  }
  return broken;
}

absl::Status Work(Store& store, Ledger& ledger, uint32_t first, uint32_t end) {
  for (uint32_t number = first; number < end; ++number) {
    absl::StatusOr<storage::AppendRequest> request = RequestOf(store.keyring(), number);
    if (!request.ok()) continue;
    const absl::StatusOr<storage::AppendReceipt> receipt =
        store.journal().Append(*std::move(request));
    if (!receipt.ok()) continue;
    ledger.Acknowledged(number, *receipt);
    if (number % 3 != 2) continue;
    const absl::StatusOr<SignedHead> head = store.checkpointer().Await(receipt->head.size);
    if (!head.ok()) continue;
    const absl::StatusOr<storage::SignedNote> note = storage::ParseNote(head->note);
    if (!note.ok() || !storage::VerifyNote(*note, store.log_key()).ok() ||
        storage::ParseCheckpointText(note->text) !=
            absl::StatusOr<storage::Checkpoint>(storage::Checkpoint{kOrigin, head->head})) {
      return absl::DataLossError(absl::StrCat("This was signed: ", head->note));
    }
    const absl::Status consistent = ledger.Signed(head->head);
    if (!consistent.ok()) return consistent;
  }
  return absl::OkStatus();
}

std::string InLines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) absl::StrAppend(&text, line, "\n");
  return text;
}

}  // namespace countersign::faults
