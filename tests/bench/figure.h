// A measured figure and the line of JSON in which programs tell it to each other, in the manner of
// the peers that Countersign is compared with:
//   {"peer":"countersign","figure":"append","conc":64,"value":9000.0,"unit":"events_per_second",
//    "p50_us":7000,"p99_us":12000,"reps":[8900.0,9000.0,9100.0],"note":"..."}
#ifndef COUNTERSIGN_TESTS_BENCH_FIGURE_H_
#define COUNTERSIGN_TESTS_BENCH_FIGURE_H_

#include <string>
#include <vector>

namespace countersign::bench {

// Whose figures this program measures.
inline constexpr char kCountersign[] = "countersign";

struct Figure {
  std::string peer = kCountersign;
  std::string name{};
  int in_flight = 0;             // Calls at once; 0 where that means nothing.
  std::string unit{};            // For example "events_per_second".
  std::vector<double> values{};  // One for each repetition; at least one.
  std::vector<double> p50_us{};  // Likewise, or none where no latency was measured.
  std::vector<double> p99_us{};  // Likewise.
  std::string note{};
};

// The value in the middle; the upper one of two. 0 for none.
double Median(std::vector<double> values);

// The least of `values` that at least the share `q` of them does not exceed, 0 <= q < 1. Reorders
// the values; 0 for none.
double Quantile(std::vector<float>& values, double q);

// The line, without its end. Value and latencies are medians of the repetitions; `reps` lists the
// values when there are several.
std::string JsonLine(const Figure& figure);

// The figures of a text of such lines. Lines that are no such line are skipped: programs print
// other things too.
std::vector<Figure> ParseFigures(const std::string& text);

}  // namespace countersign::bench

#endif  // COUNTERSIGN_TESTS_BENCH_FIGURE_H_
