// A log of three entries as a server would tell it: signed, provable, cosigned, ready to be taken
// away. What the command line checks, it finds in order; a test breaks it where it wants to.

#ifndef COUNTERSIGN_TESTS_CLI_SAMPLE_LOG_H_
#define COUNTERSIGN_TESTS_CLI_SAMPLE_LOG_H_

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace countersign::cli {

inline constexpr char kLogOrigin[] = "elm.example/journal";
inline constexpr uint64_t kLogSize = 3;
// The request that every entry is of.
inline constexpr char kLogRequestId[] = "eeeeeeee-eeee-eeee-eeee-eeeeeeeeeeee";

// A path below the tests' temporary folder where nothing lies.
std::string FreePath(const std::string& name);
// The same with a file that holds `text`.
std::string FileWith(const std::string& name, const std::string& text);

// Verifier keys of the log and of its witness.
std::string LogKey();
std::string WitnessKeyOfLog();

// The verifier key of the same log under another origin, in a new epoch.
std::string LaterLogKey();
// What it signed.
std::string LaterLogNote(uint64_t size);

// The signed note of the first `size` entries; with the witness's cosignature where asked for.
std::string LogNote(uint64_t size, bool cosigned = false);
// The same of a log that has the same origin and key, but other entries.
std::string ForkedNote(uint64_t size);

// The export, with payloads or without.
std::string LogExport(bool payloads);

// Fills in the answer to a request of LogService, the `turn`th of its kind (from 0). False for any
// other request.
bool AnswerFromLog(const google::protobuf::Message& request, size_t turn,
                   google::protobuf::Message* response, absl::Status* status);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_TESTS_CLI_SAMPLE_LOG_H_
