// Every method of every service, called by nobody and by somebody of another school: nothing is
// served to either, except what the design opens to every member.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "countersign/v1/demo_service.pb.h"
#include "countersign/v1/options.pb.h"
#include "countersign/v1/plan_service.pb.h"
#include "tests/services/desk.h"

namespace countersign {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// "PlanService.GetPlan" and so on, from the protos that stand in the source tree.
std::vector<std::string> EveryMethod() {
  std::vector<std::string> methods;
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  for (const auto& file : std::filesystem::directory_iterator(SOURCE_DIR "/proto/countersign/v1")) {
    const std::string name = file.path().filename();
    if (!absl::EndsWith(name, "_service.proto")) continue;
    const auto* descriptor = pool->FindFileByName("countersign/v1/" + name);
    if (descriptor == nullptr) {
      ADD_FAILURE() << name << " is not linked";
      continue;
    }
    for (int i = 0; i < descriptor->service_count(); ++i) {
      for (int j = 0; j < descriptor->service(i)->method_count(); ++j) {
        methods.push_back(absl::StrCat(descriptor->service(i)->name(), ".",
                                       descriptor->service(i)->method(j)->name()));
      }
    }
  }
  return methods;
}

void FillRequired(Message& message);

// Required messages say which of several they are: the first.
void FillChoices(Message& message) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->real_oneof_decl_count(); ++i) {
    FillRequired(
        *reflection.MutableMessage(&message, message.GetDescriptor()->oneof_decl(i)->field(0)));
  }
}

std::string SpelledAs(v1::Spelling spelling) {
  if (spelling == v1::SPELLING_UUID) return RequestId(1);
  return spelling == v1::SPELLING_DATE ? "2026-09-29" : "100003";
}

// Everything that the schema requires, spelled as it asks.
void FillRequired(Message& message) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    const v1::Check& check = field.options().GetExtension(v1::check);
    const bool needs_a_number = check.least() > 0 && !field.is_repeated() && !field.has_presence();
    if (needs_a_number && field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      reflection.SetUInt32(&message, &field, check.least());
    } else if (needs_a_number && field.cpp_type() == FieldDescriptor::CPPTYPE_UINT64) {
      reflection.SetUInt64(&message, &field, check.least());
    }
    if (!check.required()) continue;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Message& inner = field.is_repeated() ? *reflection.AddMessage(&message, &field)
                                           : *reflection.MutableMessage(&message, &field);
      FillRequired(inner);
      FillChoices(inner);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection.SetEnumValue(&message, &field, 2);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      reflection.SetUInt32(&message, &field, 1);
    } else if (field.is_repeated()) {
      reflection.AddString(&message, &field, SpelledAs(check.spelling()));
    } else {
      reflection.SetString(&message, &field, SpelledAs(check.spelling()));
    }
  }
}

class EveryRpc : public DeskTest {
 protected:
  // A well-formed request about Amina's plan, Amina, or her school.
  std::unique_ptr<Message> RequestOf(const std::string& method) {
    auto request = NewMessage(MethodNamed(method).input_type());
    FillRequired(*request);
    const auto set = [&](const char* name, const std::string& value) {
      const FieldDescriptor* field = request->GetDescriptor()->FindFieldByName(name);
      if (field != nullptr) request->GetReflection()->SetString(request.get(), field, value);
    };
    set("request_id", desk_.NextRequestId());
    set("plan_id", desk_.plan);
    set("person_id", desk_.amina);
    set("school_id", desk_.school);
    // One of two ways, which the schema cannot say.
    if (const auto* by = request->GetDescriptor()->FindFieldByName("by_seconds")) {
      request->GetReflection()->SetUInt32(request.get(), by, 60);
    }
    // The later of two.
    if (const auto* later = request->GetDescriptor()->FindFieldByName("second_version")) {
      request->GetReflection()->SetUInt64(request.get(), later, 1);
    }
    return request;
  }
};

TEST_F(EveryRpc, IsClosedToNobody) {
  const std::vector<std::string> methods = EveryMethod();
  ASSERT_GT(methods.size(), 35u);
  for (const std::string& method : methods) {
    const Reply reply = desk_.Call("", method, *RequestOf(method));
    EXPECT_EQ(reply.code(), grpc::UNAUTHENTICATED) << method << ": " << reply;
    EXPECT_EQ(desk_.Call("ZZ99", method, *RequestOf(method)).code(), grpc::UNAUTHENTICATED)
        << method << " by a key that nobody has";
  }
}

