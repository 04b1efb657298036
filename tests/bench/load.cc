#include "tests/bench/load.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "countersign/v1/plan_service.grpc.pb.h"
#include "tests/bench/closed_loop.h"
#include "tests/bench/comments.h"
#include "tests/bench/demo_server.h"
#include "tests/bench/founding.h"

namespace countersign::bench {
namespace {

constexpr int kWarmUpInFlight = 4;
constexpr absl::Duration kWarmUp = absl::Milliseconds(200);
constexpr int kOpenedInFlight[] = {1, 16};

void AddAnswers(Answers answers, Figure& figure) {
  figure.values.push_back(answers.per_second());
  figure.p50_us.push_back(Quantile(answers.latencies_us, 0.5));
  figure.p99_us.push_back(Quantile(answers.latencies_us, 0.99));
}

std::vector<Figure> NewFigures(const std::string& name, const std::string& unit,
                               const std::vector<int>& levels) {
  std::vector<Figure> figures;
  for (const int level : levels) {
    figures.push_back({.name = name, .in_flight = level, .unit = unit});
  }
  return figures;
}

absl::Status MeasureLevels(const LoadOptions& options, Commenting& commenting,
                           std::vector<Figure>& figures) {
  if (absl::Status warm = commenting.Write(kWarmUpInFlight, kWarmUp).status(); !warm.ok()) {
    return warm;
  }
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    if (absl::Status before = options.before_repetition(repetition); !before.ok()) return before;
    for (size_t level = 0; level < options.levels.size(); ++level) {
      absl::StatusOr<Answers> answers = commenting.Write(options.levels[level], options.length);
      if (!answers.ok()) return answers.status();
      AddAnswers(*std::move(answers), figures[level]);
    }
  }
  return absl::OkStatus();
}

// Who opens plans, each their own.
class Opening {
 public:
  Opening(const Channels& channels, const std::vector<OpenPlan>& plans)
      : stubs_(channels.Stubs<v1::PlanService>()), plans_(plans) {}

  // Plans [first, end) in rotation; each once if `once` is said.
  absl::StatusOr<Answers> Open(size_t first, size_t end, int in_flight, absl::Duration length,
                               bool once) {
    size_t next = first;
    Talk<v1::GetPlanRequest, v1::GetPlanResponse> talk;
    talk.ask = [&](int, v1::GetPlanRequest& request) -> std::optional<std::string> {
      if (next == end) {
        if (once) return std::nullopt;
        next = first;
      }
      request.set_plan_id(plans_[next].plan_id);
      return plans_[next++].reviewee;
    };
    talk.take = [&](int, const v1::GetPlanResponse& response) {
      if (response.version() + 1 == kPreparedEntries + kCommentsInTurn &&
          response.plan().comments().comments_size() == kCommentsInTurn) {
        return absl::OkStatus();
      }
      return absl::InternalError(absl::StrCat("a plan at version ", response.version(), " with ",
                                              response.plan().comments().comments_size(),
                                              " comments was shown"));
    };
    return AskInClosedLoop(stubs_, &v1::PlanService::Stub::PrepareAsyncGetPlan, in_flight, length,
                           std::move(talk));
  }

