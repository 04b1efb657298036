#include "services/pack/record_page.h"

#include <cstdint>
#include <initializer_list>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/rules/deadlines/days.h"

namespace countersign {
namespace {

constexpr absl::string_view kReplacement = "\xEF\xBF\xBD";

// Sizes are those of paper at arm's length: 11 points, and no smaller than 9.
constexpr absl::string_view kStyle = R"css(
@page { size: A4; margin: 18mm 16mm; }
body { font: 11pt/1.4 Arial, "Liberation Sans", sans-serif; color: #000; background: #fff;
  max-width: 178mm; margin: 0 auto; padding: 6mm; }
h1 { font-size: 15pt; margin: 0 0 4mm; }
h2 { font-size: 12pt; margin: 7mm 0 2mm; break-after: avoid; }
table { width: 100%; border-collapse: collapse; margin: 0 0 3mm; table-layout: fixed; }
caption { text-align: left; font-weight: bold; padding: 0 0 1mm; }
th, td { border: 0.3mm solid #555; padding: 1.5mm 2mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
thead { display: table-header-group; }
thead th { background: #eee; }
table.head th { width: 34%; background: #eee; }
td ul { margin: 0; padding-left: 5mm; }
tr { break-inside: avoid; }
.said { white-space: pre-wrap; unicode-bidi: isolate; }
.note { font-size: 9.5pt; color: #333; }
.digest, code { font-family: "Liberation Mono", "Courier New", monospace; font-size: 9.5pt;
  overflow-wrap: anywhere; }
section + section { break-before: page; padding-top: 4mm; }
@media print { body { padding: 0; max-width: none; } }
)css";

std::string DayInWords(const std::string& iso) {
  const std::optional<absl::CivilDay> day = rules::DayOf(iso);
  return day.has_value() ? rules::DateWithWeekday(*day) : iso;
}

std::string MomentInWords(absl::Time at, absl::TimeZone zone) {
  return absl::FormatTime("%A %-e %B %Y, %H:%M", at, zone);
}

// What somebody wrote, kept to its own box whatever is in it. An empty box is part of the form.
std::string Said(absl::string_view text) {
  if (text.empty()) return "\xE2\x80\x93";
  return absl::StrCat("<span class=\"said\" dir=\"auto\">", HtmlText(text), "</span>");
}

// A line in a box below others, left out when there is nothing to say.
std::string Further(absl::string_view label, absl::string_view text) {
  if (text.empty()) return "";
  return absl::StrCat("<br><b>", label, ":</b> ", Said(text));
}

// Collects the elements of the page. Labels are ours and hold no markup; cells are HTML.
class Page {
 public:
  void Add(std::initializer_list<absl::string_view> html) {
    for (const absl::string_view piece : html) absl::StrAppend(&html_, piece);
    absl::StrAppend(&html_, "\n");
  }

  // The boxes above a form: one label and one answer a row.
  void Head(std::initializer_list<std::pair<absl::string_view, std::string>> boxes) {
    Add({"<table class=\"head\"><tbody>"});
    for (const auto& [label, answer] : boxes) {
      Add({"<tr><th scope=\"row\">", label, "</th><td>", Said(answer), "</td></tr>"});
    }
    Add({"</tbody></table>"});
  }

  // A table is opened, filled with rows of as many cells as it has columns, and closed; without a
  // row it says so.
  void Open(std::initializer_list<absl::string_view> columns) {
    columns_ = columns.size();
    rows_ = 0;
    Add({"<table><thead><tr>"});
    for (const absl::string_view column : columns) Add({"<th scope=\"col\">", column, "</th>"});
    Add({"</tr></thead><tbody>"});
  }
  void Row(std::initializer_list<std::string> cells) {
    ++rows_;
    Add({"<tr>"});
    for (const std::string& cell : cells) Add({"<td>", cell, "</td>"});
    Add({"</tr>"});
  }
  void Close(absl::string_view when_empty = "None.") {
    if (rows_ == 0) {
      Add({"<tr><td colspan=\"", absl::StrCat(columns_), "\">", when_empty, "</td></tr>"});
    }
    Add({"</tbody></table>"});
  }

  std::string html() && { return std::move(html_); }

 private:
  std::string html_;
  size_t columns_ = 0;
  size_t rows_ = 0;
};

std::string ActionSteps(const v1::Objective& objective) {
  std::string steps;
  for (const v1::ActionStep& step : objective.action_steps()) {
    absl::StrAppend(&steps, "<li>", Said(step.task()), step.complete_by().empty() ? "" : ", by ",
                    HtmlText(DayInWords(step.complete_by())), "</li>");
  }
  return steps.empty() ? Said("") : absl::StrCat("<ul>", steps, "</ul>");
}

std::string Timescale(const v1::Objective& objective) {
  std::string words = Said(DayInWords(objective.achieve_by()));
  for (const v1::Milestone& milestone : objective.milestones()) {
    absl::StrAppend(&words, Further(milestone.reach_by().empty()
                                        ? "Milestone"
                                        : absl::StrCat("Milestone, by ",
                                                       HtmlText(DayInWords(milestone.reach_by()))),
                                    milestone.milestone()));
  }
  return words;
}

void AddObjectives(const v1::IndividualPlan& plan, Page& page) {
  page.Add({"<h2>Performance management objectives for the year ahead</h2>"});
  page.Open({"Objective", "What tasks will I carry out to achieve this?", "Timescale",
             "How will I know when this is achieved?"});
  for (int i = 0; i < plan.objectives_size(); ++i) {
    const v1::Objective& objective = plan.objectives(i);
    page.Row({absl::StrCat("<b>", i + 1, ".</b> ", Said(objective.objective()),
                           Further("Standards", absl::StrJoin(objective.standards(), "; ")),
                           Further("Priorities", absl::StrJoin(objective.priorities(), "; "))),
              ActionSteps(objective), Timescale(objective), Said(objective.success_criteria())});
  }
  page.Close();
}

void AddEvidence(const v1::IndividualPlan& plan, Page& page) {
  page.Add({"<h2>Observation of work (for classroom based staff)</h2>"});
  page.Open({"To be observed", "Term", "Focus", "Observer"});
  for (const v1::PlannedObservation& observation : plan.observations()) {
    page.Row({Said(observation.work()), Said(observation.term()), Said(observation.focus()),
              Said(observation.observer())});
  }
  page.Close();
  page.Add({"<h2>Other sources of evidence</h2>"});
  page.Open({"What / who", "When / where", "Questions to ask"});
  for (const v1::EvidenceSource& evidence : plan.other_evidence()) {
    page.Row({Said(evidence.what()), Said(evidence.when()), Said(evidence.questions())});
  }
  page.Close(plan.no_other_evidence() ? "None: said so in the record." : "None.");
}

void AddComments(const RecordOnPage& record, Page& page) {
  page.Add({"<h2>Reviewee's comments</h2>"});
  page.Open({"Comment", "Written"});
  for (const v1::RevieweeComments::Comment& comment : record.comments.comments()) {
    const absl::Time at = absl::FromUnixSeconds(comment.recorded_at().seconds());
    page.Row({Said(comment.text()),
              comment.has_recorded_at() ? MomentInWords(at, record.zone) : Said("")});
  }
  page.Close();
}

absl::string_view DidWhat(RecordAct::Kind kind) {
  switch (kind) {
    case RecordAct::Kind::kSigned:
      return "Signed";
    case RecordAct::Kind::kDeclined:
      return "Declined to sign";
    case RecordAct::Kind::kClosedUnsigned:
      return "Closed the record unsigned";
  }
  return "";
}

void AddSignatures(const RecordOnPage& record, Page& page) {
  page.Add({"<h2>Signatures</h2>"});
  page.Open({"Who", "As what", "What", "When"});
  for (const RecordAct& act : record.acts) {
    page.Row({absl::StrCat(Said(act.name), "<br><span class=\"note\">", HtmlText(act.person_id),
                           "</span>"),
              HtmlText(act.acting_as),
              absl::StrCat(
                  DidWhat(act.kind), ".",
                  Further(act.kind == RecordAct::Kind::kSigned ? "Meaning" : "Reason", act.words),
                  Further("Known by", act.method)),
              absl::StrCat(MomentInWords(act.at, record.zone), "<br><span class=\"note\">position ",
                           act.position, "</span>")});
  }
  page.Close();
  page.Add({"<p>Digest of the record that this is about: <span class=\"digest\">", record.digest,
            "</span></p>"});
}

void AddPlan(const RecordOnPage& record, Page& page) {
  const v1::RecordHeader& header = record.plan.header();
  page.Add({"<section aria-labelledby=\"plan\">"});
  page.Add({"<h1 id=\"plan\">Support staff performance management: Individual Plan</h1>"});
  page.Head({{"Name of Reviewee", header.reviewee_name()},
             {"Job Title", header.job_title()},
             {"Name of Reviewer", header.reviewer_name()},
             {"Team", header.team()},
             {"Date of Review", DayInWords(header.review_on())}});
  AddObjectives(record.plan, page);
  AddEvidence(record.plan, page);
  AddComments(record, page);
  AddSignatures(record, page);
  page.Add({"</section>"});
}

void AddSupport(const v1::TrainingAnnex& annex, Page& page) {
  page.Add({"<h2>Support for personal development and professional aspirations</h2>"});
  page.Open({"Support", "Mentor", "Course", "When", "Cost"});
  for (const v1::DevelopmentSupport& support : annex.personal_development()) {
    page.Row({Said(support.support()), Said(support.mentor()), Said(support.course()),
              Said(support.when()), Said(support.cost())});
  }
  page.Close();
  page.Add({"<h2>Support required for meeting objectives</h2>"});
  page.Open({"Objective", "Support", "Timescale"});
  for (const v1::ObjectiveSupport& support : annex.objective_support()) {
    page.Row({absl::StrCat(support.objective()),
              support.none_needed() ? "None needed." : Said(support.support()),
              Said(support.timescale())});
  }
  page.Close();
  page.Add({"<h2>Support required for development of professional aspirations</h2>"});
  page.Open({"Support", "Timescale"});
  for (const v1::AspirationSupport& support : annex.aspiration_support()) {
    page.Row({Said(support.support()), Said(support.timescale())});
  }
  page.Close();
}

void AddAnnex(const RecordOnPage& record, Page& page) {
  const v1::RecordHeader& header = record.annex.header();
  page.Add({"<section aria-labelledby=\"annex\">"});
  page.Add(
      {"<h1 id=\"annex\">Support staff performance management: Training and Development "
       "Annex</h1>"});
  page.Add(
      {"<p>A copy of this Annex must be given to the person responsible for planning training "
       "and development within the school.</p>"});
  page.Head({{"Name of Reviewee", header.reviewee_name()},
             {"Name of Reviewer", header.reviewer_name()},
             {"Team", header.team()},
             {"Date of Review", DayInWords(header.review_on())}});
  AddSupport(record.annex, page);
  page.Add({"</section>"});
}

void AddHowToCheck(const RecordOnPage& record, Page& page) {
  page.Add({"<section aria-labelledby=\"check\">"});
  page.Add({"<h1 id=\"check\">How to check this record</h1>"});
  page.Add({"<p>This page shows the record of plan <code>", HtmlText(record.plan_id),
            "</code> for people to read. What is proved are the files beside it: the exact bytes "
            "that were signed, what happened to them, and proofs that the trust's journal holds "
            "both. Names of those who signed come from the staff list of the trust; the journal "
            "knows people by the numbers below their names.</p>"});
  page.Add({"<ol><li>Keep the file that this page came in, as it is.</li>"});
  page.Add(
      {"<li>Ask the trust, or whoever audits it, for the key of its journal. The one in the "
       "file is for comparison only.</li>"});
  page.Add({"<li>Run: <code>countersign-verify record FILE --key KEYFILE</code></li>"});
  page.Add({"<li>Compare the digest that it prints with the one below the signatures.</li></ol>"});
  page.Add(
      {"<p>No server is needed, nor this program: docs/record-pack.md says every byte, and "
       "the proofs are C2SP tlog-proof files.</p>"});
  page.Add({"</section>"});
}

// Whether the three bytes at the front of `text` turn the direction of writing: U+202A to U+202E
// and U+2066 to U+2069.
bool TurnsDirection(absl::string_view text) {
  if (text.size() < 3 || text[0] != '\xE2') return false;
  const auto third = static_cast<uint8_t>(text[2]);
  return (text[1] == '\x80' && third >= 0xAA && third <= 0xAE) ||
         (text[1] == '\x81' && third >= 0xA6 && third <= 0xA9);
}

// How many bytes at the front of `text` are a character that no page shows; 0 for all others.
size_t UnshownAtFront(absl::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first == '\n' || first == '\t') return 0;
  if (first < 0x20 || first == 0x7F) return 1;
  // U+0080 to U+009F.
  if (first == 0xC2 && text.size() > 1 && static_cast<uint8_t>(text[1]) < 0xA0) return 2;
  return TurnsDirection(text) ? 3 : 0;
}

}  // namespace

std::string HtmlText(absl::string_view text) {
  std::string html;
  html.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const size_t unshown = UnshownAtFront(text);
    if (unshown > 0) {
      absl::StrAppend(&html, kReplacement);
      text.remove_prefix(unshown);
      continue;
    }
    switch (text[0]) {
      case '&':
        absl::StrAppend(&html, "&amp;");
        break;
      case '<':
        absl::StrAppend(&html, "&lt;");
        break;
      case '>':
        absl::StrAppend(&html, "&gt;");
        break;
      case '"':
        absl::StrAppend(&html, "&quot;");
        break;
      case '\'':
        absl::StrAppend(&html, "&#39;");
        break;
      default:
        html.push_back(text[0]);
    }
    text.remove_prefix(1);
  }
  return html;
}

std::string RecordPage(const RecordOnPage& record) {
  Page page;
  page.Add({"<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">"});
  // Whatever a text may hold, nothing is run and nothing is fetched.
  page.Add(
      {"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
       "'unsafe-inline'\">"});
  page.Add({"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"});
  page.Add({"<title>Individual Plan and Training and Development Annex</title>"});
  page.Add({"<style>", kStyle, "</style>\n</head>\n<body>\n<main>"});
  AddPlan(record, page);
  AddAnnex(record, page);
  AddHowToCheck(record, page);
  page.Add({"</main>\n</body>\n</html>"});
  return std::move(page).html();
}

}  // namespace countersign
