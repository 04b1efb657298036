#include "clients/cli/transport/interrupt.h"

namespace countersign::cli {
namespace {

volatile std::sig_atomic_t interrupt_came = 0;

void RememberInterrupt(int) { interrupt_came = 1; }

}  // namespace

InterruptWatch::InterruptWatch() {
  interrupt_came = 0;
  struct sigaction remembering = {};
  remembering.sa_handler = RememberInterrupt;
  // The second one finds the way out that it would have found without a watch.
  remembering.sa_flags = SA_RESETHAND | SA_RESTART;
  sigaction(SIGINT, &remembering, &before_);
}

InterruptWatch::~InterruptWatch() { sigaction(SIGINT, &before_, nullptr); }

bool InterruptWatch::interrupted() { return interrupt_came != 0; }

}  // namespace countersign::cli
