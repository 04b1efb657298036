// The transport against a real gRPC server in this process: what goes out, what comes back.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "clients/cli/failure.h"
#include "clients/cli/transport/transport.h"
#include "countersign/v1/admin_service.grpc.pb.h"
#include "countersign/v1/people_service.grpc.pb.h"

namespace countersign::cli {
namespace {

using testing::HasSubstr;

// Knows callers by their demo key; refuses those whom it does not know, with details.
class Desk final : public v1::PeopleService::Service {
 public:
  grpc::Status WhoAmI(grpc::ServerContext* context, const v1::WhoAmIRequest*,
                      v1::WhoAmIResponse* response) override {
    context->AddInitialMetadata("countersign-demo", "made-up people");
    if (std::chrono::system_clock::now() + std::chrono::hours(1) < context->deadline()) {
      return grpc::Status(grpc::StatusCode::INTERNAL, "The call has no deadline.");
    }
    const auto& sent = context->client_metadata();
    const auto caller = sent.find("countersign-demo-user");
    if (caller == sent.end()) {
      const absl::Status refusal =
          MakeFailure(absl::StatusCode::kUnauthenticated,
                      {.reason = "NO_CALLER", .message = "Nobody is signed in."});
      return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, std::string(refusal.message()),
                          std::string(*refusal.GetPayload(kDetailsPayload)));
    }
    response->mutable_caller()->set_name(std::string(caller->second.data(), caller->second.size()));
    return grpc::Status::OK;
  }
};

// Tells how far it is, three times, and then fails; or goes on until it is no longer wanted.
class Workshop final : public v1::AdminService::Service {
 public:
  grpc::Status Rebuild(grpc::ServerContext* context, const v1::RebuildRequest* request,
                       grpc::ServerWriter<v1::RebuildProgress>* writer) override {
    const bool endless = request->projection() == "endless";
    for (uint64_t i = 1; endless || i <= 3; ++i) {
      v1::RebuildProgress told;
      told.set_entries(i);
      if (!writer->Write(told) || context->IsCancelled()) return grpc::Status::CANCELLED;
    }
    return grpc::Status(grpc::StatusCode::FAILED_PRECONDITION, "One at a time.");
  }
};

class TheGrpcTransport : public testing::Test {
 protected:
  TheGrpcTransport() {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&desk_);
    builder.RegisterService(&workshop_);
    server_ = builder.BuildAndStart();
    address_ = "127.0.0.1:" + std::to_string(port);
  }

  std::unique_ptr<Transport> As(const std::string& caller) {
    return MakeGrpcTransport(
        {.server = address_, .caller = caller, .call_wait = absl::Seconds(20)});
  }

  absl::Status WhoAmI(Transport& transport) {
    return transport.Call("countersign.v1.PeopleService.WhoAmI", v1::WhoAmIRequest(), &answer_);
  }

  absl::Status Rebuild(const std::string& projection, const std::function<void()>& each) {
    v1::RebuildRequest request;
    request.set_projection(projection);
    return As("theo.lindqvist")
        ->Follow("countersign.v1.AdminService.Rebuild", request, &told_, each);
  }

  Desk desk_;
  Workshop workshop_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
  v1::WhoAmIResponse answer_;
  v1::RebuildProgress told_;
};

TEST_F(TheGrpcTransport, SaysWhoCallsAndSetsADeadline) {
  const auto transport = As("amina.yusuf");
  EXPECT_FALSE(transport->demo());
  ASSERT_TRUE(WhoAmI(*transport).ok()) << WhoAmI(*transport);
  EXPECT_EQ(answer_.caller().name(), "amina.yusuf");
  EXPECT_TRUE(transport->demo());
}

TEST_F(TheGrpcTransport, BringsTheDetailsOfARefusal) {
  const auto transport = As("");
  const absl::Status status = WhoAmI(*transport);
  EXPECT_TRUE(absl::IsUnauthenticated(status));
  EXPECT_EQ(ReasonOf(status), "NO_CALLER");
  EXPECT_TRUE(transport->demo());
}

TEST_F(TheGrpcTransport, RefusesACallerThatCannotBeSent) {
  EXPECT_TRUE(absl::IsInvalidArgument(WhoAmI(*As("Zo\xC3\xAB"))));
  EXPECT_TRUE(absl::IsInvalidArgument(WhoAmI(*As("line\nbreak"))));
}

TEST_F(TheGrpcTransport, HandsOverEveryAnswerInOrderAndThenHowItEnded) {
  std::vector<uint64_t> heard;
  const absl::Status status = Rebuild("", [&] { heard.push_back(told_.entries()); });
  EXPECT_THAT(heard, testing::ElementsAre(1, 2, 3));
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST_F(TheGrpcTransport, EndsWhatIsAnsweredLittleByLittleWhenTheUserInterruptsIt) {
  int heard = 0;
  const absl::Status status = Rebuild("endless", [&] {
    if (++heard == 2) std::raise(SIGINT);
  });
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_GE(heard, 2);
  struct sigaction now = {};
  sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST_F(TheGrpcTransport, NamesTheServerThatDoesNotAnswer) {
  server_->Shutdown();
  server_.reset();
  const absl::Status status = WhoAmI(*As("amina.yusuf"));
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr(address_));
}

}  // namespace
}  // namespace countersign::cli
