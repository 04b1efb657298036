// What must still be so when a command is written.
//
// A command is decided on what was read, and written later. The streams that it writes are expected
// as they were read anyway; this adds those that it only looked at: where the caller's standing
// comes from, and the facts by which the decision was judged.
#ifndef COUNTERSIGN_SERVICES_PERMISSION_GUARD_H_
#define COUNTERSIGN_SERVICES_PERMISSION_GUARD_H_

#include <vector>

#include "countersign/v1/command.pb.h"
#include "services/fact_reader.h"
#include "services/permission/standings.h"
#include "storage/journal.h"

namespace countersign {

// Adds the expectations that are not among `expectations` yet: at most one for each stream.
// `standing` is the one that allowed the command. What was not known when it was read is not
// expected.
void ExpectStillSo(const Gathered& gathered, Standing standing, const v1::Command& command,
                   std::vector<storage::Expectation>& expectations);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PERMISSION_GUARD_H_
