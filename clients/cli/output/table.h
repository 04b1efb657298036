// A table for a terminal: columns side by side where they fit, wrapped where they do not.

#ifndef COUNTERSIGN_CLIENTS_CLI_OUTPUT_TABLE_H_
#define COUNTERSIGN_CLIENTS_CLI_OUTPUT_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "clients/cli/output/terminal.h"

namespace countersign::cli {

// Columns shrink, widest first, and their cells wrap at spaces until a line fits. Where that is not
// enough, columns shrink further, widest first, down to kColumnLeast, and a word that is longer
// than its column is shortened: its end gives way to "…". --output json, jsonl and csv have it
// whole.
class Table {
 public:
  // `headers`: one for each column.
  explicit Table(std::vector<std::string> headers);

  // As many cells as there are headers.
  void AddRow(std::vector<Cell> cells);

  // Lines of their own below the last row, dimmed, such as the id that the next command needs.
  void AddNote(absl::string_view note);

  // The table in lines of at most `width` columns, without trailing spaces.
  std::string Render(int width, bool color) const;

  bool empty() const { return rows_.empty(); }

 private:
  struct Row {
    std::vector<Cell> cells;
    std::string note;
  };

  std::vector<int> WidthsFor(int width) const;

  std::vector<std::string> headers_;
  std::vector<Row> rows_;
};

// Writes a list: the table, or `when_empty` where it has no rows.
void WriteList(const Table& table, absl::string_view when_empty, Terminal& terminal);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_OUTPUT_TABLE_H_
