#include "services/imports/bank_holidays_json.h"

#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/facts.pb.h"
#include "services/imports/text.h"

namespace countersign::imports {
namespace {

using countersign::v1::Division;
using countersign::v1::DivisionHolidays;
using countersign::v1::PublishBankHolidays;
using Json = nlohmann::json;

// An input that knows on which line the last character that was read stands. The parser reads one
// character past a number, so a line ends only with the first character of the next.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, int* line) : at_(at), line_(line) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    if (line_ended_) ++*line_;
    line_ended_ = *at_ == '\n';
    ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  int* line_;
  bool line_ended_ = false;
};

Division DivisionNamed(absl::string_view name) {
  if (name == "england-and-wales") return countersign::v1::DIVISION_ENGLAND_AND_WALES;
  if (name == "scotland") return countersign::v1::DIVISION_SCOTLAND;
  if (name == "northern-ireland") return countersign::v1::DIVISION_NORTHERN_IRELAND;
  return countersign::v1::DIVISION_UNSPECIFIED;
}

// Turns the parser's calls into holidays. `place_` is the container of the file's own shape that is
// open; `passed_over_` counts those open inside a value that nobody reads.
class HolidayReader : public nlohmann::json_sax<Json> {
 public:
  HolidayReader(const int& line, Imported<PublishBankHolidays>& imported)
      : line_(line), imported_(imported) {}

  bool null() override { return Scalar(nullptr); }
  bool boolean(bool) override { return Scalar(nullptr); }
  bool number_integer(number_integer_t) override { return Scalar(nullptr); }
  bool number_unsigned(number_unsigned_t) override { return Scalar(nullptr); }
  bool number_float(number_float_t, const string_t&) override { return Scalar(nullptr); }
  bool binary(binary_t&) override { return Scalar(nullptr); }
  bool string(string_t& text) override { return Scalar(&text); }

  bool key(string_t& name) override {
    if (passed_over_ == 0) key_ = name;
    return true;
  }

  bool start_object(std::size_t) override {
    if (passed_over_ == 0 && place_ == Place::kFile) {
      place_ = Place::kDivisions;
      return true;
    }
    if (passed_over_ == 0 && place_ == Place::kDivisions) {
      return BeginDivision();
    }
    if (passed_over_ == 0 && place_ == Place::kEvents) {
      place_ = Place::kEvent;
      return BeginEvent();
    }
    return PassOver();
  }

  bool end_object() override {
    if (passed_over_ > 0) {
      --passed_over_;
    } else if (place_ == Place::kEvent) {
      EndEvent();
      place_ = Place::kEvents;
    } else if (place_ == Place::kDivision) {
      EndDivision();
      place_ = Place::kDivisions;
    } else {
      place_ = Place::kFile;
    }
    return true;
  }

  bool start_array(std::size_t) override {
    if (passed_over_ == 0 && place_ == Place::kDivision && key_ == "events" && !events_seen_) {
      place_ = Place::kEvents;
      events_seen_ = true;
      return true;
    }
    return PassOver();
  }

  bool end_array() override {
    if (passed_over_ > 0) {
      --passed_over_;
    } else {
      place_ = Place::kDivision;
    }
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
    Mend(line_, "",
         "The file is not JSON from this line on: download bank-holidays.json from gov.uk once "
         "more.");
    return false;
  }

 private:
  enum class Place { kFile, kDivisions, kDivision, kEvents, kEvent };

  void Mend(int line, std::string field, std::string message) {
    imported_.problems.push_back({line, std::move(field), std::move(message)});
  }

  std::string Path(absl::string_view member) const {
    return absl::StrCat(division_name_, "[", index_, "].", member);
  }

  bool PassOver() {
    const bool go_on = passed_over_ > 0 || Scalar(nullptr);
    ++passed_over_;
    return go_on;
  }

  // Any value that is not one of the file's own containers; `text` is null for all but a string.
  bool Scalar(const std::string* text) {
    if (passed_over_ > 0) return true;
    switch (place_) {
      case Place::kFile:
        Mend(line_, "", "The file must hold one JSON object with a member for each division.");
        return false;
      case Place::kDivisions:
        Mend(line_, "", "Write an object with \"division\" and \"events\" for each division.");
        return TakeDivision();
      case Place::kDivision:
        DivisionMember(text);
        return true;
      case Place::kEvents:
        ++index_;
        Mend(line_, absl::StrCat(division_name_, "[", index_, "]"),
             "Write an object with \"title\" and \"date\" for each holiday.");
        return !TooManyEvents();
      case Place::kEvent:
        EventMember(text);
        return true;
    }
    return true;
  }

  // A file with ever more divisions could fill the memory with problems.
  bool TakeDivision() { return ++divisions_seen_ <= 10; }

  bool BeginDivision() {
    const Division division = DivisionNamed(key_);
    if (division == countersign::v1::DIVISION_UNSPECIFIED) {
      Mend(line_, "",
           absl::StrCat("There is no division ", Quoted(key_),
                        ": write england-and-wales, scotland or northern-ireland."));
      ++passed_over_;
      return TakeDivision();
    }
    for (const DivisionHolidays& other : imported_.intent.divisions()) {
      if (other.division() != division) continue;
      Mend(line_, key_, absl::StrCat("The file has ", key_, " twice: keep one of the two."));
    }
    place_ = Place::kDivision;
    division_name_ = key_;
    division_line_ = line_;
    events_seen_ = false;
    latest_.reset();
    index_ = -1;
    imported_.intent.add_divisions()->set_division(division);
    return TakeDivision();
  }

