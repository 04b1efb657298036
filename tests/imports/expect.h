// How the tests of the readers say what they expect: problems by line, field and words; intents as
// protobuf text; and intents that keep every limit of their proto.

#ifndef COUNTERSIGN_TESTS_IMPORTS_EXPECT_H_
#define COUNTERSIGN_TESTS_IMPORTS_EXPECT_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "google/protobuf/message.h"
#include "services/imports/imported.h"

namespace countersign::imports {

inline void PrintTo(const ImportProblem& problem, std::ostream* out) {
  *out << "line " << problem.line << ", " << problem.field << ": " << problem.message;
}

// A problem on that line, about that field, whose sentence holds `words`.
MATCHER_P3(ProblemAt, line, field, words, "") {
  return arg.line == line && arg.field == field && arg.message.find(words) != std::string::npos;
}

// What in `message` breaks a limit of its proto (the option `check`), or empty. Says nothing about
// what the fields mean together.
std::string BrokenLimit(const google::protobuf::Message& message);

// The intent in protobuf's text form on one line, for comparisons in whole.
std::string TextOf(const google::protobuf::Message& message);

// Either problems and nothing else, or an intent within its limits and a summary.
template <typename Intent>
void ExpectProblemsOrIntent(const Imported<Intent>& imported) {
  if (imported.problems.empty()) {
    EXPECT_NE(imported.intent.ByteSizeLong(), 0u);
    EXPECT_EQ(BrokenLimit(imported.intent), "");
    EXPECT_FALSE(imported.summary.empty());
    return;
  }
  EXPECT_EQ(imported.intent.ByteSizeLong(), 0u);
  EXPECT_TRUE(imported.summary.empty());
  for (std::size_t i = 0; i < imported.problems.size(); ++i) {
    const ImportProblem& problem = imported.problems[i];
    EXPECT_FALSE(problem.message.empty());
    EXPECT_TRUE(problem.message.ends_with(".")) << problem.message;
    EXPECT_GE(problem.line, i == 0 ? 0 : imported.problems[i - 1].line);
  }
}

}  // namespace countersign::imports

#endif  // COUNTERSIGN_TESTS_IMPORTS_EXPECT_H_
