#include "services/server.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "services/beginning.h"
#include "services/cards/past_cards.h"
#include "services/deployment.h"
#include "services/event_codec.h"
#include "services/log/checkpointer.h"
#include "services/log/log_identity.h"
#include "services/loopback.h"
#include "services/operator/backup_runner.h"
#include "services/projections/obligation_cards.h"
#include "services/projector.h"
#include "services/reading/log_follower.h"
#include "services/reading/plan_history.h"
#include "services/reading/reading_room.h"
#include "services/rpc/answer_log.h"
#include "services/rpc/chapters/admin_rpc.h"
#include "services/rpc/chapters/compliance_rpc.h"
#include "services/rpc/chapters/copies_rpc.h"
#include "services/rpc/chapters/demo_rpc.h"
#include "services/rpc/chapters/enrolment_rpc.h"
#include "services/rpc/chapters/log_rpc.h"
#include "services/rpc/chapters/meeting_rpc.h"
#include "services/rpc/chapters/people_rpc.h"
#include "services/rpc/chapters/plan_rpc.h"
#include "services/rpc/chapters/preparation_rpc.h"
#include "services/rpc/chapters/recording_rpc.h"
#include "services/rpc/chapters/reviewer_rpc.h"
#include "services/rpc/chapters/school_rpc.h"
#include "services/rpc/chapters/signing_rpc.h"
#include "services/rpc/chapters/trust_rpc.h"
#include "services/rpc/office.h"
#include "services/rpc/unreadable.h"
#include "storage/entry.h"
#include "storage/signing/log_keys.h"
#include "storage/views.h"

namespace countersign {
namespace {

// Threads that read lists for those who had to wait for the cards.
constexpr size_t kReadingSeats = 2;

}  // namespace

// In the order in which they are made; each is borrowed by those after it.
struct Server::Parts {
  ServerOptions options;
  absl::TimeZone zone;
  std::unique_ptr<MovableClock> demo_clock;
  std::unique_ptr<Clock> clock;
  std::unique_ptr<storage::Keyring> keyring;
  std::unique_ptr<storage::Views> views;
  std::unique_ptr<storage::Journal> journal;
  std::unique_ptr<Checkpointer> checkpointer;
  std::unique_ptr<projections::ObligationCards> obligations;
  std::unique_ptr<States> states;
  std::unique_ptr<PlanHistory> history;
  std::unique_ptr<Denials> denials;
  std::unique_ptr<AccessLog> access_log;
  std::unique_ptr<Registrar> registrar;
  std::unique_ptr<ReadingRoom> reading_room;
  std::unique_ptr<Projector> projector;
  std::unique_ptr<PastCards> past_cards;
  std::unique_ptr<LogFollower> log_follower;
  std::unique_ptr<BackupRunner> backups;
  std::unique_ptr<rpc::Office> office;
  std::vector<std::unique_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
  int port = 0;

  const Clock& now() const { return demo_clock != nullptr ? *demo_clock : *clock; }

