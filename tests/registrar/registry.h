// The registry office in a test: journal, keys, states, denials and the registrar on one disk, with
// a clock that stands still; and a trust that was founded through the registrar itself.
//
//   Tess   trust lead, central staff
//   first school:   Helen head, Olive office, Ben manages Amina, Carol
//   second school:  Hugo head, Sam
//
// Amina is enrolled; nothing else has happened to her plan.
#ifndef COUNTERSIGN_TESTS_REGISTRAR_REGISTRY_H_
#define COUNTERSIGN_TESTS_REGISTRAR_REGISTRY_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "services/clock.h"
#include "services/permission/denials.h"
#include "services/registrar.h"
#include "services/rules/state/trust.h"
#include "services/states.h"
#include "storage/journal.h"
#include "storage/keyring/keyring.h"
#include "tests/registrar/memory_disk.h"
#include "tests/support/commands.h"
#include "tests/support/london.h"

namespace countersign {

// Ends the test program when the ground gives way: nothing after it would mean anything.
template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.status();
    std::abort();
  }
  return *std::move(result);
}

inline storage::Id IdOf(const std::string& uuid) { return Must(storage::ParseId(uuid)); }

// The nth request id: never the same twice in a test that counts.
inline storage::Id RequestNumber(uint64_t n) {
  return IdOf(absl::StrFormat("70000000-0000-4000-8000-%012x", n));
}

// A command on its way: Paper(helen, Action::kAssignReviewer, AssignReviewer(ben)).About(plan).
class Paper {
 public:
  Paper(const std::string& by, Action action, const rules::Intent& intent) {
    submission_.caller = {IdOf(by), "demo"};
    submission_.action = action;
    submission_.subject_id = intent.subject_id;
    submission_.command = intent.command;
  }
  Paper About(const std::string& id) const {
    return With([&](Submission& paper) { paper.subject_id = id; });
  }
  Paper As(const storage::Id& request_id) const {
    return With([&](Submission& paper) { paper.request_id = request_id; });
  }
  Paper Seen(uint64_t version) const {
    return With([&](Submission& paper) { paper.expected_version = version; });
  }
  Paper Dry() const {
    return With([](Submission& paper) { paper.dry_run = true; });
  }

  const Submission& submission() const { return submission_; }

 private:
  template <typename Change>
  Paper With(Change change) const {
    Paper paper = *this;
    change(paper.submission_);
    return paper;
  }

  Submission submission_;
};

// What stands in an entry, for comparisons.
struct Written {
  std::string stream;
  std::string event_type;

  friend bool operator==(const Written&, const Written&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Written& written) {
    return out << written.stream << " " << written.event_type;
  }
};

// The office without anybody in it.
class Registry {
 public:
  Registry(rocksdb::Env* env, const std::string& folder) : clock(InLondon("2026-09-03 09:00")) {
    storage::KeyringOptions keyring_options;
    keyring_options.path = folder + "/keyring";
    keyring_options.env = env;
    keyring = Must(storage::Keyring::Open(std::move(keyring_options)));
    storage::JournalOptions journal_options;
    journal_options.path = folder + "/journal";
    journal_options.env = env;
    journal_options.min_free_bytes = 0;
    journal_options.now = [this] { return clock.Now(); };
    journal_options.monotonic = [this] { return clock.Now() - absl::UnixEpoch(); };
    journal = Must(storage::Journal::Open(std::move(journal_options)));
    states = std::make_unique<States>(*journal, *keyring);
    denials = std::make_unique<Denials>(*journal, *keyring, clock);
    registrar = std::make_unique<Registrar>(*journal, *keyring, *states, clock, *denials, London());
  }
  ~Registry() { journal->Shutdown(); }

  // Hands the paper in, under a request id of its own where it has none, and waits for the answer.
  absl::StatusOr<Receipt> Hand(const Paper& paper) {
    Submission submission = paper.submission();
    if (submission.request_id.is_zero()) submission.request_id = RequestNumber(next_request_++);
    std::promise<absl::StatusOr<Receipt>> answered;
    std::future<absl::StatusOr<Receipt>> answer = answered.get_future();
    registrar->Hand(std::move(submission), [&](absl::StatusOr<Receipt> receipt) {
      answered.set_value(std::move(receipt));
    });
    return answer.get();
  }

  // Every entry from a position on. Waits for what is queued: the writer answers in turn.
  std::vector<Written> EntriesFrom(uint64_t position) {
    std::vector<Written> entries;
    const absl::Status read = journal->ReadAll(
        position, storage::Journal::kUnlimited,
        [&](const storage::StoredEvent& stored, std::string_view) {
          entries.push_back({storage::ToString(stored.stream), std::string(stored.event_type)});
          return absl::OkStatus();
        });
    EXPECT_TRUE(read.ok()) << read;
    return entries;
  }
  uint64_t size() const { return journal->head().size; }

  MovableClock clock;
  std::unique_ptr<storage::Keyring> keyring;
  std::unique_ptr<storage::Journal> journal;
  std::unique_ptr<States> states;
  std::unique_ptr<Denials> denials;
  std::unique_ptr<Registrar> registrar;

 private:
  uint64_t next_request_ = 1'000'000;
};

// A member of staff as the standard lists name them.
struct Named {
  std::string amina = "Amina Yusuf";
  std::string ben = "Ben Carter";
  std::string staff_key_prefix = "K";
};

