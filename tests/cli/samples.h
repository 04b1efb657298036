// Values for every parameter of every command, so that a test can run the whole tree: a command
// that is new tomorrow is run, too.

#ifndef COUNTERSIGN_TESTS_CLI_SAMPLES_H_
#define COUNTERSIGN_TESTS_CLI_SAMPLES_H_

#include "tests/cli/cli_fixture.h"

namespace countersign::cli {

// What stdin holds in a run with samples: a draft.
inline constexpr char kSampleDraft[] =
    R"({"plan": {"objectives": [{"objective": "Lead a phonics group"}]}})";

// Values for every parameter that goes with the others, or only for those that a run cannot do
// without.
Values SamplesFor(const CommandSpec& command, bool every);

// Runs a command with them.
Ended RunSample(MadeUpServer& server, const CommandSpec& command, bool every, OutputFormat format);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_TESTS_CLI_SAMPLES_H_
