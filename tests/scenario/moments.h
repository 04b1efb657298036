// Answers that the server gave at moments of a school year, each asked for again later as of that
// moment: the past is what was answered then, byte for byte.
#ifndef COUNTERSIGN_TESTS_SCENARIO_MOMENTS_H_
#define COUNTERSIGN_TESTS_SCENARIO_MOMENTS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "tests/scenario/dice.h"
#include "tests/services/desk.h"

namespace countersign::scenario {

// Whose plan is looked at, and who is there to look, by staff key and id.
struct Subject {
  std::string plan;
  std::string school;
  std::string reviewee;       // Staff key.
  std::string reviewer;       // Staff key; empty where there is none.
  std::string school_letter;  // "A" or "B".
};

class Moments {
 public:
  // Rolls dice of its own, so that the year is the same whether anybody remembers it or not.
  explicit Moments(uint32_t seed) : dice_(seed + 7'000'003) {}

  // Whether this moment is one to remember: one in four.
  bool Chosen() { return dice_.Chance(25); }

  // Asks every query about the subject, and keeps what was answered. Something must have been
  // written on this day.
  void Remember(Desk& desk, const Subject& subject);

  // Asks for all of it as of then, moments in no order. Empty when every answer was the same; else
  // the first that was not.
  std::string Compare(Desk& desk);

  int moments() const { return static_cast<int>(moments_.size()); }
  int compared() const { return compared_; }
  // Whoever has lost the right since is not shown what they were shown then.
  int no_longer_seen() const { return no_longer_seen_; }
  const std::map<std::string, int>& compared_by_method() const { return compared_by_method_; }

 private:
  struct Answered {
    std::string method;
    std::string as;
    std::unique_ptr<google::protobuf::Message> request;
    uint64_t position;
    std::string bytes;
  };

  void Ask(Desk& desk, const std::string& method, const std::string& as,
           const google::protobuf::Message& request);

  Dice dice_;
  std::vector<std::vector<Answered>> moments_;
  uint64_t last_position_ = 0;  // That an answer reflected.
  int compared_ = 0;
  int no_longer_seen_ = 0;
  std::map<std::string, int> compared_by_method_;
};

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_MOMENTS_H_
