// The real countersignd, started as a demo on a free port of loopback, and its folder.
#ifndef COUNTERSIGN_TESTS_BENCH_DEMO_SERVER_H_
#define COUNTERSIGN_TESTS_BENCH_DEMO_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/end_to_end/child.h"

namespace countersign::bench {

class DemoServer {
 public:
  // Starts the countersignd that lies beside this program on `data_folder`, which is made if it is
  // missing; its log is the file `data_folder`.log. UNAVAILABLE when it does not come up within a
  // minute.
  static absl::StatusOr<std::unique_ptr<DemoServer>> Start(const std::string& data_folder);

  const std::string& address() const { return address_; }

  // Asks it to stop and waits. INTERNAL when it ends in another way. Without it the destructor
  // kills the server.
  absl::Status Stop();

 private:
  DemoServer() = default;

  std::unique_ptr<end_to_end::Child> server_;
  std::string address_;
};

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_DEMO_SERVER_H_
