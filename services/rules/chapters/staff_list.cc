// Chapter: lists of staff. A list brings what is known of people up to date: all of it or nothing.
#include <algorithm>
#include <map>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/message_differencer.h"
#include "services/rules/decide.h"
#include "services/rules/patterns.h"
#include "services/rules/refusals.h"
#include "services/rules/state/plan_people.h"

namespace countersign::rules {
namespace {

using Problems = std::vector<std::string>;

// How many mistakes the message itself tells; all of them are in the refusal's values.
constexpr size_t kShown = 3;

// Collects the events of one row; the fields are checked against what the rest of the list says.
class Row {
 public:
  Row(const Facts& facts, const v1::StaffRow& row, std::vector<Happening>& happenings,
      Problems& problems)
      : facts_(facts),
        row_(row),
        id_(facts.ids_by_staff_key.at(row.staff_key())),
        person_(facts.PersonOf(id_)),
        happenings_(happenings),
        problems_(problems) {}

  void Decide(const std::map<std::string, uint32_t>& listed) {
    const std::optional<std::string> school_id = SchoolId();
    const std::vector<std::string> managers = Managers(listed);
    if (absl::Status unclear = RefuseUnclearPattern(row_.pattern()); !unclear.ok()) {
      Problem(unclear.message());
    }
    if (!school_id.has_value()) return;
    if (!IsKnown(person_)) {
      Register(*school_id);
    } else if (person_.name != row_.name()) {
      Add().mutable_name_changed()->set_name(row_.name());
    }
    const size_t before = happenings_.size();
    DecideWork(*school_id, managers);
    if (happenings_.size() > before && IsTheCallersOwn()) {
      Problem(
          "nobody changes the facts about their own work; leave this line out, or have somebody "
          "else hand in the list.");
    }
  }

 private:
  v1::WorkFactsEvent& Add() {
    happenings_.push_back({id_, {}});
    return *happenings_.back().event.mutable_person()->mutable_work_facts_changed();
  }

  void Register(const std::string& school_id) {
    v1::PersonRegistered* registered = Add().mutable_person_registered();
    registered->set_name(row_.name());
    registered->set_staff_key(row_.staff_key());
    registered->set_job_title(row_.job_title());
    registered->set_team(row_.team());
    registered->set_school_id(school_id);
  }

  // What differs of the facts that due dates and access to plans rest on.
  void DecideWork(const std::string& school_id, const std::vector<std::string>& managers) {
    if (IsKnown(person_) &&
        (person_.job_title != row_.job_title() || person_.facts.team() != row_.team() ||
         person_.facts.school_id() != school_id)) {
      v1::PostChanged* post = Add().mutable_post_changed();
      post->set_job_title(row_.job_title());
      post->set_team(row_.team());
      post->set_school_id(school_id);
    }
    if (PatternChanged()) {
      v1::WorkPatternChanged* pattern = Add().mutable_work_pattern_changed();
      *pattern->mutable_pattern() = row_.pattern();
      pattern->set_term_time_only(row_.term_time_only());
      // A pattern that replaces a known one counts from today; the first is as old as the person.
      if (IsKnown(person_)) {
        pattern->set_effective_from_on(absl::FormatCivilTime(facts_.Today()));
      }
    }
    const auto& known = person_.facts.manager_ids();
    if (!std::equal(known.begin(), known.end(), managers.begin(), managers.end())) {
      v1::LineManagersNamed* named = Add().mutable_line_managers_named();
      *named->mutable_manager_ids() = {managers.begin(), managers.end()};
    }
  }

  // R81: as for the single commands, others record what one's deadlines and one's plan hang on. Who
  // founded the trust says once what founding it left unsaid.
  bool IsTheCallersOwn() const {
    if (id_ != facts_.caller_id || !IsKnown(person_)) return false;
    const v1::PersonFacts& known = person_.facts;
    const bool is_as_founded = known.school_id().empty() && known.team().empty() &&
                               known.patterns().empty() && known.manager_ids().empty() &&
                               known.plans().empty();
    return !is_as_founded;
  }

