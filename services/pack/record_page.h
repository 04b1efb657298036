// The record as a page that prints like the paper form: Individual Plan (form 3a) with the
// reviewee's comments and the signatures, then the Training and Development Annex.
#ifndef COUNTERSIGN_SERVICES_PACK_RECORD_PAGE_H_
#define COUNTERSIGN_SERVICES_PACK_RECORD_PAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "countersign/v1/record.pb.h"

namespace countersign {

// What somebody did about the final record.
struct RecordAct {
  enum class Kind { kSigned, kDeclined, kClosedUnsigned };

  Kind kind = Kind::kSigned;
  std::string person_id = {};
  std::string name = {};       // Empty when nobody knows it any more.
  std::string acting_as = {};  // The role, such as "reviewer" or "headteacher".
  absl::Time at = {};          // When the journal recorded it.
  uint64_t position = 0;
  std::string words = {};   // What the signature means, or the reason.
  std::string method = {};  // How a signer was known; empty for the others.
};

// What stands on the page.
struct RecordOnPage {
  std::string plan_id = {};
  v1::IndividualPlan plan = {};
  v1::TrainingAnnex annex = {};
  v1::RevieweeComments comments = {};
  std::string digest = {};  // 64 hexadecimal digits.
  std::vector<RecordAct> acts = {};
  absl::TimeZone zone = {};  // Whose clock the page goes by.
};

// A whole HTML document for A4, in English, that needs nothing but itself: no script, no picture,
// no address is called up. Every text that somebody wrote is escaped. The same record gives the
// same bytes. Pure.
std::string RecordPage(const RecordOnPage& record);

// A text (UTF-8) as it may stand in a page, also within an attribute: "&", "<", ">" and quotes as
// entities; as U+FFFD every control character but the line break and the tab, and every character
// that turns the direction of what follows it.
std::string HtmlText(absl::string_view text);

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_PACK_RECORD_PAGE_H_
