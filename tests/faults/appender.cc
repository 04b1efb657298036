// faults_appender FOLDER KILL_AT before|after
//
// A small server without a network: opens the store in FOLDER and, on several threads, appends
// requests and waits for every other one to be covered by a checkpoint. What it promises it tells
// on stdout before it goes on, a line each:
//   A <request number> <leaf hash> ...   acknowledged
//   S <size> <root>                      a signed head left
// It dies at the call that was chosen (kill_points.h), or ends with "calls N: write ..." and 0.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/faults/kill_points.h"
#include "tests/faults/ledger.h"
#include "tests/faults/store.h"

namespace countersign::faults {
namespace {

constexpr uint32_t kThreads = 3;
constexpr uint32_t kRequestsOfAThread = 8;

// One line in one write, so that lines of several threads do not mix.
void Promise(const std::string& line) { Tell(STDOUT_FILENO, line + "\n"); }

void AppendSome(Store& store, uint32_t thread) {
  for (uint32_t i = 0; i < kRequestsOfAThread; ++i) {
    const uint32_t number = i * kThreads + thread;
    absl::StatusOr<storage::AppendRequest> request = RequestOf(store.keyring(), number);
    if (!request.ok()) return;
    const absl::StatusOr<storage::AppendReceipt> receipt =
        store.journal().Append(*std::move(request));
    if (!receipt.ok()) return;
    std::string line = absl::StrCat("A ", number);
    for (const storage::AppendedEntry& entry : receipt->entries) {
      absl::StrAppend(&line, " ", storage::ToHex(entry.leaf_hash));
    }
    Promise(line);
    if (i % 2 == 0) continue;
    const absl::StatusOr<SignedHead> head = store.checkpointer().Await(receipt->head.size);
    if (!head.ok()) return;
    Promise(absl::StrCat("S ", head->head.size, " ", storage::ToHex(head->head.root)));
  }
}

int Run(const std::string& folder) {
  absl::StatusOr<std::unique_ptr<Store>> store =
      Store::Open(StorePaths(folder), rocksdb::Env::Default());
  if (!store.ok()) {
    std::cerr << store.status() << "\n";
    return 2;
  }
  std::vector<std::thread> threads;
  for (uint32_t thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] { AppendSome(**store, thread); });
  }
  for (std::thread& thread : threads) thread.join();
  store->reset();
  Promise(absl::StrCat("calls ", Calls(), ": ", CallsByKind()));
  return 0;
}

}  // namespace
}  // namespace countersign::faults

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  using countersign::faults::Side;
  countersign::faults::KillAt(std::atoll(argv[2]),
                              std::string(argv[3]) == "before" ? Side::kBefore : Side::kAfter);
  return countersign::faults::Run(argv[1]);
}
