// What a decision rests on must still be so when it is written: somebody else's command that was
// handed in before it, and is written before it, is seen in time.
#include "services/permission/guard.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/errors.h"
#include "tests/registrar/registry.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

class WhatADecisionRestsOn : public RegistryTest {
 protected:
  // Both are decided on what stood before either of them; `first` is written, then `second` comes
  // up. The answer to `second`.
  absl::StatusOr<Receipt> Overtaken(const Paper& first, const Paper& second) {
    std::promise<void> go_on;
    std::promise<void> held;
    std::promise<absl::StatusOr<Receipt>> answer_to_first;
    std::promise<absl::StatusOr<Receipt>> answer_to_second;
    // Whoever is answered on the writer's thread holds it up.
    HandIn(Paper(trust_.tess, Action::kGrantSchoolRole,
                 rules::GrantRole(trust_.sam, v1::ROLE_GOVERNOR))
               .About(trust_.other_school),
           [&](const absl::StatusOr<Receipt>& receipt) {
             EXPECT_TRUE(receipt.ok()) << receipt.status();
             held.set_value();
             go_on.get_future().wait();
           });
    held.get_future().wait();
    HandIn(first,
           [&](absl::StatusOr<Receipt> receipt) { answer_to_first.set_value(std::move(receipt)); });
    HandIn(second, [&](absl::StatusOr<Receipt> receipt) {
      answer_to_second.set_value(std::move(receipt));
    });
    go_on.set_value();
    const absl::StatusOr<Receipt> written = answer_to_first.get_future().get();
    EXPECT_TRUE(written.ok()) << written.status();
    return answer_to_second.get_future().get();
  }

  void ExpectSeen(const Paper& first, const Paper& second, const std::string& stream) {
    const absl::Status answer = Overtaken(first, second).status();
    const auto conflict = storage::VersionConflictOf(answer);
    ASSERT_TRUE(conflict.has_value()) << answer;
    EXPECT_EQ(storage::ToString(conflict->stream), stream);
  }

  Paper EndingInSchool(const std::string& person, v1::Role role) const {
    return Paper(trust_.tess, Action::kEndSchoolRole, rules::EndRole(person, role))
        .About(trust_.school);
  }
  Paper EndingInTrust(const std::string& person, v1::Role role) const {
    return Paper(trust_.tess, Action::kEndTrustRole, rules::EndRole(person, role, rules::kTrustId));
  }
  Paper NamingManagers(const std::string& of, const std::vector<std::string>& managers) const {
    return Paper(trust_.olive, Action::kChangeWorkFacts, rules::NameLineManagers(of, managers));
  }
  Paper Away(const std::string& person) const {
    return Paper(trust_.olive, Action::kChangeWorkFacts,
                 rules::RecordAbsence(person, "2026-10-01", "2026-10-02"));
  }
  Paper Closing(const std::string& by) const {
    return Paper(by, Action::kCloseUnsigned, rules::CloseUnsigned()).About(trust_.plan);
  }
  Paper Extending(const std::string& by) const {
    return Paper(by, Action::kExtendDeadline,
                 rules::ExtendDeadline(rules::TheDraft(), "2026-10-14"))
        .About(trust_.plan);
  }
  // Another calendar, of which the same days are found.
  Paper Publishing(const std::string& autumn) const {
    v1::SchoolCalendar calendar = rules::SchoolYear();
    calendar.mutable_terms(0)->set_name(autumn);
    return Paper(trust_.olive, Action::kImportCalendar, rules::PublishCalendar(calendar))
        .About(trust_.school);
  }
  Paper GrantingInTrust(const std::string& person, v1::Role role) const {
    return Paper(trust_.tess, Action::kGrantTrustRole,
                 rules::GrantRole(person, role, rules::kTrustId));
  }
  Paper GrantingInSchool(const std::string& person, v1::Role role) const {
    return Paper(trust_.tess, Action::kGrantSchoolRole, rules::GrantRole(person, role))
        .About(trust_.school);
  }
  std::string SchoolStream() const { return "school/" + trust_.school; }
  std::string TrustStream() const { return absl::StrCat("trust/", rules::kTrustId); }
  // A draft that is due in a few days.
  void WalkToTheMeeting() {
    trust_.Wrote(trust_.Assigning(trust_.ben));
    trust_.Wrote(trust_.Confirming());
    registry_.clock.MoveTo(InLondon("2026-09-29 16:00"));
    registry_.journal->ConfirmClock();
    trust_.Wrote(trust_.Holding());
  }
  // A final record whose days of grace are over.
  void WalkPastTheGrace() {
    trust_.WalkToTheDraft();
    trust_.Wrote(trust_.Finalising());
    registry_.clock.MoveTo(InLondon("2026-12-01 09:00"));
    registry_.journal->ConfirmClock();
  }

