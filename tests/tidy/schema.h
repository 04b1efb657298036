// The schema as the tidy tests see it: its text for comments, its descriptors for everything else.

#ifndef COUNTERSIGN_TESTS_TIDY_SCHEMA_H_
#define COUNTERSIGN_TESTS_TIDY_SCHEMA_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "tests/tidy/tree.h"

namespace countersign::tidy {

// Which events and which refusals cite a rule of the guidance.
struct Citations {
  // Rule to names of events, for example "R71" to "DraftIssued".
  std::map<std::string, std::set<std::string>> events;
  // Rule to names of refusals, for example "R71" to "DRAFT_NOT_ISSUED".
  std::map<std::string, std::set<std::string>> refusals;

  // Every rule that is cited at all.
  std::set<std::string> Rules() const;
};

// What the options `rule` and `broken_rule` say, for every event of the journal and every refusal.
Citations CitationsOfTheSchema();

// Every reason of a refusal but the one that is never sent.
std::vector<std::string> ReasonsOfTheSchema();

// An event of the journal: the fields from the outermost message down to it.
struct EventLeaf {
  std::vector<const google::protobuf::FieldDescriptor*> path;

  // The innermost field's name: the event type, or the inner name where the type is neutral.
  const std::string& name() const { return path.back()->name(); }
};

// Every event below `outermost`. A message whose name ends in "Event" only leads to events.
std::vector<EventLeaf> LeavesBelow(const google::protobuf::Descriptor& outermost);

// Declarations without a comment on the line above: messages, fields, oneofs, enums, their values,
// services and RPCs of every .proto file.
Faults UncommentedDeclarations(const Tree& tree);

// Names of products in the schema: the contract outlives the engine behind it.
Faults ProductNamesInSchema(const Tree& tree);

// Events without a golden sample in tests/golden/events/, samples that do not parse as exactly
// their event, samples of no event. `leaves` are those of countersign.v1.Event.
Faults GoldenSampleFaults(const Tree& tree, const std::vector<EventLeaf>& leaves);

}  // namespace countersign::tidy

#endif  // COUNTERSIGN_TESTS_TIDY_SCHEMA_H_
