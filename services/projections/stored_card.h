// Cards that are messages, as they lie among the cards.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_STORED_CARD_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_STORED_CARD_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/projections/projection.h"

namespace countersign::projections {

// The message that a card holds. DATA_LOSS when it holds none.
template <typename Message>
absl::StatusOr<Message> ParseCard(absl::string_view key, absl::string_view card) {
  Message message;
  if (!message.ParseFromArray(card.data(), static_cast<int>(card.size()))) {
    return absl::DataLossError(absl::StrCat("the card ", key, " is damaged: rebuild the cards"));
  }
  return message;
}

// The card of that key, or nothing. Errors as CardReader::Get and ParseCard.
template <typename Message>
absl::StatusOr<std::optional<Message>> FindCard(const CardReader& cards, absl::string_view key) {
  absl::StatusOr<std::optional<std::string>> card = cards.Get(key);
  if (!card.ok()) return card.status();
  if (!card->has_value()) return std::optional<Message>();
  absl::StatusOr<Message> message = ParseCard<Message>(key, **card);
  if (!message.ok()) return message.status();
  return std::optional<Message>(*std::move(message));
}

// The card of that key; an empty message where there is none yet. Errors as FindCard.
template <typename Message>
absl::StatusOr<Message> CardOrEmpty(const CardReader& cards, absl::string_view key) {
  absl::StatusOr<std::optional<Message>> found = FindCard<Message>(cards, key);
  if (!found.ok()) return found.status();
  return found->has_value() ? **std::move(found) : Message();
}

// What follows `prefix` in every key that begins with it, in order: most often an id. Errors as
// CardReader::Scan.
inline absl::StatusOr<std::vector<std::string>> IdsUnder(const CardReader& cards,
                                                         absl::string_view prefix) {
  std::vector<std::string> ids;
  const absl::Status scanned =
      cards.Scan(prefix, "", kNoLimit, [&](absl::string_view key, absl::string_view) {
        ids.emplace_back(key.substr(prefix.size()));
        return absl::OkStatus();
      });
  if (!scanned.ok()) return scanned;
  return ids;
}

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_STORED_CARD_H_
