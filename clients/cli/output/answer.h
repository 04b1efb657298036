// Answers as programs read them: JSON documents, JSON lines, CSV.
//
// A list is an answer with one repeated field of messages and, beside it, nothing that is a message
// or repeated, but for what the answer reflects. Its rows are the elements of that field; what
// stands beside them, such as the day of the figures, is said in every row, but for the token of
// the next page. Every other answer is one row. The columns of a row follow from the schema alone:
// every field that is no message, by its path from the row ("reviewee.name"). A repeated field is
// one column, whose cells hold JSON.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_ANSWER_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_ANSWER_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "clients/cli/output/terminal.h"

namespace countersign::cli {

// The field that holds the rows of a list; null when an answer of this type is one row.
const google::protobuf::FieldDescriptor* RowsFieldOf(const google::protobuf::Descriptor& answer);

// The columns of a message as a row.
std::vector<std::string> ColumnsFor(const google::protobuf::Descriptor& row);

// `answer` in a format for programs, with its line breaks. INTERNAL when it cannot be mapped.
absl::StatusOr<std::string> RenderAnswer(const google::protobuf::Message& answer,
                                         OutputFormat format);

// What the CLI found by itself: a document, and its rows.
struct LocalAnswer {
  // Key of the list in the document that holds the rows; empty: the document is the one row.
  std::string rows = {};
  // Columns of a row; empty: every key of the document that holds no object, by its path.
  std::vector<std::string> columns = {};
};

// RenderAnswer() for what no schema describes.
std::string RenderDocument(const nlohmann::ordered_json& document, const LocalAnswer& shape,
                           OutputFormat format);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_ANSWER_H_
