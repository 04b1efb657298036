// The events of a plan in plain words, for everybody who may read it.
#ifndef COUNTERSIGN_SERVICES_RULES_TIMELINE_H_
#define COUNTERSIGN_SERVICES_RULES_TIMELINE_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "services/rules/state/recorded.h"

namespace countersign::rules {

// What happened, and what people wrote with it.
struct InWords {
  std::string words;  // One sentence without a full stop, for example "issued the draft".
  std::string text;   // The reason, wish or comment, verbatim; empty where there was none.
  // The text is for the reviewee and for whoever decides in the head's office, not for the reviewer
  // or a line manager (R28).
  bool confidential = false;
};

// The name of a person by id, for example "Ben Carter".
using NameFunction = std::function<std::string(const std::string& person_id)>;

// DATA_LOSS for an event of unknown kind or of another stream than a plan's.
absl::StatusOr<InWords> InWordsOf(const Recorded& recorded, const NameFunction& name_of);

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_TIMELINE_H_
