#include "tests/bench/figure.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "absl/strings/str_split.h"

namespace countersign::bench {
namespace {

// One digit after the point: enough for rates, and for bytes per entry.
double Rounded(double value) { return std::round(value * 10) / 10; }

Figure FigureOf(const nlohmann::json& line) {
  Figure figure;
  figure.peer = line.value("peer", "");
  figure.name = line.value("figure", "");
  figure.in_flight = line.value("conc", 0);
  figure.unit = line.value("unit", "");
  figure.values = line.value("reps", std::vector<double>{line.value("value", 0.0)});
  if (line.contains("p50_us")) figure.p50_us = {line.value("p50_us", 0.0)};
  if (line.contains("p99_us")) figure.p99_us = {line.value("p99_us", 0.0)};
  figure.note = line.value("note", "");
  return figure;
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double Quantile(std::vector<float>& values, double q) {
  if (values.empty()) return 0;
  const auto rank = std::min(values.size() - 1, static_cast<size_t>(q * values.size()));
  std::nth_element(values.begin(), values.begin() + rank, values.end());
  return values[rank];
}

std::string JsonLine(const Figure& figure) {
  nlohmann::ordered_json line;
  line["peer"] = figure.peer;
  line["figure"] = figure.name;
  line["conc"] = figure.in_flight;
  line["value"] = Rounded(Median(figure.values));
  line["unit"] = figure.unit;
  if (!figure.p50_us.empty()) line["p50_us"] = Rounded(Median(figure.p50_us));
  if (!figure.p99_us.empty()) line["p99_us"] = Rounded(Median(figure.p99_us));
  if (figure.values.size() > 1) {
    for (const double value : figure.values) line["reps"].push_back(Rounded(value));
  }
  if (!figure.note.empty()) line["note"] = figure.note;
  return line.dump();
}

std::vector<Figure> ParseFigures(const std::string& text) {
  std::vector<Figure> figures;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const nlohmann::json parsed =
        nlohmann::json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
    if (!parsed.is_object() || !parsed.contains("figure")) continue;
    figures.push_back(FigureOf(parsed));
  }
  return figures;
}

}  // namespace countersign::bench
