// Ctrl-C while something runs that is better ended than broken off.

#ifndef COUNTERSIGN_CLIENTS_CLI_TRANSPORT_INTERRUPT_H_
#define COUNTERSIGN_CLIENTS_CLI_TRANSPORT_INTERRUPT_H_

#include <csignal>

namespace countersign::cli {

// While one lives, SIGINT does not end the program: it is remembered. A second SIGINT ends it, as
// without a watch. At most one at a time.
class InterruptWatch {
 public:
  InterruptWatch();
  ~InterruptWatch();
  InterruptWatch(const InterruptWatch&) = delete;
  InterruptWatch& operator=(const InterruptWatch&) = delete;

  // Whether SIGINT came since the last watch began.
  static bool interrupted();

 private:
  struct sigaction before_ = {};
};

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_TRANSPORT_INTERRUPT_H_
