// Every command in every format: a new command, and a new field of an answer, is tried here without
// a line of its own.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/output/csv.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/people_service.pb.h"
#include "tests/cli/samples.h"

namespace countersign::cli {
namespace {

using google::protobuf::Message;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using CsvRows = std::vector<std::vector<std::string>>;

// Reads CSV strictly by RFC 4180; fails the test where it is none.
CsvRows ReadCsv(const std::string& text) {
  CsvRows rows = {{}};
  std::string cell;
  for (size_t i = 0; i < text.size();) {
    const bool quoted = text[i] == '"';
    if (quoted) {
      for (++i; i < text.size() && (text[i] != '"' || text.substr(i, 2) == "\"\""); ++i) {
        if (text[i] == '"') ++i;
        cell += text[i];
      }
      ++i;  // The closing quote.
    }
    while (!quoted && i < text.size() && text[i] != ',' && text[i] != '\r') {
      EXPECT_TRUE(text[i] != '"' && text[i] != '\n') << "Bare at " << i << " of:\n" << text;
      cell += text[i++];
    }
    rows.back().push_back(std::exchange(cell, ""));
    if (i < text.size() && text[i] == ',') {
      ++i;
      if (i == text.size()) ADD_FAILURE() << "The last line does not end:\n" << text;
    } else {
      EXPECT_EQ(text.substr(i, 2), "\r\n") << "At " << i << " of:\n" << text;
      i += 2;
      if (i < text.size()) rows.emplace_back();
    }
  }
  return rows;
}

std::vector<json> ReadJsonLines(const std::string& text) {
  std::vector<json> objects;
  if (text.empty()) return objects;
  EXPECT_EQ(text.back(), '\n');
  for (const absl::string_view line : absl::StrSplit(text.substr(0, text.size() - 1), '\n')) {
    objects.push_back(json::parse(line, nullptr, /*allow_exceptions=*/false));
    EXPECT_TRUE(objects.back().is_object()) << line;
  }
  return objects;
}

// What stands at a path of field names; nothing when it is not there.
json At(const json& object, const std::string& path) {
  json node = object;
  for (const absl::string_view name : absl::StrSplit(path, '.')) {
    if (!node.is_object() || !node.contains(std::string(name))) return nullptr;
    node = json(node.at(std::string(name)));
  }
  return node;
}

// Whether a path names a field of the message.
bool IsFieldPath(const google::protobuf::Descriptor* type, const std::string& path) {
  const std::vector<std::string> names = absl::StrSplit(path, '.');
  for (size_t i = 0; i < names.size(); ++i) {
    if (type == nullptr) return false;
    const auto* field = type->FindFieldByName(names[i]);
    if (field == nullptr) return false;
    type = field->is_repeated() ? nullptr : field->message_type();
  }
  return true;
}

// The same, or a field of a row of a list in it, however deep.
bool NamesFields(const google::protobuf::Descriptor& answer, const std::string& path) {
  if (IsFieldPath(&answer, path)) return true;
  for (int i = 0; i < answer.field_count(); ++i) {
    const auto* type = answer.field(i)->message_type();
    if (type != nullptr && NamesFields(*type, path)) return true;
  }
  return false;
}

bool FindsItself(const CommandSpec& command) {
  if (command.noun == "witness" || NameOf(command) == "log verify") return true;
  return std::any_of(command.parameters.begin(), command.parameters.end(),
                     [](const Parameter& parameter) { return parameter.name == "out"; });
}

// The text that an apostrophe may stand before.
std::string Unprotected(const std::string& cell) {
  return absl::StartsWith(cell, "'") ? cell.substr(1) : cell;
}

void ExpectSameRows(const CsvRows& csv, const std::vector<json>& lines) {
  ASSERT_EQ(csv.size(), lines.size() + 1);
  const std::vector<std::string>& columns = csv[0];
  EXPECT_EQ(std::set<std::string>(columns.begin(), columns.end()).size(), columns.size());
  for (size_t row = 0; row < lines.size(); ++row) {
    ASSERT_EQ(csv[row + 1].size(), columns.size());
    for (size_t i = 0; i < columns.size(); ++i) {
      const std::string& cell = csv[row + 1][i];
      EXPECT_FALSE(!cell.empty() && absl::StrContains("=+-@\t\r\n", cell.substr(0, 1))) << cell;
      const json value = At(lines[row], columns[i]);
      if (value.is_string()) {
        EXPECT_EQ(Unprotected(cell), value.get<std::string>()) << columns[i];
      } else if (value.is_null()) {
        EXPECT_EQ(cell, "") << columns[i];
      } else {
        EXPECT_EQ(json::parse(cell, nullptr, false), value) << columns[i] << ": " << cell;
      }
    }
  }
}

class EveryFormat : public testing::TestWithParam<bool> {
 protected:
  Ended RunIn(OutputFormat format, const CommandSpec& command) {
    server_ = std::make_unique<MadeUpServer>();
    server_->is_full = GetParam();
    Ended run = RunSample(*server_, command, /*every=*/true, format);
    EXPECT_EQ(run.code, ExitCode::kDone) << NameOf(command) << "\n" << run.err;
    return run;
  }