 private:
  const std::vector<std::unique_ptr<v1::PlanService::Stub>> stubs_;
  const std::vector<OpenPlan>& plans_;
};

// Connections end with the work: a server that stops waits for those that nobody attends to.
absl::StatusOr<std::vector<OpenPlan>> WritePlansOf40Entries(const std::string& address, int count) {
  const Channels channels(address);
  absl::StatusOr<std::vector<OpenPlan>> plans = FoundWithDrafts(channels, count);
  if (!plans.ok()) return plans.status();
  const absl::Status written = Commenting(channels, *plans)
                                   .Write(kOpenedInFlight[1], absl::InfiniteDuration(), true)
                                   .status();
  if (!written.ok()) return written;
  return plans;
}

absl::StatusOr<std::vector<Figure>> WriteAtAllLevels(const LoadOptions& options,
                                                     const std::string& address) {
  const Channels channels(address);
  absl::StatusOr<std::vector<OpenPlan>> plans = FoundWithDrafts(channels, options.plans);
  if (!plans.ok()) return plans.status();
  Commenting commenting(channels, *plans);
  std::vector<Figure> figures = NewFigures("append", "events_per_second", options.levels);
  if (absl::Status done = MeasureLevels(options, commenting, figures); !done.ok()) return done;
  uint64_t longest = 0;
  for (const OpenPlan& plan : *plans) longest = std::max(longest, plan.version + 1);
  for (Figure& figure : figures) {
    figure.note =
        absl::StrCat("AddComment; ", options.plans, " plans of at most ", longest, " entries");
  }
  if (absl::Status stale = commenting.CheckThatAStaleVersionIsRefused(); !stale.ok()) return stale;
  figures.push_back({.name = "conflict_refused", .in_flight = 1, .unit = "bool", .values = {1}});
  return figures;
}

absl::StatusOr<std::vector<Figure>> OpenAtAllLevels(const OpenOptions& options,
                                                    const std::string& address,
                                                    const std::vector<OpenPlan>& plans) {
  Opening opening(Channels(address), plans);
  const std::vector<int> levels(std::begin(kOpenedInFlight), std::end(kOpenedInFlight));
  std::vector<Figure> figures = NewFigures("open_plan40_first", "plans_per_second", levels);
  const std::vector<Figure> again = NewFigures("open_plan40", "plans_per_second", levels);
  figures.insert(figures.end(), again.begin(), again.end());
  const size_t half = plans.size() / 2;
  for (size_t level = 0; level < levels.size(); ++level) {
    absl::StatusOr<Answers> answers =
        opening.Open(level * half, (level + 1) * half, levels[level], absl::InfiniteDuration(),
                     /*once=*/true);
    if (!answers.ok()) return answers.status();
    AddAnswers(*std::move(answers), figures[level]);
  }
  for (int repetition = 0; repetition < options.repetitions; ++repetition) {
    for (size_t level = 0; level < levels.size(); ++level) {
      absl::StatusOr<Answers> answers =
          opening.Open(0, 2 * half, levels[level], options.length, /*once=*/false);
      if (!answers.ok()) return answers.status();
      AddAnswers(*std::move(answers), figures[levels.size() + level]);
    }
  }
  return figures;
}

}  // namespace

absl::StatusOr<std::vector<Figure>> MeasureLoad(const LoadOptions& options) {
  absl::StatusOr<std::unique_ptr<DemoServer>> server = DemoServer::Start(options.data);
  if (!server.ok()) return server.status();
  absl::StatusOr<std::vector<Figure>> figures = WriteAtAllLevels(options, (*server)->address());
  if (!figures.ok()) return figures.status();
  if (absl::Status stopped = (*server)->Stop(); !stopped.ok()) return stopped;
  return figures;
}

absl::StatusOr<std::vector<Figure>> MeasureOpen(const OpenOptions& options) {
  absl::StatusOr<std::unique_ptr<DemoServer>> writing = DemoServer::Start(options.data);
  if (!writing.ok()) return writing.status();
  const absl::StatusOr<std::vector<OpenPlan>> plans =
      WritePlansOf40Entries((*writing)->address(), options.plans);
  if (!plans.ok()) return plans.status();
  if (absl::Status stopped = (*writing)->Stop(); !stopped.ok()) return stopped;
  absl::StatusOr<std::unique_ptr<DemoServer>> showing = DemoServer::Start(options.data);
  if (!showing.ok()) return showing.status();
  absl::StatusOr<std::vector<Figure>> figures =
      OpenAtAllLevels(options, (*showing)->address(), *plans);
  if (!figures.ok()) return figures.status();
  if (absl::Status stopped = (*showing)->Stop(); !stopped.ok()) return stopped;
  return figures;
}

}  // namespace countersign::bench
