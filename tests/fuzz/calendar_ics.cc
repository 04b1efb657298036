// A school's calendar.
#include "services/imports/calendar_ics.h"

#include "tests/fuzz/imports.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {

void ReadSchoolCalendar(std::string_view bytes) {
  RequireProblemsOrIntent(imports::ReadCalendar({bytes.data(), bytes.size()}));
}

}  // namespace countersign::fuzz
