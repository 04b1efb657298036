// Instants as the API carries them: UTC.
#ifndef COUNTERSIGN_SERVICES_RPC_INSTANTS_H_
#define COUNTERSIGN_SERVICES_RPC_INSTANTS_H_

#include <cstdint>

#include "absl/time/time.h"
#include "countersign/v1/cards.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace countersign::rpc {

inline google::protobuf::Timestamp TimestampOf(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(absl::ToUnixSeconds(time)))));
  return timestamp;
}

// Of something that has happened.
inline google::protobuf::Timestamp TimestampOf(const v1::Moment& moment) {
  return TimestampOf(absl::FromUnixMicros(moment.recorded_at_us()));
}

}  // namespace countersign::rpc

#endif  // COUNTERSIGN_SERVICES_RPC_INSTANTS_H_
