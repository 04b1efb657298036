#include "tests/bench/report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace countersign::bench {
namespace {

bool IsSame(const Figure& left, const Figure& right) {
  return left.peer == right.peer && left.name == right.name && left.in_flight == right.in_flight;
}

void Append(const std::vector<double>& from, std::vector<double>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

std::vector<Figure> Merged(const std::vector<Figure>& figures) {
  std::vector<Figure> merged;
  for (const Figure& figure : figures) {
    const auto same = std::find_if(merged.begin(), merged.end(),
                                   [&](const Figure& other) { return IsSame(figure, other); });
    if (same == merged.end()) {
      merged.push_back(figure);
      continue;
    }
    Append(figure.values, same->values);
    Append(figure.p50_us, same->p50_us);
    Append(figure.p99_us, same->p99_us);
  }
  return merged;
}

const Figure* Find(const std::vector<Figure>& figures, const std::string& peer,
                   const std::string& name, int in_flight) {
  for (const Figure& figure : figures) {
    if (figure.peer == peer && figure.name == name && figure.in_flight == in_flight) return &figure;
  }
  return nullptr;
}

// 12,345 or 12.3.
std::string Readable(double value) {
  if (value < 1000) return absl::StrFormat("%.1f", value);
  std::string digits = absl::StrFormat("%.0f", value);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, ",");
  return digits;
}

std::string RatioRow(const Aim& aim, const Figure& ours, const Figure& theirs) {
  const double ratio = Median(ours.values) / Median(theirs.values);
  std::string wanted;
  std::string outcome;
  if (aim.ratio > 0) {
    wanted = absl::StrFormat("%s %.2f", aim.at_most ? "at most" : "at least", aim.ratio);
    outcome = (aim.at_most ? ratio <= aim.ratio : ratio >= aim.ratio) ? "met" : "missed";
  }
  return absl::StrFormat("| %s | %s | %s | %s %s | %s | %.2f | %s | %s |\n", ours.name,
                         ours.in_flight > 0 ? absl::StrCat(ours.in_flight) : "",
                         Readable(Median(ours.values)), theirs.peer, theirs.name,
                         Readable(Median(theirs.values)), ratio, wanted, outcome);
}

std::string FigureRow(const Figure& figure) {
  const auto [least, most] = std::minmax_element(figure.values.begin(), figure.values.end());
  std::string spread;
  if (figure.values.size() > 1 && *least > 0) spread = absl::StrFormat("%.2f", *most / *least);
  const auto latency = [](const std::vector<double>& values) {
    return values.empty() ? std::string() : Readable(Median(values));
  };
  return absl::StrFormat("| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", figure.peer,
                         figure.name, figure.in_flight > 0 ? absl::StrCat(figure.in_flight) : "",
                         Readable(Median(figure.values)), figure.unit, latency(figure.p50_us),
                         latency(figure.p99_us), spread, figure.note);
}

}  // namespace

std::vector<Aim> Aims() {
  std::vector<Aim> aims;
  for (const int level : {1, 16, 64, 256}) {
    const bool aimed = level == 64;
    aims.push_back({"append", level, "grpc-floor", "append", aimed ? 0.6 : 0});
    aims.push_back({"append", level, "message-db", "append", aimed ? 4.0 : 0});
  }
  aims.push_back({"rebuild", 1, "raw", "rocks_scan_fold", 0.4});
  aims.push_back({"rebuild", 1, kCountersign, "read_and_fold"});
  aims.push_back({"rebuild", 1, "message-db", "rebuild"});
  aims.push_back({"read_all", 1, "raw", "rocks_scan"});
  aims.push_back({"open_plan40", 1, "message-db", "read_stream40"});
  aims.push_back({"open_plan40", 16, "message-db", "read_stream40"});
  aims.push_back({"disk_bytes_per_event", 0, "message-db", "disk_bytes_per_event", 1.4, true});
  return aims;
}

std::string Report(const std::vector<Figure>& figures) {
  const std::vector<Figure> merged = Merged(figures);
  std::string ratios;
  for (const Aim& aim : Aims()) {
    const Figure* ours = Find(merged, kCountersign, aim.figure, aim.in_flight);
    const Figure* theirs = Find(merged, aim.peer, aim.peer_figure, aim.in_flight);
    if (ours == nullptr || theirs == nullptr || Median(theirs->values) <= 0) continue;
    absl::StrAppend(&ratios, RatioRow(aim, *ours, *theirs));
  }
  std::string report;
  if (!ratios.empty()) {
    absl::StrAppend(&report,
                    "| figure | in flight | ours | against | theirs | ratio | aim | |\n"
                    "|---|---|---|---|---|---|---|---|\n",
                    ratios, "\n");
  }
  absl::StrAppend(&report,
                  "| peer | figure | in flight | median | unit | p50 us | p99 us | max/min | note "
                  "|\n|---|---|---|---|---|---|---|---|---|\n");
  for (const Figure& figure : merged) absl::StrAppend(&report, FigureRow(figure));
  return report;
}

}  // namespace countersign::bench
