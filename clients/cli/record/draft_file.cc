#include "clients/cli/record/draft_file.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using nlohmann::json;

absl::Status Malformed(absl::string_view problem) {
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "DRAFT_MALFORMED",
                      .message = std::string(problem),
                      .next = "`countersign draft template` shows every field of the form"});
}

// Remembers the keys of the objects that are being read, and the first one that stands there twice.
class RepeatedKeys {
 public:
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) {
      keys_.resize(depth + 1);
      keys_[depth].clear();
    } else if (event == json::parse_event_t::key) {
      const bool fresh = keys_[depth - 1].insert(parsed.get<std::string>()).second;
      if (!fresh && first_.empty()) first_ = parsed.get<std::string>();
    }
    return true;
  }

  const std::string& first() const { return first_; }

 private:
  std::vector<std::set<std::string>> keys_;
  std::string first_;
};

absl::StatusOr<json> ParseJson(absl::string_view text) {
  RepeatedKeys repeated;
  json document;
  // The library tells the place of a mistake only by throwing.
  try {
    document = json::parse(
        text.begin(), text.end(),
        [&](int depth, json::parse_event_t event, json& parsed) {
          return repeated(depth, event, parsed);
        },
        /*allow_exceptions=*/true, /*ignore_comments=*/true);
  } catch (const json::exception& mistake) {
    const absl::string_view what = mistake.what();
    const size_t place = what.find("] ");
    return Malformed(absl::StrCat(
        "The draft is no JSON: ", place == what.npos ? what : what.substr(place + 2), "."));
  }
  if (!repeated.first().empty()) {
    return Malformed(absl::StrCat("The draft has the field \"", repeated.first(), "\" twice."));
  }
  return document;
}

// Takes out rows without any answer, the innermost first, so that an objective whose only action
// step is blank is blank too.
void DropBlankRows(Message& message) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      DropBlankRows(*reflection->MutableMessage(&message, field));
      continue;
    }
    int kept = 0;
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      Message* row = reflection->MutableRepeatedMessage(&message, field, i);
      DropBlankRows(*row);
      if (row->ByteSizeLong() == 0) continue;
      if (kept != i) reflection->SwapElements(&message, field, kept, i);
      ++kept;
    }
    while (reflection->FieldSize(message, field) > kept) reflection->RemoveLast(&message, field);
  }
}

}  // namespace

absl::StatusOr<v1::IssueDraft> ParseDraft(absl::string_view text) {
  if (!IsValidUtf8(text)) return Malformed("The draft is not valid UTF-8 text.");
  const absl::StatusOr<json> document = ParseJson(text);
  if (!document.ok()) return document.status();
  if (!document->is_object()) return Malformed("The draft is no JSON object.");
  v1::IssueDraft draft;
  const auto status = google::protobuf::util::JsonStringToMessage(
      document->dump(), &draft, google::protobuf::util::JsonParseOptions());
  if (!status.ok()) {
    return Malformed(
        absl::StrCat("The draft does not fit the form: ", std::string(status.message())));
  }
  DropBlankRows(draft);
  return draft;
}

absl::string_view DraftTemplate() {
  return R"json({
  // Form 3a, Individual Plan. Names, job title, team and date are filled in by the server.
  // Copy a row for each further one; a row that stays blank is left out. Days are 2026-12-18.
  "plan": {
    // Performance management objectives for the year ahead.
    "objectives": [
      {
        // Objective for the coming year.
        "objective": "",
        // Action steps: what tasks will I carry out to achieve this? By which day is each done?
        "action_steps": [
          {"task": "", "complete_by": ""}
        ],
        // Timescale: the day by which the objective is achieved.
        "achieve_by": "",
        // Success criteria: how will I know when this is achieved?
        "success_criteria": "",
        // For an objective that outlasts the year: what is reached by when.
        "milestones": [
          {"milestone": "", "reach_by": ""}
        ],
        // National occupational or professional standards it refers to, as a list of texts.
        "standards": [],
        // School priorities it serves, as a list of texts.
        "priorities": []
      }
    ],
    // Observation of work, for classroom based staff.
    "observations": [
      {
        // Class, group or work to be observed.
        "work": "",
        // Term in which the observation will take place.
        "term": "",
        // Focus of the observation.
        "focus": "",
        // Who observes.
        "observer": ""
      }
    ],
    // Other sources of evidence: what or who, when or where, questions to ask.
    "other_evidence": [
      {"what": "", "when": "", "questions": ""}
    ],
    // True when there is no other evidence: a blank is not an answer.
    "no_other_evidence": false
  },
  // Training and Development Annex. A copy goes to whoever plans training in the school.
  "annex": {
    // Support for personal development and professional aspirations, in as much detail as there
    // is: a named mentor, the title of a course, when, what it costs.
    "personal_development": [
      {"support": "", "mentor": "", "course": "", "when": "", "cost": ""}
    ],
    // Support required for meeting each objective, by its number, or that none is needed.
    "objective_support": [
      {"objective": 1, "support": "", "timescale": "", "none_needed": false}
    ],
    // Support required for development of professional aspirations.
    "aspiration_support": [
      {"support": "", "timescale": ""}
    ]
  }
}
)json";
}

}  // namespace countersign::cli
