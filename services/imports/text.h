// What the readers of all files share: lines, plain text, days, and the limits that the protos set.
//
// Pure functions, safe from any number of threads.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_TEXT_H_
#define COUNTERSIGN_SERVICES_IMPORTS_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "countersign/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "services/imports/imported.h"

namespace countersign::imports {

// The mark that some programs write at the start of a UTF-8 file.
inline constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Takes the next line off the front of `rest`, with its line ending: LF, CR LF, or a CR alone.
// `rest` must not be empty.
absl::string_view TakeLine(absl::string_view* rest);

// Whether `text` is UTF-8 (RFC 3629) without control characters other than tab, CR and LF.
bool IsPlainText(absl::string_view text);

// `text` on one line: every run of spaces, tabs, line ends and no-break spaces becomes one space,
// and none is left at either end.
std::string OneLine(absl::string_view text);

// `text` between quotation marks, for a message; cut after about 60 bytes, between characters.
std::string Quoted(absl::string_view text);

// "1 term", "2 terms", "no terms".
std::string Count(std::size_t number, absl::string_view one, absl::string_view many);

// A day that the API can carry (Spelling of options.proto): 2000-01-01 to 2099-12-31.
bool IsWithinReach(absl::CivilDay day);

// "2026-09-29" as a day within reach; nothing for any other text and for days that do not exist.
std::optional<absl::CivilDay> ParseDay(absl::string_view text);

// "2026-09-29": how protos and messages spell a day.
std::string SpellDay(absl::CivilDay day);

// "Tue 29 Sep 2026": how a summary shows a day.
std::string ShowDay(absl::CivilDay day);

// The limits of one field, as its proto gives them; where it gives none, those that Check states.
// `field` must be a field of `message`.
countersign::v1::Check LimitsOf(const google::protobuf::Descriptor* message,
                                const std::string& field);

// The sentence that says that a text is longer than `bytes_max`.
std::string TooLong(absl::string_view text, std::size_t bytes_max);

// Brings problems into the order of their lines; on one line they keep their order.
void SortByLine(std::vector<ImportProblem>& problems);

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_TEXT_H_
