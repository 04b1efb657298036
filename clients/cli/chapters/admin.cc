// `countersign admin ...`: AdminService.

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/command.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/json.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/progress.h"
#include "countersign/v1/admin_service.pb.h"

namespace countersign::cli {
namespace {

Step StepOf(const v1::RebuildProgress& told) {
  const std::string of =
      told.projection().empty() ? "the cards" : absl::StrCat("cards of ", told.projection());
  if (told.phase() == v1::RebuildProgress::PHASE_COMPARING) {
    return {
        .doing = absl::StrCat("comparing ", of), .done = told.cards_compared(), .unit = "cards"};
  }
  return {.doing = absl::StrCat("rebuilding ", of),
          .done = told.entries(),
          .total = told.entries_total(),
          .unit = "entries"};
}

void WriteRebuilt(const v1::RebuildProgress& rebuilt, Terminal& terminal) {
  const bool same = rebuilt.cards_different() == 0;
  WriteLine({{rebuilt.projection(), Tone::kBold},
             {absl::StrCat(": rebuilt from ", CountWords(rebuilt.entries()), " entries; of ",
                           CountWords(rebuilt.cards_compared()), " cards compared ")},
             {same ? "all were the same"
                   : absl::StrCat(CountWords(rebuilt.cards_different()), " differed"),
              same ? Tone::kGood : Tone::kBad},
             {"."}},
            terminal);
  for (const std::string& kind : rebuilt.differing_kinds()) {
    WriteLine({{absl::StrCat("  ", kind)}}, terminal);
  }
}

// Only what came before the switch can be stopped; whoever stops it cannot know which it was.
absl::Status Stopped(const absl::Status& status) {
  if (!absl::IsCancelled(status)) return status;
  return MakeFailure(absl::StatusCode::kCancelled,
                     {.reason = "STOPPED",
                      .message = "The rebuild was stopped. The cards that answer queries are as "
                                 "they were, unless it was done already.",
                      .next = "countersign admin rebuild"});
}

Outcome Rebuild(Session& session, const Arguments& arguments) {
  v1::RebuildRequest request;
  request.set_projection(arguments.Text("projection"));
  std::map<std::string, v1::RebuildProgress> rebuilt;
  absl::Status status;
  {
    Progress progress(session.terminal());
    status = session.Follow<v1::RebuildProgress>(request, [&](const v1::RebuildProgress& told) {
      if (told.phase() == v1::RebuildProgress::PHASE_DONE) {
        rebuilt[told.projection()] = told;
      } else {
        progress.Show(StepOf(told));
      }
    });
  }
  if (!status.ok()) return Stopped(status);
  nlohmann::ordered_json document = {{"projections", nlohmann::ordered_json::array()}};
  for (const auto& [name, told] : rebuilt) {
    auto row = ToJson(told);
    if (!row.ok()) return row.status();
    document["projections"].push_back(*std::move(row));
  }
  return session.ShowDocument(
      document, {.rows = "projections", .columns = ColumnsFor(*v1::RebuildProgress::descriptor())},
      [&](Terminal& terminal) {
        for (const auto& [name, told] : rebuilt) WriteRebuilt(told, terminal);
        if (rebuilt.empty()) terminal.out << "There was nothing to rebuild.\n";
      });
}

}  // namespace

std::vector<CommandSpec> AdminCommands() {
  return {
      {.noun = "admin",
       .verb = "rebuild",
       .summary = "Makes the cards that answer queries anew from the journal; Ctrl-C stops it",
       .examples = {"countersign admin rebuild --projection obligations"},
       .parameters = {Option("projection", Kind::kText, "Only this one; default: all of them")},
       .run = Rebuild},
  };
}

}  // namespace countersign::cli
