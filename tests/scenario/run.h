// One school year of the made-up trust, played through gRPC against a server of its own on a disk
// in memory, beside the model. After every step both must agree on the answer, on the state of the
// plans it touches and on all that is owed in them.
#ifndef COUNTERSIGN_TESTS_SCENARIO_RUN_H_
#define COUNTERSIGN_TESTS_SCENARIO_RUN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/scenario/choice.h"
#include "tests/scenario/dice.h"
#include "tests/scenario/model.h"
#include "tests/scenario/moments.h"
#include "tests/scenario/staff.h"
#include "tests/services/desk.h"

namespace countersign::scenario {

// How often steps of one kind were taken, by how they ended.
struct Outcomes {
  int accepted = 0;
  int already_so = 0;
  int refused = 0;
};

// How often what happened.
struct Tally {
  std::map<std::string, Outcomes> kinds;  // By KindsOf().
  std::map<std::string, int> events;      // By event type.
  std::map<std::string, int> answers;     // By answer, reasons of refusals among them.
  std::map<std::string, int> statuses;    // Of obligations that were compared, by kind and status.
  int steps = 0;
  int explained = 0;  // Deadlines compared with their workings, day by day.

  void Add(const Tally& other);
};

// Whether what the server answers is remembered now and then, to be asked for again (moments.h).
enum class RememberMoments { kNo, kYes };

class Run {
 public:
  explicit Run(uint32_t seed, RememberMoments remember = RememberMoments::kNo);

  // Plays the year. False at the first disagreement, which stands in report().
  bool Play();

  // After Play(): the first remembered answer that the server gives no more, or nothing.
  std::string ComparePast() { return moments_->Compare(desk_); }
  // Null where nothing is remembered.
  const Moments* moments() const { return moments_.get(); }

  const Tally& tally() const { return tally_; }
  // The seed, the step, what had happened in the plan, both views, and how to see it again.
  const std::string& report() const { return report_; }

 private:
  using Rows = std::vector<std::string>;

  void FoundTrust();
  void RegisterStaff();
  Cast CastOf() const;
  bool Settle();
  bool PlayDay(Day day);
  bool CompareWeekly(Day sunday);
  void MoveClock(Day day);

  bool Step(const Asked& asked);
  Reply HandIn(const Asked& asked);
  std::string AnswerIn(const Reply& reply);
  void RememberRecord(const Asked& asked);
  void RememberMoment();
  void WriteHistory(const Asked& asked, const std::string& answer);
  std::vector<std::string> PlansTouchedBy(const Asked& asked) const;

  bool Compare(const std::vector<std::string>& plan_ids, bool states_too);
  bool CompareStates(const std::vector<std::string>& plan_ids);
  bool CompareOwed(const std::string& plan_id, const Rows& owed);
  bool CompareExplained(const ModelPlan& plan);
  std::string SchoolOf(const std::vector<std::string>& plan_ids) const;
  // Of the one plan, or of all in the school, or of all; likewise below.
  std::map<std::string, Rows> ListOwed(const std::string& plan_id, const std::string& school_id);
  std::map<std::string, v1::PlanState> ListStates(const std::string& reviewee,
                                                  const std::string& school_id);
  bool Disagree(const std::string& plan_id, const std::string& what, const std::string& model,
                const std::string& server);
  // Ids as staff keys and short names, for people.
  std::string Readable(std::string text) const;

  const uint32_t seed_;
  Dice dice_;
  Model model_;
  const std::unique_ptr<rocksdb::Env> disk_;
  Desk desk_;
  std::vector<StaffMember> staff_;
  std::map<std::string, std::string> ids_;   // By staff key, and of schools by "A" and "B".
  std::map<std::string, std::string> keys_;  // The reverse.
  std::map<std::string, v1::SchoolCalendar> calendars_;
  std::map<std::string, std::string> digests_;  // By the words of the record.
  std::string cycle_;
  std::unique_ptr<Choice> choice_;
  std::unique_ptr<Moments> moments_;
  int step_ = 0;
  std::map<std::string, std::vector<std::string>> history_;  // By plan.
  std::vector<std::pair<std::string, std::string>> facts_;   // About what, and what.
  Tally tally_;
  std::string report_;
};

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_RUN_H_
