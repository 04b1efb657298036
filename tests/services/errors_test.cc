// Errors as programs read them: google.rpc.Status with its details, small enough for every client.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "countersign/v1/meeting_service.pb.h"
#include "countersign/v1/people_service.pb.h"
#include "services/rpc/malformed.h"
#include "services/rpc/to_grpc_status.h"
#include "services/rules/refusals.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

// What a client takes by default, less room for the other headers.
constexpr size_t kMetadataBytesMax = 8 * 1024 - 500;

// The size of a status on its way: the message percent-encoded, the details in base64.
size_t SizeOnTheWire(const grpc::Status& status) {
  size_t message = 0;
  for (const char letter : status.error_message()) {
    message += letter >= ' ' && letter <= '~' && letter != '%' ? 1 : 3;
  }
  return message + absl::Base64Escape(status.error_details()).size();
}

class Errors : public DeskTest {
 protected:
  Reply Holding(const std::optional<uint64_t>& expected_version, const std::string& request_id) {
    v1::RecordMeetingHeldRequest request;
    request.set_request_id(request_id);
    request.set_plan_id(desk_.plan);
    request.mutable_intent();
    if (expected_version.has_value()) request.set_expected_version(*expected_version);
    return desk_.Call("B1", "MeetingService.RecordMeetingHeld", request);
  }
};

