// `countersign record ...`: FinaliseRecord of RecordingService, and SigningService.

#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/text.h"
#include "clients/cli/record/record_digest.h"
#include "clients/cli/record/record_text.h"
#include "countersign/v1/plan_service.pb.h"
#include "countersign/v1/recording_service.pb.h"
#include "countersign/v1/signing_service.pb.h"

namespace countersign::cli {
namespace {

constexpr char kMeaning[] = "I agree that this is a fair record of our meeting.";

Outcome Finalise(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  v1::FinaliseRecordRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent();
  return session.Submit(request,
                        absl::StrCat("each for themselves: countersign record sign ", *plan));
}

// The fingerprint that the signer gave or gives now; it must be read off the record, so the CLI
// never fills it in.
absl::StatusOr<std::string> FingerprintFrom(Session& session, const Arguments& arguments) {
  if (arguments.Has("fingerprint")) return arguments.Text("fingerprint");
  Terminal& terminal = session.terminal();
  if (!terminal.interactive || terminal.for_programs()) {
    return MakeFailure(
        absl::StatusCode::kInvalidArgument,
        {.reason = "FINGERPRINT_MISSING",
         .message = "Nothing was signed: say which record with --fingerprint.",
         .next = "read it with `countersign plan show PLAN`, then give the first 8 digits"});
  }
  terminal.err << "Type the first " << kFingerprintDigitsMin
               << " digits of the fingerprint to sign, or nothing to leave: " << std::flush;
  std::string typed;
  std::getline(terminal.in, typed);
  return typed;
}

absl::StatusOr<v1::PlanView> RecordToSign(Session& session, const std::string& plan_id) {
  v1::GetPlanRequest request;
  request.set_plan_id(plan_id);
  const auto answer = session.Ask<v1::GetPlanResponse>(request);
  if (!answer.ok()) return answer.status();
  if (answer->plan().digest().empty()) {
    return MakeFailure(
        absl::StatusCode::kFailedPrecondition,
        {.reason = "RECORD_NOT_FINAL",
         .rule = "R73",
         .message = "The record has not been finalised, so there is nothing to sign.",
         .next = absl::StrCat("the reviewer says: countersign record finalise ", plan_id)});
  }
  return CheckedRecord(answer->plan());
}

Outcome SignRecord(Session& session, const Arguments& arguments) {
  const auto plan = ResolvePlan(session, arguments);
  if (!plan.ok()) return plan.status();
  const auto record = RecordToSign(session, *plan);
  if (!record.ok()) return record.status();
  const std::string meaning =
      arguments.Has("meaning") ? arguments.Text("meaning") : std::string(kMeaning);
  Terminal& terminal = session.terminal();
  if (!terminal.for_programs()) {
    terminal.out << RecordText(*record, terminal.width, terminal.color_out)
                 << "\nTo be signed as: " << Printable(meaning) << "\n"
                 << std::flush;
  }
  if (!terminal.out.good()) {
    return absl::UnknownError("The record could not be shown, so nothing was signed.");
  }
  const auto fingerprint = FingerprintFrom(session, arguments);
  if (!fingerprint.ok()) return fingerprint.status();
  absl::Status same = CheckFingerprint(*fingerprint, record->digest());
  if (!same.ok()) return same;
  v1::SignRequest request;
  request.set_plan_id(*plan);
  request.mutable_intent()->set_digest(record->digest());
  request.mutable_intent()->set_meaning(meaning);
  return session.Submit(request, absl::StrCat("countersign plan timeline ", *plan));
}

}  // namespace

std::vector<CommandSpec> SigningCommands() {
  const Parameter fingerprint =
      Fills({"intent.digest"}, Option("fingerprint", Kind::kText,
                                      "At least the first 8 digits of the record's fingerprint"));
  const Parameter meaning =
      Option("meaning", Kind::kText, "What the signature means, in your words");
  return {
      {.noun = "record",
       .verb = "finalise",
       .summary = "Offers the record for signature, complete and with nothing open",
       .examples = {"countersign record finalise --of amina.yusuf"},
       .parameters = PlanParameters(),
       .writes = true,
       .run = Finalise},
      {.noun = "record",
       .verb = "sign",
       .summary = "Shows the record, checks its fingerprint, and signs it",
       .examples = {"countersign record sign --of amina.yusuf",
                    "countersign record sign --of amina.yusuf --fingerprint 3f2a91c0"},
       .parameters = PlanParameters({fingerprint, meaning}),
       .writes = true,
       .run = SignRecord},
  };
}

}  // namespace countersign::cli
