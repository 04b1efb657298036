// The table of a run: every figure of every peer, and how ours compare with theirs.
#ifndef COUNTERSIGN_TESTS_BENCH_REPORT_H_
#define COUNTERSIGN_TESTS_BENCH_REPORT_H_

#include <string>
#include <vector>

#include "tests/bench/figure.h"

namespace countersign::bench {

// What is aimed at, as a ratio of figures of one run.
struct Aim {
  std::string figure{};  // Ours.
  int in_flight = 0;
  std::string peer{};         // Against whose,
  std::string peer_figure{};  // and against which.
  double ratio = 0;           // Ours divided by theirs; 0 where the ratio is only shown.
  bool at_most = false;       // Otherwise at least.
};

// The aims in the order in which they are shown.
std::vector<Aim> Aims();

// Two tables in Markdown: the ratios, for which both figures are there, with "met" or "missed"
// where there is an aim; then all figures in the order in which they came. Figures of one peer,
// name and level are merged: their repetitions count as repetitions of one run.
std::string Report(const std::vector<Figure>& figures);

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_REPORT_H_
