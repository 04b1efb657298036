// The language in which the guidance's sentences are tested, over the pure rules:
//
//   Given(ADraft()).When(Sign()).By(kAmina).ThenRefused(v1::RECORD_NOT_FINAL, "R73");
//   Given(AConfirmedMeeting()).On("2026-10-02").ThenOwes(ObligationKind::kDraft, "2026-10-06",
//                                                        Status::kDueSoon);
//
// Histories are folded with the real Evolve on top of the standard world (people.h); one that does
// not fold, or that runs backwards, fails the test. What a command decides must fold as well.
// Every value is a copy, so a scenario can be kept and continued in several ways.
#ifndef COUNTERSIGN_TESTS_SUPPORT_SCENARIO_H_
#define COUNTERSIGN_TESTS_SUPPORT_SCENARIO_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/rules/event_type.h"
#include "services/rules/refusals.h"
#include "tests/support/london.h"
#include "tests/support/world.h"

namespace countersign::rules {

// An event as a reader of a failing test wants it: the parts of a record opened, and what it is
// about in front.
inline std::string Readable(absl::string_view subject_id, const v1::Event& event) {
  std::string text = absl::StrCat("about ", subject_id, "\n", event.DebugString());
  const v1::RecordingEvent& recording = event.plan().recording();
  for (const v1::Record* record :
       {&recording.draft_issued().record(), &recording.draft_revised().record()}) {
    v1::IndividualPlan plan;
    v1::TrainingAnnex annex;
    plan.ParseFromString(record->plan().plan());
    annex.ParseFromString(record->plan().annex());
    absl::StrAppend(&text, plan.DebugString(), annex.DebugString());
  }
  v1::RevieweeComments comments;
  comments.ParseFromString(recording.record_finalised().comments());
  absl::StrAppend(&text, comments.DebugString());
  return text;
}

// A refusal that was expected, for more questions about it.
class Refused {
 public:
  explicit Refused(v1::Refusal refusal) : refusal_(std::move(refusal)) {}

  // What people read.
  Refused Saying(absl::string_view words) const {
    EXPECT_THAT(refusal_.message(), ::testing::HasSubstr(std::string(words)));
    return *this;
  }
  // What programs read.
  Refused With(const std::string& name, absl::string_view value) const {
    const auto found = refusal_.values().find(name);
    EXPECT_NE(found, refusal_.values().end()) << "no value named " << name;
    if (found != refusal_.values().end()) {
      EXPECT_THAT(found->second, ::testing::HasSubstr(std::string(value)));
    }
    return *this;
  }
  const v1::Refusal& refusal() const { return refusal_; }

 private:
  v1::Refusal refusal_;
};

// A refusal says what is wrong in one sentence or more, for people, and shows no text of a plan.
inline void ExpectFitForPeople(const v1::Refusal& refusal) {
  const std::string& message = refusal.message();
  EXPECT_GE(message.size(), 20u) << message;
  EXPECT_TRUE(absl::EndsWith(message, ".")) << message;
  EXPECT_FALSE(absl::ascii_islower(message.empty() ? 'x' : message[0])) << message;
  EXPECT_FALSE(absl::StrContains(message, "_")) << "a name from the code: " << message;
  for (absl::string_view content : {"phonics", "Phonics", "Carol as a partner", "decodable"}) {
    EXPECT_FALSE(absl::StrContains(message, content)) << "content of a plan: " << message;
    for (const auto& [name, value] : refusal.values()) {
      EXPECT_FALSE(absl::StrContains(value, content)) << name << ": " << value;
    }
  }
}

class Scenario {
 public:
  explicit Scenario(World world) : world_(std::move(world)) {}

  // More that happened, in the plan or around it.
  Scenario And(const std::vector<Past>& history) const {
    Scenario next = *this;
    for (const Past& past : history) {
      const absl::Status learnt = Learn(next.world_, past);
      EXPECT_TRUE(learnt.ok()) << "the history does not fold: " << learnt << "\n"
                               << Readable(past.subject_id, past.event);
    }
    return next;
  }
  // The same, for facts about people, schools and the trust.
  Scenario Knowing(const std::vector<Past>& history) const { return And(history); }

