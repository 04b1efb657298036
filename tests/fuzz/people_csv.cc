// A list of staff.
#include "services/imports/people_csv.h"

#include "tests/fuzz/imports.h"
#include "tests/fuzz/targets.h"

namespace countersign::fuzz {

void ReadPeopleList(std::string_view bytes) {
  RequireProblemsOrIntent(imports::ReadPeople({bytes.data(), bytes.size()}));
}

}  // namespace countersign::fuzz
