// Holding the server's views against the model's.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "tests/scenario/run.h"

namespace countersign::scenario {
namespace {

// So many plans are listed one by one, because a list of all is as long as twenty.
constexpr size_t kFew = 4;

std::string Short(const std::string& name, const std::string& prefix) {
  return absl::StrReplaceAll(name, {{prefix, ""}});
}

// As the model's OwedIn().
std::string RowOf(const v1::Obligation& owed) {
  const uint32_t number = owed.change() > 0 ? owed.change() : owed.replacement();
  const std::string& owner = owed.owed_by().person_id();
  return absl::StrCat(Short(v1::ObligationKind_Name(owed.kind()), "OBLIGATION_KIND_"),
                      number > 0 ? absl::StrCat(" ", number) : "", " ", owner.empty() ? "-" : owner,
                      " ", owed.due_on().empty() ? "-" : owed.due_on(), " ",
                      Short(v1::ObligationStatus_Name(owed.status()), "OBLIGATION_STATUS_"));
}

}  // namespace

std::map<std::string, Run::Rows> Run::ListOwed(const std::string& plan_id,
                                               const std::string& school_id) {
  std::map<std::string, Rows> owed;
  v1::ListObligationsRequest request;
  request.set_plan_id(plan_id);
  request.set_school_id(school_id);
  request.mutable_page()->set_page_size(500);
  for (int status = 1; status <= v1::ObligationStatus_MAX; ++status) {
    request.add_statuses(static_cast<v1::ObligationStatus>(status));
  }
  do {
    const Reply reply = desk_.Call("T1", "PlanService.ListObligations", request);
    if (!reply.ok()) {
      ADD_FAILURE() << reply;
      break;
    }
    const auto& response = reply.As<v1::ListObligationsResponse>();
    for (const v1::Obligation& row : response.obligations()) {
      owed[row.plan_id()].push_back(RowOf(row));
      ++tally_.statuses[absl::StrCat(
          Short(v1::ObligationKind_Name(row.kind()), "OBLIGATION_KIND_"), " ",
          Short(v1::ObligationStatus_Name(row.status()), "OBLIGATION_STATUS_"))];
    }
    request.mutable_page()->set_page_token(response.next_page_token());
  } while (!request.page().page_token().empty());
  for (auto& [id, rows] : owed) std::sort(rows.begin(), rows.end());
  return owed;
}

std::map<std::string, v1::PlanState> Run::ListStates(const std::string& reviewee,
                                                     const std::string& school_id) {
  std::map<std::string, v1::PlanState> states;
  v1::ListPlansRequest request;
  request.set_reviewee(reviewee);
  request.set_school_id(school_id);
  request.mutable_page()->set_page_size(500);
  const Reply reply = desk_.Call("T1", "PlanService.ListPlans", request);
  if (!reply.ok()) {
    ADD_FAILURE() << reply;
    return states;
  }
  for (const v1::PlanSummary& plan : reply.As<v1::ListPlansResponse>().plans()) {
    states[plan.plan_id()] = plan.state();
  }
  return states;
}

// The one school that holds all these plans; empty when there are several.
std::string Run::SchoolOf(const std::vector<std::string>& plan_ids) const {
  std::set<std::string> schools;
  for (const std::string& id : plan_ids) schools.insert(model_.plans.at(id).school);
  return schools.size() == 1 ? *schools.begin() : "";
}

bool Run::Compare(const std::vector<std::string>& plan_ids, bool states_too) {
  // A few are asked for one by one, many all at once.
  const bool one_by_one = plan_ids.size() <= kFew;
  std::map<std::string, Rows> owed;
  const std::string school = SchoolOf(plan_ids);
  if (!one_by_one) owed = ListOwed("", school);
  for (const std::string& id : plan_ids) {
    if (one_by_one) owed.merge(ListOwed(id, ""));
    if (!CompareOwed(id, owed[id])) return false;
  }
  return !states_too || CompareStates(plan_ids);
}

bool Run::CompareStates(const std::vector<std::string>& plan_ids) {
  if (plan_ids.empty()) return true;
  const ModelPlan& first = model_.plans.at(plan_ids.front());
  const auto states = ListStates(plan_ids.size() == 1 ? first.reviewee : "", SchoolOf(plan_ids));
  for (const std::string& id : plan_ids) {
    const v1::PlanState expected = model_.StateOf(model_.plans.at(id));
    const auto listed = states.find(id);
    const v1::PlanState state =
        listed == states.end() ? v1::PLAN_STATE_UNSPECIFIED : listed->second;
    if (state == expected) continue;
    return Disagree(id, "the plan's state", v1::PlanState_Name(expected),
                    v1::PlanState_Name(state));
  }
  return true;
}

bool Run::CompareOwed(const std::string& plan_id, const Rows& owed) {
  const ModelPlan& plan = model_.plans.at(plan_id);
  const Rows expected = model_.OwedIn(plan);
  if (expected == owed) return true;
  Rows only_model, only_server;
  std::set_difference(expected.begin(), expected.end(), owed.begin(), owed.end(),
                      std::back_inserter(only_model));
  std::set_difference(owed.begin(), owed.end(), expected.begin(), expected.end(),
                      std::back_inserter(only_server));
  return Disagree(plan_id, "what is owed (rows that differ)", absl::StrJoin(only_model, "\n"),
                  absl::StrJoin(only_server, "\n"));
}

bool Run::CompareExplained(const ModelPlan& plan) {
  v1::ExplainDeadlinesRequest request;
  request.set_plan_id(plan.id);
  const Reply reply = desk_.Call(keys_.at(plan.reviewee), "PlanService.ExplainDeadlines", request);
  if (!reply.ok()) {
    return Disagree(plan.id, "the deadlines", "shown to the reviewee", AnswerIn(reply));
  }
  std::map<int, Rows> explained;  // By kind, which is the model's order.
  for (const auto& deadline : reply.As<v1::ExplainDeadlinesResponse>().deadlines()) {
    Rows& rows = explained[deadline.obligation().kind()];
    rows.push_back(absl::StrCat(RowOf(deadline.obligation()), " ", deadline.counted_for(),
                                deadline.extended() ? " extended" : ""));
    for (const v1::WorkingDay& day : deadline.days()) {
      rows.push_back(absl::StrCat("  ", day.on(), " ",
                                  day.number() > 0 ? absl::StrCat(day.number()) : day.skipped()));
    }
    ++tally_.explained;
  }
  Rows server;
  for (const auto& [kind, rows] : explained) server.insert(server.end(), rows.begin(), rows.end());
  const Rows model = model_.ExplainedIn(plan);
  if (server == model) return true;
  return Disagree(plan.id, "the deadlines as they are explained", absl::StrJoin(model, "\n"),
                  absl::StrJoin(server, "\n"));
}

std::string Run::Readable(std::string text) const {
  for (const auto& [id, key] : keys_) text = absl::StrReplaceAll(text, {{id, key}});
  return text;
}

void Run::WriteHistory(const Asked& asked, const std::string& answer) {
  const auto* reflection = asked.command.GetReflection();
  const auto* about = &reflection->GetMessage(
      asked.command, reflection->GetOneofFieldDescriptor(
                         asked.command, asked.command.GetDescriptor()->oneof_decl(0)));
  std::string words = about->ShortDebugString();
  if (asked.command.school().has_publish_calendar()) {
    // Its terms are those of every year; what was announced stands behind them.
    v1::SchoolCalendar calendar = asked.command.school().publish_calendar().calendar();
    if (calendar.terms_size() == 6) calendar.clear_terms();
    words = absl::StrCat("publish_calendar ", calendar.ShortDebugString());
  }
  if (words.size() > 600) words = words.substr(0, 600) + " ...";
  const std::string line = absl::StrCat("step ", step_, " ", Iso(model_.today()), " ",
                                        keys_.at(asked.actor), ": ", words, " -> ", answer);
  if (asked.command.has_plan()) {
    history_[asked.subject].push_back(line);
  } else {
    facts_.emplace_back(asked.subject, absl::StrCat(line, " about ", asked.subject));
  }
}

bool Run::Disagree(const std::string& plan_id, const std::string& what, const std::string& model,
                   const std::string& server) {
  std::string facts;
  std::string plan;
  std::set<std::string> about = {"", plan_id};
  if (model_.plans.count(plan_id) > 0) {
    const ModelPlan& known = model_.plans.at(plan_id);
    about = {"", known.school, known.reviewee, known.reviewer};
    absl::StrAppend(&plan, "plan of ", known.reviewee, ", meeting on ", Iso(known.meeting_on), "\n",
                    absl::StrJoin(history_[plan_id], "\n"), "\n");
  }
  for (const auto& [subject, line] : facts_) {
    const bool is_last = &line == &facts_.back().second;
    if (about.count(subject) > 0 || is_last) absl::StrAppend(&facts, line, "\n");
  }
  report_ = Readable(absl::StrCat("seed ", seed_, ", step ", step_, ", ", Iso(model_.today()),
                                  ": model and server disagree on ", what, "\n--- facts\n", facts,
                                  "--- history of ", plan_id, "\n", plan, "--- the model says\n",
                                  model, "\n--- the server says\n", server,
                                  "\n--- to see it again\nCOUNTERSIGN_SCENARIO_FIRST_SEED=", seed_,
                                  " COUNTERSIGN_SCENARIO_SEEDS=1 scenario_tests\n"));
  return false;
}

}  // namespace countersign::scenario
