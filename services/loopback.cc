#include "services/loopback.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace countersign {
namespace {

// Whether some program listens on the address.
bool IsTaken(const addrinfo& address) {
  const int probe = socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return false;
  // As gRPC does: what a server that stopped left behind does not count.
  const int yes = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
  const bool taken = bind(probe, address.ai_addr, address.ai_addrlen) != 0 && errno == EADDRINUSE;
  close(probe);
  return taken;
}

}  // namespace

bool IsLoopback(absl::string_view address) {
  if (!absl::ConsumePrefix(&address, "127.0.0.1:") &&
      !absl::ConsumePrefix(&address, "localhost:") && !absl::ConsumePrefix(&address, "[::1]:")) {
    return false;
  }
  int port = -1;
  return absl::SimpleAtoi(address, &port) && port >= 0 && port <= 65'535;
}

absl::Status RefuseIfTaken(const std::string& address) {
  const size_t colon = address.rfind(':');
  const std::string port = address.substr(colon + 1);
  std::string host = address.substr(0, colon);
  if (host.front() == '[') host = host.substr(1, host.size() - 2);
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  // What cannot be looked up is told by who tries to listen there.
  if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return absl::OkStatus();
  bool taken = false;
  for (const addrinfo* at = found; at != nullptr && !taken; at = at->ai_next) taken = IsTaken(*at);
  freeaddrinfo(found);
  if (!taken) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("another program listens on ", address,
                                             " already; stop it or choose another --listen"));
}

}  // namespace countersign