  Scenario When(Intent intent) const {
    Scenario next = *this;
    next.intent_ = std::move(intent);
    return next;
  }
  // When the command comes in: "2026-09-15 09:00". Unsaid: a minute after the last event.
  Scenario At(absl::string_view when) const {
    Scenario next = *this;
    next.at_ = std::string(when);
    return next;
  }
  // Who hands it in. Unsaid: Ben, the reviewer.
  Scenario By(absl::string_view person) const {
    Scenario next = *this;
    next.by_ = std::string(person);
    return next;
  }
  // On which day obligations are looked at.
  Scenario On(absl::string_view day) const {
    Scenario next = *this;
    next.day_ = std::string(day);
    return next;
  }

  // Exactly these events, in this order, and they fold. Answers the scenario after them.
  Scenario Then(const std::vector<Past>& expected, int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("Then in line ", line));
    const Decision decision = Decided();
    EXPECT_TRUE(decision.ok()) << decision.status();
    if (!decision.ok()) return *this;
    std::string expected_text;
    std::string actual_text;
    for (const Past& past : expected) {
      absl::StrAppend(&expected_text, Readable(past.subject_id, past.event), "\n");
    }
    for (const Happening& happening : *decision) {
      absl::StrAppend(&actual_text, Readable(happening.subject_id, happening.event), "\n");
    }
    EXPECT_EQ(expected_text, actual_text);
    return After(*decision);
  }
  // Whatever the events are: there are some, and they fold.
  Scenario ThenAllowed(int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("ThenAllowed in line ", line));
    const Decision decision = Decided();
    EXPECT_TRUE(decision.ok()) << decision.status();
    if (!decision.ok()) return *this;
    EXPECT_FALSE(decision->empty()) << "already so";
    return After(*decision);
  }
  void ThenAlreadySo(int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("ThenAlreadySo in line ", line));
    const Decision decision = Decided();
    EXPECT_TRUE(decision.ok()) << decision.status();
    if (!decision.ok()) return;
    for (const Happening& happening : *decision) {
      ADD_FAILURE() << Readable(happening.subject_id, happening.event);
    }
  }
  Refused ThenRefused(v1::Reason reason, absl::string_view rule,
                      int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("ThenRefused in line ", line));
    const Decision decision = Decided();
    EXPECT_FALSE(decision.ok()) << "expected " << v1::Reason_Name(reason);
    const v1::Refusal refusal =
        decision.ok() ? v1::Refusal() : RefusalOf(decision.status()).value_or(v1::Refusal());
    if (decision.ok()) {
      for (const Happening& happening : *decision) {
        ADD_FAILURE() << Readable(happening.subject_id, happening.event);
      }
      return Refused(refusal);
    }
    EXPECT_EQ(decision.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(v1::Reason_Name(refusal.reason()), v1::Reason_Name(reason)) << decision.status();
    EXPECT_EQ(RuleOf(reason), rule);
    ExpectFitForPeople(refusal);
    return Refused(refusal);
  }
  // An id that nobody knows.
  void ThenUnknown(int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("ThenUnknown in line ", line));
    EXPECT_EQ(Decided().status().code(), absl::StatusCode::kNotFound) << Decided().status();
  }

  // What is owed, by when, and how it stands. `due` is empty where there is no date. The command,
  // if there is one, has happened.
  Scenario ThenOwes(ObligationKind kind, absl::string_view due, Status status,
                    absl::string_view owed_by = "", int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("ThenOwes in line ", line, ": ", NameOf(kind)));
    const Scenario told = intent_.has_value() ? ThenAllowed() : *this;
    const std::optional<Obligation> owed = told.Find(kind);
    EXPECT_TRUE(owed.has_value()) << "nothing of the kind is owed";
    if (!owed.has_value()) return told;
    EXPECT_EQ(owed->due.due_on.has_value() ? absl::FormatCivilTime(*owed->due.due_on) : "",
              std::string(due));
    EXPECT_EQ(static_cast<int>(told.StatusOf(*owed)), static_cast<int>(status))
        << "see the order of Status in deadlines.h";
    if (!owed_by.empty()) {
      EXPECT_EQ(OwedBy(told.world_, told.plan().progress, *owed, told.Day()), owed_by);
    }
    return told;
  }
  // The state in which the plan is. The command, if there is one, has happened.
  Scenario ThenIs(PlanState state, int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("ThenIs in line ", line));
    const Scenario told = intent_.has_value() ? ThenAllowed() : *this;
    EXPECT_EQ(static_cast<int>(StateOf(told.plan().progress)), static_cast<int>(state))
        << "see the order of PlanState in plan.h";
    return told;
  }
  // Nothing of the kind, settled or not.
  Scenario ThenOwesNo(ObligationKind kind, int line = __builtin_LINE()) const {
    SCOPED_TRACE(absl::StrCat("ThenOwesNo in line ", line, ": ", NameOf(kind)));
    const Scenario told = intent_.has_value() ? ThenAllowed() : *this;
    EXPECT_FALSE(told.Find(kind).has_value());
    return told;
  }

  const World& world() const { return world_; }
  const Plan& plan() const { return PlanIn(world_); }
  absl::CivilDay Day() const {
    return day_.empty() ? absl::ToCivilDay(Now(), London()) : countersign::On(day_);
  }
  Decision Decided() const {
    if (!intent_.has_value()) return absl::InvalidArgumentError("nothing was handed in");
    return DecisionOn(world_, *intent_, Now(), by_);
  }

 private:
  absl::Time Now() const { return at_.empty() ? world_.now + absl::Minutes(1) : InLondon(at_); }

  // The scenario after the command, ready for the next one.
  Scenario After(const std::vector<Happening>& happenings) const {
    Scenario next = *this;
    next.intent_.reset();
    next.at_.clear();
    const std::string when = absl::FormatTime(
        "%Y-%m-%d %H:%M", std::max(Now(), world_.now + absl::Minutes(1)), London());
    std::vector<Past> history;
    for (const Happening& happening : happenings) {
      history.push_back({happening.subject_id, happening.event, by_, when});
    }
    next = next.And(history);
    if (day_.empty() && !at_.empty()) next.day_ = at_.substr(0, 10);
    return next;
  }

  std::optional<Obligation> Find(ObligationKind kind) const {
    const v1::PlanProgress& progress = plan().progress;
    const auto all =
        ObligationsOf(progress, InputsIn(world_, progress), London(), Detail::kDateOnly);
    EXPECT_TRUE(all.ok()) << all.status();
    if (!all.ok()) return std::nullopt;
    std::optional<Obligation> found;
    for (const Obligation& owed : *all) {
      if (owed.kind == kind && !found.has_value()) found = owed;
    }
    return found;
  }

  Status StatusOf(const Obligation& owed) const {
    const v1::PlanProgress& progress = plan().progress;
    const auto status = StatusOn(Day(), owed, progress, InputsIn(world_, progress), London());
    EXPECT_TRUE(status.ok()) << status.status();
    return status.value_or(Status::kNotStarted);
  }

  World world_;
  std::optional<Intent> intent_;
  std::string at_;
  std::string by_ = kBen;
  std::string day_;
};

// A world of which nothing is known yet: not even the trust is founded.
inline Scenario GivenNothing(const std::vector<Past>& history = {}) {
  return Scenario(World()).And(history);
}

// The standard world, and what happened in it.
inline Scenario Given(const std::vector<Past>& history) {
  static const Scenario* const kStandard = new Scenario(GivenNothing(TheStandardWorld()));
  return kStandard->And(history);
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_SUPPORT_SCENARIO_H_
