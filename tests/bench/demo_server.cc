#include "tests/bench/demo_server.h"

#include <signal.h>

#include <filesystem>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace countersign::bench {

absl::StatusOr<std::unique_ptr<DemoServer>> DemoServer::Start(const std::string& data_folder) {
  const std::filesystem::path program =
      std::filesystem::read_symlink("/proc/self/exe").replace_filename("countersignd");
  std::unique_ptr<DemoServer> demo(new DemoServer);
  // Monday, 9:00 in London. A demo's clock stands still until somebody moves it.
  demo->server_ = std::make_unique<end_to_end::Child>(
      end_to_end::Program{.path = program,
                          .words = {"--data", data_folder, "--listen", "127.0.0.1:0", "--demo",
                                    "--demo-now", "2026-09-07T08:00:00Z"},
                          .environment = {}},
      data_folder + ".log");
  const std::optional<std::string> line = demo->server_->ReadLine(absl::Minutes(1));
  if (!line.has_value()) {
    return absl::UnavailableError(
        absl::StrCat(program.string(), " does not serve; see ", data_folder, ".log"));
  }
  demo->address_ = std::string(absl::StripPrefix(*line, "listening on "));
  return demo;
}

absl::Status DemoServer::Stop() {
  server_->Signal(SIGTERM);
  if (const int code = server_->Wait(); code != 0) {
    return absl::InternalError(absl::StrCat("countersignd ended with ", code));
  }
  return absl::OkStatus();
}

}  // namespace countersign::bench