TEST_F(Errors, ARefusalNamesItsReasonItsRuleAndTheRequest) {
  const Reply reply = Holding(std::nullopt, RequestId(7));
  EXPECT_EQ(reply.code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(reply.Rich().code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(reply.Rich().message(), reply.status.error_message());
  EXPECT_EQ(reply.Reason(), "MEETING_NOT_CONFIRMED");
  EXPECT_EQ(reply.DetailAs<google::rpc::ErrorInfo>()->domain(), "countersign");
  EXPECT_EQ(reply.Value("rule"), "R33");
  const auto failure = reply.DetailAs<google::rpc::PreconditionFailure>();
  ASSERT_TRUE(failure.has_value());
  ASSERT_THAT(failure->violations(), SizeIs(1));
  EXPECT_EQ(failure->violations(0).type(), "MEETING_NOT_CONFIRMED");
  EXPECT_EQ(failure->violations(0).subject(), "R33");
  EXPECT_EQ(failure->violations(0).description(), reply.status.error_message());
  EXPECT_EQ(reply.DetailAs<google::rpc::RequestInfo>()->request_id(), RequestId(7));
}

TEST_F(Errors, AConflictSaysBothVersions) {
  const Reply reply = Holding(0, RequestId(7));
  EXPECT_EQ(reply.code(), grpc::ABORTED);
  EXPECT_EQ(reply.Reason(), "VERSION_CONFLICT");
  EXPECT_EQ(reply.Value("stream"), "plan/" + desk_.plan);
  EXPECT_EQ(reply.Value("expected_version"), "0");
  EXPECT_EQ(reply.Value("actual_version"), "1");
}

TEST_F(Errors, ARequestIdWithAnotherBodyIsSaidSo) {
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-03"));
  ASSERT_TRUE(Holding(std::nullopt, RequestId(7)).ok());
  const Reply reply = Holding(2, RequestId(7));
  EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(reply.Reason(), "REQUEST_ID_REUSED");
}

TEST_F(Errors, ARetryOverTheWireGetsTheFirstReceiptAgain) {
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-03"));
  v1::Receipt first = Desk::ReceiptIn(Holding(std::nullopt, RequestId(7)));
  v1::Receipt again = Desk::ReceiptIn(Holding(std::nullopt, RequestId(7)));
  EXPECT_FALSE(first.repeated());
  EXPECT_TRUE(again.repeated());
  again.set_repeated(false);
  EXPECT_EQ(again.DebugString(), first.DebugString());
  EXPECT_THAT(first.entries(0).leaf_hash(), SizeIs(32));
  EXPECT_THAT(first.head_root(), SizeIs(32));
}

TEST_F(Errors, ADenialGivesNothingAway) {
  v1::GetPersonRequest request;
  request.set_staff_key("A1");
  const Reply reply = desk_.Call("S2", "PeopleService.GetPerson", request);
  EXPECT_EQ(reply.code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(reply.Reason(), "PERMISSION_DENIED");
  EXPECT_THAT(reply.DetailAs<google::rpc::ErrorInfo>()->metadata(), IsEmpty());
  EXPECT_FALSE(reply.DetailAs<google::rpc::PreconditionFailure>().has_value());
}

TEST_F(Errors, AFileWithFiveThousandMistakesFitsAndADryRunShowsThemAll) {
  v1::ImportPeopleRequest request;
  request.set_request_id(RequestId(7));
  std::string file = "staff_key,name,job_title,urn\n";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&file, "K", i, ",Zoë Ångström,,abc\n");
  request.set_file(file);
  const Reply reply = desk_.Call("T1", "PeopleService.ImportPeople", request);
  EXPECT_EQ(reply.code(), grpc::INVALID_ARGUMENT);
  EXPECT_LT(SizeOnTheWire(reply.status), kMetadataBytesMax);
  EXPECT_THAT(reply.ViolatedFields(), Not(IsEmpty()));
  EXPECT_THAT(reply.status.error_message(), HasSubstr("mistakes"));
  request.set_dry_run(true);
  const Reply dry = desk_.Call("T1", "PeopleService.ImportPeople", request);
  ASSERT_TRUE(dry.ok()) << dry;
  EXPECT_GE(dry.As<v1::ImportPeopleResponse>().problems_size(), 5000);
}

TEST_F(Errors, AListWithFiveThousandUnknownSchoolsFits) {
  v1::ImportPeopleRequest request;
  request.set_request_id(RequestId(7));
  std::string file = "staff_key,name,job_title,urn,line_managers\n";
  for (int i = 0; i < 5000; ++i) absl::StrAppend(&file, "K", i, ",Zoë,Cook,999999,Ünknown\n");
  request.set_file(file);
  const Reply reply = desk_.Call("T1", "PeopleService.ImportPeople", request);
  EXPECT_EQ(reply.Reason(), "STAFF_LIST_UNCLEAR") << reply;
  EXPECT_LT(SizeOnTheWire(reply.status), kMetadataBytesMax);
}

TEST(AnError, FitsHoweverMuchItHasToSay) {
  const std::string much = std::string(5000, 'x');
  std::string foreign;
  for (int i = 0; i < 3000; ++i) foreign += "€";
  for (const std::string& text : {much, foreign}) {
    const std::vector<rpc::FieldViolation> violations(500, {text, text});
    for (const absl::Status& status :
         {rpc::MalformedError(violations, text),
          rules::Refuse(v1::STAFF_LIST_UNCLEAR, text, {{"problems", text}, {"missing", text}}),
          absl::DataLossError(text)}) {
      const grpc::Status sent = rpc::ToGrpcStatus(status, RequestId(1));
      EXPECT_LT(SizeOnTheWire(sent), kMetadataBytesMax);
      google::rpc::Status rich;
      EXPECT_TRUE(rich.ParseFromString(sent.error_details())) << "half a letter";
      EXPECT_THAT(rich.details(), Not(IsEmpty()));
    }
  }
}

TEST(AnError, CutsAListBetweenItsLines) {
  std::string problems;
  for (int i = 0; i < 500; ++i) absl::StrAppend(&problems, "line ", i, " is wrong\n");
  const grpc::Status sent = rpc::ToGrpcStatus(
      rules::Refuse(v1::STAFF_LIST_UNCLEAR, "Nothing was imported.", {{"problems", problems}}));
  google::rpc::Status rich;
  ASSERT_TRUE(rich.ParseFromString(sent.error_details()));
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(rich.details(0).UnpackTo(&info));
  EXPECT_THAT(info.metadata().at("problems"), testing::EndsWith(" is wrong\n..."));
  EXPECT_EQ(info.metadata().at("rule"), "R01");
}

TEST(AnError, CountsTheViolationsThatDoNotFit) {
  const std::vector<rpc::FieldViolation> violations(1000, {"line 1: works", "is no day"});
  const grpc::Status sent = rpc::ToGrpcStatus(rpc::MalformedError(violations));
  google::rpc::Status rich;
  ASSERT_TRUE(rich.ParseFromString(sent.error_details()));
  google::rpc::BadRequest shown;
  ASSERT_TRUE(rich.details(1).UnpackTo(&shown));
  EXPECT_THAT(sent.error_message(),
              HasSubstr(absl::StrCat("(", 1000 - shown.field_violations_size(), " of them")));
}

}  // namespace
}  // namespace countersign