  absl::Status OpenStorage();
  absl::Status OpenJournal(const Examined& examined);
  std::string AnchorPath() const;
  storage::LogKeys SigningKeys() const;
  absl::Status StartSigning();
  absl::Status Wire();
  void WireBackups();
  absl::Status Listen();
};

// The clock of a demo is known only when the journal has been read, and the journal needs a clock
// to open: it is opened once to be read, and again to be written.
absl::Status Server::Parts::OpenStorage() {
  if (!absl::LoadTimeZone("Europe/London", &zone)) {
    return absl::FailedPreconditionError("the time zones are missing: install the package tzdata");
  }
  if (IsServed(options.data, options.env)) {
    return absl::UnavailableError(absl::StrCat(
        "A server holds ", options.data, " already: stop it first, or choose another folder"));
  }
  // What is refused stays as it was.
  const absl::StatusOr<Examined> examined =
      Examine({options.data, AnchorPath(), options.origin, options.demo,
               options.accept_missing_anchor, options.env});
  if (!examined.ok()) return examined.status();
  if (const rocksdb::Status made = options.env->CreateDirIfMissing(options.data); !made.ok()) {
    return absl::UnavailableError(
        absl::StrCat("the data folder ", options.data, " cannot be made: ", made.ToString()));
  }
  clock = std::make_unique<SystemClock>();
  storage::KeyringOptions keyring_options;
  keyring_options.path = KeyringFolder(options.data);
  keyring_options.env = options.env;
  keyring_options.random = options.random;
  absl::StatusOr<std::unique_ptr<storage::Keyring>> opened =
      storage::Keyring::Open(std::move(keyring_options));
  if (!opened.ok()) return opened.status();
  keyring = *std::move(opened);
  absl::StatusOr<std::unique_ptr<storage::Views>> cards =
      storage::Views::Open(ViewsFolder(options.data), options.env);
  if (!cards.ok()) return AboutCards(cards.status(), options.data);
  views = *std::move(cards);
  return OpenJournal(*examined);
}

absl::Status Server::Parts::OpenJournal(const Examined& examined) {
  storage::JournalOptions journal_options;
  journal_options.path = JournalFolder(options.data);
  journal_options.on_stopped = [this](const absl::Status& why) {
    options.log_error(absl::StrCat("the journal stopped: ", why.message()));
  };
  journal_options.env = options.env;
  const bool is_new = examined.head.size == 0;
  if ((is_new && options.demo) || examined.beginning.demo) {
    demo_clock = std::make_unique<MovableClock>(
        std::max(options.demo_now.value_or(is_new ? absl::Now() : absl::InfinitePast()),
                 examined.beginning.latest));
    journal_options.now = [demo = demo_clock.get()] { return demo->Now(); };
    // Both clocks of a demo are the one that people move, so it never leaps against itself.
    journal_options.monotonic = [demo = demo_clock.get()] {
      return demo->Now() - absl::UnixEpoch();
    };
  }
  absl::StatusOr<std::unique_ptr<storage::Journal>> opened =
      storage::Journal::Open(std::move(journal_options));
  if (!opened.ok()) return opened.status();
  if ((*opened)->head() != examined.head) {
    return absl::UnavailableError("the journal changed while it was examined: start again");
  }
  journal = *std::move(opened);
  if (options.confirm_clock) journal->ConfirmClock();

  std::vector<v1::JournalEvent> own;
  if (is_new) {
    v1::JournalOpened* opening = own.emplace_back().mutable_journal_opened();
    opening->set_demo(demo_clock != nullptr);
    opening->set_origin(options.origin.empty() ? NewOrigin(options.random) : options.origin);
  }
  v1::SoftwareStarted* started = own.emplace_back().mutable_software_started();
  started->set_version(options.version);
  std::vector<std::string> witness_keys;
  for (const storage::VerifierKey& witness : options.witnesses) {
    witness_keys.push_back(storage::ToString(witness));
  }
  const storage::Hash configuration =
      storage::Sha256(absl::StrCat(options.listen, "\n", demo_clock != nullptr, "\n", AnchorPath(),
                                   "\n", absl::StrJoin(witness_keys, "\n")));
  started->set_configuration_digest(configuration.data(), configuration.size());
  if (absl::Status told = AppendOwn(*journal, *keyring, std::move(own)); !told.ok()) return told;
  return StartSigning();
}

std::string Server::Parts::AnchorPath() const {
  return options.anchor.empty() ? DefaultAnchor(options.data) : options.anchor;
}

storage::LogKeys Server::Parts::SigningKeys() const {
  return storage::LogKeys({LogKeysFolder(options.data), options.env, options.random});
}

absl::Status Server::Parts::StartSigning() {
  absl::StatusOr<LogIdentity> identity = ReadLogIdentity(*journal);
  if (!identity.ok()) return identity.status();
  absl::StatusOr<std::unique_ptr<storage::SignatureKey>> key =
      OpenLogKey(*journal, SigningKeys(), *identity);
  if (!key.ok()) return key.status();
  CheckpointerOptions signing;
  // One that was made just now is named by the last entry.
  signing.from_size =
      identity->current() != nullptr ? identity->current()->from_size : journal->head().size;
  signing.named_keys = identity->keys;
  signing.witnesses = options.witnesses;
  signing.on_stopped = [this](const absl::Status& why) {
    options.log_error(std::string(why.message()));
    if (absl::IsDataLoss(why)) journal->StopWriting(why);
  };
  absl::StatusOr<std::unique_ptr<Checkpointer>> started = Checkpointer::Start(
      *journal, *std::move(key), storage::Anchor(AnchorPath(), options.env), std::move(signing));
  if (!started.ok()) return started.status();
  checkpointer = *std::move(started);
  return absl::OkStatus();
}

absl::Status Server::Parts::Wire() {
  obligations = std::make_unique<projections::ObligationCards>(zone);
  states = std::make_unique<States>(*journal, *keyring);
  history = std::make_unique<PlanHistory>(*journal, *keyring);
  denials = std::make_unique<Denials>(*journal, *keyring, now());
  access_log = std::make_unique<AccessLog>(*journal, *keyring, now());
  registrar = std::make_unique<Registrar>(
      *journal, *keyring, *states, now(), *denials, zone,
      [this] { return projector->Snapshot(projections::ObligationCards::kName); });
  reading_room = std::make_unique<ReadingRoom>(kReadingSeats);
  ProjectorOptions following;
  const auto in_the_reading_room = [this](std::function<void()> answer) {
    reading_room->Run(std::move(answer));
  };
  following.answer_on = in_the_reading_room;
  following.log = options.log;
  following.on_damage = [this](const absl::Status& why) { journal->StopWriting(why); };
  following.on_stopped = [this](const absl::Status& why) {
    options.log_error(absl::StrCat("the projector stopped: ", why.message()));
    if (absl::IsDataLoss(why)) journal->StopWriting(why);
  };
  absl::StatusOr<std::unique_ptr<Projector>> started =
      Projector::Start(*journal, *keyring, *views, {obligations.get()}, std::move(following));
  if (!started.ok()) return started.status();
  projector = *std::move(started);
  PastCardsOptions looking_back;
  looking_back.answer_on = in_the_reading_room;
  looking_back.on_damage = [this](const absl::Status& why) { journal->StopWriting(why); };
  past_cards =
      std::make_unique<PastCards>(*journal, *keyring, *obligations, std::move(looking_back));
  log_follower = std::make_unique<LogFollower>(*journal);
  office = std::make_unique<rpc::Office>(rpc::Office{
      *journal, *keyring, *states, *history, *registrar, *projector, *access_log, *denials, now(),
      demo_clock.get(), zone, *reading_room, *log_follower, *past_cards, *checkpointer});
  WireBackups();
  services.push_back(std::make_unique<rpc::TrustRpc>(*office));
  services.push_back(std::make_unique<rpc::SchoolRpc>(*office));
  services.push_back(std::make_unique<rpc::PeopleRpc>(*office));
  services.push_back(std::make_unique<rpc::EnrolmentRpc>(*office));
  services.push_back(std::make_unique<rpc::ReviewerRpc>(*office));
  services.push_back(std::make_unique<rpc::PreparationRpc>(*office));
  services.push_back(std::make_unique<rpc::MeetingRpc>(*office));
  services.push_back(std::make_unique<rpc::RecordingRpc>(*office));
  services.push_back(std::make_unique<rpc::SigningRpc>(*office));
  services.push_back(std::make_unique<rpc::CopiesRpc>(*office));
  services.push_back(std::make_unique<rpc::PlanRpc>(*office));
  services.push_back(std::make_unique<rpc::ComplianceRpc>(*office));
  services.push_back(std::make_unique<rpc::LogRpc>(*office));
  services.push_back(std::make_unique<rpc::AdminRpc>(*office));
  services.push_back(std::make_unique<rpc::DemoRpc>(*office));
  return absl::OkStatus();
}

void Server::Parts::WireBackups() {
  if (options.backups.empty()) return;
  storage::BackupsOptions kept;
  kept.path = options.backups;
  kept.env = options.env;
  // The machine's clock, also in a demo: copies of keys age on a disk, where who restores them
  // offline looks at no other clock.
  kept.now = [this] { return clock->Now(); };
  backups = std::make_unique<BackupRunner>(storage::Backups(std::move(kept)), *journal, *keyring,
                                           BackupRunnerOptions{options.data, options.log});
  office->backups = backups.get();
}

absl::Status Server::Parts::Listen() {
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  // Two servers on one port would take each other's calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddListeningPort(options.listen, grpc::InsecureServerCredentials(), &port);
  for (const auto& service : services) builder.RegisterService(service.get());
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  // Answers pass these in their order: the log sees what leaves.
  interceptors.push_back(std::make_unique<rpc::UnreadableRequests>());
  rpc::AnswerLogOptions answers;
  answers.log = options.log;
  answers.random = options.random;
  interceptors.push_back(
      std::make_unique<rpc::LoggedAnswers>(std::make_shared<rpc::AnswerLog>(std::move(answers))));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.listen,
                                               ": choose another address with --listen, or stop "
                                               "whatever listens there"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options) {
  if (!IsLoopback(options.listen)) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.listen,
                     " is not a loopback address with a port. There is no sign-in yet, so the "
                     "server listens on 127.0.0.1 or [::1] only."));
  }
  // Asked before anything is made: whoever mistypes a port finds no new folder beside the old one.
  if (absl::Status taken = RefuseIfTaken(options.listen); !taken.ok()) return taken;
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  if (!parts->options.log_error) parts->options.log_error = parts->options.log;
  // From here on the destructor stops whatever was started.
  std::unique_ptr<Server> server(new Server(std::move(parts)));
  if (absl::Status opened = server->parts_->OpenStorage(); !opened.ok()) return opened;
  if (absl::Status wired = server->parts_->Wire(); !wired.ok()) return wired;
  if (absl::Status listening = server->parts_->Listen(); !listening.ok()) return listening;
  server->parts_->options.log(absl::StrCat("serving ", server->parts_->options.data, " on ",
                                           server->address(), server->is_demo() ? ", a demo" : ""));
  return server;
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Stop(); }