  void Problem(absl::string_view message) {
    problems_.push_back(absl::StrCat("line ", row_.line(), ": ", message));
  }

  // The school's id, empty for central staff; nothing when the number is not known.
  std::optional<std::string> SchoolId() {
    if (row_.urn().empty()) return "";
    for (const v1::TrustFacts::School& school : facts_.trust->facts.schools()) {
      if (school.urn() == row_.urn()) return school.school_id();
    }
    Problem(absl::StrCat("no school of the trust has the number ", row_.urn(),
                         "; register the school first or correct the number."));
    return std::nullopt;
  }

  std::vector<std::string> Managers(const std::map<std::string, uint32_t>& listed) {
    std::vector<std::string> managers;
    for (const std::string& key : row_.manager_staff_keys()) {
      const std::string& manager_id = facts_.ids_by_staff_key.at(key);
      if (manager_id == id_) {
        Problem("nobody is their own line manager; name somebody else.");
      } else if (manager_id == facts_.caller_id && IsKnown(person_) &&
                 !Manages(manager_id, person_.facts)) {
        // R81: a line manager reads the plan, so nobody opens it to themselves.
        Problem(
            "nobody makes themselves the line manager of somebody who is registered; ask the "
            "head, or somebody else who may, to record it.");
      } else if (listed.count(key) == 0 && !IsKnown(facts_.PersonOf(manager_id))) {
        Problem(absl::StrCat("the line manager ", key,
                             " is neither in this list nor known; add them or correct the key."));
      } else {
        managers.push_back(manager_id);
      }
    }
    return managers;
  }

  bool PatternChanged() const {
    const bool said = row_.pattern().weeks_size() > 0;
    if (person_.facts.patterns().empty()) return said || row_.term_time_only();
    // What the list says is held against today, not against a change that is still to come.
    const v1::PersonFacts::DatedPattern* in_force = &person_.facts.patterns(0);
    for (const v1::PersonFacts::DatedPattern& dated : person_.facts.patterns()) {
      if (dated.effective_from_on() <= absl::FormatCivilTime(facts_.Today())) in_force = &dated;
    }
    return in_force->term_time_only() != row_.term_time_only() ||
           !google::protobuf::util::MessageDifferencer::Equals(in_force->pattern(), row_.pattern());
  }

  const Facts& facts_;
  const v1::StaffRow& row_;
  const std::string id_;
  const Person& person_;
  std::vector<Happening>& happenings_;
  Problems& problems_;
};

}  // namespace

Decision DecideStaffList(const Facts& facts, const v1::RegisterPeople& command) {
  std::vector<Happening> happenings;
  Problems problems;
  std::map<std::string, uint32_t> listed;
  for (const v1::StaffRow& row : command.people()) {
    const auto [first, is_new] = listed.try_emplace(row.staff_key(), row.line());
    if (!is_new) {
      problems.push_back(absl::StrCat("line ", row.line(), ": the staff key ", row.staff_key(),
                                      " stands on line ", first->second, " already."));
    }
  }
  for (const v1::StaffRow& row : command.people()) {
    Row(facts, row, happenings, problems).Decide(listed);
  }
  if (!problems.empty()) {
    return Refuse(
        v1::STAFF_LIST_UNCLEAR,
        absl::StrCat(
            "Nothing was imported, because the list has ", problems.size(),
            problems.size() == 1 ? " mistake: " : " mistakes: ",
            absl::StrJoin(problems.begin(),
                          problems.begin() + std::min<size_t>(problems.size(), kShown), " "),
            problems.size() > kShown ? " ..." : ""),
        {{"problems", absl::StrJoin(problems, "\n")}});
  }
  return happenings;
}

}  // namespace countersign::rules
