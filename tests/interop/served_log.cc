#include "tests/interop/served_log.h"

#include <array>
#include <functional>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "clients/cli/command.h"
#include "clients/cli/transport/transport.h"
#include "countersign/v1/log_service.pb.h"
#include "storage/merkle_tree.h"

namespace countersign::interop {
namespace {

using google::protobuf::Message;

absl::Status Fill(const storage::Journal& journal, v1::SignedCheckpoint* checkpoint) {
  const absl::StatusOr<std::optional<std::string>> note = journal.CheckpointOf(journal.head().size);
  if (!note.ok()) return note.status();
  if (!note->has_value()) return absl::FailedPreconditionError("The head is not signed.");
  checkpoint->set_note(**note);
  return absl::OkStatus();
}

absl::Status Fill(const storage::Journal& journal, const v1::GetTileRequest& request,
                  v1::GetTileResponse* response) {
  const auto hashes = journal.TileHashes(static_cast<uint8_t>(request.level()),
                                         request.index() * storage::kTileWidth, request.width());
  if (!hashes.ok()) return hashes.status();
  for (const storage::Hash& hash : *hashes)
    response->mutable_tile()->append(storage::AsBytes(hash));
  return absl::OkStatus();
}

absl::Status Fill(const storage::Journal& journal, const v1::GetEntryBundleRequest& request,
                  v1::GetEntryBundleResponse* response) {
  std::vector<std::string> entries;
  absl::Status read = journal.ReadAll(
      request.index() * storage::kTileWidth, request.width(),
      [](const storage::StoredEvent&) { return false; },
      [&](const storage::StoredEvent&, std::string_view entry) {
        entries.emplace_back(entry);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  absl::StatusOr<std::string> bundle = storage::EntryBundle(entries);
  if (!bundle.ok()) return bundle.status();
  response->set_bundle(*std::move(bundle));
  return absl::OkStatus();
}

// Answers what an export of tiles asks.
class ServedLog : public cli::Transport {
 public:
  explicit ServedLog(const storage::Journal& journal) : journal_(journal) {}

  absl::Status Call(const std::string& method, const Message& request, Message* response) override {
    if (auto* checkpoint = dynamic_cast<v1::GetCheckpointResponse*>(response)) {
      return Fill(journal_, checkpoint->mutable_checkpoint());
    }
    if (auto* tile = dynamic_cast<v1::GetTileResponse*>(response)) {
      return Fill(journal_, dynamic_cast<const v1::GetTileRequest&>(request), tile);
    }
    if (auto* bundle = dynamic_cast<v1::GetEntryBundleResponse*>(response)) {
      return Fill(journal_, dynamic_cast<const v1::GetEntryBundleRequest&>(request), bundle);
    }
    return absl::UnimplementedError(method);
  }
  absl::Status Follow(const std::string& method, const Message&, Message*,
                      const std::function<void()>&) override {
    return absl::UnimplementedError(method);
  }
  bool demo() const override { return false; }

 private:
  const storage::Journal& journal_;
};

const cli::CommandSpec* LogExport() {
  for (const cli::CommandSpec& command : cli::AllCommands()) {
    if (command.noun == "log" && command.verb == "export") return &command;
  }
  return nullptr;
}

}  // namespace

std::string ExportTiles(const storage::Journal& journal, const std::string& folder) {
  const cli::CommandSpec* command = LogExport();
  if (command == nullptr) return "There is no command log export.";
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream in;
  cli::Terminal terminal{.out = out, .err = err, .in = in};
  ServedLog server(journal);
  cli::Session session(server, terminal, [] { return std::array<uint8_t, 16>{}; }, {});
  cli::Arguments arguments;
  arguments.Set("tiles", {folder});
  const cli::ExitCode code = cli::RunCommand(*command, arguments, session, server);
  return code == cli::ExitCode::kDone ? "" : "It failed: " + err.str();
}

}  // namespace countersign::interop
