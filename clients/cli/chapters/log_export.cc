// `countersign log export`: the journal to take away, as one file or as static tiles.

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/log.h"
#include "clients/cli/failure.h"
#include "clients/cli/log/tile_folder.h"
#include "clients/cli/output/new_file.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/log_service.pb.h"

namespace countersign::cli {
namespace {

// What one file holds.
struct Exported {
  uint64_t size = 0;
  uint64_t bytes = 0;
};

absl::StatusOr<Exported> ExportTo(const std::string& path, Session& session,
                                  const v1::ExportRequest& request) {
  absl::StatusOr<std::unique_ptr<NewFile>> file = NewFile::Begin(path, /*force=*/false);
  if (!file.ok()) return file.status();
  Exported exported;
  absl::Status written;
  absl::Status followed;
  {
    Progress progress(session.terminal());
    followed = session.Follow<v1::ExportResponse>(request, [&](const v1::ExportResponse& told) {
      if (!written.ok()) return;
      written = (*file)->Add(told.piece());
      if (!written.ok()) session.StopFollowing();
      exported.bytes += told.piece().size();
      exported.size = told.entries_total();
      progress.Show({.doing = "exporting",
                     .done = told.entries(),
                     .total = told.entries_total(),
                     .unit = "entries"});
    });
  }
  if (!written.ok()) return written;
  if (!followed.ok()) return followed;
  if (absl::Status finished = (*file)->Finish(); !finished.ok()) return finished;
  return exported;
}

absl::Status NothingNamed() {
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "USAGE",
                      .message = "Nothing says where the export goes. Nothing was sent.",
                      .next = "name a file with --out, or a folder with --tiles"});
}

Outcome Export(Session& session, const Arguments& arguments) {
  if (!arguments.Has("out") && !arguments.Has("tiles")) return NothingNamed();
  nlohmann::ordered_json document;
  std::optional<Exported> exported;
  std::optional<TilesWritten> tiles;
  if (arguments.Has("out")) {
    v1::ExportRequest request;
    request.set_payloads(!arguments.Flag("entries-only"));
    request.set_size(arguments.Number("size"));
    const auto done = ExportTo(arguments.Text("out"), session, request);
    if (!done.ok()) return done.status();
    exported = *done;
    document["file"] = arguments.Text("out");
    document["size"] = done->size;
    document["payloads"] = request.payloads();
    document["bytes"] = done->bytes;
  }
  if (arguments.Has("tiles")) {
    Progress progress(session.terminal());
    const auto done = WriteTiles(session, arguments.Text("tiles"), [&](uint64_t at, uint64_t of) {
      progress.Show({.doing = "writing tiles", .done = at, .total = of, .unit = "entries"});
    });
    if (!done.ok()) return done.status();
    tiles = *done;
    document["tiles"] = {{"folder", arguments.Text("tiles")},
                         {"size", done->size},
                         {"fetched", done->fetched},
                         {"kept", done->kept}};
  }
  return session.ShowDocument(document, {}, [&](Terminal& terminal) {
    if (exported.has_value()) {
      terminal.out << Hanging(absl::StrCat("Exported ", CountWords(exported->size), " entries in ",
                                           CountWords(exported->bytes), " bytes to ",
                                           PrintableLine(arguments.Text("out"))),
                              2, terminal.width);
    }
    if (tiles.has_value()) {
      terminal.out << Hanging(
          absl::StrCat("Tiles of ", CountWords(tiles->size), " entries lie in ",
                       PrintableLine(arguments.Text("tiles")), ": ", CountWords(tiles->fetched),
                       " files written, ", CountWords(tiles->kept), " were there."),
          2, terminal.width);
    }
  });
}

}  // namespace

CommandSpec LogExportCommand() {
  return {.noun = "log",
          .verb = "export",
          .summary = "Writes the journal into a file, or into a folder of static tiles",
          .examples = {"countersign log export --out journal.export",
                       "countersign log export --out entries.export --entries-only",
                       "countersign log export --tiles public/log"},
          .parameters = {Option("out", Kind::kFile, "New file for the export"),
                         Fills({"payloads"}, Flag("entries-only", "Leave the sealed payloads out")),
                         NumberFrom(1, "size", "Only so many entries; default: all"),
                         Option("tiles", Kind::kFile,
                                "Folder for C2SP tlog-tiles, without payloads; goes on where it "
                                "stopped")},
          .run = Export};
}

}  // namespace countersign::cli
