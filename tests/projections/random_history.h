// Made-up histories with events of every kind, always the same for the same seed. What an event
// holds is read off the schema, so an event that is added tomorrow takes part without a line here.
#ifndef COUNTERSIGN_TESTS_PROJECTIONS_RANDOM_HISTORY_H_
#define COUNTERSIGN_TESTS_PROJECTIONS_RANDOM_HISTORY_H_

#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "countersign/v1/event.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "services/rules/event_type.h"
#include "services/rules/state/plan.h"
#include "services/rules/state/recorded.h"
#include "services/rules/state/trust.h"

namespace countersign::projections {

// A fact, what it is about, and who did it.
struct Told {
  std::string subject_id;
  v1::Event event;
  std::string actor_id{};  // Empty for the system itself.
};

class RandomHistory {
 public:
  explicit RandomHistory(uint32_t seed) : random_(seed), actors_(seed) {}

  // The next fact. Plans begin with their enrolment, and closed ones are left alone but for the
  // copies. Most facts are somebody's doing, whoever it is.
  Told Next() {
    Told told = NextFact();
    if (actors_() % 8 != 0) told.actor_id = IdOf("person", actors_() % kPeople);
    return told;
  }

  // The next fact as if a journal had recorded it, hours after the one before.
  rules::Recorded NextRecorded() {
    const Told told = Next();
    rules::Recorded recorded;
    recorded.position = position_++;
    recorded.recorded_at_us = now_us_ += 1 + static_cast<int64_t>(Below(36'000'000)) * 1000;
    recorded.subject_id = told.subject_id;
    recorded.actor_id = told.actor_id;
    recorded.event = told.event;
    return recorded;
  }

  // What every text of an event on that stream holds; see TextFor.
  static std::string Marker(const std::string& stream) { return absl::StrCat("TEXT-OF-", stream); }

 private:
  static constexpr uint64_t kPeople = 6;
  static constexpr uint64_t kSchools = 2;

  Told NextFact() {
    while (true) {
      v1::Event event;
      Choose(event, 3);
      // Half of everything happens in plans, or few of them would come to their end.
      if (!event.has_plan() && Below(2) == 0) {
        event.Clear();
        Choose(*event.mutable_plan(), 2);
      }
      switch (event.stream_case()) {
        case v1::Event::kPlan: {
          const Told told = InSomePlan(event);
          if (!told.subject_id.empty()) return told;
          continue;
        }
        case v1::Event::kPerson:
          return {OneOf("person", kPeople), event};
        case v1::Event::kSchool:
          ShapeRole(v1::ROLE_HEADTEACHER, *event.mutable_school());
          return {OneOf("school", kSchools), event};
        case v1::Event::kTrust:
          ShapeRole(v1::ROLE_TRUST_LEAD, *event.mutable_trust());
          return {rules::kTrustId, event};
        case v1::Event::kAccess:
          return {OneOf("plan", 1 + plans_.size()), event};
        case v1::Event::kCaller:
        case v1::Event::kJournal:
        case v1::Event::STREAM_NOT_SET:
          return {OneOf("caller", 3), event};
      }
    }
  }

  uint64_t Below(uint64_t limit) { return random_() % limit; }

  // Ids of a kind are UUIDs that are told apart by their last digits.
  std::string OneOf(const std::string& kind, uint64_t count) { return IdOf(kind, Below(count)); }
  static std::string IdOf(const std::string& kind, uint64_t number) {
    const int tag = kind == "person" ? 1 : kind == "school" ? 2 : kind == "plan" ? 3 : 4;
    char id[40];
    std::snprintf(id, sizeof(id), "%08d-0000-4000-8000-%012d", tag, static_cast<int>(number + 1));
    return id;
  }

  // Sets one member of the message's oneof at random, and so on inwards.
  void Choose(google::protobuf::Message& message, int depth) {
    const auto* choice = message.GetDescriptor()->oneof_decl(0);
    const auto* field = choice->field(static_cast<int>(Below(choice->field_count())));
    google::protobuf::Message* inner = message.GetReflection()->MutableMessage(&message, field);
    if (depth == 3) stream_ = field->name();
    // Depth counts the oneofs of stream, chapter and event; an access has one less.
    if (depth > 1 && inner->GetDescriptor()->oneof_decl_count() > 0) {
      Choose(*inner, depth - 1);
    } else {
      Fill(*inner);
    }
  }

  // Every other role is the one that things are owed by; and days are mostly left open, or hardly a
  // role would last.
  template <typename OfRoles>
  void ShapeRole(v1::Role role, OfRoles& of_roles) {
    if (!of_roles.roles().has_role_granted()) return;
    v1::RoleGranted& granted = *of_roles.mutable_roles()->mutable_role_granted();
    if (Below(2) == 0) granted.set_role(role);
    if (Below(3) != 0) granted.clear_first_on();
    if (Below(3) != 0) granted.clear_last_on();
  }

  void Fill(google::protobuf::Message& message) {
    const auto* descriptor = message.GetDescriptor();
    for (int i = 0; i < descriptor->field_count(); ++i) {
      const auto* field = descriptor->field(i);
      // Of a oneof the last member that is drawn stands; each has its turn.
      if (field->real_containing_oneof() != nullptr && Below(2) == 0 && i > 0) continue;
      if (field->has_optional_keyword() && Below(2) == 0) continue;
      const uint64_t times = field->is_repeated() ? 1 + Below(3) : 1;
      for (uint64_t time = 0; time < times; ++time) FillField(message, *field);
    }
  }

