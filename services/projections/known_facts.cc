#include "services/projections/known_facts.h"

#include <memory>
#include <optional>
#include <utility>

#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"

namespace countersign::projections {
namespace {

absl::StatusOr<rules::Trust> ReadTrust(const CardReader& cards) {
  absl::StatusOr<v1::TrustFacts> facts = CardOrEmpty<v1::TrustFacts>(cards, keys::kTrust);
  if (!facts.ok()) return facts.status();
  absl::StatusOr<rules::BankHolidays> holidays = rules::HolidaysOf(*facts);
  if (!holidays.ok()) return holidays.status();
  return rules::Trust{*std::move(facts), *std::move(holidays)};
}

absl::StatusOr<rules::School> ReadSchool(const CardReader& cards, absl::string_view key) {
  absl::StatusOr<v1::SchoolFacts> facts = CardOrEmpty<v1::SchoolFacts>(cards, key);
  if (!facts.ok()) return facts.status();
  absl::StatusOr<rules::SchoolCalendar> calendar = rules::CalendarOf(*facts);
  if (!calendar.ok()) return calendar.status();
  return rules::School{*std::move(facts), *std::move(calendar)};
}

absl::StatusOr<rules::Person> ReadPerson(const CardReader& cards, absl::string_view key) {
  absl::StatusOr<std::optional<v1::PersonFacts>> facts = FindCard<v1::PersonFacts>(cards, key);
  if (!facts.ok()) return facts.status();
  rules::Person person;
  if (!facts->has_value()) return person;
  absl::StatusOr<rules::WorkFacts> work = rules::WorkFactsOf(**facts);
  if (!work.ok()) return work.status();
  person.facts = **std::move(facts);
  person.work = *std::move(work);
  return person;
}

// The cards keep it alive.
template <typename T>
absl::StatusOr<const T*> Borrowed(const absl::StatusOr<std::shared_ptr<const T>>& remembered) {
  if (!remembered.ok()) return remembered.status();
  return remembered->get();
}

}  // namespace

absl::StatusOr<const rules::Trust*> KnownFacts::Trust() {
  return Borrowed(cards_.Remembered<rules::Trust>(keys::kTrust, [&] { return ReadTrust(cards_); }));
}

absl::StatusOr<const rules::School*> KnownFacts::School(const std::string& school_id) {
  const std::string key = keys::School(school_id);
  return Borrowed(cards_.Remembered<rules::School>(key, [&] { return ReadSchool(cards_, key); }));
}

absl::StatusOr<const rules::Person*> KnownFacts::Person(const std::string& person_id) {
  const std::string key = keys::Person(person_id);
  return Borrowed(cards_.Remembered<rules::Person>(key, [&] { return ReadPerson(cards_, key); }));
}

}  // namespace countersign::projections
