// Reads a list of staff from a CSV file (RFC 4180) with a header line.
//
//   column          what to write                                        without it, or empty
//   staff_key       the trust's own key for the person                   required
//   name            full name                                            required
//   job_title       job title                                            required
//   team            team                                                 none
//   urn             six digits of the school                             central staff
//   works           days and hours in plain words (work_pattern.h)       every weekday
//   works_from      Monday on which the first week of a cycle began      required for a cycle
//   term_time_only  yes or no                                            yes
//   line_managers   staff keys with ; between them                       none
//
// Columns stand in any order; capitals do not matter in their names, and a space is as good as an
// underscore. Lengths and numbers are bounded as in StaffRow (command.proto). A row describes one
// person; staff keys that differ only in capitals are taken for the same key written twice. Line
// managers may stand in the same list, above or below, or be registered already: whether they exist
// is for the registrar to find out.
//
// Empty term_time_only means yes because it is what most support staff are; the summary says for
// how many people that was assumed.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_PEOPLE_CSV_H_
#define COUNTERSIGN_SERVICES_IMPORTS_PEOPLE_CSV_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "countersign/v1/command.pb.h"
#include "services/imports/imported.h"

namespace countersign::imports {

// As many bytes as the API takes in one file.
inline constexpr std::size_t kPeopleBytesMax = 3'000'000;

// Reads `file`. In the intent people stand in the order of the file, each with its line. A problem
// has the line on which the person's row begins and the column as its field. Safe from any number
// of threads.
Imported<countersign::v1::RegisterPeople> ReadPeople(absl::string_view file);

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_PEOPLE_CSV_H_