TEST_F(EveryRpc, IsClosedToAMemberOfAnotherSchoolUnlessEveryMemberMay) {
  const std::set<std::string> for_members = {
      "DemoService.GetClock",     "DemoService.AdvanceClock",    "TrustService.GetTrust",
      "SchoolService.GetSchool",  "SchoolService.ListSchools",   "PeopleService.WhoAmI",
      "PlanService.ListPlans",    "PlanService.ListObligations", "LogService.GetLogKeys",
      "LogService.GetCheckpoint", "LogService.ProveConsistency", "LogService.AddCosignature"};
  std::set<std::string> open;
  for (const std::string& method : EveryMethod()) {
    const Reply reply = desk_.Call("S2", method, *RequestOf(method));
    if (reply.code() != grpc::PERMISSION_DENIED) open.insert(method);
  }
  EXPECT_EQ(open, for_members);
}

TEST_F(EveryRpc, WritesNothingButDenialsForAMemberOfAnotherSchool) {
  const uint64_t before = desk_.JournalSize();
  std::set<std::string> denied;
  for (const std::string& method : EveryMethod()) {
    if (absl::StartsWith(method, "DemoService")) continue;
    if (desk_.Call("S2", method, *RequestOf(method)).code() == grpc::PERMISSION_DENIED) {
      denied.insert(method);
    }
  }
  v1::GetPlanRequest request;
  request.set_plan_id(desk_.plan);
  EXPECT_EQ(desk_.Call("B1", "PlanService.GetPlan", request).As<v1::GetPlanResponse>().version(),
            1u);
  EXPECT_LE(desk_.JournalSize(), before + denied.size() + 1) << "and one access, by Ben";
}

TEST_F(EveryRpc, ListsGiveAMemberOfAnotherSchoolNothing) {
  const Reply plans = desk_.Call("S2", "PlanService.ListPlans", v1::ListPlansRequest());
  ASSERT_TRUE(plans.ok()) << plans;
  EXPECT_EQ(plans.As<v1::ListPlansResponse>().plans_size(), 0);
  v1::ListObligationsRequest owed;
  owed.set_plan_id(desk_.plan);
  EXPECT_EQ(desk_.Call("S2", "PlanService.ListObligations", owed)
                .As<v1::ListObligationsResponse>()
                .obligations_size(),
            0);
  EXPECT_EQ(desk_.Call("H2", "PlanService.ListObligations", owed)
                .As<v1::ListObligationsResponse>()
                .obligations_size(),
            0)
      << "the head of another school";
  EXPECT_GT(desk_.Call("H1", "PlanService.ListObligations", owed)
                .As<v1::ListObligationsResponse>()
                .obligations_size(),
            0);
}

// A file with mistakes is nobody's to try out but theirs who may import one.
TEST_F(EveryRpc, AFileWithMistakesIsJudgedOnlyForWhoMayImportIt) {
  for (const char* method : {"PeopleService.ImportPeople", "SchoolService.ImportCalendar",
                             "TrustService.ImportBankHolidays"}) {
    auto request = RequestOf(method);
    request->GetReflection()->SetBool(request.get(),
                                      request->GetDescriptor()->FindFieldByName("dry_run"), true);
    EXPECT_EQ(desk_.Call("S2", method, *request).code(), grpc::PERMISSION_DENIED) << method;
    EXPECT_TRUE(desk_.Call("T1", method, *request).ok()) << method;
  }
}

// A plan that does not exist and one that is somebody else's are answered alike, to the letter.
TEST_F(EveryRpc, AnUnknownPlanIsAnsweredLikeAForeignOne) {
  for (const std::string& method : EveryMethod()) {
    auto foreign = RequestOf(method);
    const FieldDescriptor* plan_id = foreign->GetDescriptor()->FindFieldByName("plan_id");
    if (plan_id == nullptr || method == "PlanService.ListObligations") continue;
    std::unique_ptr<Message> unknown(foreign->New());
    unknown->CopyFrom(*foreign);
    unknown->GetReflection()->SetString(unknown.get(), plan_id, rules::kNobody);
    const Reply of_foreign = desk_.Call("H2", method, *foreign);
    const Reply of_unknown = desk_.Call("H2", method, *unknown);
    EXPECT_EQ(of_foreign.code(), grpc::PERMISSION_DENIED) << method;
    EXPECT_EQ(of_unknown.code(), of_foreign.code()) << method;
    EXPECT_EQ(of_unknown.status.error_message(), of_foreign.status.error_message());
    EXPECT_EQ(of_unknown.status.error_details(), of_foreign.status.error_details());
  }
}

}  // namespace
}  // namespace countersign
