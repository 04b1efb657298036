// Chapter: signatures (R69, R74; A04). Both parties sign the same bytes; nobody signs for another.
#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/rules/deadlines/days.h"
#include "services/rules/deadlines/obligations.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

constexpr absl::string_view kMeaningUnlessSaid =
    "I agree that this is a fair record of our meeting.";

Happening Of(const Plan& plan, v1::SigningEvent event) {
  Happening happening{plan.progress.plan_id(), {}};
  *happening.event.mutable_plan()->mutable_signing() = std::move(event);
  return happening;
}

absl::Status RefuseUnlessFinal(const Plan& plan) {
  if (plan.progress.final()) return absl::OkStatus();
  return Refuse(v1::RECORD_NOT_FINAL,
                "The record is not final, so there is nothing to sign yet. The reviewer finalises "
                "it when no change is open.");
}

// The caller's own capacity, for a record that is still the one they were shown.
absl::StatusOr<Party> PartyShown(const Plan& plan, const Facts& facts, const std::string& digest) {
  const bool as_reviewer = facts.caller_id == plan.progress.reviewer_id();
  const bool as_reviewee = facts.caller_id == plan.progress.reviewee_id();
  if ((!as_reviewer && !as_reviewee) || !facts.on_behalf_of.empty()) {
    return Refuse(v1::SIGNER_IS_NO_PARTY,
                  "Only the reviewer and the reviewee sign a record, each for themselves.");
  }
  if (absl::Status not_final = RefuseUnlessFinal(plan); !not_final.ok()) return not_final;
  const std::string current = absl::BytesToHexString(plan.digest);
  if (absl::AsciiStrToLower(digest) != current) {
    return Refuse(v1::RECORD_MOVED_ON,
                  "The record moved on since it was shown to you. Read it again before you sign.",
                  {{"digest", current}, {"draft", absl::StrCat(plan.progress.draft())}});
  }
  return as_reviewer ? Party::kReviewer : Party::kReviewee;
}

v1::Capacity CapacityOf(Party party) {
  v1::Capacity capacity;
  if (party == Party::kReviewer) {
    capacity.mutable_reviewer();
  } else {
    capacity.mutable_reviewee();
  }
  return capacity;
}

bool HasSigned(const v1::PlanProgress& progress, Party party) {
  return Happened(party == Party::kReviewer ? progress.signed_by_reviewer()
                                            : progress.signed_by_reviewee());
}

bool HasDeclined(const v1::PlanProgress& progress, Party party) {
  return Happened(party == Party::kReviewer ? progress.declined_by_reviewer()
                                            : progress.declined_by_reviewee());
}

// R75 to R77: what closes a record gives out its copies in the same decision.
std::vector<Happening> WithCopies(Happening closing, const Plan& plan, const Facts& facts) {
  std::vector<Happening> happenings = {std::move(closing)};
  for (Happening& copy : CopiesOf(plan, facts)) {
    copy.follows_first = true;
    happenings.push_back(std::move(copy));
  }
  return happenings;
}

// GRACE_NOT_OVER while a party who has neither signed nor declined has days left (A04).
absl::Status RefuseWithinGrace(const Plan& plan, const Facts& facts,
                               const std::vector<Party>& silent) {
  absl::StatusOr<DeadlineInputs> inputs = DeadlineInputsOf(
      plan.progress, *facts.trust, *facts.school, facts.PersonOf(plan.progress.reviewer_id()),
      facts.PersonOf(plan.progress.reviewee_id()));
  if (!inputs.ok()) return inputs.status();
  // Who finalises late takes no time to sign from anybody.
  const absl::CivilDay offered_on =
      absl::ToCivilDay(absl::FromUnixMicros(plan.progress.offered().recorded_at_us()), facts.zone);
  const DueDate due = FinalDue(*inputs, Detail::kDateOnly);
  std::optional<absl::CivilDay> ends_on;
  bool has_end = due.due_on.has_value();
  for (const Party party : silent) {
    if (!has_end) break;
    const std::optional<absl::CivilDay> own =
        GraceEndsOn(*inputs, std::max(*due.due_on, offered_on), party);
    has_end = own.has_value();
    if (has_end && (!ends_on.has_value() || *own > *ends_on)) ends_on = own;
  }
  if (has_end && ends_on.has_value() && facts.Today() > *ends_on) return absl::OkStatus();
  if (!has_end) {
    return Refuse(v1::GRACE_NOT_OVER,
                  "The time to sign has no last day for now: an absence without an end keeps it "
                  "from being counted. Record how it ends, or close the record when signing was "
                  "declined.");
  }
  return Refuse(v1::GRACE_NOT_OVER,
                absl::StrCat("There is time to sign until ", DateWithWeekday(*ends_on),
                             ". Close the record after that day, or when signing was declined."),
                {{"grace_ends_on", IsoOf(ends_on)}});
}

}  // namespace