 private:
  void HandIn(const Paper& paper, Answer answer) {
    Submission submission = paper.As(RequestNumber(next_request_++)).submission();
    registry_.registrar->Hand(std::move(submission), std::move(answer));
  }

  uint64_t next_request_ = 500;
};

TEST_F(WhatADecisionRestsOn, AHeadWhoIsHeadNoMoreAssignsNobody) {
  ExpectSeen(EndingInSchool(trust_.helen, v1::ROLE_HEADTEACHER), trust_.Assigning(trust_.ben),
             SchoolStream());
}

TEST_F(WhatADecisionRestsOn, TheOfficeOfASchoolWithdrawsNothingOnceTheRoleHasEnded) {
  ExpectSeen(EndingInSchool(trust_.olive, v1::ROLE_OFFICE), trust_.Withdrawing(), SchoolStream());
}

TEST_F(WhatADecisionRestsOn, TheOfficeOfTheTrustWithdrawsNothingOnceTheRoleHasEnded) {
  trust_.Wrote(GrantingInTrust(trust_.carol, v1::ROLE_OFFICE));
  const Paper withdrawing =
      Paper(trust_.carol, Action::kWithdrawEnrolment, rules::WithdrawEnrolment())
          .About(trust_.plan);
  ExpectSeen(EndingInTrust(trust_.carol, v1::ROLE_OFFICE), withdrawing, TrustStream());
}

TEST_F(WhatADecisionRestsOn, ASubstituteActsForTheHeadOfThatMomentOnly) {
  trust_.Wrote(NamingManagers(trust_.amina, {trust_.helen}));
  const Paper assigning = Paper(trust_.tess, Action::kAssignReviewer,
                                rules::AssignReviewer(trust_.ben, rules::AsOther("Knows the team")))
                              .About(trust_.plan);
  ExpectSeen(EndingInSchool(trust_.helen, v1::ROLE_HEADTEACHER), assigning, SchoolStream());
}

TEST_F(WhatADecisionRestsOn, ASubstituteActsWhileTheHeadManagesTheRevieweeOnly) {
  trust_.Wrote(NamingManagers(trust_.amina, {trust_.helen}));
  const Paper assigning = Paper(trust_.tess, Action::kAssignReviewer,
                                rules::AssignReviewer(trust_.ben, rules::AsOther("Knows the team")))
                              .About(trust_.plan);
  ExpectSeen(NamingManagers(trust_.amina, {trust_.ben}), assigning, PersonStream(trust_.amina));
}

TEST_F(WhatADecisionRestsOn, ASubstituteActsWhileTheyLeadTheTrustOnly) {
  trust_.Wrote(NamingManagers(trust_.amina, {trust_.helen}));
  trust_.Wrote(GrantingInTrust(trust_.sam, v1::ROLE_TRUST_LEAD));
  const Paper assigning = Paper(trust_.sam, Action::kAssignReviewer,
                                rules::AssignReviewer(trust_.ben, rules::AsOther("Knows the team")))
                              .About(trust_.plan);
  ExpectSeen(EndingInTrust(trust_.sam, v1::ROLE_TRUST_LEAD), assigning, TrustStream());
}

TEST_F(WhatADecisionRestsOn, ATrustLeadWhoLeadsNoMoreChangesNothing) {
  trust_.Wrote(GrantingInTrust(trust_.sam, v1::ROLE_TRUST_LEAD));
  const Paper naming = Paper(trust_.sam, Action::kChangeWorkFacts,
                             rules::NameLineManagers(trust_.amina, {trust_.carol}));
  ExpectSeen(EndingInTrust(trust_.sam, v1::ROLE_TRUST_LEAD), naming, TrustStream());
}

TEST_F(WhatADecisionRestsOn, ALineManagerArrangesNothingOnceSomebodyElseManages) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  trust_.Wrote(NamingManagers(trust_.amina, {trust_.ben, trust_.carol}));
  const Paper arranging =
      Paper(trust_.carol, Action::kArrangeRelease, rules::ArrangeRelease()).About(trust_.plan);
  ExpectSeen(NamingManagers(trust_.amina, {trust_.ben}), arranging, PersonStream(trust_.amina));
}

TEST_F(WhatADecisionRestsOn, AReviewerIsChosenAmongTheLineManagersOfThatMoment) {
  ExpectSeen(NamingManagers(trust_.amina, {trust_.carol}), trust_.Assigning(trust_.ben),
             PersonStream(trust_.amina));
}

