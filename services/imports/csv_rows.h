// Reads the rows of a CSV file (RFC 4180) with the lines on which they stand.
//
// UTF-8, with or without a byte order mark; lines end in CR LF, LF or CR; a quoted field may hold
// line ends, commas and doubled quotation marks. Spaces around an unquoted field are dropped. Blank
// lines, and rows whose fields are all empty as spreadsheets leave them behind, are passed over.

#ifndef COUNTERSIGN_SERVICES_IMPORTS_CSV_ROWS_H_
#define COUNTERSIGN_SERVICES_IMPORTS_CSV_ROWS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/imports/imported.h"

namespace countersign::imports {

// One row.
struct CsvRow {
  // Line on which it begins, from 1.
  int line = 0;
  // Its fields, quotation marks taken off.
  std::vector<std::string> fields;
};

// How much of a file is read before it is refused.
struct CsvBounds {
  std::size_t rows;
  std::size_t fields_per_row;
};

// The rows of `file`, its header line included. Adds one problem and stops where a quotation mark
// is misplaced or never closed, or a bound is passed; adds one problem and gives no row when the
// file is not plain text (UTF-8).
std::vector<CsvRow> ReadCsvRows(absl::string_view file, CsvBounds bounds,
                                std::vector<ImportProblem>& problems);

}  // namespace countersign::imports

#endif  // COUNTERSIGN_SERVICES_IMPORTS_CSV_ROWS_H_
