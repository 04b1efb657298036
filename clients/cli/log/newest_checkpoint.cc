#include "clients/cli/log/newest_checkpoint.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/log/verdict.h"
#include "clients/verifier/merkle.h"
#include "countersign/v1/log_service.pb.h"

namespace countersign::cli {

absl::StatusOr<verifier::SeenCheckpoint> FetchNewest(
    Session& session, const verifier::KeyFile& keys,
    const std::vector<verifier::PublicKey>& witnesses) {
  v1::GetCheckpointRequest request;
  for (const verifier::PublicKey& witness : witnesses) {
    request.add_cosigned_by(verifier::ToString(witness));
  }
  const auto answer = session.Ask<v1::GetCheckpointResponse>(request);
  // That there is none, or that the server does not know a witness, is a verdict of its own.
  if (!witnesses.empty() &&
      (absl::IsNotFound(answer.status()) || absl::IsInvalidArgument(answer.status()))) {
    return Verdict(answer.status());
  }
  if (!answer.ok()) return answer.status();
  const std::string& note = answer->checkpoint().note();
  absl::StatusOr<verifier::Checkpoint> opened = verifier::OpenCheckpoint(note, keys);
  if (!opened.ok()) return Verdict(opened.status());
  if (absl::Status cosigned = verifier::CheckCosigned(note, witnesses); !cosigned.ok()) {
    return Verdict(cosigned);
  }
  return verifier::SeenCheckpoint{*std::move(opened), note};
}

absl::Status CheckExtends(Session& session, const verifier::Checkpoint& earlier,
                          const verifier::Checkpoint& later) {
  if (earlier.origin != later.origin) {
    return Verdict(absl::FailedPreconditionError(absl::StrCat(
        "What was seen before is of ", earlier.origin, ", this log is ", later.origin, ".")));
  }
  if (later.size < earlier.size) {
    return Evidence(absl::StrCat("The log has become shorter: a checkpoint of ", earlier.size,
                                 " entries was seen, and now it is one of ", later.size, "."));
  }
  const std::string forked =
      absl::StrCat("The log of ", later.size, " entries does not begin with that of ", earlier.size,
                   " entries which was seen before.");
  if (later.size == earlier.size) {
    return later.root == earlier.root ? absl::OkStatus() : Evidence(forked);
  }
  if (earlier.size == 0) return absl::OkStatus();
  v1::ProveConsistencyRequest request;
  request.set_first(earlier.size);
  request.set_second(later.size);
  const auto answer = session.Ask<v1::ProveConsistencyResponse>(request);
  if (!answer.ok()) return answer.status();
  std::vector<verifier::Hash> proof;
  for (const std::string& bytes : answer->proof()) {
    const std::optional<verifier::Hash> hash = verifier::HashFromBytes(bytes);
    if (!hash.has_value()) return Evidence(forked);
    proof.push_back(*hash);
  }
  const bool extends =
      verifier::VerifyConsistency(earlier.size, later.size, earlier.root, later.root, proof);
  return extends ? absl::OkStatus() : Evidence(forked);
}

}  // namespace countersign::cli
