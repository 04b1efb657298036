#include "clients/cli/output/answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "clients/cli/output/csv.h"
#include "clients/cli/output/json.h"

namespace countersign::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::ordered_json;

constexpr char kReflects[] = "reflects";
constexpr char kNextPageToken[] = "next_page_token";

// A message that has columns of its own. An instant is one text, a message without fields says
// something by being there, and a message inside itself would never end.
bool Unfolds(const FieldDescriptor& field, const std::vector<const Descriptor*>& above) {
  const Descriptor* type = field.message_type();
  return type != nullptr && !field.is_repeated() && type->field_count() > 0 &&
         type->file()->package() != "google.protobuf" &&
         std::find(above.begin(), above.end(), type) == above.end();
}

void AddColumns(const Descriptor& type, const std::string& prefix,
                std::vector<const Descriptor*>& above, std::vector<std::string>& columns) {
  above.push_back(&type);
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string path = absl::StrCat(prefix, field.name());
    if (Unfolds(field, above)) {
      AddColumns(*field.message_type(), absl::StrCat(path, "."), above, columns);
    } else {
      columns.push_back(path);
    }
  }
  above.pop_back();
}

void AddColumns(const ordered_json& row, const std::string& prefix,
                std::vector<std::string>& columns) {
  for (const auto& [key, value] : row.items()) {
    const std::string path = absl::StrCat(prefix, key);
    if (value.is_object()) {
      AddColumns(value, absl::StrCat(path, "."), columns);
    } else {
      columns.push_back(path);
    }
  }
}

std::string CellAt(const ordered_json& row, const std::string& path) {
  const ordered_json* node = &row;
  for (const absl::string_view key : absl::StrSplit(path, '.')) {
    const auto found = node->is_object() ? node->find(std::string(key)) : node->end();
    if (found == node->end()) return "";
    node = &*found;
  }
  if (node->is_null()) return "";
  return node->is_string() ? node->get<std::string>() : JsonLine(*node);
}

std::string RenderRows(const std::vector<ordered_json>& rows,
                       const std::vector<std::string>& columns, OutputFormat format) {
  std::string text = format == OutputFormat::kCsv ? CsvLine(columns) : "";
  for (const ordered_json& row : rows) {
    if (format == OutputFormat::kJsonl) {
      absl::StrAppend(&text, JsonLine(row), "\n");
      continue;
    }
    std::vector<std::string> cells;
    for (const std::string& column : columns) cells.push_back(CellAt(row, column));
    absl::StrAppend(&text, CsvLine(cells));
  }
  return text;
}

// The elements of the list at `key`, or the whole document where it is empty. A list without
// elements is left out of some documents.
std::vector<ordered_json> RowsIn(const ordered_json& document, const std::string& key) {
  if (key.empty()) return {document};
  if (!document.contains(key)) return {};
  return document.at(key).get<std::vector<ordered_json>>();
}

// The fields that stand beside the rows of a list and say something of each. One that a row has
// itself is left to the row.
std::vector<std::string> FieldsBeside(const FieldDescriptor& rows) {
  std::vector<std::string> names;
  for (int i = 0; i < rows.containing_type()->field_count(); ++i) {
    const std::string& name = rows.containing_type()->field(i)->name();
    if (name == rows.name() || name == kReflects || name == kNextPageToken) continue;
    if (rows.message_type()->FindFieldByName(name) == nullptr) names.push_back(name);
  }
  return names;
}

}  // namespace

const FieldDescriptor* RowsFieldOf(const Descriptor& answer) {
  const FieldDescriptor* rows = nullptr;
  for (int i = 0; i < answer.field_count(); ++i) {
    const FieldDescriptor* field = answer.field(i);
    if (field->name() == kReflects) continue;
    const bool is_message = field->message_type() != nullptr;
    if (!field->is_repeated() && !is_message) continue;
    if (!field->is_repeated() || !is_message || rows != nullptr) return nullptr;
    rows = field;
  }
  return rows;
}

std::vector<std::string> ColumnsFor(const Descriptor& row) {
  std::vector<std::string> columns;
  std::vector<const Descriptor*> above;
  AddColumns(row, "", above, columns);
  return columns;
}

absl::StatusOr<std::string> RenderAnswer(const google::protobuf::Message& answer,
                                         OutputFormat format) {
  const absl::StatusOr<ordered_json> document = ToJson(answer);
  if (!document.ok()) return document.status();
  if (format == OutputFormat::kJson) return absl::StrCat(DumpJson(*document), "\n");
  const Descriptor& type = *answer.GetDescriptor();
  const FieldDescriptor* rows_field = RowsFieldOf(type);
  if (rows_field == nullptr) return RenderRows({*document}, ColumnsFor(type), format);
  std::vector<ordered_json> rows = RowsIn(*document, rows_field->name());
  std::vector<std::string> columns = ColumnsFor(*rows_field->message_type());
  for (const std::string& beside : FieldsBeside(*rows_field)) {
    columns.push_back(beside);
    if (!document->contains(beside)) continue;
    for (ordered_json& row : rows) row[beside] = document->at(beside);
  }
  return RenderRows(rows, columns, format);
}

std::string RenderDocument(const ordered_json& document, const LocalAnswer& shape,
                           OutputFormat format) {
  if (format == OutputFormat::kJson) return absl::StrCat(DumpJson(document), "\n");
  std::vector<std::string> columns = shape.columns;
  if (columns.empty()) AddColumns(document, "", columns);
  return RenderRows(RowsIn(document, shape.rows), columns, format);
}

}  // namespace countersign::cli
