#include "services/imports/csv_rows.h"

#include <csv.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/imports/text.h"

namespace countersign::imports {
namespace {

constexpr unsigned char kStrict = CSV_STRICT | CSV_STRICT_FINI;

// libcsv tells neither the line nor the start of a row, so it is fed line by line.
class RowReader {
 public:
  RowReader(CsvBounds bounds, std::vector<ImportProblem>& problems)
      : bounds_(bounds), problems_(problems) {
    csv_init(&parser_, kStrict);
    // Grown by the 128 bytes it begins with, a long field would be copied again and again.
    csv_set_blk_size(&parser_, 8192);
  }
  ~RowReader() { csv_free(&parser_); }
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;

  // False when the rest cannot be read.
  bool Take(absl::string_view text, int line) {
    if (!in_row_) {
      if (absl::StripAsciiWhitespace(text).empty()) return true;
      row_ = {.line = line, .fields = {}};
      in_row_ = true;
    }
    if (csv_parse(&parser_, text.data(), text.size(), OnField, OnRow, this) != text.size()) {
      return Misquoted();
    }
    return WithinBounds();
  }

  void Finish() {
    // A last line without a line end becomes a row here.
    if (csv_fini(&parser_, OnField, OnRow, this) != 0) {
      Misquoted();
    } else {
      WithinBounds();
    }
  }

  std::vector<CsvRow> TakeRows() { return std::move(rows_); }

 private:
  static void OnField(void* field, std::size_t size, void* self) {
    RowReader& reader = *static_cast<RowReader*>(self);
    // One field past the bound is enough to refuse the row.
    if (reader.row_.fields.size() > reader.bounds_.fields_per_row) return;
    reader.row_.fields.emplace_back(static_cast<const char*>(field), size);
  }

  static void OnRow(int, void* self) { static_cast<RowReader*>(self)->EndRow(); }

  void EndRow() {
    in_row_ = false;
    const bool blank = std::all_of(row_.fields.begin(), row_.fields.end(),
                                   [](const std::string& field) { return field.empty(); });
    if (!blank) rows_.push_back(std::move(row_));
    row_ = {};
  }

  bool Misquoted() {
    problems_.push_back(
        {row_.line, "",
         "A quotation mark is misplaced or never closed in the row that begins here: put marks "
         "around the whole field and write a mark inside it twice."});
    return false;
  }

  bool WithinBounds() {
    if (rows_.size() > bounds_.rows) {
      problems_.push_back({rows_.back().line, "",
                           absl::StrCat("There are more than ", bounds_.rows - 1,
                                        " rows below the header: split the file.")});
      rows_.pop_back();
      return false;
    }
    if (!rows_.empty() && rows_.back().fields.size() > bounds_.fields_per_row) {
      problems_.push_back({rows_.back().line, "",
                           absl::StrCat("The row has more than ", bounds_.fields_per_row,
                                        " fields: take out what lies beyond the columns.")});
      rows_.pop_back();
      return false;
    }
    return true;
  }

  const CsvBounds bounds_;
  std::vector<ImportProblem>& problems_;
  csv_parser parser_;
  CsvRow row_;
  bool in_row_ = false;
  std::vector<CsvRow> rows_;
};

// One problem for all lines that are not plain text: a wrong encoding is one mistake.
bool RefuseOtherEncodings(absl::string_view file, std::vector<ImportProblem>& problems) {
  int first = 0;
  int others = 0;
  for (int line = 1; !file.empty(); ++line) {
    if (IsPlainText(TakeLine(&file))) continue;
    if (first == 0) {
      first = line;
    } else {
      ++others;
    }
  }
  if (first == 0) return false;
  problems.push_back(
      {first, "",
       absl::StrCat("This line ", others == 0 ? "is" : absl::StrCat("and ", others, " more are"),
                    " not UTF-8 text: save the file as \"CSV UTF-8\" and without control "
                    "characters.")});
  return true;
}

}  // namespace

std::vector<CsvRow> ReadCsvRows(absl::string_view file, CsvBounds bounds,
                                std::vector<ImportProblem>& problems) {
  absl::ConsumePrefix(&file, kByteOrderMark);
  if (RefuseOtherEncodings(file, problems)) return {};
  RowReader reader(bounds, problems);
  for (int line = 1; !file.empty(); ++line) {
    if (!reader.Take(TakeLine(&file), line)) return reader.TakeRows();
  }
  reader.Finish();
  return reader.TakeRows();
}

}  // namespace countersign::imports
