// A made-up trust: who works in it, when they work, when its schools are open. Staff keys:
//
//   T1 trust lead   OT office of the trust   C1 central staff, in no school
//   school A (100001): HA head  OA office  LA training lead  DA deputy  MA1 MA2 MA3 line managers
//                      SA1 to SA8 staff
//   school B (100002): HB head  OB office  LB training lead  MB1 MB2 line managers
//                      SB1 to SB5 staff  XB a stranger to everybody's plan
//
// Plans are opened for twenty of them: HA, DA, MA1 to MA3, SA1 to SA8, MB1, MB2 and SB1 to SB5.
#ifndef COUNTERSIGN_TESTS_SCENARIO_STAFF_H_
#define COUNTERSIGN_TESTS_SCENARIO_STAFF_H_

#include <set>
#include <string>
#include <vector>

#include "countersign/v1/command.pb.h"
#include "tests/scenario/counting.h"
#include "tests/scenario/dice.h"

namespace countersign::scenario {

struct StaffMember {
  std::string key;
  std::string urn;  // Empty for central staff.
  bool has_plan = false;
  std::vector<std::string> manager_keys;
};

// Everybody but the trust lead, who founds the trust.
std::vector<StaffMember> MadeUpStaff(Dice& dice);

// The list of staff as a file for ImportPeople. Everybody is a "Teaching assistant" of team
// "Key Stage 1" at first.
std::string StaffFile(const std::vector<StaffMember>& staff);

// When somebody works, always so far or from a day on: one week or a cycle of two, with or without
// hours, in term time only or all year.
v1::ChangeWorkPattern MadeUpTimetable(Dice& dice, std::optional<Day> from);

// A school's year with half terms and INSET days of its own.
v1::SchoolCalendar MadeUpCalendar(Dice& dice);
// The same year after something was announced: snow, an extra open day, the terms of next autumn.
void Announce(Dice& dice, Day today, v1::SchoolCalendar& calendar);
// The calendar as a file for ImportCalendar.
std::string CalendarFile(const v1::SchoolCalendar& calendar);

// A few knobs turned, the others left unset.
v1::Policy MadeUpPolicy(Dice& dice);

// The bank holidays of a division, for example "england-and-wales", in a file as the government
// publishes it.
std::set<Day> BankHolidaysIn(const std::string& file, const std::string& division);
// That file, the real one.
const std::string& HolidaysFile();
// Of it what lies near the year, so that a server does not spend this test on reading the rest.
const std::string& HolidaysNearTheYear();

}  // namespace countersign::scenario

#endif  // COUNTERSIGN_TESTS_SCENARIO_STAFF_H_
