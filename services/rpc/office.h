// What stands behind the counter: everything that the RPCs are answered with. Made by server.cc.
#ifndef COUNTERSIGN_SERVICES_RPC_OFFICE_H_
#define COUNTERSIGN_SERVICES_RPC_OFFICE_H_

#include "absl/time/time.h"
#include "services/cards/past_cards.h"
#include "services/clock.h"
#include "services/log/checkpointer.h"
#include "services/operator/backup_runner.h"
#include "services/permission/denials.h"
#include "services/projector.h"
#include "services/reading/access_log.h"
#include "services/reading/log_follower.h"
#include "services/reading/plan_history.h"
#include "services/reading/reading_room.h"
#include "services/registrar.h"
#include "services/states.h"
#include "storage/journal.h"

namespace countersign::rpc {

// Borrowed throughout; outlives every service. Every part is thread-safe.
struct Office {
  storage::Journal& journal;
  storage::Keyring& keyring;
  States& states;
  PlanHistory& history;
  Registrar& registrar;
  Projector& projector;
  AccessLog& access_log;
  Denials& denials;
  const Clock& clock;
  // The clock of a demo; nullptr outside demo mode.
  MovableClock* demo_clock;
  absl::TimeZone zone;  // Europe/London.
  ReadingRoom& reading_room;
  LogFollower& log_follower;
  PastCards& past_cards;
  Checkpointer& checkpointer;
  // Where backups are made; nullptr where the server was given no folder for them.
  BackupRunner* backups = nullptr;
};

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_OFFICE_H_
