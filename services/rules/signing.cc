// Chapter: signatures (R69, R74). Both parties sign the same bytes.
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

constexpr absl::string_view kMeaningUnlessSaid =
    "I agree that this is a fair record of our meeting.";

}  // namespace

Decision DecideSigning(const Plan& plan, const Facts& facts, const v1::Sign& command) {
  const bool as_reviewer = facts.caller_id == plan.progress.reviewer_id();
  const bool as_reviewee = facts.caller_id == plan.progress.reviewee_id();
  if ((!as_reviewer && !as_reviewee) || !facts.on_behalf_of.empty()) {
    return Refuse(v1::SIGNER_IS_NO_PARTY,
                  "Only the reviewer and the reviewee sign a record, each for themselves.");
  }
  if (!plan.progress.final()) {
    return Refuse(
        v1::RECORD_NOT_FINAL,
        "The record is not final, so there is nothing to sign yet. The reviewer finalises "
        "it when no change is open.");
  }
  const std::string current = absl::BytesToHexString(plan.digest);
  if (absl::AsciiStrToLower(command.digest()) != current) {
    return Refuse(v1::RECORD_MOVED_ON,
                  "The record moved on since it was shown to you. Read it again before you sign.",
                  {{"digest", current}, {"draft", absl::StrCat(plan.progress.draft())}});
  }
  for (const StandingSignature& signature : plan.signatures) {
    if (signature.as_reviewer == as_reviewer) return std::vector<Happening>{};
  }
  Happening happening{plan.progress.plan_id(), {}};
  v1::Signed* event = happening.event.mutable_plan()->mutable_signing()->mutable_signed_();
  event->set_digest(plan.digest);
  if (as_reviewer) {
    event->mutable_capacity()->mutable_reviewer();
  } else {
    event->mutable_capacity()->mutable_reviewee();
  }
  event->set_method(facts.signing_method);
  event->set_meaning(command.meaning().empty() ? std::string(kMeaningUnlessSaid)
                                               : command.meaning());
  return std::vector<Happening>{std::move(happening)};
}

}  // namespace countersign::rules
