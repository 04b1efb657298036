#include "services/projections/known_facts.h"

#include <utility>

#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"

namespace countersign::projections {

absl::StatusOr<const rules::Trust*> KnownFacts::Trust() {
  if (trust_.has_value()) return &*trust_;
  absl::StatusOr<v1::TrustFacts> facts = CardOrEmpty<v1::TrustFacts>(cards_, keys::kTrust);
  if (!facts.ok()) return facts.status();
  absl::StatusOr<rules::BankHolidays> holidays = rules::HolidaysOf(*facts);
  if (!holidays.ok()) return holidays.status();
  trust_ = rules::Trust{*std::move(facts), *std::move(holidays)};
  return &*trust_;
}

absl::StatusOr<const rules::School*> KnownFacts::School(const std::string& school_id) {
  const auto known = schools_.find(school_id);
  if (known != schools_.end()) return &known->second;
  absl::StatusOr<v1::SchoolFacts> facts =
      CardOrEmpty<v1::SchoolFacts>(cards_, keys::School(school_id));
  if (!facts.ok()) return facts.status();
  absl::StatusOr<rules::SchoolCalendar> calendar = rules::CalendarOf(*facts);
  if (!calendar.ok()) return calendar.status();
  return &schools_.emplace(school_id, rules::School{*std::move(facts), *std::move(calendar)})
              .first->second;
}

absl::StatusOr<const rules::Person*> KnownFacts::Person(const std::string& person_id) {
  const auto known = people_.find(person_id);
  if (known != people_.end()) return &known->second;
  absl::StatusOr<std::optional<v1::PersonFacts>> facts =
      FindCard<v1::PersonFacts>(cards_, keys::Person(person_id));
  if (!facts.ok()) return facts.status();
  rules::Person person;
  if (facts->has_value()) {
    absl::StatusOr<rules::WorkFacts> work = rules::WorkFactsOf(**facts);
    if (!work.ok()) return work.status();
    person.facts = **std::move(facts);
    person.work = *std::move(work);
  }
  return &people_.emplace(person_id, std::move(person)).first->second;
}

}  // namespace countersign::projections
