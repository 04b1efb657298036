// Compliance over the API: who sees which figures, at which level, and what governors do not see.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "countersign/v1/compliance_service.pb.h"
#include "countersign/v1/demo_service.pb.h"
#include "tests/services/as_of.h"
#include "tests/services/desk.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ComplianceOverTheWire : public DeskTest {
 protected:
  Reply Ask(const std::string& as, const v1::GetComplianceRequest& request = {}) {
    return desk_.Call(as, "ComplianceService.GetCompliance", request);
  }
  v1::GetComplianceResponse Shown(const std::string& as,
                                  const v1::GetComplianceRequest& request = {}) {
    const Reply reply = Ask(as, request);
    EXPECT_TRUE(reply.ok()) << reply;
    return reply.As<v1::GetComplianceResponse>();
  }
  v1::GetComplianceRequest At(v1::ComplianceLevel level, const std::string& school = "") {
    v1::GetComplianceRequest request;
    request.set_level(level);
    request.set_school_id(school);
    return request;
  }
  // "Harbour Primary/Key Stage 1: 2", with "-" for what is withheld.
  static std::vector<std::string> InShort(const v1::GetComplianceResponse& response) {
    std::vector<std::string> rows;
    for (const v1::ComplianceRow& row : response.rows()) {
      rows.push_back(absl::StrCat(row.school_name(),
                                  row.is_team() ? absl::StrCat("/", row.team()) : "", ": ",
                                  row.withheld() ? "-" : absl::StrCat(row.people())));
    }
    return rows;
  }
  void MoveClockTo(const std::string& instant) {
    v1::AdvanceClockRequest advance;
    advance.set_to(instant);
    ASSERT_TRUE(desk_.Call("T1", "DemoService.AdvanceClock", advance).ok());
  }
  v1::GetComplianceResponse ShownAsOf(const std::string& as, const v1::AsOf& moment) {
    v1::GetComplianceRequest request;
    *request.mutable_as_of() = moment;
    return Shown(as, request);
  }
  void EnrolEverybodyAtHarbour() {
    for (const char* key : {"B1", "C1", "H1", "O1"}) {
      const std::string person = desk_.IdOf(key);
      desk_.Wrote(key == std::string("O1") ? "H1" : "O1", "EnrolmentService.Enrol", person,
                  rules::Enrol(person, desk_.cycle));
    }
  }
};

TEST_F(ComplianceOverTheWire, ShowsFiguresWithNumeratorAndDenominator) {
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-29"));
  v1::AdvanceClockRequest advance;
  advance.set_to("2026-10-07T08:00:00Z");
  ASSERT_TRUE(desk_.Call("T1", "DemoService.AdvanceClock", advance).ok());
  v1::GetComplianceRequest request;
  request.set_by_kind(true);
  const v1::GetComplianceResponse shown = Shown("H1", request);
  ASSERT_EQ(shown.rows_size(), 12) << "all schools and the school, each with its five kinds";
  const v1::ComplianceRow& together = shown.rows(6);
  EXPECT_EQ(together.school_id(), desk_.school);
  EXPECT_EQ(together.kind(), v1::OBLIGATION_KIND_UNSPECIFIED);
  EXPECT_EQ(together.numerator(), 1u) << "the notice";
  EXPECT_EQ(together.denominator(), 2u) << "and the draft, which is overdue";
  EXPECT_EQ(together.counts().met(), 1u);
  EXPECT_EQ(together.counts().overdue(), 1u);
  EXPECT_EQ(together.counts().pending() + together.counts().due_soon(), 3u);
  EXPECT_EQ(shown.rows(8).kind(), v1::OBLIGATION_KIND_DRAFT);
  EXPECT_EQ(shown.rows(8).counts().overdue(), 1u);
  EXPECT_EQ(shown.rows(8).denominator(), 1u);
  EXPECT_EQ(shown.cycle_id(), desk_.cycle);
  EXPECT_EQ(shown.cycle_name(), "2026/27");
  EXPECT_EQ(shown.on(), "2026-10-07");
  EXPECT_GT(shown.reflects().position(), 0u);
  EXPECT_FALSE(shown.reflects().behind());
}

