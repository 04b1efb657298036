// `countersign record pack`: GetRecordPack of CopiesService.

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/resolve.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/new_file.h"
#include "clients/cli/output/text.h"
#include "clients/cli/record/pack_summary.h"
#include "clients/cli/record/record_digest.h"
#include "countersign/v1/copies_service.pb.h"

namespace countersign::cli {
namespace {

// Only this command can replace a file.
absl::Status OfferForce(const absl::Status& status) {
  Failure failure = ReadFailure(status);
  if (failure.reason != "FILE_EXISTS") return status;
  failure.next = "choose another name, or replace it with --force";
  return MakeFailure(status.code(), failure);
}

Outcome TakePack(Session& session, const Arguments& arguments) {
  const std::string& path = arguments.Text("out");
  const bool force = arguments.Flag("force");
  // Taking the record away is written down, so a name that will not do is told before.
  if (absl::Status place = CheckPlaceFor(path, force); !place.ok()) return OfferForce(place);
  const auto request = RequestAboutPlan<v1::GetRecordPackRequest>(session, arguments);
  if (!request.ok()) return request.status();
  const auto answer = session.Ask<v1::GetRecordPackResponse>(*request);
  if (!answer.ok()) return answer.status();
  const auto summary = SummaryOfPack(answer->pack());
  if (!summary.ok()) return summary.status();
  if (absl::Status kept = WriteNewFile(path, answer->pack(), force); !kept.ok()) {
    return OfferForce(kept);
  }
  const nlohmann::ordered_json document = {{"file", path},
                                           {"bytes", answer->pack().size()},
                                           {"plan_id", request->plan_id()},
                                           {"digest", summary->digest},
                                           {"entries", summary->entries},
                                           {"checkpoint_size", summary->checkpoint_size}};
  return session.ShowDocument(document, {}, [&](Terminal& terminal) {
    terminal.out << Paragraph(absl::StrCat("Written to ", PrintableLine(path), ": the record, ",
                                           summary->entries, " entries of the journal, and proofs ",
                                           "of them in a signed checkpoint of ",
                                           summary->checkpoint_size, " entries."),
                              0, terminal.width)
                 << Paragraph(absl::StrCat("Fingerprint ", FingerprintWords(summary->digest)), 0,
                              terminal.width);
    TellNextStep(absl::StrCat("check it, with the key that the trust gave out: countersign-verify "
                              "record ",
                              PrintableLine(path), " --key FILE"),
                 terminal);
  });
}

}  // namespace

std::vector<CommandSpec> RecordPackCommands() {
  return {
      {.noun = "record",
       .verb = "pack",
       .summary = "Writes the closed record into a file that anybody can check without a server",
       .examples = {"countersign record pack --of amina.yusuf --out amina.csign"},
       .parameters = PlanParameters(
           {Required(Option("out", Kind::kFile, "The file to write, such as amina.csign")),
            Flag("force", "Replace the file if it is there")}),
       .run = TakePack}};
}

}  // namespace countersign::cli
