// A small size of every measurement: it comes to an end without an error and gives each figure.
// Nothing here says how fast anything is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/bench/figure.h"
#include "tests/bench/load.h"
#include "tests/bench/offline.h"
#include "tests/bench/report.h"
#include "tests/bench/words.h"

namespace countersign::bench {
namespace {

using testing::AllOf;
using testing::Each;
using testing::Ge;
using testing::Gt;
using testing::HasSubstr;
using testing::Le;
using testing::Not;
using testing::SizeIs;

class Folder {
 public:
  Folder() {
    std::string path = testing::TempDir() + "/countersign-bench-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) abort();
    path_ = path;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

const Figure* Find(const std::vector<Figure>& figures, const std::string& name, int in_flight) {
  for (const Figure& figure : figures) {
    if (figure.name == name && figure.in_flight == in_flight) return &figure;
  }
  return nullptr;
}

void ExpectPositive(const std::vector<Figure>& figures, const std::string& name, int in_flight,
                    size_t repetitions, bool with_latency) {
  const Figure* figure = Find(figures, name, in_flight);
  ASSERT_NE(figure, nullptr) << name << " at " << in_flight;
  EXPECT_THAT(figure->values, AllOf(SizeIs(repetitions), Each(Gt(0)))) << name;
  if (!with_latency) return;
  EXPECT_THAT(figure->p50_us, AllOf(SizeIs(repetitions), Each(Gt(0)))) << name;
  EXPECT_THAT(figure->p99_us, AllOf(SizeIs(repetitions), Each(Gt(0)))) << name;
}

TEST(Bench, MeasuresAppendsAndThenTheirRebuildAndTheirDisk) {
  const Folder folder;
  LoadOptions options;
  options.data = folder.path("load");
  options.plans = 32;
  options.levels = {1, 8};
  options.length = absl::Milliseconds(300);
  options.repetitions = 2;
  std::vector<int> announced;
  options.before_repetition = [&](int repetition) {
    announced.push_back(repetition);
    return absl::OkStatus();
  };
  const absl::StatusOr<std::vector<Figure>> load = MeasureLoad(options);
  ASSERT_TRUE(load.ok()) << load.status();
  EXPECT_EQ(announced, (std::vector<int>{0, 1}));
  ExpectPositive(*load, "append", 1, 2, /*with_latency=*/true);
  ExpectPositive(*load, "append", 8, 2, /*with_latency=*/true);
  ExpectPositive(*load, "conflict_refused", 1, 1, /*with_latency=*/false);

  const absl::StatusOr<std::vector<Figure>> rebuild = MeasureRebuild(options.data, 2);
  ASSERT_TRUE(rebuild.ok()) << rebuild.status();
  for (const std::string name : {"read_all", "read_and_open", "read_and_fold", "rebuild"}) {
    ExpectPositive(*rebuild, name, 1, 2, /*with_latency=*/false);
    ExpectPositive(*rebuild, name + "_processor", 1, 2, /*with_latency=*/false);
  }

  const absl::StatusOr<std::vector<Figure>> disk = MeasureDisk(options.data);
  ASSERT_TRUE(disk.ok()) << disk.status();
  double sum = 0;
  for (const Figure& figure : *disk) {
    if (figure.name.rfind("disk.", 0) == 0) sum += figure.values.at(0);
  }
  const Figure* all = Find(*disk, "disk_bytes_per_event", 0);
  ASSERT_NE(all, nullptr);
  EXPECT_NEAR(all->values.at(0), sum, 0.01);
  for (const char* name : {"disk.journal.entry", "disk.journal.payload", "disk.journal.request",
                           "disk.journal.node", "entries.comment_added"}) {
    ExpectPositive(*disk, name, 0, 1, /*with_latency=*/false);
  }
}

TEST(Bench, OpensPlansOf40Entries) {
  const Folder folder;
  OpenOptions options;
  options.data = folder.path("open");
  options.plans = 32;
  options.length = absl::Milliseconds(200);
  options.repetitions = 1;
  const absl::StatusOr<std::vector<Figure>> open = MeasureOpen(options);
  ASSERT_TRUE(open.ok()) << open.status();
  for (const int in_flight : {1, 16}) {
    ExpectPositive(*open, "open_plan40_first", in_flight, 1, /*with_latency=*/true);
    ExpectPositive(*open, "open_plan40", in_flight, 1, /*with_latency=*/true);
  }
}

TEST(Bench, SaysWhatMachineItRanOn) {
  const Folder folder;
  const absl::StatusOr<std::vector<Figure>> machine =
      MeasureMachine(folder.path(""), absl::Milliseconds(50));
  ASSERT_TRUE(machine.ok()) << machine.status();
  ExpectPositive(*machine, "cores", 0, 1, /*with_latency=*/false);
  ExpectPositive(*machine, "fdatasync_append_450B", 1, 1, /*with_latency=*/true);
}

TEST(Bench, VerifiesAnExport) {
  const absl::StatusOr<std::vector<Figure>> verification = MeasureVerification(2'500, 2);
  ASSERT_TRUE(verification.ok()) << verification.status();
  ExpectPositive(*verification, "verify", 1, 2, /*with_latency=*/false);
  ExpectPositive(*verification, "verify", 2, 2, /*with_latency=*/false);
  ExpectPositive(*verification, "sha256_floor", 1, 2, /*with_latency=*/false);
  ExpectPositive(*verification, "verify_to_floor", 2, 2, /*with_latency=*/false);
}

TEST(Bench, NeedsPlansEnoughForAllThatIsInFlight) {
  const Folder folder;
  LoadOptions options;
  options.data = folder.path("load");
  options.plans = 16;
  options.levels = {8};
  const absl::StatusOr<std::vector<Figure>> load = MeasureLoad(options);
  EXPECT_TRUE(absl::IsFailedPrecondition(load.status())) << load.status();
}

TEST(CommentText, HasThePeersSizesAndIsTheSameInEveryRun) {
  size_t bytes = 0;
  constexpr size_t kTexts = 10'000;
  for (size_t i = 0; i < kTexts; ++i) {
    const std::string text = CommentText(i);
    ASSERT_THAT(text.size(), AllOf(Ge(150u), Le(900u)));
    bytes += text.size();
  }
  EXPECT_NEAR(static_cast<double>(bytes) / kTexts, 400, 10);
  EXPECT_EQ(CommentText(7), CommentText(7));
  EXPECT_NE(CommentText(7), CommentText(8));
}

TEST(Figures, ComeBackFromTheirLines) {
  const Figure figure = {.name = "append",
                         .in_flight = 64,
                         .unit = "events_per_second",
                         .values = {30, 10, 20},
                         .p50_us = {5},
                         .p99_us = {9},
                         .note = "a \"note\""};
  const std::string line = JsonLine(figure);
  EXPECT_THAT(line, HasSubstr("\"value\":20.0"));
  const std::vector<Figure> parsed = ParseFigures("server ready\n" + line + "\n{broken\n");
  ASSERT_EQ(parsed.size(), 1u);
  EXPECT_EQ(JsonLine(parsed[0]), line);
}

TEST(Report, ComparesMediansOfAllRepetitionsAndSaysWhetherAnAimIsMet) {
  const std::string report = Report({
      {.name = "append", .in_flight = 64, .unit = "events_per_second", .values = {50, 61, 70}},
      {.peer = "grpc-floor", .name = "append", .in_flight = 64, .values = {90}},
      {.peer = "grpc-floor", .name = "append", .in_flight = 64, .values = {100}},
      {.peer = "grpc-floor", .name = "append", .in_flight = 64, .values = {110}},
      {.peer = "message-db", .name = "append", .in_flight = 64, .values = {20}},
      {.name = "disk_bytes_per_event", .values = {150}},
      {.peer = "message-db", .name = "disk_bytes_per_event", .values = {100}},
  });
  EXPECT_THAT(report,
              HasSubstr("| 61.0 | grpc-floor append | 100.0 | 0.61 | at least 0.60 | met |"));
  EXPECT_THAT(report,
              HasSubstr("| 61.0 | message-db append | 20.0 | 3.05 | at least 4.00 | missed |"));
  EXPECT_THAT(report, HasSubstr("| 1.50 | at most 1.40 | missed |"));
  EXPECT_THAT(Report({{.name = "append", .in_flight = 64, .values = {50}}}),
              Not(HasSubstr("ratio")));
}

}  // namespace
}  // namespace countersign::bench
