// What somebody in the trust does next: mostly what the plan is waiting for, now and then anything
// at all, so that much of it must be refused. Everything follows from the dice.
#ifndef COUNTERSIGN_TESTS_SCENARIO_CHOICE_H_
#define COUNTERSIGN_TESTS_SCENARIO_CHOICE_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tests/scenario/dice.h"
#include "tests/scenario/model.h"

namespace countersign::scenario {

// The people whom the choice has in mind, by the ids of the server.
struct Cast {
  std::string trust_lead;
  std::string trust_office;
  std::string central;   // Works in no school.
  std::string stranger;  // Has nothing to do with anybody's plan.
  std::vector<std::string> reviewees;
  std::vector<std::string> colleagues;  // Who may review, of both schools.
  std::vector<std::string> schools;
  std::map<std::string, std::string> offices;  // By school.
  std::map<std::string, std::vector<std::string>> heads;
  std::map<std::string, std::string> training_leads;
  std::string cycle;
};

class Choice {
 public:
  // Borrows the dice and the model.
  Choice(Dice& dice, const Model& model, Cast cast,
         std::map<std::string, v1::SchoolCalendar> calendars)
      : dice_(dice), model_(model), cast_(std::move(cast)), calendars_(std::move(calendars)) {}

  // How likely it is, in percent, that something happens in the plan on a day on
  // which anything happens at all.
  int Liveliness(const ModelPlan& plan) const;
  // Nothing where nobody could do what was chosen.
  std::optional<Asked> InPlan(const ModelPlan& plan);
  // Something about somebody's work, a calendar, a role, the policy.
  Asked AboutFacts();
  // An enrolment, of somebody who has a plan already now and then.
  Asked Enrolment();

 private:
  using Intent = v1::PlanCommand::IntentCase;

  bool ReviewedByHead(const ModelPlan& plan) const;
  Intent NextIn(const ModelPlan& plan);
  Intent NextBeforeTheMeeting(const ModelPlan& plan);
  v1::PlanCommand Fill(Intent intent, const ModelPlan& plan);
  bool FillReviewer(Intent intent, const ModelPlan& plan, v1::PlanCommand& command);
  bool FillPreparation(Intent intent, const ModelPlan& plan, v1::PlanCommand& command);
  bool FillMeeting(Intent intent, const ModelPlan& plan, v1::PlanCommand& command);
  bool FillRecording(Intent intent, const ModelPlan& plan, v1::PlanCommand& command);
  void FillClosing(Intent intent, const ModelPlan& plan, v1::PlanCommand& command);
  std::optional<std::string> ActorFor(const ModelPlan& plan, const v1::PlanCommand& command);
  std::string SomeReviewer(const ModelPlan& plan);
  void SomeBasis(v1::AssignmentBasis& basis);
  v1::Meeting SomeMeeting(const ModelPlan& plan);
  std::string Words();
  template <typename Command>
  void SomeForms(Command& command);
  void Absence(const ModelPerson& person, v1::PersonCommand& command);
  Asked AboutWork();
  Asked AboutRoles(const std::string& school);
  Asked AboutPolicy(const std::string& school);

  Dice& dice_;
  const Model& model_;
  const Cast cast_;
  std::map<std::string, v1::SchoolCalendar> calendars_;
};

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_CHOICE_H_