  std::unique_ptr<MadeUpServer> server_;
};

TEST_P(EveryFormat, HasTheSameRowsAsJsonLinesAndAsCsvForEveryCommand) {
  for (const CommandSpec& command : AllCommands()) {
    SCOPED_TRACE(NameOf(command));
    const Ended lines = RunIn(OutputFormat::kJsonl, command);
    EXPECT_EQ(lines.err, "");
    const Ended csv = RunIn(OutputFormat::kCsv, command);
    EXPECT_EQ(csv.err, "");
    EXPECT_TRUE(IsValidUtf8(csv.out));
    ExpectSameRows(ReadCsv(csv.out), ReadJsonLines(lines.out));
  }
}

TEST_P(EveryFormat, HasColumnsThatAreTheFieldPathsOfTheSchema) {
  for (const CommandSpec& command : AllCommands()) {
    const CsvRows rows = ReadCsv(RunIn(OutputFormat::kCsv, command).out);
    if (server_->last_answer == nullptr) continue;  // Answered without a server.
    // Of an answer that it checked, or put into a file, the command line tells what it found.
    if (FindsItself(command)) continue;
    for (const std::string& column : rows[0]) {
      EXPECT_TRUE(NamesFields(*server_->last_answer->GetDescriptor(), column))
          << NameOf(command) << ": " << column;
    }
  }
}

TEST_P(EveryFormat, HasOneDocumentAsJsonForEveryCommand) {
  for (const CommandSpec& command : AllCommands()) {
    const Ended run = RunIn(OutputFormat::kJson, command);
    EXPECT_TRUE(json::accept(run.out)) << NameOf(command) << "\n" << run.out;
    EXPECT_EQ(run.err, "") << NameOf(command);
  }
}

TEST_P(EveryFormat, HasLinesOfEightyColumnsAsATableForEveryCommand) {
  for (const CommandSpec& command : AllCommands()) {
    if (command.prints_file) continue;
    const Ended run = RunIn(OutputFormat::kTable, command);
    EXPECT_FALSE(run.out.empty()) << NameOf(command);
    for (const absl::string_view line : absl::StrSplit(run.out, '\n')) {
      EXPECT_LE(ColumnsOf(line), 80) << NameOf(command) << ": " << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Answers, EveryFormat, testing::Values(false, true),
                         [](const auto& usual) { return usual.param ? "Full" : "Usual"; });

TEST(Columns, StayTheSameWhateverTheAnswerHolds) {
  for (const CommandSpec& command : AllCommands()) {
    const auto header = [&](bool is_full) {
      MadeUpServer server;
      server.is_full = is_full;
      return ReadCsv(RunSample(server, command, true, OutputFormat::kCsv).out)[0];
    };
    EXPECT_EQ(header(false), header(true)) << NameOf(command);
  }
}

TEST(AListWithoutRows, IsAHeaderLineAsCsvAndNothingAsJsonLines) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.ListPeople", [](Message*) { return absl::OkStatus(); });
  const CommandSpec& list = CommandNamed("people", "list");
  const CsvRows rows = ReadCsv(RunOn(server, list, {}, {.format = OutputFormat::kCsv}).out);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_THAT(rows[0], testing::IsSupersetOf({"staff_key", "name", "works", "facts.plans"}));
  EXPECT_EQ(RunOn(server, list, {}, {.format = OutputFormat::kJsonl}).out, "");
}

TEST(AListThatGoesOn, SaysSoOnStderrInItsOwnFormat) {
  MadeUpServer server;
  server.AnswerTo("PeopleService.ListPeople", [](Message* response) {
    auto* page = static_cast<v1::ListPeopleResponse*>(response);
    page->add_people()->set_staff_key("amina.yusuf");
    page->set_next_page_token("after 1");
    return absl::OkStatus();
  });
  const auto told = [&](OutputFormat format) {
    return RunOn(server, CommandNamed("people", "list"), {{"limit", {"1"}}}, {.format = format})
        .err;
  };
  EXPECT_EQ(told(OutputFormat::kCsv), "There are more rows: see more with --limit N.\n");
  EXPECT_EQ(json::parse(told(OutputFormat::kJsonl))["note"]["message"],
            "There are more rows: see more with --limit N.");
  EXPECT_EQ(told(OutputFormat::kJson), "");
}

TEST(AReceipt, IsOneRowAsCsv) {
  MadeUpServer server;
  const Ended run = RunOn(server, CommandNamed("record", "finalise"), {{"plan", {kPlanId}}},
                          {.format = OutputFormat::kCsv});
  const CsvRows rows = ReadCsv(run.out);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0], ElementsAre("receipt.entries", "receipt.recorded_at", "receipt.head_size",
                                   "receipt.head_root", "receipt.repeated", "receipt.subject_id",
                                   "receipt.checkpoint"));
  EXPECT_EQ(json::parse(rows[1][0])[0]["position"], "41");
  EXPECT_EQ(rows[1][1], "2026-10-14T12:00:00Z");
  EXPECT_EQ(rows[1][5], kPlanId);
}

TEST(ACellOfCsv, IsQuotedWhereRfc4180AsksForIt) {
  EXPECT_EQ(CsvLine({"plain", "a,b", "say \"no\"", "two\r\nlines", " blank", ""}),
            "plain,\"a,b\",\"say \"\"no\"\"\",\"two\r\nlines\",\" blank\",\r\n");
}

TEST(ACellOfCsv, IsNeverAFormulaAndItsTextCanBeHadBack) {
  for (const std::string text :
       {"=1+1", "+44 20", "-5", "@SUM(A1)", "\tx", "\rx", "\nx", "'t Hooft", "＝1", "＠x"}) {
    EXPECT_EQ(WithoutFormula(text), "'" + text);
  }
  for (const std::string text : {"", "2026-10-14", "O'Neill", "a=b", "[1]"}) {
    EXPECT_EQ(WithoutFormula(text), text);
  }
}

TEST(ACellOfCsv, CannotDriveATerminal) {
  EXPECT_EQ(CsvLine({"a\x1b[2Jb\x7F", "Caf\xE9"}),
            "a\xEF\xBF\xBD[2Jb\xEF\xBF\xBD,Caf\xEF\xBF\xBD\r\n");
}

TEST(AFileThatCannotBeUsed, IsToldAsJsonWhereJsonWasAskedFor) {
  const std::string nowhere = "/no/such/file";
  for (const CommandSpec& command : AllCommands()) {
    Values values = SamplesFor(command, false);
    bool takes_file = false;
    for (const Parameter& parameter : command.parameters) {
      if (parameter.kind != Kind::kFile || !parameter.required) continue;
      values[parameter.name] = {nowhere};
      takes_file = true;
    }
    if (!takes_file) continue;
    SCOPED_TRACE(NameOf(command));
    for (const OutputFormat format : {OutputFormat::kJson, OutputFormat::kJsonl}) {
      MadeUpServer server;
      const Ended run = RunOn(server, command, values, {.format = format});
      EXPECT_EQ(run.code, ExitCode::kUsage);
      EXPECT_EQ(run.out, "");
      const json document = json::parse(run.err, nullptr, false);
      ASSERT_TRUE(document.is_object()) << run.err;
      EXPECT_THAT(document["error"]["message"].get<std::string>(), HasSubstr(nowhere));
      EXPECT_EQ(document["error"]["code"], "INVALID_ARGUMENT");
    }
  }
}

TEST(AFailure, IsOneLineWhereJsonLinesWereAskedFor) {
  MadeUpServer server;
  const Ended run =
      RunOn(server, CommandNamed("plan", "show"), {}, {.format = OutputFormat::kJsonl});
  EXPECT_EQ(ReadJsonLines(run.err).size(), 1u) << run.err;
}

}  // namespace
}  // namespace countersign::cli
