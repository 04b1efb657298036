#include "clients/cli/chapters/policy.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/table.h"
#include "clients/cli/output/text.h"

namespace countersign::cli {
namespace {

std::string PolicyWords(const v1::Policy& policy, absl::string_view otherwise) {
  std::string words;
  const auto add = [&](bool set, absl::string_view name, const auto& value) {
    if (set) absl::StrAppend(&words, words.empty() ? "" : ", ", name, " ", value);
  };
  const auto yes = [](bool value) { return value ? "yes" : "no"; };
  add(policy.has_notice_days(), "notice days", policy.notice_days());
  add(policy.notice_unit() != v1::Policy::NOTICE_UNIT_UNSPECIFIED, "notice unit",
      EnumWords(v1::Policy::NoticeUnit_Name(policy.notice_unit()), "NOTICE_UNIT_"));
  add(policy.has_notice_clear(), "notice clear", yes(policy.notice_clear()));
  add(policy.has_draft_days(), "draft days", policy.draft_days());
  add(policy.has_final_days(), "final days", policy.final_days());
  add(policy.has_signature_grace_days(), "signature grace days", policy.signature_grace_days());
  add(policy.has_extend_for_pattern(), "extend for pattern", yes(policy.extend_for_pattern()));
  add(policy.has_extend_for_absence(), "extend for absence", yes(policy.extend_for_absence()));
  return words.empty() ? absl::StrCat("all as ", otherwise) : words;
}

}  // namespace

std::vector<Parameter> PolicyParameters(std::vector<Parameter> before) {
  const std::vector<std::string> yes_no = {"yes", "no"};
  std::vector<Parameter> parameters = std::move(before);
  for (Parameter& parameter : std::vector<Parameter>{
           Required(Fills({"intent.effective_from_on"},
                          Option("from", Kind::kDate, "For meetings from this day on"))),
           Option("notice-days", Kind::kNumber, "Days of notice of a meeting; in the guidance 5"),
           Choice("notice-unit", {"working", "calendar"}, "Unit of the notice"),
           Choice("notice-clear", yes_no, "Whether the day of the meeting is left out"),
           Option("draft-days", Kind::kNumber, "Working days for the draft; in the guidance 5"),
           Option("final-days", Kind::kNumber, "Working days for the record; in the guidance 10"),
           Option("signature-grace-days", Kind::kNumber,
                  "Working days until a record may be closed unsigned; otherwise 5"),
           Choice("extend-for-pattern", yes_no, "Whether only days worked count"),
           Choice("extend-for-absence", yes_no, "Whether days of absence are left out")}) {
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

void FillPolicy(const Arguments& arguments, v1::Policy& policy) {
  if (arguments.Has("notice-days")) policy.set_notice_days(arguments.Number("notice-days"));
  if (arguments.Has("notice-unit")) {
    policy.set_notice_unit(arguments.Text("notice-unit") == "calendar"
                               ? v1::Policy::NOTICE_UNIT_CALENDAR
                               : v1::Policy::NOTICE_UNIT_WORKING);
  }
  if (arguments.Has("notice-clear")) policy.set_notice_clear(arguments.Yes("notice-clear"));
  if (arguments.Has("draft-days")) policy.set_draft_days(arguments.Number("draft-days"));
  if (arguments.Has("final-days")) policy.set_final_days(arguments.Number("final-days"));
  if (arguments.Has("signature-grace-days")) {
    policy.set_signature_grace_days(arguments.Number("signature-grace-days"));
  }
  if (arguments.Has("extend-for-pattern")) {
    policy.set_extend_for_pattern(arguments.Yes("extend-for-pattern"));
  }
  if (arguments.Has("extend-for-absence")) {
    policy.set_extend_for_absence(arguments.Yes("extend-for-absence"));
  }
}

void WritePolicies(const google::protobuf::RepeatedPtrField<v1::DatedPolicy>& policies,
                   absl::string_view otherwise, Terminal& terminal) {
  if (policies.empty()) return;
  Table table({"MEETINGS FROM", "POLICY"});
  for (const auto& dated : policies) {
    table.AddRow({{DayWords(dated.effective_from_on())}, {PolicyWords(dated.policy(), otherwise)}});
  }
  terminal.out << "\n" << table.Render(terminal.width, terminal.color_out);
}

}  // namespace countersign::cli
