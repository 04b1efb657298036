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

#include <optional>
#include <ostream>
#include <string>

namespace countersign::cli {

enum class CheckOutput {
  // One line per case that differs, then "N passed, M failed".
  kTable,
  // One object: {"passed", "failed", "differences": [{name, field, expected, got}]}.
  kJson,
};

// Runs the cases of the file at `path` against the bank holidays at `holidays_path`, or against
// those published when this program was built. Results go to `out`, errors to `err`. Exit status:
//   0  every case gives what it expects
//   1  some case differs
//   2  a file cannot be read or is malformed: one message names the case and the field and says
//      what to do, and nothing is written to `out`
// Needs no network and keeps nothing; safe to call from any thread with streams of its own.
int CheckDeadlines(const std::string& path, const std::optional<std::string>& holidays_path,
                   CheckOutput output, std::ostream& out, std::ostream& err);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_DEADLINES_CHECK_H_
