// The file in which a reviewer writes a draft: JSON in the protobuf mapping of {"plan": form 3a,
// "annex": Training and Development Annex}, with // comments allowed.

#ifndef COUNTERSIGN_CLIENTS_CLI_RECORD_DRAFT_FILE_H_
#define COUNTERSIGN_CLIENTS_CLI_RECORD_DRAFT_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "countersign/v1/command.pb.h"

namespace countersign::cli {

// The draft in `text`. Rows that were left blank altogether are left out; nothing else is changed
// or judged. INVALID_ARGUMENT with the place or the field: for text that is not UTF-8 or no JSON,
// for a field that the form does not have or that stands there twice, for a value of a wrong type.
absl::StatusOr<v1::IssueDraft> ParseDraft(absl::string_view text);

// Every box of the paper form, empty, with its question as a comment.
absl::string_view DraftTemplate();

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_RECORD_DRAFT_FILE_H_
