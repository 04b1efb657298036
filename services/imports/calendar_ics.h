// Reads a school's calendar from an iCalendar file (RFC 5545).
//
// Every VEVENT is a term, a closure or an open day, and its CATEGORIES say which:
//
//   CATEGORIES   what it is                                                    DTSTART to DTEND
//   TERM         days on which term-time staff work, INSET days included       any length
//   CLOSURE      the school is shut, in a term or between two                  any length
//   OPEN DAY     an extra day that counts for everybody, whatever their work
//                pattern, such as an INSET Saturday; INSET means the same      one open day for
//                each
//
//   BEGIN:VEVENT
//   SUMMARY:Autumn 1
//   CATEGORIES:TERM
//   DTSTART;VALUE=DATE:20260901
//   DTEND;VALUE=DATE:20261024
//   END:VEVENT
//
// Days are whole days of the school's own calendar, so there are no time zones here. DTEND is the
// day after the last (RFC 5545 section 3.6.1); without it the event lasts one day. A bare date is
// taken for a date even where VALUE=DATE is missing. Capitals do not matter in CATEGORIES, and
// categories that are none of these are passed over beside one that is. Other components, such as
// VTIMEZONE, and other properties are passed over.
//
// The calendar speaks for the days from the first day of the first term to the last day of the
// last. What lies outside them would have no effect and is a problem.
//
// Refused rather than guessed at: times of day (which day is 23:00Z?), recurring events, DURATION,
// cancelled events, events that do not say what they are.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_CALENDAR_ICS_H_
#define COUNTERSIGN_SERVICES_IMPORTS_CALENDAR_ICS_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "countersign/v1/command.pb.h"
#include "services/imports/imported.h"

namespace countersign::imports {

// A year's calendar takes a few thousand bytes.
inline constexpr std::size_t kCalendarBytesMax = 1'000'000;

// Reads `file`. In the intent terms, closures and open days are each sorted by their first day. A
// problem has the line of the property it is about, or that of the event's BEGIN:VEVENT, and the
// property's name as its field. Safe from any number of threads.
Imported<countersign::v1::PublishCalendar> ReadCalendar(absl::string_view file);

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_CALENDAR_ICS_H_
