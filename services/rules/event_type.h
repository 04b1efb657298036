// The name under which an event is journaled. It is read off the schema: the name of the innermost
// oneof field that is set, except where the schema gives a whole chapter one neutral type.
#ifndef COUNTERSIGN_SERVICES_RULES_EVENT_TYPE_H_
#define COUNTERSIGN_SERVICES_RULES_EVENT_TYPE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/event.pb.h"

namespace countersign::rules {

// For example "draft_issued", or "work_facts_changed" for every fact about a person's work.
// DATA_LOSS when some oneof on the way is not set: an event of a kind this program does not know.
absl::StatusOr<std::string> EventTypeOf(const v1::Event& event);

// The innermost name even where the journaled type is neutral, for example "absence_recorded".
absl::StatusOr<std::string> EventNameOf(const v1::Event& event);

// The access event of a type such as "plan_shown": its payload is empty, the type says it all.
// DATA_LOSS for a type that is no view.
absl::StatusOr<v1::Event> AccessEventOf(absl::string_view event_type);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_EVENT_TYPE_H_
