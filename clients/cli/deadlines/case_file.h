// The files that `countersign deadlines check` reads, as values. Their form is told in
// clients/cli/deadlines/check.h.

#ifndef COUNTERSIGN_CLIENTS_CLI_DEADLINES_CASE_FILE_H_
#define COUNTERSIGN_CLIENTS_CLI_DEADLINES_CASE_FILE_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "services/rules/deadlines/calendar.h"
#include "services/rules/deadlines/deadlines.h"

namespace countersign::cli {

// Bank holidays, and the divisions that the file speaks of: of the others nothing is known.
struct PublishedHolidays {
  rules::BankHolidays days;
  std::set<rules::Division> divisions;
};

// One line of a working that a case expects.
struct ExpectedLine {
  absl::CivilDay date;
  std::string verdict;  // "day 4" or "skipped weekend".
};

// What a case expects of one due date. Nothing: not compared.
struct Expected {
  bool given = false;
  bool names_due = false;
  std::optional<absl::CivilDay> due;
  bool provisional = false;
  bool extended = false;
  std::optional<bool> suspended;
  std::optional<std::string> counted_for;
  std::optional<std::vector<ExpectedLine>> days;
};

// One case of the file.
struct DeadlineCase {
  std::string name;
  rules::SchoolCalendar calendar;
  rules::WorkFacts reviewer;
  rules::WorkFacts reviewee;
  rules::DeadlineInputs inputs;  // Its pointers are set when the case is run.
  Expected notice;
  Expected draft;
  Expected final;
};

// Reads the government's file at `path`, or what was published when this program was built. Each
// error is one sentence, ready for people: the file, the field, what is wrong and what to do.
// NOT_FOUND: the file cannot be read. INVALID_ARGUMENT: it is malformed.
absl::StatusOr<PublishedHolidays> LoadHolidays(const std::optional<std::string>& path);

// Reads the cases at `path`, all or none. A case of a division that is not among `divisions` is
// malformed. Errors as LoadHolidays(), and they name the case.
absl::StatusOr<std::vector<DeadlineCase>> LoadCases(const std::string& path,
                                                    const std::set<rules::Division>& divisions);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_DEADLINES_CASE_FILE_H_
