#include "services/projections/obligation_cards.h"

#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/projections/card_keys.h"
#include "services/projections/stored_card.h"
#include "services/rules/deadlines/notice.h"
#include "services/rules/state/person.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/plan_people.h"
#include "services/rules/state/school.h"
#include "services/rules/state/trust.h"

namespace countersign::projections {
namespace {

absl::Status UnknownEvent() {
  return absl::DataLossError("event of unknown kind: written by a newer version");
}

// Whom the plan is listed for.
std::set<std::string> PartiesOf(const v1::PlanProgress& progress) {
  std::set<std::string> parties;
  for (const absl::string_view party :
       {absl::string_view(progress.reviewee_id()), rules::ReviewerOf(progress)}) {
    if (!party.empty()) parties.emplace(party);
  }
  return parties;
}

void ListPlan(const v1::PlanProgress& before, const v1::PlanProgress& now, Cards& cards) {
  if (before.plan_id().empty()) {
    cards.Put(absl::StrCat(keys::PlansOfSchool(now.school_id()), now.plan_id()), "");
    cards.Put(absl::StrCat(keys::PlansOfCycle(now.cycle_id(), now.school_id()), now.plan_id()), "");
  }
  if (rules::Happened(now.annex_copy_issued()) && !rules::Happened(before.annex_copy_issued())) {
    cards.Put(absl::StrCat(keys::AnnexesOfSchool(now.school_id()),
                           keys::AnnexByAge(now.annex_copy_issued(), now.plan_id())),
              "");
  }
  const std::set<std::string> old_parties = PartiesOf(before);
  const std::set<std::string> new_parties = PartiesOf(now);
  for (const std::string& party : old_parties) {
    if (new_parties.count(party) == 0) {
      cards.Erase(absl::StrCat(keys::PlansOfPerson(party), now.plan_id()));
    }
  }
  for (const std::string& party : new_parties) {
    if (old_parties.count(party) == 0) {
      cards.Put(absl::StrCat(keys::PlansOfPerson(party), now.plan_id()), "");
    }
  }
}

// How far an event reaches.
enum class Reaches {
  kNoCard,
  kItsOwnCard,
  kDueDates,
  kDueDatesIfFinal,  // Not shown, unless it opens a final record again.
};

absl::StatusOr<Reaches> ReachOf(const v1::PreparationEvent& preparation) {
  switch (preparation.event_case()) {
    case v1::PreparationEvent::kPreparationPackIssued:
    case v1::PreparationEvent::kConsultationRecorded:
    case v1::PreparationEvent::kReleaseArranged:
      return Reaches::kItsOwnCard;
    case v1::PreparationEvent::kPreparationShared:
      return Reaches::kNoCard;  // Not shown: words, and nothing is owed for them.
    case v1::PreparationEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Reaches> ReachOf(const v1::RecordingEvent& recording) {
  switch (recording.event_case()) {
    case v1::RecordingEvent::kDraftIssued:
    case v1::RecordingEvent::kChangesRequested:
    case v1::RecordingEvent::kDraftRevised:
    case v1::RecordingEvent::kChangeDeclined:
    case v1::RecordingEvent::kRecordFinalised:
    case v1::RecordingEvent::kDeadlineExtended:
      return Reaches::kDueDates;
    case v1::RecordingEvent::kCommentAdded:
      return Reaches::kDueDatesIfFinal;
    case v1::RecordingEvent::EVENT_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Reaches> ReachOf(const v1::PlanEvent& plan) {
  switch (plan.chapter_case()) {
    case v1::PlanEvent::kEnrolment:
    case v1::PlanEvent::kReviewer:
    case v1::PlanEvent::kMeeting:
    case v1::PlanEvent::kSigning:
    case v1::PlanEvent::kCopies:
      return Reaches::kDueDates;
    case v1::PlanEvent::kPreparation:
      return ReachOf(plan.preparation());
    case v1::PlanEvent::kRecording:
      return ReachOf(plan.recording());
    case v1::PlanEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Reaches> ReachOf(const v1::PersonEvent& person) {
  switch (person.chapter_case()) {
    case v1::PersonEvent::kWorkFactsChanged:
      switch (person.work_facts_changed().event_case()) {
        case v1::WorkFactsEvent::kPersonRegistered:
        case v1::WorkFactsEvent::kWorkPatternChanged:
        case v1::WorkFactsEvent::kAbsenceRecorded:
        case v1::WorkFactsEvent::kAbsenceCorrected:
        case v1::WorkFactsEvent::kAbsenceWithdrawn:
        case v1::WorkFactsEvent::kLineManagersNamed:  // No date, but who owes a reviewer (A11).
          return Reaches::kDueDates;
        case v1::WorkFactsEvent::kPostChanged:
          return Reaches::kItsOwnCard;
        case v1::WorkFactsEvent::kNameChanged:
          return Reaches::kNoCard;  // Not shown: cards hold no person's name.
        case v1::WorkFactsEvent::EVENT_NOT_SET:
          break;
      }
      return UnknownEvent();
    case v1::PersonEvent::kPlans:
      return Reaches::kItsOwnCard;
    case v1::PersonEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Reaches> ReachOf(const v1::TrustEvent& trust) {
  switch (trust.chapter_case()) {
    case v1::TrustEvent::kPolicy:
      return Reaches::kDueDates;
    case v1::TrustEvent::kCalendar:
      switch (trust.calendar().event_case()) {
        case v1::TrustCalendarEvent::kBankHolidaysPublished:
          return Reaches::kDueDates;
        case v1::TrustCalendarEvent::kCycleOpened:
          return Reaches::kItsOwnCard;
        case v1::TrustCalendarEvent::EVENT_NOT_SET:
          break;
      }
      return UnknownEvent();
    case v1::TrustEvent::kRegistration:
    case v1::TrustEvent::kRoles:
      return Reaches::kItsOwnCard;
    case v1::TrustEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::StatusOr<Reaches> ReachOf(const v1::SchoolEvent& school) {
  switch (school.chapter_case()) {
    case v1::SchoolEvent::kRegistration:
    case v1::SchoolEvent::kCalendar:
    case v1::SchoolEvent::kPolicy:
      return Reaches::kDueDates;
    case v1::SchoolEvent::kRoles:
      return Reaches::kItsOwnCard;  // Who owes what the head owes is found on the day of asking.
    case v1::SchoolEvent::CHAPTER_NOT_SET:
      break;
  }
  return UnknownEvent();
}

}  // namespace

// What people wrote to one another is in no card, but that they did may open a final record again.
bool ObligationCards::ReadsContentOf(const v1::Event& kind) const {
  return !kind.plan().recording().has_comment_added() &&
         !kind.plan().preparation().has_preparation_shared();
}

absl::Status ObligationCards::Apply(const rules::Recorded& recorded, Cards& cards) const {
  switch (recorded.event.stream_case()) {
    case v1::Event::kPlan:
      return ApplyPlan(recorded, cards);
    case v1::Event::kPerson:
      return ApplyPerson(recorded, cards);
    case v1::Event::kSchool:
      return ApplySchool(recorded, cards);
    case v1::Event::kTrust:
      return ApplyTrust(recorded, cards);
    // Not shown among obligations, people and plans: who looked, who was turned away, and what the
    // journal says of itself.
    case v1::Event::kAccess:
    case v1::Event::kCaller:
    case v1::Event::kJournal:
      return absl::OkStatus();
    case v1::Event::STREAM_NOT_SET:
      break;
  }
  return UnknownEvent();
}

absl::Status ObligationCards::ApplyPlan(const rules::Recorded& recorded, Cards& cards) const {
  const absl::StatusOr<Reaches> reach = ReachOf(recorded.event.plan());
  if (!reach.ok()) return reach.status();
  if (*reach == Reaches::kNoCard) return absl::OkStatus();
  const std::string key = keys::Plan(recorded.subject_id);
  const absl::StatusOr<std::shared_ptr<const v1::PlanProgress>> before =
      cards.Remembered<v1::PlanProgress>(key,
                                         [&] { return CardOrEmpty<v1::PlanProgress>(cards, key); });
  if (!before.ok()) return before.status();
  if (*reach == Reaches::kDueDatesIfFinal && !(*before)->final()) return absl::OkStatus();
  v1::PlanProgress progress = **before;
  const absl::Status advanced = rules::Advance(progress, recorded);
  if (!advanced.ok()) return advanced;
  if (rules::StateOf(progress) == rules::PlanState::kUnborn) {
    return absl::DataLossError(absl::StrCat("plan ", recorded.subject_id, " was never opened"));
  }
  progress.clear_comments();
  cards.PutRemembered(key, progress.SerializeAsString(), progress);
  if (*reach == Reaches::kItsOwnCard) return absl::OkStatus();
  ListPlan(**before, progress, cards);
  KnownFacts facts(cards);
  const Notice notice =
      rules::IsNoticeJudgedAnew(**before, progress) ? Notice::kJudgedAnew : Notice::kAsJudged;
  return ReviseObligations(progress, notice, zone_, facts, cards);
}

absl::Status ObligationCards::ApplyPerson(const rules::Recorded& recorded, Cards& cards) const {
  const absl::StatusOr<Reaches> reach = ReachOf(recorded.event.person());
  if (!reach.ok()) return reach.status();
  if (*reach == Reaches::kNoCard) return absl::OkStatus();
  const std::string key = keys::Person(recorded.subject_id);
  const absl::StatusOr<v1::PersonFacts> before = CardOrEmpty<v1::PersonFacts>(cards, key);
  if (!before.ok()) return before.status();
  v1::PersonFacts facts = *before;
  const absl::Status advanced = rules::Advance(facts, recorded);
  if (!advanced.ok()) return advanced;
  cards.Put(key, facts.SerializeAsString());
  if (before->person_id() != facts.person_id() || before->school_id() != facts.school_id()) {
    cards.Erase(absl::StrCat(keys::PeopleOfSchool(before->school_id()), recorded.subject_id));
    cards.Put(absl::StrCat(keys::PeopleOfSchool(facts.school_id()), recorded.subject_id), "");
  }
  if (*reach != Reaches::kDueDates) return absl::OkStatus();
  return RevisePlans(keys::PlansOfPerson(recorded.subject_id), cards);
}

absl::Status ObligationCards::ApplySchool(const rules::Recorded& recorded, Cards& cards) const {
  const absl::StatusOr<Reaches> reach = ReachOf(recorded.event.school());
  if (!reach.ok()) return reach.status();
  const std::string key = keys::School(recorded.subject_id);
  absl::StatusOr<v1::SchoolFacts> facts = CardOrEmpty<v1::SchoolFacts>(cards, key);
  if (!facts.ok()) return facts.status();
  const absl::Status advanced = rules::Advance(*facts, recorded);
  if (!advanced.ok()) return advanced;
  cards.Put(key, facts->SerializeAsString());
  if (*reach != Reaches::kDueDates) return absl::OkStatus();
  return RevisePlans(keys::PlansOfSchool(recorded.subject_id), cards);
}

absl::Status ObligationCards::ApplyTrust(const rules::Recorded& recorded, Cards& cards) const {
  const absl::StatusOr<Reaches> reach = ReachOf(recorded.event.trust());
  if (!reach.ok()) return reach.status();
  absl::StatusOr<v1::TrustFacts> facts = CardOrEmpty<v1::TrustFacts>(cards, keys::kTrust);
  if (!facts.ok()) return facts.status();
  const absl::Status advanced = rules::Advance(*facts, recorded);
  if (!advanced.ok()) return advanced;
  cards.Put(keys::kTrust, facts->SerializeAsString());
  if (*reach != Reaches::kDueDates) return absl::OkStatus();
  return RevisePlans(std::string(keys::kPlans), cards);
}

absl::Status ObligationCards::RevisePlans(const std::string& prefix, Cards& cards) const {
  const absl::StatusOr<std::vector<std::string>> plan_ids = IdsUnder(cards, prefix);
  if (!plan_ids.ok()) return plan_ids.status();
  KnownFacts facts(cards);
  for (const std::string& plan_id : *plan_ids) {
    const absl::StatusOr<v1::PlanProgress> progress =
        CardOrEmpty<v1::PlanProgress>(cards, keys::Plan(plan_id));
    if (!progress.ok()) return progress.status();
    if (rules::IsClosed(rules::StateOf(*progress))) continue;
    const absl::Status revised =
        ReviseObligations(*progress, Notice::kAsJudged, zone_, facts, cards);
    if (!revised.ok()) return revised;
  }
  return absl::OkStatus();
}

}  // namespace countersign::projections
