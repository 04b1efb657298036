// Addresses of this machine alone: there is no sign-in yet, so the server listens nowhere else.
#ifndef COUNTERSIGN_SERVICES_LOOPBACK_H_
#define COUNTERSIGN_SERVICES_LOOPBACK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace countersign {

// Whether it is 127.0.0.1, localhost or [::1] with a port, for example "127.0.0.1:7340".
bool IsLoopback(absl::string_view address);

// UNAVAILABLE when another program listens there, so that it is noticed before anything is written.
// Port 0 is never taken. Somebody may still come between this and listening. Precondition:
// IsLoopback.
absl::Status RefuseIfTaken(const std::string& address);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_LOOPBACK_H_