// Enrolling for the year to come begins in summer; what is asked about is the year that runs.
TEST_F(ComplianceOverTheWire, IsOfTheCycleThatTheDayLiesInUnlessAnotherIsAskedFor) {
  const auto open_cycle = [&](const char* name, const char* first_on, const char* last_on) {
    desk_.Wrote("T1", "TrustService.OpenCycle", "", rules::OpenCycle(name, first_on, last_on));
  };
  const auto shown_on = [&](const std::string& day) {
    v1::AdvanceClockRequest advance;
    advance.set_to(day + "T12:00:00Z");
    EXPECT_TRUE(desk_.Call("T1", "DemoService.AdvanceClock", advance).ok());
    const v1::GetComplianceResponse shown = Shown("T1");
    EXPECT_EQ(shown.on(), day);
    return shown.cycle_name();
  };
  open_cycle("2028/29", "2028-09-01", "2029-08-31");
  open_cycle("2025/26", "2025-09-01", "2026-08-31");
  EXPECT_EQ(shown_on("2026-09-04"), "2026/27") << "though another was opened last";
  EXPECT_EQ(shown_on("2027-08-31"), "2026/27") << "its last day";
  EXPECT_EQ(shown_on("2027-09-01"), "2026/27") << "none runs, so the one that began last";
  EXPECT_EQ(shown_on("2028-09-01"), "2028/29") << "its first day";
  v1::GetComplianceRequest asked;
  asked.set_cycle_id(desk_.cycle);
  EXPECT_EQ(Shown("T1", asked).cycle_name(), "2026/27");
}

TEST_F(ComplianceOverTheWire, HasRowsAtEachLevel) {
  EnrolEverybodyAtHarbour();
  EXPECT_THAT(InShort(Shown("T1")), ElementsAre(": 5", "Harbour Primary: 5", "Hill Primary: 0"));
  EXPECT_THAT(InShort(Shown("T1", At(v1::COMPLIANCE_LEVEL_TRUST))), ElementsAre(": 5"));
  EXPECT_THAT(InShort(Shown("T1", At(v1::COMPLIANCE_LEVEL_SCHOOL))),
              ElementsAre("Harbour Primary: 5", "Hill Primary: 0"));
  EXPECT_THAT(InShort(Shown("T1", At(v1::COMPLIANCE_LEVEL_TEAM))),
              ElementsAre(": 5", "Harbour Primary: 5", "Harbour Primary/: 2",
                          "Harbour Primary/Key Stage 1: 2", "Harbour Primary/Key Stage 2: 1",
                          "Hill Primary: 0"));
  EXPECT_THAT(InShort(Shown("T1", At(v1::COMPLIANCE_LEVEL_UNSPECIFIED, desk_.other_school))),
              ElementsAre("Hill Primary: 0"));
}

TEST_F(ComplianceOverTheWire, IsOfTheirSchoolForHeadAndOfficeAndOfNothingForOthers) {
  for (const char* key : {"H1", "O1"}) {
    EXPECT_THAT(InShort(Shown(key)), ElementsAre(": 1", "Harbour Primary: 1")) << key;
    const auto other = At(v1::COMPLIANCE_LEVEL_UNSPECIFIED, desk_.other_school);
    EXPECT_EQ(Ask(key, other).code(), grpc::PERMISSION_DENIED) << key;
  }
  for (const char* key : {"A1", "B1", "C1", "S2"}) {
    EXPECT_EQ(Ask(key).code(), grpc::PERMISSION_DENIED) << key;
  }
  const auto unknown = At(v1::COMPLIANCE_LEVEL_UNSPECIFIED, RequestId(9));
  EXPECT_EQ(Ask("T1", unknown).code(), grpc::PERMISSION_DENIED);
}

TEST_F(ComplianceOverTheWire, WithholdsFromGovernorsWhatIsAboutFewerThanFive) {
  desk_.GiveRole(desk_.school, desk_.carol, v1::ROLE_GOVERNOR);
  EXPECT_THAT(InShort(Shown("C1")), ElementsAre(": -", "Harbour Primary: -"));
  v1::GetComplianceRequest request = At(v1::COMPLIANCE_LEVEL_TEAM);
  request.set_by_kind(true);
  const v1::GetComplianceResponse withheld = Shown("C1", request);
  ASSERT_EQ(withheld.rows_size(), 18);
  for (const v1::ComplianceRow& row : withheld.rows()) {
    EXPECT_TRUE(row.withheld());
    EXPECT_EQ(row.people() + row.numerator() + row.denominator(), 0u);
    EXPECT_FALSE(row.has_counts());
  }
  EnrolEverybodyAtHarbour();
  EXPECT_THAT(InShort(Shown("C1", At(v1::COMPLIANCE_LEVEL_TEAM))),
              ElementsAre(": 5", "Harbour Primary: 5", "Harbour Primary/: -",
                          "Harbour Primary/Key Stage 1: -", "Harbour Primary/Key Stage 2: -"));
  EXPECT_EQ(Ask("C1", At(v1::COMPLIANCE_LEVEL_SCHOOL, desk_.other_school)).code(),
            grpc::PERMISSION_DENIED);
}

