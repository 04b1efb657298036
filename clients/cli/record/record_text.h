// A record as text, laid out like the paper forms: Individual Plan (form 3a), Training and
// Development Annex, the reviewee's comments, signatures.

#ifndef COUNTERSIGN_CLIENTS_CLI_RECORD_RECORD_TEXT_H_
#define COUNTERSIGN_CLIENTS_CLI_RECORD_RECORD_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "countersign/v1/plan_service.pb.h"

namespace countersign::cli {

// The plan with plan, annex and comments read from the stored bytes that are digested and signed,
// whatever else the answer says. DATA_LOSS when the bytes cannot be read, or when the record is
// offered for signature and their digest is not the one that the server names.
absl::StatusOr<v1::PlanView> CheckedRecord(const v1::PlanView& view);

// The whole plan in lines of at most `width` columns, for a terminal: safe to print.
std::string RecordText(const v1::PlanView& view, int width, bool color);

// The annex alone, as RecordText() has it: for those who may see nothing else.
std::string AnnexText(const v1::TrainingAnnex& annex, int width, bool color);

// Which copy, in a few words, such as "original".
std::string CopyKindWords(v1::CopyKind kind);

// A plan's state in a few words, such as "draft issued".
std::string PlanStateWords(v1::PlanState state);

}  // namespace countersign::cli

#endif  // COUNTERSIGN_CLIENTS_CLI_RECORD_RECORD_TEXT_H_
