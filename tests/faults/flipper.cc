// faults_flipper FOLDER BIT...
//
// Loads the small store whose files lie in FOLDER and judges one changed bit after the other. Says
// a line for each, once it is judged: found, harmless, or wrong and why. A program of its own,
// because RocksDB ends the program at some damage.
#include <cstdlib>
#include <iostream>
#include <string>

#include "tests/faults/small_store.h"

int main(int argc, char** argv) {
  using namespace countersign::faults;
  if (argc < 2) return 2;
  const std::string folder = argv[1];
  Files found;
  Collect(rocksdb::Env::Default(), folder, found);
  Files files;
  for (const auto& [path, bytes] : found) files["/store" + path.substr(folder.size())] = bytes;
  const SmallStore store(std::move(files));
  for (int i = 2; i < argc; ++i) {
    std::string why;
    switch (store.Judge(std::strtoull(argv[i], nullptr, 10), why)) {
      case Outcome::kFound:
        std::cout << "found" << std::endl;
        break;
      case Outcome::kHarmless:
        std::cout << "harmless" << std::endl;
        break;
      case Outcome::kWrong:
        std::cout << "wrong: " << why << std::endl;
        break;
    }
  }
  return 0;
}