Decision DecideSigning(const Plan& plan, const Facts& facts, const v1::Sign& command) {
  const absl::StatusOr<Party> party = PartyShown(plan, facts, command.digest());
  if (!party.ok()) return party.status();
  if (HasSigned(plan.progress, *party)) return std::vector<Happening>{};
  // R29: another reviewer may sign, and another record, so nobody is hurried past the decision.
  if (absl::Status undecided = RefuseWhileUndecided(plan); !undecided.ok()) return undecided;
  v1::SigningEvent event;
  v1::Signed* given = event.mutable_signed_();
  given->set_digest(plan.digest);
  *given->mutable_capacity() = CapacityOf(*party);
  given->set_method(facts.signing_method);
  given->set_meaning(command.meaning().empty() ? std::string(kMeaningUnlessSaid)
                                               : command.meaning());
  const Party other = *party == Party::kReviewer ? Party::kReviewee : Party::kReviewer;
  if (!HasSigned(plan.progress, other)) return std::vector<Happening>{Of(plan, std::move(event))};
  return WithCopies(Of(plan, std::move(event)), plan, facts);
}

Decision DecideSigning(const Plan& plan, const Facts& facts, const v1::DeclineSignature& command) {
  const absl::StatusOr<Party> party = PartyShown(plan, facts, command.digest());
  if (!party.ok()) return party.status();
  if (HasSigned(plan.progress, *party)) {
    return Refuse(v1::SIGNATURE_GIVEN,
                  "You have signed this record, and a signature is not taken back. Ask for a "
                  "change of the record instead.");
  }
  if (HasDeclined(plan.progress, *party)) return std::vector<Happening>{};
  v1::SigningEvent event;
  v1::SignatureDeclined* declined = event.mutable_signature_declined();
  declined->set_digest(plan.digest);
  *declined->mutable_capacity() = CapacityOf(*party);
  declined->set_reason(command.reason());
  return std::vector<Happening>{Of(plan, std::move(event))};
}

Decision DecideSigning(const Plan& plan, const Facts& facts, const v1::CloseUnsigned& command) {
  if (absl::Status not_final = RefuseUnlessFinal(plan); !not_final.ok()) return not_final;
  // R29: closing would leave a request for another reviewer without its answer.
  if (absl::Status undecided = RefuseWhileUndecided(plan); !undecided.ok()) return undecided;
  std::vector<Party> silent;
  for (const Party party : {Party::kReviewer, Party::kReviewee}) {
    if (!HasSigned(plan.progress, party) && !HasDeclined(plan.progress, party)) {
      silent.push_back(party);
    }
  }
  if (!silent.empty()) {
    if (absl::Status within = RefuseWithinGrace(plan, facts, silent); !within.ok()) return within;
  }
  v1::SigningEvent event;
  event.mutable_closed_unsigned()->set_digest(plan.digest);
  event.mutable_closed_unsigned()->set_reason(command.reason());
  return WithCopies(Of(plan, std::move(event)), plan, facts);
}

}  // namespace countersign::rules
