// What every list has in common: whose things may be listed, which page, and rows of several
// prefixes read as one ordered list.
#ifndef COUNTERSIGN_SERVICES_PROJECTIONS_LISTING_H_
#define COUNTERSIGN_SERVICES_PROJECTIONS_LISTING_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/projections/projection.h"

namespace countersign::projections {

// Whether the plan or the person of this id may be listed. May fail.
using RowJudge = std::function<absl::StatusOr<bool>(const std::string& id)>;

// Whose things may be listed: what one of the first three fields allows, unless the last one bars
// it. By default nobody's.
struct Reach {
  bool everything = false;
  // What these schools hold.
  std::vector<std::string> school_ids = {};
  // The plans in which this person is the reviewee or the reviewer.
  std::string person_id = {};
  // For cards of the past, which tell who took part then: asked besides of the plan or the person
  // of each row that the fields above allow. Empty: nothing more is asked. What it bars leaves no
  // trace, neither in a page nor in a token.
  RowJudge judge = {};

  bool HasSchool(absl::string_view school_id) const;
  // What `judge` says of the plan or the person; true without one.
  absl::StatusOr<bool> Admits(const std::string& id) const;
};

// Which part of a list.
struct PageRequest {
  size_t size = 50;  // At least 1.
  // From the page before; empty for the first. Opaque; good for the same filter and reach for ever,
  // but not for another. The next page begins after the last row that was shown, wherever that row
  // is by now: a row that moved in between may be seen twice or not at all, no other row is.
  std::string token = {};
};

// One page.
template <typename Row>
struct Page {
  std::vector<Row> rows;
  std::string next_token;  // Empty on the last page.
};

// The token for what follows `after`. `filter` spells whatever the token is good for.
std::string PageToken(absl::string_view filter, absl::string_view after);

// What PageToken was given as `after`; empty for the empty token. INVALID_ARGUMENT for a token that
// is none or belongs to another filter.
absl::StatusOr<std::string> AfterOf(absl::string_view token, absl::string_view filter);

// What the filter and the reach spell, part by part, each with its length. The judge spells
// nothing.
std::string Spelled(const std::vector<std::string>& parts, const Reach& reach);

// Whether to go on.
using RowVisitor = absl::FunctionRef<absl::StatusOr<bool>(absl::string_view rest)>;

// Visits what follows the prefix in the keys that begin with one of `prefixes`, in one order, each
// text once, those after `after` only. Errors: those of the cards and of `visit`.
absl::Status VisitMerged(const CardReader& cards, const std::vector<std::string>& prefixes,
                         const std::string& after, RowVisitor visit);

// Visits rows as VisitMerged does, those after `after` only.
using RowSource = absl::FunctionRef<absl::Status(const std::string& after, RowVisitor visit)>;

// A page of the rows that `source` shows. `read` puts the row of a key into the page, or leaves it
// out. INVALID_ARGUMENT for a page without rows or a token that does not fit.
template <typename Row>
absl::StatusOr<Page<Row>> ReadPageFrom(
    RowSource source, const std::string& filter, const PageRequest& request,
    absl::FunctionRef<absl::Status(absl::string_view rest, std::vector<Row>& rows)> read) {
  if (request.size == 0) return absl::InvalidArgumentError("a page of no rows");
  const absl::StatusOr<std::string> after = AfterOf(request.token, filter);
  if (!after.ok()) return after.status();
  Page<Row> page;
  std::string last;
  const absl::Status visited = source(*after, [&](absl::string_view rest) -> absl::StatusOr<bool> {
    const size_t rows_before = page.rows.size();
    const absl::Status found = read(rest, page.rows);
    if (!found.ok()) return found;
    if (page.rows.size() == rows_before) return true;
    // One row more than asked for tells that there is another page.
    if (page.rows.size() > request.size) {
      page.rows.pop_back();
      page.next_token = PageToken(filter, last);
      return false;
    }
    last = std::string(rest);
    return true;
  });
  if (!visited.ok()) return visited;
  return page;
}

// The same of the rows that VisitMerged finds.
template <typename Row>
absl::StatusOr<Page<Row>> ReadPage(
    const CardReader& cards, const std::vector<std::string>& prefixes, const std::string& filter,
    const PageRequest& request,
    absl::FunctionRef<absl::Status(absl::string_view rest, std::vector<Row>& rows)> read) {
  return ReadPageFrom<Row>(
      [&](const std::string& after, RowVisitor visit) {
        return VisitMerged(cards, prefixes, after, visit);
      },
      filter, request, read);
}

}  // namespace countersign::projections

#endif  // COUNTERSIGN_SERVICES_PROJECTIONS_LISTING_H_
