#include "services/imports/calendar_ics.h"

#include <libical/ical.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/facts.pb.h"
#include "services/imports/ics_events.h"
#include "services/imports/text.h"

namespace countersign::imports {
namespace {

using countersign::v1::PublishCalendar;
using countersign::v1::SchoolCalendar;
using Problems = std::vector<ImportProblem>;

// What libical takes long over is never a property of a school calendar.
constexpr std::size_t kPropertyBytesMax = 4000;

enum class Kind { kTerm, kClosure, kOpenDay };

// An event that was understood.
struct Span {
  Kind kind;
  std::string name;
  absl::CivilDay first;
  absl::CivilDay last;
  int line;
};

struct FreeComponent {
  void operator()(icalcomponent* component) const { icalcomponent_free(component); }
};
using Component = std::unique_ptr<icalcomponent, FreeComponent>;

// Parses one property, or gives null where libical finds any fault with it.
Component ParseProperty(const IcsProperty& property) {
  // libical can be built to abort on any malformed value; the switch is global, so it is set once.
  static const bool never_abort = (icalerror_set_errors_are_fatal(0), true);
  if (!never_abort || property.content.size() > kPropertyBytesMax) return nullptr;
  Component component(icalparser_parse_string(
      absl::StrCat("BEGIN:VEVENT\r\n", property.content, "\r\nEND:VEVENT\r\n").c_str()));
  if (component == nullptr || icalcomponent_count_errors(component.get()) > 0) return nullptr;
  return component;
}

// The texts that the property holds, unescaped; a list such as CATEGORIES:A,B holds several.
std::vector<std::string> TextsOf(icalcomponent* component) {
  std::vector<std::string> texts;
  for (icalproperty* property = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY);
       property != nullptr;
       property = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY)) {
    const icalvalue* value = icalproperty_get_value(property);
    // The value's own type is asked, because a VALUE parameter can make it any other.
    if (value == nullptr || icalvalue_isa(value) != ICAL_TEXT_VALUE) continue;
    texts.push_back(OneLine(icalvalue_get_text(value)));
  }
  return texts;
}

std::optional<Kind> KindNamed(absl::string_view category) {
  const std::string name = absl::AsciiStrToUpper(category);
  if (name == "TERM") return Kind::kTerm;
  if (name == "CLOSURE") return Kind::kClosure;
  if (name == "OPEN DAY" || name == "INSET") return Kind::kOpenDay;
  return std::nullopt;
}

// Reads one event, property by property.
class EventReader {
 public:
  EventReader(const IcsEvent& event, Problems& problems) : event_(event), problems_(problems) {}

  std::optional<Span> Read() {
    const std::size_t problems_before = problems_.size();
    RefuseWhatIsNotRead();
    const std::optional<Kind> kind = ReadKind();
    const std::string name = ReadName();
    const IcsProperty* start = Only("DTSTART");
    const IcsProperty* end = Only("DTEND");
    std::optional<absl::CivilDay> first;
    std::optional<absl::CivilDay> after_last;
    if (start == nullptr) {
      Mend(event_.line, "DTSTART",
           "The event does not say when it begins: write DTSTART;VALUE=DATE: and its first day, "
           "for example 20260901.");
    } else {
      first = ReadDay(*start);
    }
    if (end != nullptr) after_last = ReadDay(*end);
    if (first.has_value() && after_last.has_value() && *after_last <= *first) {
      Mend(
          end->line, "DTEND",
          absl::StrCat("DTEND ", SpellDay(*after_last), " is not after DTSTART ", SpellDay(*first),
                       ": write the day after the last day, or leave DTEND out for a single day."));
    }
    if (problems_.size() > problems_before) return std::nullopt;
    const absl::CivilDay last = after_last.has_value() ? *after_last - 1 : *first;
    return Span{*kind, name, *first, last, event_.line};
  }

 private:
  void Mend(int line, absl::string_view field, std::string message) {
    problems_.push_back({line, std::string(field), std::move(message)});
  }

  // The property of that name, or null; a second one is a problem.
  const IcsProperty* Only(absl::string_view name) {
    const IcsProperty* only = nullptr;
    for (const IcsProperty& property : event_.properties) {
      if (property.name != name) continue;
      if (only != nullptr) {
        Mend(property.line, name,
             absl::StrCat("The event already has ", name, " on line ", only->line,
                          ": keep one of the two."));
        break;
      }
      only = &property;
    }
    return only;
  }

  void RefuseWhatIsNotRead() {
    for (const IcsProperty& property : event_.properties) {
      if (property.name == "RRULE" || property.name == "RDATE" || property.name == "EXDATE" ||
          property.name == "EXRULE" || property.name == "RECURRENCE-ID") {
        Mend(property.line, property.name,
             "Recurring events are not read: write one event for each time it happens.");
      } else if (property.name == "DURATION") {
        Mend(property.line, property.name,
             "DURATION is not read: write DTEND with the day after the last day.");
      } else if (property.name == "STATUS" &&
                 absl::StrContains(absl::AsciiStrToUpper(property.content), "CANCELLED")) {
        Mend(property.line, property.name, "The event is cancelled: take it out of the file.");
      }
    }
  }

