// The version of the command line.

#ifndef COUNTERSIGN_CLIENTS_CLI_VERSION_H_
#define COUNTERSIGN_CLIENTS_CLI_VERSION_H_

namespace countersign::cli {

// The same as the project's in CMakeLists.txt; a test compares them.
inline constexpr char kVersion[] = "0.1.0";

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_VERSION_H_