// R25, R26: and so is whoever comes after them, asked for or not.
TEST_F(WhatADecisionRestsOn, AnotherReviewerIsChosenAmongTheLineManagersOfThatMoment) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  const Paper replacing =
      Paper(trust_.helen, Action::kReplaceReviewer, rules::ReplaceReviewer(trust_.carol))
          .About(trust_.plan);
  ExpectSeen(NamingManagers(trust_.amina, {trust_.carol}), replacing, PersonStream(trust_.amina));
  trust_.Wrote(Paper(trust_.amina, Action::kRequestReplacement, rules::RequestReplacement())
                   .About(trust_.plan));
  const Paper deciding =
      Paper(trust_.helen, Action::kDecideReplacement, rules::UpholdReplacement(trust_.carol))
          .About(trust_.plan);
  ExpectSeen(NamingManagers(trust_.amina, {trust_.ben}), deciding, PersonStream(trust_.amina));
}

// R78: more time is given on top of what the days as they are give.
TEST_F(WhatADecisionRestsOn, ADeadlineIsExtendedOnTheDaysOfBothPartiesAsTheyAre) {
  WalkToTheMeeting();
  ExpectSeen(Away(trust_.amina), Extending(trust_.helen), PersonStream(trust_.amina));
  ExpectSeen(Away(trust_.ben), Extending(trust_.helen), PersonStream(trust_.ben));
}

TEST_F(WhatADecisionRestsOn, ADeadlineIsExtendedOnTheCalendarAndThePolicyAsTheyAre) {
  WalkToTheMeeting();
  ExpectSeen(Publishing("Autumn, as published anew"), Extending(trust_.helen), SchoolStream());
  ExpectSeen(GrantingInTrust(trust_.carol, v1::ROLE_GOVERNOR), Extending(trust_.helen),
             TrustStream());
  EXPECT_TRUE(Hand(Extending(trust_.helen)).ok()) << "handed in again, on what is known now";
}

// A04: the days of grace count for whoever has not signed, so an absence recorded meanwhile counts.
TEST_F(WhatADecisionRestsOn, ARecordIsClosedUnsignedOnTheDaysOfBothPartiesAsTheyAre) {
  WalkPastTheGrace();
  ExpectSeen(Away(trust_.amina), Closing(trust_.helen), PersonStream(trust_.amina));
  ExpectSeen(Away(trust_.ben), Closing(trust_.helen), PersonStream(trust_.ben));
}

TEST_F(WhatADecisionRestsOn, ARecordIsClosedUnsignedOnTheCalendarAndThePolicyAsTheyAre) {
  WalkPastTheGrace();
  ExpectSeen(Publishing("Autumn, as published anew"), Closing(trust_.helen), SchoolStream());
  ExpectSeen(GrantingInTrust(trust_.carol, v1::ROLE_GOVERNOR), Closing(trust_.helen),
             TrustStream());
  EXPECT_TRUE(Hand(Closing(trust_.helen)).ok()) << "handed in again, on what is known now";
}

// R76, R77: the last signature gives the original to the head and the annex to the training lead.
TEST_F(WhatADecisionRestsOn, ARecordIsSignedForWhoHoldsTheOfficesOfThatMoment) {
  trust_.WalkToTheDraft();
  trust_.Wrote(trust_.Finalising());
  trust_.Wrote(trust_.Signing(trust_.ben));
  ExpectSeen(GrantingInSchool(trust_.carol, v1::ROLE_TRAINING_LEAD), trust_.Signing(trust_.amina),
             SchoolStream());
  EXPECT_TRUE(Hand(trust_.Signing(trust_.amina)).ok()) << "handed in again, on what is known now";
}

TEST_F(WhatADecisionRestsOn, CopiesGoToWhoHoldsTheOfficesOfThatMoment) {
  trust_.WalkToTheSignatures();
  trust_.Wrote(GrantingInSchool(trust_.carol, v1::ROLE_TRAINING_LEAD));
  const Paper issuing =
      Paper(trust_.ben, Action::kIssueCopies, rules::IssueCopies()).About(trust_.plan);
  ExpectSeen(EndingInSchool(trust_.carol, v1::ROLE_TRAINING_LEAD), issuing, SchoolStream());
}

// What nobody rests on moves freely.
TEST_F(WhatADecisionRestsOn, AReviewerActsWhateverHappensToSchoolsAndPeople) {
  trust_.Wrote(trust_.Assigning(trust_.ben));
  EXPECT_TRUE(Overtaken(Away(trust_.amina), trust_.Confirming()).ok());
}

}  // namespace
}  // namespace countersign