  std::optional<Kind> ReadKind() {
    std::optional<Kind> kind;
    for (const IcsProperty& property : event_.properties) {
      if (property.name != "CATEGORIES") continue;
      const Component component = ParseProperty(property);
      if (component == nullptr) {
        Mend(property.line, property.name, kSayTheKind);
        return std::nullopt;
      }
      for (const std::string& category : TextsOf(component.get())) {
        const std::optional<Kind> named = KindNamed(category);
        if (kind.has_value() && named.has_value() && *kind != *named) {
          Mend(property.line, property.name,
               "The event is said to be two things at once: keep one of TERM, CLOSURE and OPEN "
               "DAY.");
          return std::nullopt;
        }
        if (named.has_value()) kind = named;
      }
    }
    if (!kind.has_value()) Mend(event_.line, "CATEGORIES", kSayTheKind);
    return kind;
  }

  std::string ReadName() {
    static const std::size_t bytes_max =
        LimitsOf(countersign::v1::NamedDays::descriptor(), "name").bytes_max();
    const IcsProperty* summary = Only("SUMMARY");
    if (summary != nullptr && summary->content.size() > kPropertyBytesMax) {
      Mend(summary->line, "SUMMARY", TooLong(summary->content, bytes_max));
      return "";
    }
    const Component component = summary != nullptr ? ParseProperty(*summary) : nullptr;
    const std::vector<std::string> texts =
        component != nullptr ? TextsOf(component.get()) : std::vector<std::string>();
    if (texts.empty() || texts[0].empty()) {
      Mend(summary != nullptr ? summary->line : event_.line, "SUMMARY",
           "The event has no name: write one after SUMMARY:, for example SUMMARY:Autumn 1.");
      return "";
    }
    if (texts[0].size() > bytes_max) Mend(summary->line, "SUMMARY", TooLong(texts[0], bytes_max));
    return texts[0];
  }

  std::optional<absl::CivilDay> ReadDay(const IcsProperty& property) {
    const Component component = ParseProperty(property);
    icalproperty* parsed =
        component == nullptr ? nullptr
                             : icalcomponent_get_first_property(component.get(), ICAL_ANY_PROPERTY);
    const icalvalue* value = parsed == nullptr ? nullptr : icalproperty_get_value(parsed);
    const icalvalue_kind kind = value == nullptr ? ICAL_NO_VALUE : icalvalue_isa(value);
    if (kind == ICAL_DATETIME_VALUE && !icalvalue_get_datetime(value).is_date) {
      Mend(property.line, property.name,
           absl::StrCat(property.name, " has a time of day: write the day alone, as in ",
                        property.name, ";VALUE=DATE:20260901."));
      return std::nullopt;
    }
    if (kind == ICAL_DATE_VALUE || kind == ICAL_DATETIME_VALUE) {
      const icaltimetype read =
          kind == ICAL_DATE_VALUE ? icalvalue_get_date(value) : icalvalue_get_datetime(value);
      const absl::CivilDay day(read.year, read.month, read.day);
      // libical takes 30 February for what it is told; a civil day normalises it to another.
      if (day.month() == read.month && day.day() == read.day && IsWithinReach(day)) return day;
    }
    Mend(property.line, property.name,
         absl::StrCat(Quoted(property.content), " is not a day from 2000 to 2099: write it as in ",
                      property.name, ";VALUE=DATE:20260901."));
    return std::nullopt;
  }

  static constexpr char kSayTheKind[] =
      "Say what the event is: write CATEGORIES:TERM, CATEGORIES:CLOSURE or CATEGORIES:OPEN DAY.";

  const IcsEvent& event_;
  Problems& problems_;
};

// The spans of one kind, sorted by their first day.
std::vector<Span> OfKind(Kind kind, const std::vector<Span>& spans) {
  std::vector<Span> chosen;
  std::copy_if(spans.begin(), spans.end(), std::back_inserter(chosen),
               [kind](const Span& span) { return span.kind == kind; });
  std::stable_sort(chosen.begin(), chosen.end(), [](const Span& a, const Span& b) {
    return a.first != b.first ? a.first < b.first : a.last < b.last;
  });
  return chosen;
}

void RefuseOverlaps(const std::vector<Span>& sorted, absl::string_view what, Problems& problems) {
  const Span* latest = nullptr;
  for (const Span& span : sorted) {
    if (latest != nullptr && span.first <= latest->last) {
      problems.push_back(
          {span.line, "DTSTART",
           absl::StrCat(what, " ", Quoted(span.name), " begins on ", SpellDay(span.first), ", but ",
                        Quoted(latest->name), " on line ", latest->line, " lasts until ",
                        SpellDay(latest->last), ": correct one of the two.")});
    }
    if (latest == nullptr || latest->last < span.last) latest = &span;
  }
}

void RefuseTooMany(std::size_t number, const char* field, absl::string_view what,
                   Problems& problems) {
  const std::size_t items_max = LimitsOf(SchoolCalendar::descriptor(), field).items_max();
  if (number > items_max) {
    problems.push_back({0, "CATEGORIES",
                        absl::StrCat("The file has ", number, " ", what, ": write at most ",
                                     items_max, " in one file.")});
  }
}

