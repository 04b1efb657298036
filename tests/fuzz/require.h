// How a fuzz target says that a promise was broken: it ends the program, which libFuzzer takes for
// a crash and keeps the input of.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>

namespace countersign::fuzz {

inline void Require(bool kept, const std::string& promise) {
  if (kept) return;
  std::fprintf(stderr, "BROKEN: %s\n", promise.c_str());
  std::abort();
}

}  // namespace countersign::fuzz
