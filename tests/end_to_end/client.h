// Calls without the command line, for what only many callers at once can show.
#ifndef COUNTERSIGN_TESTS_END_TO_END_CLIENT_H_
#define COUNTERSIGN_TESTS_END_TO_END_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "countersign/v1/api.pb.h"
#include "countersign/v1/plan_service.grpc.pb.h"
#include "countersign/v1/recording_service.grpc.pb.h"

namespace countersign::end_to_end {

// A random UUID; equal for equal seeds.
std::string RandomUuid(std::mt19937_64& random);

// Why a call failed, in the server's own words (google.rpc.ErrorInfo).
struct FailureReason {
  std::string reason;
  std::map<std::string, std::string> values;
};
FailureReason ReasonOf(const grpc::Status& status);

// A comment as it is handed in.
struct Comment {
  std::string plan_id;
  std::string text;
  std::string request_id;
  std::optional<uint64_t> expected_version = {};
};

// One caller on a connection of their own. Thread-safe.
class Client {
 public:
  Client(const std::string& address, std::string who);

  grpc::Status AddComment(const Comment& comment, v1::Receipt* receipt);

  // All of a plan's timeline. Fails the test when the server does not answer.
  std::vector<v1::TimelineEntry> Timeline(const std::string& plan_id);

  // What is owed in a plan. Fails the test when the server does not answer.
  v1::ListObligationsResponse Obligations(const std::string& plan_id);

 private:
  // The caller and how long an answer may take.
  void Prepare(grpc::ClientContext& context) const;

  std::string who_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::RecordingService::Stub> recording_;
  std::unique_ptr<v1::PlanService::Stub> plans_;
};

}  // namespace countersign::end_to_end

#endif  // COUNTERSIGN_TESTS_END_TO_END_CLIENT_H_
