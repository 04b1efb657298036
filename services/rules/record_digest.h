// The digest that both parties sign (design: confidentiality, section 5):
//
//   SHA-256("countersign record v1" || digest(plan or review) || digest(annex) || digest(comments))
//
// Each part digest is the SHA-256 of the stored bytes, so the annex can be checked alone. THE
// PREFIX IS PERSISTENT: it separates these digests from every other hash.
#ifndef COUNTERSIGN_SERVICES_RULES_RECORD_DIGEST_H_
#define COUNTERSIGN_SERVICES_RULES_RECORD_DIGEST_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/record.pb.h"

namespace countersign::rules {

// SHA-256 of its argument, 32 bytes. The rules link no cryptography: who calls them brings it.
using DigestFunction = std::string (*)(absl::string_view);

inline std::string RecordDigest(const v1::Record& record, absl::string_view comments,
                                DigestFunction sha256) {
  return sha256(absl::StrCat("countersign record v1", sha256(record.plan().plan()),
                             sha256(record.plan().annex()), sha256(comments)));
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_RECORD_DIGEST_H_
