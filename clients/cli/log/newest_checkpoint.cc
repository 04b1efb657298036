#include "clients/cli/log/newest_checkpoint.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "clients/cli/log/verdict.h"
#include "clients/verifier/merkle.h"
#include "countersign/v1/log_service.pb.h"

namespace countersign::cli {
namespace {

// The sizes that an origin's keys are accepted for, from the least to the greatest.
struct Sizes {
  uint64_t from = std::numeric_limits<uint64_t>::max();
  uint64_t until = 0;
};

// Of an origin without keys: none.
Sizes SizesOf(const verifier::KeyFile& keys, const std::string& origin) {
  Sizes sizes;
  for (const verifier::LogKey& key : keys.keys) {
    if (key.key.name != origin) continue;
    sizes.from = std::min(sizes.from, key.from_size);
    sizes.until = std::max(sizes.until, key.until_size);
  }
  return sizes;
}

// Whatever the origins: a tree is one whoever signs it.
absl::Status CheckGrew(Session& session, const verifier::Checkpoint& earlier,
                       const verifier::Checkpoint& later) {
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

}  // namespace

absl::StatusOr<verifier::SeenCheckpoint> FetchNewest(
    Session& session, const verifier::KeyFile& keys,
    const std::vector<verifier::PublicKey>& witnesses) {
  v1::GetCheckpointRequest request;
  for (const verifier::PublicKey& witness : witnesses) {
    request.add_cosigned_by(verifier::ToString(witness));
  }
  const auto answer = session.Ask<v1::GetCheckpointResponse>(request);
  // That there is none, or that the server does not know a witness, is a verdict of its own.
  if (!witnesses.empty() && absl::IsNotFound(answer.status())) return Verdict(answer.status());
  if (!witnesses.empty() && absl::IsInvalidArgument(answer.status())) {
    return Verdict(absl::InvalidArgumentError(
        absl::StrCat(answer.status().message(),
                     " The server has to know its witnesses: `countersignd --witness KEY`.")));
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
  return CheckGrew(session, earlier, later);
}

absl::StatusOr<uint64_t> CheckFollows(Session& session, const verifier::KeyFile& keys,
                                      const verifier::Checkpoint& earlier,
                                      const verifier::Checkpoint& later) {
  if (earlier.origin != later.origin) {
    const Sizes old = SizesOf(keys, earlier.origin);
    const Sizes now = SizesOf(keys, later.origin);
    // An origin without keys, or without an end, is never before another.
    if (old.from > old.until || now.from <= old.until) {
      return Verdict(absl::FailedPreconditionError(absl::StrCat(
          "A checkpoint of ", earlier.size, " entries of ", earlier.origin,
          " was seen before, this log is ", later.origin,
          ", and the key file does not say where the one ended and the other began. Leave --quick "
          "out to read the whole log, or give the keys their until and from.")));
    }
    if (earlier.size > old.until) return uint64_t{0};
  }
  if (absl::Status grew = CheckGrew(session, earlier, later); !grew.ok()) return grew;
  return earlier.size;
}

}  // namespace countersign::cli