std::string Server::address() const {
  const std::string& listen = parts_->options.listen;
  return absl::StrCat(listen.substr(0, listen.rfind(':')), ":", parts_->port);
}

bool Server::is_demo() const { return parts_->demo_clock != nullptr; }

void Server::Stop(absl::Duration grace) {
  // Whoever waits for a rebuild would hold the calls open for as long as it takes.
  if (parts_->projector != nullptr) parts_->projector->StopRebuilding();
  if (parts_->past_cards != nullptr) parts_->past_cards->Shutdown();
  if (parts_->backups != nullptr) parts_->backups->Shutdown();
  // So would whoever watches the log.
  if (parts_->log_follower != nullptr) parts_->log_follower->Close();
  if (parts_->server != nullptr) {
    parts_->server->Shutdown(absl::ToChronoTime(absl::Now() + grace));
    parts_->server.reset();
  }
  if (parts_->checkpointer != nullptr) parts_->checkpointer->Shutdown();
  if (parts_->journal != nullptr) parts_->journal->Shutdown();
  if (parts_->log_follower != nullptr) parts_->log_follower->Shutdown();
  if (parts_->projector != nullptr) parts_->projector->Shutdown();
  if (parts_->reading_room != nullptr) parts_->reading_room->Shutdown();
}

}  // namespace countersign