  void DivisionMember(const std::string* text) {
    if (key_ == "division" && (text == nullptr || *text != division_name_)) {
      Mend(line_, absl::StrCat(division_name_, ".division"),
           absl::StrCat("Write ", Quoted(division_name_), " here, as in the name of the object."));
    } else if (key_ == "events") {
      Mend(line_, absl::StrCat(division_name_, ".events"),
           "Write one list of holidays under \"events\".");
      events_seen_ = true;
    }
  }

  void EndDivision() {
    if (index_ >= 0) return;
    Mend(division_line_, absl::StrCat(division_name_, ".events"),
         absl::StrCat("There are no holidays for ", division_name_,
                      ": write them under \"events\", or leave the division out."));
  }

  bool BeginEvent() {
    ++index_;
    event_line_ = line_;
    title_.reset();
    date_.reset();
    notes_.reset();
    return !TooManyEvents();
  }

  bool TooManyEvents() {
    static const int items_max =
        static_cast<int>(LimitsOf(DivisionHolidays::descriptor(), "days").items_max());
    if (index_ < items_max) return false;
    Mend(line_, absl::StrCat(division_name_, ".events"),
         absl::StrCat("There are more than ", items_max, " holidays for ", Quoted(division_name_),
                      ": leave out the oldest."));
    return true;
  }

  void EventMember(const std::string* text) {
    std::optional<std::string>* member = key_ == "title"   ? &title_
                                         : key_ == "date"  ? &date_
                                         : key_ == "notes" ? &notes_
                                                           : nullptr;
    if (member == nullptr) return;
    if (text == nullptr || member->has_value()) {
      Mend(event_line_, Path(key_),
           absl::StrCat("Write ", Quoted(key_), " once, as text between quotation marks."));
    }
    *member = text != nullptr ? OneLine(*text) : "";
  }

  void EndEvent() {
    static const std::size_t bytes_max =
        LimitsOf(countersign::v1::NamedDay::descriptor(), "name").bytes_max();
    std::string name = title_.value_or("");
    if (name.empty()) {
      Mend(event_line_, Path("title"), "Write the name of the holiday under \"title\".");
    }
    if (!notes_.value_or("").empty()) absl::StrAppend(&name, " (", *notes_, ")");
    if (!IsPlainText(name)) {
      Mend(event_line_, Path("title"), "Write title and notes without control characters.");
    } else if (name.size() > bytes_max) {
      Mend(event_line_, Path("title"), TooLong(name, bytes_max));
    }
    const std::optional<absl::CivilDay> day = ParseDay(date_.value_or(""));
    if (!day.has_value()) {
      Mend(event_line_, Path("date"),
           absl::StrCat(Quoted(date_.value_or("")),
                        " is not a day from 2000 to 2099: write it as in 2026-12-25."));
      return;
    }
    if (latest_.has_value() && *day <= *latest_) {
      Mend(event_line_, Path("date"),
           absl::StrCat(SpellDay(*day), *day == *latest_ ? " is there twice" : " comes too late",
                        ", after ", SpellDay(*latest_),
                        ": write each day once, in the order of the days."));
    } else {
      latest_ = day;
    }
    auto& division = *imported_.intent.mutable_divisions()->rbegin();
    countersign::v1::NamedDay* holiday = division.add_days();
    holiday->set_name(std::move(name));
    holiday->set_on(SpellDay(*day));
  }

  const int& line_;
  Imported<PublishBankHolidays>& imported_;
  Place place_ = Place::kFile;
  int passed_over_ = 0;
  int divisions_seen_ = 0;
  std::string key_;
  // Of the division that is open.
  std::string division_name_;
  int division_line_ = 0;
  bool events_seen_ = false;
  std::optional<absl::CivilDay> latest_;
  int index_ = -1;
  // Of the holiday that is open.
  int event_line_ = 0;
  std::optional<std::string> title_;
  std::optional<std::string> date_;
  std::optional<std::string> notes_;
};

absl::string_view NameOf(Division division) {
  for (absl::string_view name : {"england-and-wales", "scotland", "northern-ireland"}) {
    if (DivisionNamed(name) == division) return name;
  }
  return "";
}

std::vector<std::string> Summarise(const PublishBankHolidays& intent) {
  std::vector<std::string> summary;
  for (const DivisionHolidays& division : intent.divisions()) {
    summary.push_back(absl::StrCat(NameOf(division.division()), ": ",
                                   Count(division.days_size(), "bank holiday", "bank holidays"),
                                   " from ", division.days().begin()->on(), " to ",
                                   division.days().rbegin()->on(), "."));
  }
  return summary;
}

}  // namespace

Imported<PublishBankHolidays> ReadBankHolidays(absl::string_view file) {
  Imported<PublishBankHolidays> imported;
  if (file.size() > kBankHolidaysBytesMax) {
    imported.problems.push_back(
        {0, "",
         absl::StrCat("The file has ", file.size(), " bytes: write at most ", kBankHolidaysBytesMax,
                      ".")});
    return imported;
  }
  int line = 1;
  HolidayReader reader(line, imported);
  Json::sax_parse(CountingIterator(file.data(), &line),
                  CountingIterator(file.data() + file.size(), &line), &reader);
  if (imported.problems.empty() && imported.intent.divisions().empty()) {
    imported.problems.push_back({0, "",
                                 "The file has no division: write england-and-wales, scotland or "
                                 "northern-ireland with its holidays."});
  }
  if (imported.problems.empty()) {
    imported.summary = Summarise(imported.intent);
  } else {
    imported.intent.Clear();
  }
  SortByLine(imported.problems);
  return imported;
}

}  // namespace countersign::imports