  void FillField(google::protobuf::Message& message,
                 const google::protobuf::FieldDescriptor& field) {
    using Field = google::protobuf::FieldDescriptor;
    const auto* reflection = message.GetReflection();
    const bool many = field.is_repeated();
    switch (field.cpp_type()) {
      case Field::CPPTYPE_STRING: {
        const std::string text = TextFor(field.name());
        many ? reflection->AddString(&message, &field, text)
             : reflection->SetString(&message, &field, text);
        return;
      }
      case Field::CPPTYPE_MESSAGE:
        return Fill(many ? *reflection->AddMessage(&message, &field)
                         : *reflection->MutableMessage(&message, &field));
      case Field::CPPTYPE_UINT32: {
        const uint32_t number = static_cast<uint32_t>(1 + Below(field.name() == "weekday" ? 5 : 3));
        many ? reflection->AddUInt32(&message, &field, number)
             : reflection->SetUInt32(&message, &field, number);
        return;
      }
      case Field::CPPTYPE_BOOL:
        return reflection->SetBool(&message, &field, Below(2) == 0);
      case Field::CPPTYPE_ENUM:
        return reflection->SetEnumValue(&message, &field,
                                        static_cast<int>(Below(field.enum_type()->value_count())));
      case Field::CPPTYPE_INT32:
      case Field::CPPTYPE_INT64:
      case Field::CPPTYPE_UINT64:
      case Field::CPPTYPE_DOUBLE:
      case Field::CPPTYPE_FLOAT:
        return;  // No event has such a field; a time of a sort would be zero.
    }
  }

  std::string TextFor(const std::string& field) {
    if (field == "on" || absl::EndsWith(field, "_on")) {
      return absl::FormatCivilTime(absl::CivilDay(2026, 9, 1) + static_cast<int>(Below(120)));
    }
    if (field == "school_id") return OneOf("school", kSchools);
    if (field == "plan_id") return OneOf("plan", 1 + plans_.size());
    if (field == "cycle_id") return OneOf("cycle", 2);
    if (absl::EndsWith(field, "_id") || absl::EndsWith(field, "_ids")) {
      return OneOf("person", kPeople);
    }
    if (field == "starts_at") return absl::StrCat("0", 7 + Below(3), ":30");
    if (field == "ends_at") return absl::StrCat(14 + Below(3), ":00");
    // Names of teams are on cards: compliance is shown for each.
    if (field == "team") return absl::StrCat("Team ", 1 + Below(3));
    return Marker(stream_);
  }

  // The event in some plan, or no subject where it does not fit one.
  Told InSomePlan(v1::Event event) {
    stream_ = "plan";
    std::string id = OneOf("plan", 1 + plans_.size() + Below(2));
    v1::PlanProgress& progress = plans_[id];
    const bool fits = Fit(progress, *event.mutable_plan());
    if (rules::StateOf(progress) == rules::PlanState::kUnborn && !fits) plans_.erase(id);
    if (!fits) return {};
    rules::Recorded recorded;
    recorded.subject_id = id;
    recorded.event = event;
    if (!rules::Advance(progress, recorded).ok()) return {};
    return {id, event};
  }

  // Whether the rules could let the event follow; numbers are given as the rules would.
  bool Fit(const v1::PlanProgress& progress, v1::PlanEvent& event) {
    const rules::PlanState state = rules::StateOf(progress);
    const bool opens = event.enrolment().has_enrolled();
    if (opens != (state == rules::PlanState::kUnborn)) return false;
    if (event.has_copies()) return FitCopy(progress, event.copies(), state);
    // What closes a plan is rare, so that many are open at a time.
    const bool closes = event.signing().has_signed_() || event.signing().has_closed_unsigned() ||
                        event.enrolment().has_enrolment_withdrawn();
    if (rules::IsClosed(state) || (closes && Below(12) != 0)) return false;
    if (event.enrolment().has_plan_suspended()) return !rules::IsSuspended(progress);
    if (event.enrolment().has_plan_resumed()) return rules::IsSuspended(progress);
    // Requests are numbered, each once.
    if (event.recording().has_changes_requested()) {
      event.mutable_recording()->mutable_changes_requested()->set_change(progress.changes() + 1);
    }
    return !event.has_reviewer() || FitReviewer(progress, *event.mutable_reviewer());
  }

  // Each copy is given once, when the record is closed.
  static bool FitCopy(const v1::PlanProgress& progress, const v1::CopiesEvent& event,
                      rules::PlanState state) {
    if (state != rules::PlanState::kSigned && state != rules::PlanState::kClosedUnsigned) {
      return false;
    }
    return !rules::Happened(event.has_copy_issued()       ? progress.copy_issued()
                            : event.has_original_lodged() ? progress.original_lodged()
                                                          : progress.annex_copy_issued());
  }

  static bool FitReviewer(const v1::PlanProgress& progress, v1::ReviewerEvent& event) {
    const bool undecided = rules::Happened(progress.replacement_requested());
    if (event.has_reviewer_replaced()) return !progress.reviewer_id().empty();
    if (event.has_replacement_requested()) {
      event.mutable_replacement_requested()->set_replacement(progress.replacements() + 1);
      return !undecided;
    }
    if (event.has_replacement_declined()) {
      event.mutable_replacement_declined()->set_replacement(progress.replacements());
    }
    if (event.has_replacement_upheld()) {
      event.mutable_replacement_upheld()->set_replacement(progress.replacements());
    }
    return event.has_reviewer_assigned() || undecided;
  }

  std::mt19937 random_;
  std::mt19937 actors_;  // Drawn apart: the same happens, whoever does it.
  std::string stream_;
  std::map<std::string, v1::PlanProgress> plans_;
  uint64_t position_ = 0;
  int64_t now_us_ = 1'788'253'200'000'000;  // 1 September 2026, ten o'clock in London.
};

}  // namespace countersign::projections

#endif  // COUNTERSIGN_TESTS_PROJECTIONS_RANDOM_HISTORY_H_