// What the events of one file amount to.
struct YearOfSchool {
  std::vector<Span> terms;
  std::vector<Span> closures;
  std::vector<Span> open_days;
  absl::CivilDay covers_first;
  absl::CivilDay covers_last;
};

YearOfSchool Arrange(const std::vector<Span>& spans) {
  YearOfSchool year{OfKind(Kind::kTerm, spans),
                    OfKind(Kind::kClosure, spans),
                    OfKind(Kind::kOpenDay, spans),
                    {},
                    {}};
  if (year.terms.empty()) return year;
  year.covers_first = year.terms.front().first;
  year.covers_last = year.terms.front().last;
  for (const Span& term : year.terms) year.covers_last = std::max(year.covers_last, term.last);
  return year;
}

// What can be said only once every event has been understood.
void CheckWhole(const YearOfSchool& year, Problems& problems) {
  if (year.terms.empty()) {
    problems.push_back({0, "CATEGORIES",
                        "The file has no term: write an event with CATEGORIES:TERM for each term "
                        "or half term."});
    return;
  }
  for (const std::vector<Span>* others : {&year.closures, &year.open_days}) {
    for (const Span& span : *others) {
      if (year.covers_first <= span.first && span.last <= year.covers_last) continue;
      problems.push_back(
          {span.line, "DTSTART",
           absl::StrCat(Quoted(span.name), " lies outside the days of this calendar, ",
                        SpellDay(year.covers_first), " to ", SpellDay(year.covers_last),
                        ", and would have no effect: correct its days, or write the term that it "
                        "belongs to into the same file.")});
    }
  }
  std::size_t open_days = 0;
  for (const Span& span : year.open_days) open_days += span.last - span.first + 1;
  RefuseTooMany(year.terms.size(), "terms", "terms", problems);
  RefuseTooMany(year.closures.size(), "closures", "closures", problems);
  RefuseTooMany(open_days, "open_days", "open days", problems);
}

SchoolCalendar ToCalendar(const YearOfSchool& year) {
  SchoolCalendar calendar;
  calendar.set_covers_first_on(SpellDay(year.covers_first));
  calendar.set_covers_last_on(SpellDay(year.covers_last));
  const auto add = [](const Span& span, countersign::v1::NamedDays* days) {
    days->set_name(span.name);
    days->set_first_on(SpellDay(span.first));
    days->set_last_on(SpellDay(span.last));
  };
  for (const Span& term : year.terms) add(term, calendar.add_terms());
  for (const Span& closure : year.closures) add(closure, calendar.add_closures());
  for (const Span& span : year.open_days) {
    for (absl::CivilDay day = span.first; day <= span.last; ++day) {
      countersign::v1::NamedDay* open_day = calendar.add_open_days();
      open_day->set_name(span.name);
      open_day->set_on(SpellDay(day));
    }
  }
  return calendar;
}

std::vector<std::string> Summarise(const YearOfSchool& year) {
  std::vector<std::string> summary;
  summary.push_back(absl::StrCat("The calendar from ", ShowDay(year.covers_first), " to ",
                                 ShowDay(year.covers_last), ": ",
                                 Count(year.terms.size(), "term", "terms"), ", ",
                                 Count(year.closures.size(), "closure", "closures"), ", ",
                                 Count(year.open_days.size(), "open day", "open days"), "."));
  const auto add = [&summary](absl::string_view what, const Span& span) {
    std::string until = span.last == span.first ? "" : absl::StrCat(" to ", ShowDay(span.last));
    summary.push_back(
        absl::StrCat(what, " ", Quoted(span.name), ": ", ShowDay(span.first), until, "."));
  };
  for (const Span& term : year.terms) add("Term", term);
  for (const Span& closure : year.closures) add("Closure", closure);
  for (const Span& open_day : year.open_days) add("Open day", open_day);
  return summary;
}

}  // namespace

Imported<PublishCalendar> ReadCalendar(absl::string_view file) {
  Imported<PublishCalendar> imported;
  Problems& problems = imported.problems;
  if (file.size() > kCalendarBytesMax) {
    problems.push_back(
        {0, "",
         absl::StrCat("The file has ", file.size(), " bytes: write at most ", kCalendarBytesMax,
                      ", with terms, closures and open days alone.")});
    return imported;
  }
  std::vector<Span> spans;
  for (const IcsEvent& event : FindEvents(file, problems)) {
    std::optional<Span> span = EventReader(event, problems).Read();
    if (span.has_value()) spans.push_back(*std::move(span));
  }
  const bool all_understood = problems.empty();
  const YearOfSchool year = Arrange(spans);
  RefuseOverlaps(year.terms, "Term", problems);
  RefuseOverlaps(year.open_days, "Open day", problems);
  if (all_understood) CheckWhole(year, problems);
  if (problems.empty()) {
    *imported.intent.mutable_calendar() = ToCalendar(year);
    imported.summary = Summarise(year);
  }
  SortByLine(problems);
  return imported;
}

}  // namespace countersign::imports
