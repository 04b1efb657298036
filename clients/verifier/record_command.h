// `countersign-verify record FILE`: checks one record that was taken away.
#pragma once

#include <string>
#include <vector>

#include "clients/verifier/command.h"
#include "clients/verifier/record_pack.h"

namespace countersign::verifier {

// Reads the pack, checks all of it, and compares its checkpoint with what was verified earlier of
// the same log. Remembers nothing: one record does not show that a log goes on as it began.
Outcome RunRecord(const CommandOptions& options);

// A record that verified, for people, on a terminal of 80 columns. `remarks` are sentences.
std::string RecordText(const RecordReport& report, const std::vector<std::string>& remarks);
// One object: verdict "verified", exit_code, plan_id, digest (hex), state "signed" or
// "closed_unsigned", draft, acts [{event_type, person_id, acting_as, capacity, recorded_at,
// position, method, words}], entries, origin, checkpoint_size, root (hex), page "rendering",
// remarks.
std::string RecordJson(const RecordReport& report, const std::vector<std::string>& remarks);

}  // namespace countersign::verifier
