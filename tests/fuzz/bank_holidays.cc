// The government's bank holidays.
#include "services/imports/bank_holidays_json.h"
#include "tests/fuzz/imports.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {

void ReadBankHolidayFile(std::string_view bytes) {
  RequireProblemsOrIntent(imports::ReadBankHolidays({bytes.data(), bytes.size()}));
}

}  // namespace countersign::fuzz
