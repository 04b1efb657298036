// The grammar of an iCalendar file: content lines, components, and the events found in them.
//
// RFC 5545 section 3.1 (content lines and folding) and 3.6 (components). libical would do this too,
// but forgets the lines on which things stood and mends what it does not understand; here each
// property keeps its line, and a file that is cut short is not taken for a whole one.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_ICS_EVENTS_H_
#define COUNTERSIGN_SERVICES_IMPORTS_ICS_EVENTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/imports/imported.h"

namespace countersign::imports {

// One property of an event, unfolded.
struct IcsProperty {
  // Line on which it begins.
  int line;
  // Its name in capitals, for example "DTSTART".
  std::string name;
  // The whole content line: name, parameters and value.
  std::string content;
};

// One VEVENT of a VCALENDAR.
struct IcsEvent {
  // Line of its BEGIN:VEVENT.
  int line;
  // Its own properties in their order, without those of components inside it, such as alarms.
  std::vector<IcsProperty> properties;
};

// The events of `file`. Adds a problem for each line that is not plain text (UTF-8), and one for
// the first place where the components do not nest or the file ends too soon; the events that
// ended before it are still given.
std::vector<IcsEvent> FindEvents(absl::string_view file, std::vector<ImportProblem>& problems);

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_ICS_EVENTS_H_
