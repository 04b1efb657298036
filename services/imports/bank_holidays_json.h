// Reads the government's bank holidays, as https://www.gov.uk/bank-holidays.json publishes them:
//
//   {"england-and-wales": {"division": "england-and-wales",
//                          "events": [{"title": "Boxing Day", "date": "2026-12-28",
//                                      "notes": "Substitute day", "bunting": true}, ...]},
//    "scotland": {...}, "northern-ireland": {...}}
//
// A note becomes part of the name: "Boxing Day (Substitute day)". Members that are not shown here
// are passed over, so that the government may add to the file. A file may leave divisions out.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_BANK_HOLIDAYS_JSON_H_
#define COUNTERSIGN_SERVICES_IMPORTS_BANK_HOLIDAYS_JSON_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "countersign/v1/command.pb.h"
#include "services/imports/imported.h"

namespace countersign::imports {

// Ten years of all divisions take about 30,000 bytes.
inline constexpr std::size_t kBankHolidaysBytesMax = 1'000'000;

// Reads `file`. In the intent the divisions stand in the order of the file and each holds one
// holiday for a day, in the order of the days; a file that says otherwise is a problem, and so is
// an unknown division or a list without holidays. A problem has the line on which the offending
// object begins, and a path such as "scotland[3].date" as its field. Days are those of the
// division's own calendar. Safe from any number of threads.
Imported<countersign::v1::PublishBankHolidays> ReadBankHolidays(absl::string_view file);

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_BANK_HOLIDAYS_JSON_H_
