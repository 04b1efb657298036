// Page tokens as the API carries them. One of a list as of a moment belongs to that moment: it
// reads "MOMENT.PLACE", and one of the present "PLACE" alone. What a place is, its list knows.
#ifndef COUNTERSIGN_SERVICES_RPC_PAGE_TOKENS_H_
#define COUNTERSIGN_SERVICES_RPC_PAGE_TOKENS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "countersign/v1/api.pb.h"
#include "services/reading/moments.h"
#include "services/rpc/malformed.h"

namespace countersign::rpc {

// What is said of a page token that no list of ours gave.
FieldViolation ForeignToken();

// The place in the token of `page`; empty for the first page.
std::string PlaceIn(const v1::Page& page);

// The token of a place in a list as of `moment`; empty for an empty place: there is no next page.
std::string TokenOf(absl::string_view place, const Moment& moment, absl::TimeZone zone);

// INVALID_ARGUMENT when the token of `page` was given as of another moment: another position, or
// another day in `zone`, which judges differently what is due.
absl::Status CheckToken(const v1::Page& page, const Moment& moment, absl::TimeZone zone);

// A violation where the place is none that a list of cards gave (projections/listing.h). Whether it
// is one of this very list is known only with what its reader may list.
std::vector<FieldViolation> PageViolations(const v1::Page& page);

// The version in a place that spells one; 0 in an empty one. A place that spells none adds a
// violation.
uint64_t VersionInToken(const v1::Page& page, std::vector<FieldViolation>& violations);

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_PAGE_TOKENS_H_