// Founds the trust and settles everybody in it.
class FoundedTrust {
 public:
  explicit FoundedTrust(Registry& registry, const Named& named = {}) : registry_(registry) {
    const auto id_of = [&](const std::string& key) {
      return Must(registry.registrar->PersonIdOf(named.staff_key_prefix + key));
    };
    tess = id_of("T1");
    amina = id_of("A1");
    ben = id_of("B1");
    carol = id_of("C1");
    helen = id_of("H1");
    olive = id_of("O1");
    hugo = id_of("H2");
    sam = id_of("S2");
    rules::Intent founding = rules::FoundTrust();
    founding.command.mutable_trust()->mutable_found_trust()->set_lead_staff_key(
        named.staff_key_prefix + "T1");
    Wrote(Paper(tess, Action::kFoundTrust, founding));
    school = Wrote(Paper(tess, Action::kRegisterSchool,
                         rules::RegisterSchool("Harbour Primary", "100001")))
                 .subject_id;
    other_school =
        Wrote(Paper(tess, Action::kRegisterSchool, rules::RegisterSchool("Hill Primary", "100002")))
            .subject_id;
    cycle = Wrote(Paper(tess, Action::kOpenCycle,
                        rules::OpenCycle("2026/27", "2026-09-01", "2027-08-31")))
                .subject_id;
    Wrote(Paper(tess, Action::kImportPeople, rules::RegisterPeople(Staff(named))));
    Wrote(AppointedHead(helen, school));
    Wrote(AppointedHead(hugo, other_school));
    Wrote(Paper(tess, Action::kGrantSchoolRole, rules::GrantRole(olive, v1::ROLE_OFFICE))
              .About(school));
    Wrote(Paper(olive, Action::kImportCalendar, rules::PublishCalendar(rules::SchoolYear()))
              .About(school));
    plan = Wrote(Paper(olive, Action::kEnrol, rules::Enrol(amina, cycle))).subject_id;
  }

  static std::vector<v1::StaffRow> Staff(const Named& named = {}) {
    const std::string& prefix = named.staff_key_prefix;
    return {rules::Row(named.amina, prefix + "A1", {prefix + "B1"}),
            rules::Row(named.ben, prefix + "B1"),
            rules::Row("Carol Diaz", prefix + "C1"),
            rules::Row("Helen Ito", prefix + "H1"),
            rules::Row("Olive Kay", prefix + "O1"),
            rules::Row("Hugo Lund", prefix + "H2", {}, "100002"),
            rules::Row("Sam Moss", prefix + "S2", {}, "100002")};
  }

  Paper AppointedHead(const std::string& person, const std::string& of) const {
    return Paper(tess, Action::kAppointHead, rules::GrantRole(person, v1::ROLE_HEADTEACHER))
        .About(of);
  }
  // Commands about the plan.
  Paper Assigning(const std::string& reviewer) const {
    return Paper(helen, Action::kAssignReviewer, rules::AssignReviewer(reviewer)).About(plan);
  }
  Paper Confirming(const std::string& on = rules::kMeetingDay) const {
    return Paper(ben, Action::kConfirmMeeting, rules::ConfirmMeeting(on)).About(plan);
  }
  Paper Holding(const std::string& on = rules::kMeetingDay) const {
    return Paper(ben, Action::kRecordMeetingHeld, rules::RecordMeetingHeld(on)).About(plan);
  }
  Paper Drafting(const rules::Forms& forms = rules::CompleteForms()) const {
    return Paper(ben, Action::kIssueDraft, rules::IssueDraft(forms)).About(plan);
  }
  Paper Commenting(const std::string& text = "I enjoyed the year") const {
    return Paper(amina, Action::kAddComment, rules::AddComment(text)).About(plan);
  }
  Paper Finalising() const {
    return Paper(ben, Action::kFinaliseRecord, rules::FinaliseRecord()).About(plan);
  }
  Paper Signing(const std::string& by) const {
    const Folded<rules::Plan> folded = Must(registry_.states->PlanOf(plan));
    return Paper(by, Action::kSign, rules::Sign(folded->digest)).About(plan);
  }
  Paper Withdrawing() const {
    return Paper(olive, Action::kWithdrawEnrolment, rules::WithdrawEnrolment()).About(plan);
  }

  // Hands in what nobody can refuse.
  Receipt Wrote(const Paper& paper) { return Must(registry_.Hand(paper)); }
  // As the days go by, up to a draft in the reviewee's hands.
  void WalkToTheDraft() {
    Wrote(Assigning(ben));
    Wrote(Confirming());
    registry_.clock.MoveTo(InLondon("2026-09-29 16:00"));
    registry_.journal->ConfirmClock();
    Wrote(Holding());
    Wrote(Drafting());
  }
  void WalkToTheSignatures() {
    WalkToTheDraft();
    Wrote(Finalising());
    Wrote(Signing(ben));
    Wrote(Signing(amina));
  }

  std::string tess, amina, ben, carol, helen, olive, hugo, sam;
  std::string school, other_school, cycle, plan;

 private:
  Registry& registry_;
};

// A disk in memory, an office on it, and the founded trust.
class RegistryTest : public testing::Test {
 protected:
  RegistryTest() : disk_(NewMemoryDisk()), registry_(disk_.get(), "/office") {}

  absl::StatusOr<Receipt> Hand(const Paper& paper) { return registry_.Hand(paper); }
  std::string PlanStream() const { return "plan/" + trust_.plan; }
  std::string PersonStream(const std::string& id) const { return "person/" + id; }

  const std::unique_ptr<rocksdb::Env> disk_;
  Registry registry_;
  FoundedTrust trust_{registry_};
};

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_REGISTRAR_REGISTRY_H_
