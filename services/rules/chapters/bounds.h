// How much the parties may write in one plan besides its record and the comments on it: change
// requests with their answers (R72), and requests for another reviewer with theirs (R27, R29).
//
// Far beyond anything that people write by hand, and small enough that everybody can be shown all
// of a plan in one gRPC message of 4 MB, however it was filled. A request that waits for its answer
// counts with room for the longest one, so that whatever was asked can be answered.
#ifndef COUNTERSIGN_SERVICES_RULES_CHAPTERS_BOUNDS_H_
#define COUNTERSIGN_SERVICES_RULES_CHAPTERS_BOUNDS_H_

#include <cstddef>

#include "services/rules/state/plan.h"

namespace countersign::rules {

// Of each of the two in one plan, in bytes of UTF-8.
inline constexpr size_t kRequestsBytesMax = 500'000;

// The longest answer that a request of the API may hold.
inline constexpr size_t kAnswerBytesMax = 4'000;

// What is kept and shown with every request: its number, how it stands, whom it is about, when.
inline constexpr size_t kBytesBesideWords = 400;

inline size_t BytesOf(const RequestedChange& change) {
  return kBytesBesideWords + change.section.size() + change.wish.size() +
         (change.open ? kAnswerBytesMax : change.declined_because.size());
}

inline size_t BytesOf(const RequestedReplacement& request) {
  return kBytesBesideWords + request.reasons.size() +
         (request.decided ? request.decision_reasons.size() : kAnswerBytesMax);
}

// Whether one more request would be more than a plan may hold. `Requests` is a list of either kind.
template <typename Requests>
bool HasNoRoomFor(const typename Requests::value_type& one_more, const Requests& requests) {
  size_t bytes = BytesOf(one_more);
  for (const auto& request : requests) bytes += BytesOf(request);
  return bytes > kRequestsBytesMax;
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_CHAPTERS_BOUNDS_H_
