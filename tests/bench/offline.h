// What is measured without a server, on the data folder of one that has stopped, and on the bare
// machine.
#ifndef COUNTERSIGN_TESTS_BENCH_OFFLINE_H_
#define COUNTERSIGN_TESTS_BENCH_OFFLINE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/figure.h"

namespace countersign::bench {

// Entries per second on one core: reading the whole journal with its checks (`read_all`), also
// opening every payload (`read_and_open`); reading and opening what cards are made from and folding
// it in memory (`read_and_fold`); and making all cards anew (`rebuild`). For each also the
// processor time per entry, in microseconds (`..._processor`). The new cards go into a folder
// beside the data folder, which is removed. Errors are those of opening and reading: UNAVAILABLE
// while a server has the folder open, DATA_LOSS.
absl::StatusOr<std::vector<Figure>> MeasureRebuild(const std::string& data_folder, int repetitions);

// Bytes on disk per entry of the journal: all together, and for each database and column family;
// the write-ahead logs apart. Before it counts it flushes and compacts every family, which changes
// the files but nothing that they say. Also how many entries there are of each type, with the mean
// bytes of their payloads. Errors as above.
absl::StatusOr<std::vector<Figure>> MeasureDisk(const std::string& data_folder);

// Entries per second of a verification of a whole export (clients/verifier) of `entries` made-up
// entries in memory, on one thread and on two (`verify`); of SHA-256 once over its bytes on one
// core (`sha256_floor`); and how the two threads compare with that (`verify_to_floor`). Errors are
// those of the verification.
absl::StatusOr<std::vector<Figure>> MeasureVerification(uint64_t entries, int repetitions);

// What the machine is: its cores, with kernel and processor in the note, and how long a synced
// append of 450 bytes takes in `folder`. The figures are of the peer "machine".
absl::StatusOr<std::vector<Figure>> MeasureMachine(const std::string& folder,
                                                   absl::Duration length);

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_OFFLINE_H_
