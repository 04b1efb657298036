// A server at the other end of a real connection, and people who call it: the language of the tests
// of the API. Every call goes over the wire, by the name of its method, so that a test says
//
//   desk.HandIn("H1", "ReviewerService.AssignReviewer", plan, rules::AssignReviewer(ben));
//   EXPECT_EQ(desk.Call("S2", "PlanService.GetPlan", AboutPlan(plan)).code(), kPermissionDenied);
//
// The caller is a staff key; an empty one says nobody.
#ifndef COUNTERSIGN_TESTS_SERVICES_DESK_H_
#define COUNTERSIGN_TESTS_SERVICES_DESK_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "countersign/v1/api.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"
#include "rocksdb/env.h"
#include "services/rpc/caller.h"
#include "services/server.h"
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

// What came back from a call.
class Reply {
 public:
  grpc::Status status;
  std::shared_ptr<google::protobuf::Message> response;
  std::string bytes;  // Of the response, when it was asked for with bytes.
  std::multimap<std::string, std::string> metadata;

  grpc::StatusCode code() const { return status.error_code(); }
  bool ok() const { return status.ok(); }
  template <typename Response>
  const Response& As() const {
    return dynamic_cast<const Response&>(*response);
  }

  // The details, decoded as a client would.
  google::rpc::Status Rich() const {
    google::rpc::Status rich;
    EXPECT_TRUE(rich.ParseFromString(status.error_details())) << status.error_message();
    return rich;
  }
  template <typename Detail>
  std::optional<Detail> DetailAs() const {
    const google::rpc::Status rich = Rich();
    for (const google::protobuf::Any& any : rich.details()) {
      Detail detail;
      if (any.UnpackTo(&detail)) return detail;
    }
    return std::nullopt;
  }
  // The reason of google.rpc.ErrorInfo; empty without one.
  std::string Reason() const {
    return DetailAs<google::rpc::ErrorInfo>().value_or(google::rpc::ErrorInfo()).reason();
  }
  std::string Value(const std::string& name) const {
    const auto info = DetailAs<google::rpc::ErrorInfo>();
    if (!info.has_value() || info->metadata().count(name) == 0) return "";
    return info->metadata().at(name);
  }
  // The paths of every violated field, in order.
  std::vector<std::string> ViolatedFields() const {
    std::vector<std::string> fields;
    const auto bad = DetailAs<google::rpc::BadRequest>().value_or(google::rpc::BadRequest());
    for (const auto& violation : bad.field_violations()) fields.push_back(violation.field());
    return fields;
  }

  friend std::ostream& operator<<(std::ostream& out, const Reply& reply) {
    return out << reply.code() << " " << reply.status.error_message();
  }
};

// "PlanService.GetPlan" as gRPC spells it.
inline std::string PathOf(const std::string& method) {
  return absl::StrCat("/countersign.v1.", absl::StrReplaceAll(method, {{".", "/"}}));
}

inline const google::protobuf::MethodDescriptor& MethodNamed(const std::string& method) {
  const auto* found = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
      absl::StrCat("countersign.v1.", method));
  if (found == nullptr) std::abort();
  return *found;
}

