// How the keys of the cards are spelled: text, parts divided by "/", ids as UUIDs, so that no id
// begins another and none holds a "/". A CHANGE OF SPELLING NEEDS A NEW VERSION OF THE PROJECTION.
//
//   p/<plan>                  PlanProgress
//   w/<person>                PersonFacts
//   s/<school>                SchoolFacts
//   t/                        TrustFacts
//   pw/<person>/<plan>        empty: the person is its reviewee or its reviewer
//   ps/<school>/<plan>        empty: the school holds it
//   pc/<cycle>/<school>/<plan>
//                             empty: the school holds it, and it is of that cycle
//   ws/<school>/<person>      empty: the person works there; central staff at the empty school
//   a/<school>/<age>/<plan>   empty: the annex of the plan was issued; the newest first
//   o/<plan>/<kind>/<number>  ObligationCard; the number is that of the change request or of the
//                             request for another reviewer, 0 where it is neither
//   i/<scope>/<shelf>/<due>/<plan>/<kind>/<number>
//                             empty: the obligation of that name, in the order of due dates
//
// Scopes: school/<school>, person/<who owes it, reviewee, reviewer, and, where the head owes a
// reviewer, who manages the reviewee>. What all schools hold is found school by school, and what
// one plan owes from its cards: each scope more is a row more to write for every obligation.
// Shelves: "open" and "settled", so that what is still open is found without reading years of what
// is not; "open-head" for what the office of head owes, so that whoever holds the office on the day
// of asking finds it without reading what others owe. Due: "0<day>", "1" without a due date, "2"
// suspended; so the order of keys is the order in which obligations are shown.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_CARD_KEYS_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_CARD_KEYS_H_

#include <cstdint>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/obligation_cards.pb.h"
#include "services/rules/state/recorded.h"

namespace countersign::projections::keys {

inline constexpr absl::string_view kPlans = "p/";
inline constexpr absl::string_view kPeople = "w/";
inline constexpr absl::string_view kSchools = "s/";
inline constexpr absl::string_view kTrust = "t/";

inline std::string Plan(absl::string_view plan_id) { return absl::StrCat(kPlans, plan_id); }
inline std::string Person(absl::string_view person_id) { return absl::StrCat(kPeople, person_id); }
inline std::string School(absl::string_view school_id) { return absl::StrCat(kSchools, school_id); }

inline std::string PlansOfPerson(absl::string_view person_id) {
  return absl::StrCat("pw/", person_id, "/");
}
inline std::string PlansOfSchool(absl::string_view school_id) {
  return absl::StrCat("ps/", school_id, "/");
}
inline std::string PlansOfCycle(absl::string_view cycle_id, absl::string_view school_id) {
  return absl::StrCat("pc/", cycle_id, "/", school_id, "/");
}
inline std::string PeopleOfSchool(absl::string_view school_id) {
  return absl::StrCat("ws/", school_id, "/");
}

inline std::string AnnexesOfSchool(absl::string_view school_id) {
  return absl::StrCat("a/", school_id, "/");
}
// "<age>/<plan>": what was issued later comes first. Numbers are padded, so that they are in order
// as text.
inline std::string AnnexByAge(const v1::Moment& issued, absl::string_view plan_id) {
  return absl::StrCat(
      absl::Dec(std::numeric_limits<uint64_t>::max() - issued.position_after(), absl::kZeroPad20),
      "/", plan_id);
}
// The plan in what AnnexByAge() spelled.
inline absl::string_view PlanInAnnexByAge(absl::string_view by_age) {
  return by_age.substr(by_age.find('/') + 1);
}

inline std::string ObligationsOfPlan(absl::string_view plan_id) {
  return absl::StrCat("o/", plan_id, "/");
}
// "<plan>/<kind>/<number>".
inline std::string ObligationName(const v1::ObligationCard& card) {
  // A card bears one of the two numbers, and its kind tells which.
  const uint32_t number = card.change() != 0 ? card.change() : card.replacement();
  return absl::StrCat(card.plan_id(), "/", absl::Dec(card.kind(), absl::kZeroPad2), "/",
                      absl::Dec(number, absl::kZeroPad10));
}
inline std::string Obligation(absl::string_view name) { return absl::StrCat("o/", name); }
// The name in what Obligation() spelled.
inline absl::string_view NameInObligation(absl::string_view key) { return key.substr(2); }

inline constexpr absl::string_view kSchoolScopes = "i/school/";
inline std::string SchoolScope(absl::string_view id) {
  return absl::StrCat(kSchoolScopes, id, "/");
}
inline std::string PersonScope(absl::string_view id) { return absl::StrCat("i/person/", id, "/"); }

inline constexpr absl::string_view kOpen = "open/";
inline constexpr absl::string_view kSettled = "settled/";
inline constexpr absl::string_view kOpenOfHead = "open-head/";

inline bool IsSettled(const v1::ObligationCard& card) {
  return card.discharged() || rules::Happened(card.met()) || rules::Happened(card.waived());
}

inline absl::string_view ShelfOf(const v1::ObligationCard& card) {
  if (IsSettled(card)) return kSettled;
  return card.owed_by_head() ? kOpenOfHead : kOpen;
}

// What follows the shelf: "<due>/<name>".
inline std::string DueOrder(const v1::ObligationCard& card) {
  const std::string due = !card.due_on().empty() ? absl::StrCat("0", card.due_on())
                          : card.suspended()     ? "2"
                                                 : "1";
  return absl::StrCat(due, "/", ObligationName(card));
}
// The name in what DueOrder() spelled.
inline absl::string_view NameInDueOrder(absl::string_view due_order) {
  return due_order.substr(due_order.find('/') + 1);
}

}  // namespace countersign::projections::keys

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_CARD_KEYS_H_
