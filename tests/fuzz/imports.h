// What every reader of files promises, whatever the file.
#pragma once

#include "services/imports/imported.h"
#include "tests/fuzz/require.h"
#include "tests/imports/expect.h"

namespace countersign::fuzz {

template <typename Intent>
void RequireProblemsOrIntent(const imports::Imported<Intent>& imported) {
  if (imported.problems.empty()) {
    Require(imported.intent.ByteSizeLong() != 0, "a file without problems says something");
    Require(!imported.summary.empty(), "what a file says is summed up");
    const std::string broken = imports::BrokenLimit(imported.intent);
    Require(broken.empty(), "an intent keeps the limits of its proto: " + broken);
    Intent again;
    Require(again.ParseFromString(imported.intent.SerializeAsString()), "an intent can be sent");
    return;
  }
  Require(imported.intent.ByteSizeLong() == 0, "nothing is half taken in");
  Require(imported.summary.empty(), "nothing is summed up that is not taken in");
  int line = 0;
  for (const imports::ImportProblem& problem : imported.problems) {
    Require(problem.message.ends_with("."), "a problem is said in a sentence: " + problem.message);
    Require(problem.line >= line, "problems stand in the order of the lines");
    line = problem.line;
  }
}

}  // namespace countersign::fuzz
