// `countersign record ...`: FinaliseRecord and ExtendDeadline of RecordingService, and
// SigningService.

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

Outcome Extend(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::ExtendDeadlineRequest>(session, arguments);
  if (!request.ok()) return request.status();
  v1::ExtendDeadline& intent = *request->mutable_intent();
  if (arguments.Text("period") == "draft") {
    intent.mutable_period()->mutable_draft();
  } else {
    intent.mutable_period()->mutable_final();
  }
  if (arguments.Text("because") == "pattern") {
    intent.mutable_cause()->mutable_work_pattern();
  } else {
    intent.mutable_cause()->mutable_absence();
  }
  intent.set_due_on(arguments.Text("until"));
  return session.Submit(*request, absl::StrCat("countersign plan deadlines ", request->plan_id()));
}

// What somebody is about to do with a record that they are shown.
struct Act {
  std::string to_do;    // "sign", after "to".
  std::string undone;   // "Nothing was signed".
  std::string meaning;  // The line below the record.
};

// The fingerprint that the signer gave or gives now; it must be read off the record, so the CLI
// never fills it in.
absl::StatusOr<std::string> FingerprintFrom(Session& session, const Arguments& arguments,
                                            const Act& act) {
  if (arguments.Has("fingerprint")) return arguments.Text("fingerprint");
  Terminal& terminal = session.terminal();
  if (!terminal.interactive || terminal.for_programs()) {
    return MakeFailure(
        absl::StatusCode::kInvalidArgument,
        {.reason = "FINGERPRINT_MISSING",
         .message = absl::StrCat(act.undone, ": say which record with --fingerprint."),
         .next = "read it with `countersign plan show PLAN`, then give the first 8 digits"});
  }
  terminal.err << "Type the first " << kFingerprintDigitsMin << " digits of the fingerprint to "
               << act.to_do << ", or nothing to leave: " << std::flush;
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

// Shows the record and returns its digest, once whoever acts has told its fingerprint.
absl::StatusOr<std::string> DigestToldBy(Session& session, const Arguments& arguments,
                                         const std::string& plan_id, const Act& act) {
  const auto record = RecordToSign(session, plan_id);
  if (!record.ok()) return record.status();
  Terminal& terminal = session.terminal();
  if (!terminal.for_programs()) {
    terminal.out << RecordText(*record, terminal.width, terminal.color_out) << "\n"
                 << Paragraph(Printable(act.meaning), 0, terminal.width) << std::flush;
  }
  if (!terminal.out.good()) {
    return absl::UnknownError(absl::StrCat("The record could not be shown. ", act.undone, "."));
  }
  const auto fingerprint = FingerprintFrom(session, arguments, act);
  if (!fingerprint.ok()) return fingerprint.status();
  absl::Status same = CheckFingerprint(*fingerprint, record->digest());
  if (!same.ok()) return same;
  return record->digest();
}

Outcome SignRecord(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::SignRequest>(session, arguments);
  if (!request.ok()) return request.status();
  const std::string meaning =
      arguments.Has("meaning") ? arguments.Text("meaning") : std::string(kMeaning);
  auto digest = DigestToldBy(session, arguments, request->plan_id(),
                             {.to_do = "sign",
                              .undone = "Nothing was signed",
                              .meaning = absl::StrCat("To be signed as: ", meaning)});
  if (!digest.ok()) return digest.status();
  request->mutable_intent()->set_digest(*std::move(digest));
  request->mutable_intent()->set_meaning(meaning);
  return session.Submit(*request, absl::StrCat("countersign plan timeline ", request->plan_id()));
}

Outcome Decline(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::DeclineSignatureRequest>(session, arguments);
  if (!request.ok()) return request.status();
  const std::string& reason = arguments.Text("reason");
  auto digest = DigestToldBy(
      session, arguments, request->plan_id(),
      {.to_do = "decline to sign it",
       .undone = "Nothing was declined",
       .meaning = reason.empty() ? "You decline to sign this record, and say no reason."
                                 : absl::StrCat("You decline to sign this record: ", reason)});
  if (!digest.ok()) return digest.status();
  request->mutable_intent()->set_digest(*std::move(digest));
  request->mutable_intent()->set_reason(reason);
  return session.Submit(
      *request, absl::StrCat("you may still sign: countersign record sign ", request->plan_id()));
}

Outcome CloseUnsigned(Session& session, const Arguments& arguments) {
  auto request = RequestAboutPlan<v1::CloseUnsignedRequest>(session, arguments);
  if (!request.ok()) return request.status();
  request->mutable_intent()->set_reason(arguments.Text("reason"));
  return session.Submit(*request, absl::StrCat("countersign plan show ", request->plan_id()));
}

CommandSpec ExtendSpec() {
  return {.noun = "record",
          .verb = "extend",
          .summary = "Gives more time for the draft or the final record: the head's to say",
          .examples = {"countersign record extend --of amina.yusuf --period final "
                       "--until 2026-11-13 --because absence"},
          .parameters = PlanParameters(
              {Required(Choice("period", {"draft", "final"}, "Until the draft, or the record")),
               Required(Fills({"intent.due_on"}, Option("until", Kind::kDate, "The last day"))),
               Required(Fills({"intent.cause"},
                              Choice("because", {"pattern", "absence"},
                                     "Somebody does not work every day, or was away")))}),
          .writes = true,
          .run = Extend};
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
      ExtendSpec(),
      {.noun = "record",
       .verb = "sign",
       .summary = "Shows the record, checks its fingerprint, and signs it",
       .examples = {"countersign record sign --of amina.yusuf",
                    "countersign record sign --of amina.yusuf --fingerprint 3f2a91c0"},
       .parameters = PlanParameters({fingerprint, meaning}),
       .writes = true,
       .run = SignRecord},
      {.noun = "record",
       .verb = "decline",
       .summary = "Shows the record, checks its fingerprint, and declines to sign it",
       .examples = {"countersign record decline --of amina.yusuf",
                    "countersign record decline --of amina.yusuf --fingerprint 3f2a91c0 "
                    "--reason 'Objective 2 is not what we agreed'"},
       .parameters =
           PlanParameters({fingerprint, Option("reason", Kind::kText, "Why; nobody has to say")}),
       .writes = true,
       .run = Decline},
      {.noun = "record",
       .verb = "close-unsigned",
       .summary = "Closes a record that somebody did not sign: the head's to say",
       .examples = {"countersign record close-unsigned --of amina.yusuf "
                    "--reason 'Declined; both were heard on 12 November'"},
       .parameters = PlanParameters({Required(Option("reason", Kind::kText, "Why"))}),
       .writes = true,
       .run = CloseUnsigned},
  };
}

}  // namespace countersign::cli
