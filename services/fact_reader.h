// Reads and folds everything that the decision on a submission looks at, and nothing else.
#ifndef COUNTERSIGN_SERVICES_FACT_READER_H_
#define COUNTERSIGN_SERVICES_FACT_READER_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/clock.h"
#include "services/permission/standings.h"
#include "services/reading/last_known.h"
#include "services/states.h"
#include "services/submission.h"
#include "storage/errors.h"
#include "storage/keyring/keyring.h"
#include "storage/stream.h"

namespace countersign {

// The stream of the trust: one for each journal.
inline const storage::StreamId kTrustStream{storage::StreamType::kTrust, storage::Id()};

// What was read for one submission: states, the versions they were read at, and who may.
struct Gathered {
  storage::StreamId subject;
  int64_t subject_version = storage::kNoStream;
  absl::Time now;  // Standings and rules judge the same moment, at midnight too.
  absl::CivilDay today;
  Standings standings;
  Folded<rules::Trust> trust;
  Folded<rules::School> school;
  Folded<rules::Person> caller;
  Folded<rules::Plan> plan;
  Folded<rules::Person> person;  // The subject, or the plan's reviewee.
  absl::flat_hash_map<std::string, Folded<rules::Person>> people;
  absl::flat_hash_map<std::string, std::string> ids_by_staff_key;
  // For WaiveNotice: what was known when the notice was last in question
  // (rules/deadlines/notice.h).
  struct {
    Folded<rules::Trust> trust;
    Folded<rules::School> school;
    Folded<rules::Person> reviewer;
    Folded<rules::Person> reviewee;
  } when_notice_judged;
};

// Thread-safe. Borrows what it is made from.
class FactReader {
 public:
  FactReader(States& states, storage::Keyring& keyring, const Clock& clock, absl::TimeZone zone,
             CardsNow cards)
      : states_(states), keyring_(keyring), clock_(clock), zone_(zone), cards_(std::move(cards)) {}

  // Errors: those of States, and INVALID_ARGUMENT for a command about nothing.
  absl::StatusOr<Gathered> Gather(const Submission& submission);

  // How the caller stands to what the submission is about, as far as that is known when Gather
  // cannot read it (last_known.h). No standing where not even the caller or the trust can be read.
  Standings StandingsUnread(const Submission& submission);

  // The id that a staff key stands for (docs/decisions/0008).
  absl::StatusOr<std::string> PersonIdOf(const std::string& staff_key);

 private:
  absl::Status GatherPlan(const Submission& submission, Gathered& gathered);
  absl::Status GatherPerson(const Submission& submission, Gathered& gathered);
  absl::Status GatherSchool(const Submission& submission, Gathered& gathered);
  absl::Status GatherTrust(const Submission& submission, Gathered& gathered);
  absl::Status AddPerson(Gathered& gathered, const std::string& person_id);
  absl::Status AddSchool(Gathered& gathered, const std::string& school_id);
  absl::Status AddWhenNoticeJudged(const v1::PlanProgress& progress, Gathered& gathered);

  States& states_;
  storage::Keyring& keyring_;
  const Clock& clock_;
  const absl::TimeZone zone_;
  const CardsNow cards_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_SERVICES_FACT_READER_H_