inline std::unique_ptr<google::protobuf::Message> NewMessage(
    const google::protobuf::Descriptor* type) {
  return std::unique_ptr<google::protobuf::Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

inline std::string RequestId(uint64_t n) {
  return absl::StrFormat("70000000-0000-4000-8000-%012x", n);
}

// The request of a command RPC: a request id, what it is about where it says so, and the intent.
inline std::unique_ptr<google::protobuf::Message> RequestFor(const std::string& method,
                                                             const std::string& subject,
                                                             const rules::Intent& intent) {
  auto request = NewMessage(MethodNamed(method).input_type());
  const auto& reflection = *request->GetReflection();
  const auto& type = *request->GetDescriptor();
  for (const char* name : {"plan_id", "person_id", "school_id"}) {
    if (const auto* field = type.FindFieldByName(name)) {
      reflection.SetString(request.get(), field, subject);
    }
  }
  // The intent stands in the command two oneofs deep: about what, and what.
  const google::protobuf::Message* inner = &intent.command;
  for (int depth = 0; depth < 2; ++depth) {
    const auto* which = inner->GetReflection()->GetOneofFieldDescriptor(
        *inner, inner->GetDescriptor()->oneof_decl(0));
    inner = &inner->GetReflection()->GetMessage(*inner, which);
  }
  reflection.MutableMessage(request.get(), type.FindFieldByName("intent"))->CopyFrom(*inner);
  return request;
}

inline google::protobuf::Message& WithRequestId(google::protobuf::Message& request,
                                                const std::string& request_id) {
  request.GetReflection()->SetString(
      &request, request.GetDescriptor()->FindFieldByName("request_id"), request_id);
  return request;
}

// A server with its connection.
class Desk {
 public:
  explicit Desk(ServerOptions options);

  Reply Call(const std::string& as, const std::string& method,
             const google::protobuf::Message& request);
  // The same with bytes that need not be any message, and by any path.
  Reply CallWithBytes(const std::string& as, const std::string& path, const std::string& bytes);

  // Hands a command in under a request id of its own.
  Reply HandIn(const std::string& as, const std::string& method, const std::string& subject,
               const rules::Intent& intent) {
    auto request = RequestFor(method, subject, intent);
    return Call(as, method, WithRequestId(*request, RequestId(next_request_++)));
  }
  // ... which nobody can refuse; the receipt.
  v1::Receipt Wrote(const std::string& as, const std::string& method, const std::string& subject,
                    const rules::Intent& intent) {
    return ReceiptIn(HandIn(as, method, subject, intent));
  }
  static v1::Receipt ReceiptIn(const Reply& reply) {
    if (!reply.ok()) {
      ADD_FAILURE() << reply;
      std::abort();
    }
    const auto* field = reply.response->GetDescriptor()->FindFieldByName("receipt");
    return dynamic_cast<const v1::Receipt&>(
        reply.response->GetReflection()->GetMessage(*reply.response, field));
  }

  std::string NextRequestId() { return RequestId(next_request_++); }
  Server& server() { return *server_; }

 private:
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  uint64_t next_request_ = 1'000'000;
};

inline ServerOptions DemoOn(rocksdb::Env* env, const std::string& data = "/records") {
  ServerOptions options;
  options.data = data;
  options.listen = "127.0.0.1:0";
  options.demo = true;
  options.demo_now = InLondon("2026-09-03 09:00");
  options.version = "test";
  options.env = env;
  return options;
}

// A demo in which a trust is settled. Staff keys:
//
//   T1 Tess, trust lead     first school:  H1 Helen, head   O1 Olive, office   B1 Ben manages A1
//                                          A1 Amina         C1 Carol
//                           second school: H2 Hugo, head    S2 Sam
//
// Amina is enrolled and Ben reviews her.
class SettledDesk : public Desk {
 public:
  explicit SettledDesk(ServerOptions options) : Desk(std::move(options)) {
    Wrote("T1", "TrustService.FoundTrust", "", rules::FoundTrust());
    school = Wrote("T1", "TrustService.RegisterSchool", "",
                   rules::RegisterSchool("Harbour Primary", "100001"))
                 .subject_id();
    other_school = Wrote("T1", "TrustService.RegisterSchool", "",
                         rules::RegisterSchool("Hill Primary", "100002"))
                       .subject_id();
    cycle = Wrote("T1", "TrustService.OpenCycle", "",
                  rules::OpenCycle("2026/27", "2026-09-01", "2027-08-31"))
                .subject_id();
    ImportStaff();
    helen = IdOf("H1");
    amina = IdOf("A1");
    ben = IdOf("B1");
    carol = IdOf("C1");
    sam = IdOf("S2");
    GiveRole(school, helen, v1::ROLE_HEADTEACHER);
    GiveRole(school, IdOf("O1"), v1::ROLE_OFFICE);
    GiveRole(other_school, IdOf("H2"), v1::ROLE_HEADTEACHER);
    plan = Wrote("O1", "EnrolmentService.Enrol", amina, rules::Enrol(amina, cycle)).subject_id();
    Wrote("H1", "ReviewerService.AssignReviewer", plan, rules::AssignReviewer(ben));
  }

  void GiveRole(const std::string& of_school, const std::string& person, v1::Role role) {
    Wrote("T1", "SchoolService.GrantSchoolRole", of_school, rules::GrantRole(person, role));
  }
  void ImportStaff();
  std::string IdOf(const std::string& staff_key);
  // The size of the journal, as a receipt that writes nothing tells it.
  uint64_t JournalSize();
  // Up to a draft, all on one day.
  void WalkToTheDraft() {
    Wrote("B1", "MeetingService.ConfirmMeeting", plan, rules::ConfirmMeeting("2026-09-03"));
    Wrote("B1", "MeetingService.RecordMeetingHeld", plan, rules::RecordMeetingHeld("2026-09-03"));
    Wrote("B1", "RecordingService.IssueDraft", plan, rules::IssueDraft());
  }

  std::string school, other_school, cycle, plan;
  std::string helen, amina, ben, carol, sam;
};

// A settled demo on a disk in memory.
class DeskTest : public testing::Test {
 protected:
  DeskTest() : disk_(NewMemoryDisk()), desk_(DemoOn(disk_.get())) {}

  const std::unique_ptr<rocksdb::Env> disk_;
  SettledDesk desk_;
};

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_SERVICES_DESK_H_