TEST_F(ComplianceOverTheWire, WithholdsFromAGovernorOfTheTrustInEverySchool) {
  desk_.Wrote("T1", "TrustService.GrantTrustRole", "",
              rules::GrantRole(desk_.carol, v1::ROLE_GOVERNOR, rules::kTrustId));
  EXPECT_THAT(InShort(Shown("C1")), ElementsAre(": -", "Harbour Primary: -", "Hill Primary: 0"));
}

TEST_F(ComplianceOverTheWire, WithholdsNothingFromAHeadWhoGovernsAsWell) {
  desk_.GiveRole(desk_.school, desk_.helen, v1::ROLE_GOVERNOR);
  EXPECT_THAT(InShort(Shown("H1")), ElementsAre(": 1", "Harbour Primary: 1"));
}

// R84: two moments one entry apart would tell what one person did. In summer the day of London
// begins an hour before that of UTC.
TEST_F(ComplianceOverTheWire, ShowsGovernorsThePastOnlyByWholeDaysOfLondon) {
  desk_.GiveRole(desk_.school, desk_.carol, v1::ROLE_GOVERNOR);
  EnrolEverybodyAtHarbour();
  const uint64_t of_yesterday = desk_.JournalSize();
  MoveClockTo("2026-09-03T23:15:00Z");
  desk_.Wrote("B1", "MeetingService.ConfirmMeeting", desk_.plan,
              rules::ConfirmMeeting("2026-09-29"));
  const uint64_t before = desk_.JournalSize();
  desk_.Wrote("O1", "EnrolmentService.WithdrawEnrolment", desk_.plan, rules::WithdrawEnrolment());
  const uint64_t after = Shown("H1").reflects().position();
  MoveClockTo("2026-09-05T12:00:00Z");
  v1::AsOf evening;
  evening.mutable_instant()->set_seconds(absl::ToUnixSeconds(InLondon("2026-09-04 21:00")));
  const v1::GetComplianceResponse governed = ShownAsOf("C1", AfterEntries(before));
  EXPECT_THAT(InShort(governed), ElementsAre(": 5", "Harbour Primary: 5"));
  EXPECT_EQ(governed.on(), "2026-09-04");
  // The clock was moved before midnight, by an entry of its own.
  EXPECT_EQ(governed.reflects().position(), of_yesterday + 1);
  for (const v1::AsOf& same_day : {AfterEntries(after), evening}) {
    EXPECT_EQ(ShownAsOf("C1", same_day).SerializeAsString(), governed.SerializeAsString());
  }
  // Whoever sees everything has nothing to find out.
  EXPECT_EQ(ShownAsOf("H1", AfterEntries(before)).reflects().position(), before);
  EXPECT_THAT(InShort(ShownAsOf("H1", AfterEntries(before))),
              ElementsAre(": 5", "Harbour Primary: 5"));
  EXPECT_THAT(InShort(ShownAsOf("H1", AfterEntries(after))),
              ElementsAre(": 4", "Harbour Primary: 4"));
  EXPECT_THAT(InShort(Shown("C1")), ElementsAre(": -", "Harbour Primary: -"));
}

TEST_F(ComplianceOverTheWire, IsOfAnotherCycleWhereOneIsNamed) {
  v1::GetComplianceRequest request;
  request.set_cycle_id(desk_
                           .Wrote("T1", "TrustService.OpenCycle", "",
                                  rules::OpenCycle("2027/28", "2027-09-01", "2028-08-31"))
                           .subject_id());
  EXPECT_THAT(InShort(Shown("H1")), ElementsAre(": 1", "Harbour Primary: 1"));
  EXPECT_THAT(InShort(Shown("H1", request)), ElementsAre(": 0", "Harbour Primary: 0"));
  request.set_cycle_id(RequestId(9));
  EXPECT_EQ(Ask("H1", request).code(), grpc::NOT_FOUND);
  EXPECT_EQ(Ask("B1", request).code(), grpc::PERMISSION_DENIED) << "who comes before what";
}

TEST_F(ComplianceOverTheWire, NamesNobodyAndNoPlan) {
  v1::GetComplianceRequest request = At(v1::COMPLIANCE_LEVEL_TEAM);
  request.set_by_kind(true);
  const std::string shown = Shown("T1", request).DebugString();
  for (const std::string& id : {desk_.amina, desk_.ben, desk_.plan}) {
    EXPECT_EQ(shown.find(id), std::string::npos);
  }
  EXPECT_EQ(shown.find("Amina"), std::string::npos);
}

}  // namespace
}  // namespace countersign
