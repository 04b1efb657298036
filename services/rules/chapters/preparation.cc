// Chapter: preparing for the meeting (R34 to R40, R86). All of it may be done and none of it has
// to.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "services/rules/decide.h"
#include "services/rules/refusals.h"

namespace countersign::rules {
namespace {

std::vector<Happening> One(const Plan& plan, v1::PreparationEvent event) {
  Happening happening{plan.progress.plan_id(), {}};
  *happening.event.mutable_plan()->mutable_preparation() = std::move(event);
  return {std::move(happening)};
}

}  // namespace

Decision DecidePreparation(const Plan& plan, const Facts&,
                           const v1::IssuePreparationPack& command) {
  if (absl::Status nobody = RefuseUnlessAssigned(plan); !nobody.ok()) return nobody;
  const std::vector<std::string>& before = plan.preparation.documents;
  if (std::equal(before.begin(), before.end(), command.documents().begin(),
                 command.documents().end())) {
    return std::vector<Happening>{};
  }
  v1::PreparationEvent event;
  *event.mutable_preparation_pack_issued()->mutable_documents() = command.documents();
  return One(plan, std::move(event));
}

Decision DecidePreparation(const Plan& plan, const Facts&, const v1::SharePreparation& command) {
  if (absl::Status nobody = RefuseUnlessAssigned(plan); !nobody.ok()) return nobody;
  const std::vector<std::string>& shared = plan.preparation.shared;
  if (std::find(shared.begin(), shared.end(), command.text()) != shared.end()) {
    return std::vector<Happening>{};
  }
  v1::PreparationEvent event;
  event.mutable_preparation_shared()->set_text(command.text());
  return One(plan, std::move(event));
}

Decision DecidePreparation(const Plan& plan, const Facts& facts,
                           const v1::RecordConsultation& command) {
  if (absl::Status nobody = RefuseUnlessAssigned(plan); !nobody.ok()) return nobody;
  const std::string& person_id = command.person_id();
  const bool is_party =
      person_id == plan.progress.reviewee_id() || person_id == plan.progress.reviewer_id();
  if ((person_id.empty() && absl::StripAsciiWhitespace(command.who()).empty()) ||
      (!person_id.empty() && is_party)) {
    return Refuse(v1::CONSULTED_NOBODY,
                  "Say whom the reviewer consulted: another line manager, a colleague or another "
                  "professional, not one of the parties.");
  }
  if (!person_id.empty() && !IsKnown(facts.PersonOf(person_id))) {
    return absl::NotFoundError("there is no such person to have been consulted");
  }
  for (const v1::ConsultationRecorded& before : plan.preparation.consultations) {
    if (before.person_id() == person_id && before.who() == command.who() &&
        before.topic() == command.topic()) {
      return std::vector<Happening>{};
    }
  }
  v1::PreparationEvent event;
  v1::ConsultationRecorded* recorded = event.mutable_consultation_recorded();
  recorded->set_person_id(person_id);
  recorded->set_who(command.who());
  recorded->set_topic(command.topic());
  return One(plan, std::move(event));
}

Decision DecidePreparation(const Plan& plan, const Facts&, const v1::ArrangeRelease& command) {
  if (absl::Status nobody = RefuseUnlessAssigned(plan); !nobody.ok()) return nobody;
  if (plan.preparation.cover == command.cover()) return std::vector<Happening>{};
  v1::PreparationEvent event;
  event.mutable_release_arranged()->set_cover(command.cover());
  return One(plan, std::move(event));
}

}  // namespace countersign::rules
