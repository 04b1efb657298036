// `countersign deadlines check FILE [--holidays FILE]`: computes the due dates of a file of cases
// and says where they differ from what the file expects. It needs no server, so that a school, an
// auditor or another vendor can try the rules on cases of their own.
//
// FILE: {"format": 1, "cases": [{name, division, calendar {terms, closures, open_days}, reviewer,
// reviewee, policy, extended, meeting, expect {notice, draft, final}}]}.
//   - Dates are "YYYY-MM-DD". A missing key has its default, whole objects too; only `format`,
//     `cases` and `meeting` are needed. A key that is not known is an error.
//   - calendar: terms and closures {name, first, last}, open_days {name, date}. A missing `last` is
//     the same day.
//   - reviewer, reviewee: term_time_only, absences {first, last} (null: no end), pattern {weeks,
//     anchor}. A week is a list of days ("mon" to "sun") or an object from days to hours, null
//     where they are not known. A cycle of several weeks needs an anchor: a day in its first week.
//   - extended: {draft, final}, the head's dates.
//   - expect.notice: confirm_by, provisional, suspended. expect.draft and final: due (null: none),
//     provisional, suspended, extended, counted_for, days [{date, day or skipped}]. What `due`,
//     `counted_for` and `days` do not mention is not compared; a missing `provisional` or
//     `extended` means false, a missing `suspended` that there is a date.
//
// Holidays: the shape in which the government publishes them (gov.uk/bank-holidays.json).

#ifndef COUNTERSIGN_CLIENTS_CLI_DEADLINES_CHECK_H_
#define COUNTERSIGN_CLIENTS_CLI_DEADLINES_CHECK_H_

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace countersign::cli {

// One expectation of a case that the rules do not meet.
struct Difference {
  std::string name;   // Of the case.
  std::string field;  // Such as "draft.due".
  std::string expected;
  std::string got;
};

// What came of the cases of a file.
struct CheckReport {
  size_t passed = 0;
  // One list for each case that differs, in the order of the file; no list is empty.
  std::vector<std::vector<Difference>> failed = {};
};

// Runs the cases of the file at `path` against the bank holidays at `holidays_path`, or against
// those published when this program was built. INVALID_ARGUMENT when a file cannot be read or is
// malformed: one sentence names the file, the case and the field, and says what to do.
// Needs no network and keeps nothing; safe to call from any thread.
absl::StatusOr<CheckReport> CheckDeadlines(const std::string& path,
                                           const std::optional<std::string>& holidays_path);

// One line per case that differs, then "N passed, M failed".
std::string ReportText(const CheckReport& report);

// {"passed", "failed", "differences": [{name, field, expected, got}]}.
nlohmann::ordered_json ReportDocument(const CheckReport& report);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_DEADLINES_CHECK_H_
