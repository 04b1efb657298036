#include "services/rpc/history_view.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/rpc/instants.h"
#include "services/rpc/page_tokens.h"
#include "services/rpc/plan_view.h"
#include "services/rules/field_changes.h"
#include "services/rules/word_changes.h"

namespace countersign::rpc {
namespace {

// A page is full when it has more; one event changes about 2.4 MB at most, and gRPC takes 4 MB.
constexpr size_t kPageBytes = 1'000'000;
// All that two versions may differ in, of both sides together: it is sent twice, once word by word.
constexpr size_t kDifferenceBytesMax = 1'900'000;

bool SeesReasonsOf(const OpenedPlan& opened, uint32_t replacement) {
  for (const rules::RequestedReplacement& request : opened.file.plan->replacements) {
    if (request.replacement == replacement) return SeesReasons(opened, request);
  }
  return false;
}

// The names of a moment.
rules::Names NamesAt(const Office& office, uint64_t before_position) {
  rules::Names names;
  names.person = [&office, before_position](const std::string& id) {
    return NameOfPerson(office, id, before_position).name();
  };
  names.school = [&office, before_position](const std::string& id) {
    const auto school = office.states.SchoolOf(id, before_position);
    return school.ok() ? (*school)->facts.name() : "";
  };
  names.cycle = [&office, before_position](const std::string& id) -> std::string {
    const auto trust = office.states.TheTrust(before_position);
    if (!trust.ok()) return "";
    const auto* cycle = rules::FindCycle((*trust)->facts, id);
    return cycle == nullptr ? "" : cycle->name();
  };
  return names;
}

// What the reader may see of the changes.
absl::StatusOr<std::vector<rules::FieldChange>> ChangesFor(const OpenedPlan& opened,
                                                           const rules::Plan& before,
                                                           const rules::Plan& after,
                                                           const rules::Names& names) {
  absl::StatusOr<std::vector<rules::FieldChange>> changes =
      rules::FieldChangesBetween(before, after, names);
  if (!changes.ok()) return changes.status();
  const auto is_withheld = [&](const rules::FieldChange& change) {
    return change.replacement != 0 && !SeesReasonsOf(opened, change.replacement);
  };
  changes->erase(std::remove_if(changes->begin(), changes->end(), is_withheld), changes->end());
  return changes;
}

v1::FieldChange Shown(rules::FieldChange change) {
  v1::FieldChange shown;
  shown.set_field(std::move(change.field));
  shown.set_old_value(std::move(change.before));
  shown.set_new_value(std::move(change.after));
  return shown;
}

v1::Words::In SideOf(rules::WordsIn in) {
  switch (in) {
    case rules::WordsIn::kBoth:
      return v1::Words::IN_BOTH;
    case rules::WordsIn::kOld:
      return v1::Words::IN_OLD;
    case rules::WordsIn::kNew:
      return v1::Words::IN_NEW;
  }
  return v1::Words::IN_UNSPECIFIED;
}

v1::FieldChange ShownWordByWord(rules::FieldChange change) {
  const std::vector<rules::WordChange> words =
      rules::WordChangesBetween(change.before, change.after);
  v1::FieldChange shown = Shown(std::move(change));
  for (const rules::WordChange& stretch : words) {
    v1::Words* added = shown.add_words();
    added->set_in(SideOf(stretch.in));
    added->set_text(stretch.text);
  }
  return shown;
}

absl::StatusOr<v1::HistoryEntry> HistoryEntryOf(const Office& office, const OpenedPlan& opened,
                                                const rules::Names& names,
                                                const rules::Recorded& recorded,
                                                const rules::Plan& before,
                                                const rules::Plan& after) {
  v1::HistoryEntry entry;
  absl::StatusOr<v1::TimelineEntry> event = EntryOf(
      office, recorded, SeesReasonsIn(opened, recorded.event.plan().reviewer()), opened.moment);
  if (!event.ok()) return event.status();
  *entry.mutable_event() = *std::move(event);
  absl::StatusOr<std::vector<rules::FieldChange>> changes =
      ChangesFor(opened, before, after, names);
  if (!changes.ok()) return changes.status();
  for (rules::FieldChange& change : *changes) *entry.add_changes() = Shown(std::move(change));
  absl::StatusOr<std::string> rule = office.history.PolicyRuleOf(recorded.position);
  if (!rule.ok()) return rule.status();
  entry.set_policy_rule(*std::move(rule));
  return entry;
}

// The plan as two of its events left it, and when those were recorded.
struct TwoVersions {
  rules::Plan first;
  rules::Plan second;
  int64_t first_recorded_at_us = 0;
  int64_t second_recorded_at_us = 0;
  uint64_t up_to_position = 0;  // Number of entries up to and including the second.
  bool found = false;
};

absl::StatusOr<TwoVersions> VersionsOf(const Office& office, const std::string& plan_id,
                                       uint64_t first_version, uint64_t second_version) {
  TwoVersions versions;
  const absl::Status visited = office.history.VisitStates(
      plan_id, first_version, States::kNow,
      [&](const rules::Recorded& recorded, const rules::Plan&, const rules::Plan& after) {
        if (recorded.version == first_version) {
          versions.first = after;
          versions.first_recorded_at_us = recorded.recorded_at_us;
        }
        if (recorded.version != second_version) return true;
        versions.second = after;
        versions.second_recorded_at_us = recorded.recorded_at_us;
        versions.up_to_position = recorded.position + 1;
        versions.found = true;
        return false;
      });
  if (!visited.ok()) return visited;
  return versions;
}

}  // namespace

bool SeesReasonsIn(const OpenedPlan& opened, const v1::ReviewerEvent& event) {
  // One of the three tells a number, which begins at 1.
  return SeesReasonsOf(opened, std::max({event.replacement_requested().replacement(),
                                         event.replacement_declined().replacement(),
                                         event.replacement_upheld().replacement()}));
}

absl::Status FillHistory(const Office& office, const OpenedPlan& opened, uint64_t from_version,
                         size_t limit, v1::GetHistoryResponse& response) {
  const rules::Names names = NamesAt(office, opened.moment.before_position);
  size_t bytes = 0;
  return office.history.VisitStates(
      opened.file.plan->progress.plan_id(), from_version, opened.moment.before_position,
      [&](const rules::Recorded& recorded, const rules::Plan& before,
          const rules::Plan& after) -> absl::StatusOr<bool> {
        if (response.entries_size() == static_cast<int>(limit) || bytes > kPageBytes) {
          response.set_next_page_token(
              TokenOf(absl::StrCat(recorded.version), opened.moment, office.zone));
          return false;
        }
        absl::StatusOr<v1::HistoryEntry> entry =
            HistoryEntryOf(office, opened, names, recorded, before, after);
        if (!entry.ok()) return entry.status();
        bytes += entry->ByteSizeLong();
        *response.add_entries() = *std::move(entry);
        return true;
      });
}

absl::Status FillComparison(const Office& office, const OpenedPlan& opened, uint64_t first_version,
                            uint64_t second_version, v1::CompareVersionsResponse& response) {
  absl::StatusOr<TwoVersions> versions =
      VersionsOf(office, opened.file.plan->progress.plan_id(), first_version, second_version);
  if (!versions.ok()) return versions.status();
  if (!versions->found) {
    return absl::OutOfRangeError(
        absl::StrCat("The plan has the versions 0 to ", opened.file.plan.version, " only."));
  }
  absl::StatusOr<std::vector<rules::FieldChange>> changes = ChangesFor(
      opened, versions->first, versions->second, NamesAt(office, versions->up_to_position));
  if (!changes.ok()) return changes.status();
  size_t bytes = 0;
  for (const rules::FieldChange& change : *changes) {
    bytes += change.field.size() + change.before.size() + change.after.size();
  }
  if (bytes > kDifferenceBytesMax) {
    return absl::ResourceExhaustedError(
        "These versions differ in more than one answer holds. Compare versions that lie closer "
        "together, or read the history of the plan.");
  }
  for (rules::FieldChange& change : *changes) {
    *response.add_changes() = ShownWordByWord(std::move(change));
  }
  *response.mutable_first_recorded_at() =
      TimestampOf(absl::FromUnixMicros(versions->first_recorded_at_us));
  *response.mutable_second_recorded_at() =
      TimestampOf(absl::FromUnixMicros(versions->second_recorded_at_us));
  return absl::OkStatus();
}

}  // namespace countersign::rpc
