#include "services/imports/ics_events.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/imports/text.h"

namespace countersign::imports {
namespace {

std::vector<IcsProperty> Unfold(absl::string_view file) {
  std::vector<IcsProperty> unfolded;
  int line = 0;
  while (!file.empty()) {
    ++line;
    absl::string_view text = TakeLine(&file);
    while (absl::ConsumeSuffix(&text, "\n") || absl::ConsumeSuffix(&text, "\r")) {
    }
    // A fold may fall between the bytes of one character, so text is checked after unfolding.
    const bool folded = !text.empty() && (text[0] == ' ' || text[0] == '\t');
    if (folded && !unfolded.empty()) {
      absl::StrAppend(&unfolded.back().content, text.substr(1));
    } else if (!absl::StripAsciiWhitespace(text).empty()) {
      unfolded.push_back({.line = line, .name = "", .content = std::string(text)});
    }
  }
  for (IcsProperty& property : unfolded) {
    const std::size_t end = std::min(property.content.find_first_of(":;"), property.content.size());
    property.name = absl::AsciiStrToUpper(
        absl::StripAsciiWhitespace(absl::string_view(property.content).substr(0, end)));
  }
  return unfolded;
}

std::string ComponentName(const IcsProperty& marker) {
  const std::size_t colon = marker.content.find(':');
  if (colon == std::string::npos) return "";
  return absl::AsciiStrToUpper(
      absl::StripAsciiWhitespace(absl::string_view(marker.content).substr(colon + 1)));
}

// Walks the components of a file and collects the events.
class ComponentWalk {
 public:
  explicit ComponentWalk(std::vector<ImportProblem>& problems) : problems_(problems) {}

  // False when what follows could only be misread.
  bool Take(IcsProperty property) {
    if (property.name == "BEGIN") return Begin(property);
    if (property.name == "END") return End(property);
    if (open_.empty()) return NotACalendar(property.line);
    if (in_event_ && open_.size() == 2) events_.back().properties.push_back(std::move(property));
    return true;
  }

  void Finish() {
    if (open_.empty()) {
      if (!seen_calendar_) NotACalendar(1);
      return;
    }
    problems_.push_back(
        {open_.back().line, "BEGIN",
         absl::StrCat("The file ends before ", Quoted(absl::StrCat("END:", open_.back().name)),
                      ": it may have been cut short, so export it once more.")});
    DropUnendedEvent();
  }

  std::vector<IcsEvent> TakeEvents() { return std::move(events_); }

 private:
  struct OpenComponent {
    std::string name;
    int line;
  };

  bool Begin(const IcsProperty& marker) {
    std::string name = ComponentName(marker);
    if (open_.empty() && name != "VCALENDAR") return NotACalendar(marker.line);
    seen_calendar_ = true;
    if (name == "VEVENT") {
      if (open_.size() != 1) {
        problems_.push_back(
            {marker.line, "BEGIN",
             absl::StrCat("An event begins inside what began on line ", open_.back().line,
                          ": write ", Quoted(absl::StrCat("END:", open_.back().name)),
                          " before it.")});
        return Stop();
      }
      in_event_ = true;
      events_.push_back({.line = marker.line, .properties = {}});
    }
    open_.push_back({std::move(name), marker.line});
    return true;
  }

  bool End(const IcsProperty& marker) {
    const std::string name = ComponentName(marker);
    if (open_.empty() || open_.back().name != name) {
      const std::string written = Quoted(absl::StrCat("END:", name));
      problems_.push_back(
          {marker.line, "END",
           open_.empty()
               ? absl::StrCat("Nothing is open that ", written, " could end: take it out.")
               : absl::StrCat("Write ", Quoted(absl::StrCat("END:", open_.back().name)),
                              " to end what began on line ", open_.back().line, ", not ", written,
                              ".")});
      return Stop();
    }
    open_.pop_back();
    if (open_.size() == 1) in_event_ = false;
    return true;
  }

  bool NotACalendar(int line) {
    problems_.push_back({line, "",
                         "This is not an iCalendar file: it must begin with BEGIN:VCALENDAR and "
                         "end with END:VCALENDAR."});
    return Stop();
  }

  // What is open no longer matters: the reason has been given.
  bool Stop() {
    seen_calendar_ = true;
    open_.clear();
    DropUnendedEvent();
    return false;
  }

  // What is missing from an event without an end would be blamed on its author.
  void DropUnendedEvent() {
    if (in_event_) events_.pop_back();
    in_event_ = false;
  }

  std::vector<ImportProblem>& problems_;
  std::vector<OpenComponent> open_;
  std::vector<IcsEvent> events_;
  bool seen_calendar_ = false;
  bool in_event_ = false;
};

}  // namespace

std::vector<IcsEvent> FindEvents(absl::string_view file, std::vector<ImportProblem>& problems) {
  absl::ConsumePrefix(&file, kByteOrderMark);
  ComponentWalk walk(problems);
  for (IcsProperty& property : Unfold(file)) {
    if (!IsPlainText(property.content)) {
      problems.push_back({property.line, "",
                          "This line is not UTF-8 text: export the calendar as UTF-8 and without "
                          "control characters."});
      continue;
    }
    if (!walk.Take(std::move(property))) break;
  }
  walk.Finish();
  return walk.TakeEvents();
}

}  // namespace countersign::imports
