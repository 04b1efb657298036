// What lies on the disk: no text of a plan, no name and no staff key of anybody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "countersign/v1/options.pb.h"
#include "google/protobuf/message.h"
#include "services/projections/obligation_cards.h"
#include "services/projector.h"
#include "storage/views.h"
#include "tests/registrar/registry.h"
#include "tests/storage/scratch_folder.h"
#include "tests/support/london.h"

namespace countersign {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Distinctive, so that a scan finds it whatever stands around it.
constexpr char kMarker[] = "zqxjk";

// Fills every free text of a message, also of those that it has one of already, and remembers each.
void MarkTexts(Message& message, std::vector<std::string>& texts) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor& field = *message.GetDescriptor()->field(i);
    const bool is_day = field.options().GetExtension(v1::check).spelling() != 0;
    const auto mark = [&] {
      texts.push_back(std::string(kMarker) + field.name() + std::to_string(texts.size()));
      return texts.back();
    };
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field.is_repeated()) {
        MarkTexts(*reflection.MutableMessage(&message, &field), texts);
        continue;
      }
      if (reflection.FieldSize(message, &field) == 0) reflection.AddMessage(&message, &field);
      for (int j = 0; j < reflection.FieldSize(message, &field); ++j) {
        MarkTexts(*reflection.MutableRepeatedMessage(&message, &field, j), texts);
      }
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING && !is_day) {
      if (field.is_repeated()) {
        reflection.AddString(&message, &field, mark());
      } else {
        reflection.SetString(&message, &field, mark());
      }
    }
  }
}

std::string BytesOf(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The files under a folder in which a text occurs.
std::vector<std::string> FilesWith(const std::string& folder, const std::string& text) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    if (BytesOf(entry.path()).find(text) != std::string::npos) {
      found.push_back(entry.path().filename());
    }
  }
  return found;
}

// A complete plan whose every text is a marker.
rules::Forms MarkedForms(std::vector<std::string>& texts) {
  rules::Forms forms = rules::CompleteForms();
  MarkTexts(forms.plan, texts);
  MarkTexts(forms.annex, texts);
  forms.plan.clear_header();
  forms.annex.clear_header();
  return forms;
}

// Walks a plan from enrolment to both signatures, with a change declined, and moved, corrected and
// waived meetings, every text of it a marker.
void WalkMarked(FoundedTrust& trust, std::vector<std::string>& texts) {
  const auto marked = [&](rules::Intent intent) {
    v1::PlanCommand& command = *intent.command.mutable_plan();
    const auto& oneof = *command.GetDescriptor()->oneof_decl(0);
    const FieldDescriptor* which =
        command.GetReflection()->GetOneofFieldDescriptor(command, &oneof);
    MarkTexts(*command.GetReflection()->MutableMessage(&command, which), texts);
    return intent;
  };
  const auto wrote = [&](const std::string& by, Action action, const rules::Intent& intent) {
    trust.Wrote(Paper(by, action, intent).About(trust.plan));
  };
  wrote(trust.helen, Action::kAssignReviewer,
        rules::AssignReviewer(trust.carol, rules::AsOther(texts.emplace_back("zqxjknote"))));
  wrote(trust.amina, Action::kRequestReplacement, marked(rules::RequestReplacement()));
  wrote(trust.helen, Action::kDecideReplacement,
        rules::KeepReviewer(texts.emplace_back("zqxjkkeep")));
  wrote(trust.helen, Action::kReplaceReviewer,
        marked(rules::ReplaceReviewer(trust.ben, std::nullopt)));
  wrote(
      trust.helen, Action::kReplaceReviewer,
      marked(rules::ReplaceReviewer(trust.carol, rules::AsOther(texts.emplace_back("zqxjkwhy")))));
  wrote(trust.carol, Action::kIssuePreparationPack,
        rules::IssuePreparationPack({texts.emplace_back("zqxjkdocument")}));
  wrote(trust.amina, Action::kSharePreparation, marked(rules::SharePreparation()));
  wrote(trust.carol, Action::kRecordConsultation,
        rules::RecordConsultation("", texts.emplace_back("zqxjktopic"),
                                  texts.emplace_back("zqxjkwho")));
  wrote(trust.carol, Action::kArrangeRelease, marked(rules::ArrangeRelease()));
  wrote(trust.carol, Action::kConfirmMeeting, marked(rules::ConfirmMeeting("2026-09-04")));
  wrote(trust.carol, Action::kMoveMeeting, marked(rules::MoveMeeting("2026-09-07")));
  wrote(trust.carol, Action::kCorrectMeeting, marked(rules::CorrectMeeting("2026-09-08")));
  wrote(trust.amina, Action::kWaiveNotice, marked(rules::WaiveNotice()));
  wrote(trust.carol, Action::kCancelMeeting, marked(rules::CancelMeeting()));
  wrote(trust.carol, Action::kConfirmMeeting, marked(rules::ConfirmMeeting("2026-09-03")));
  wrote(trust.carol, Action::kRecordMeetingHeld, rules::RecordMeetingHeld("2026-09-03"));
  wrote(trust.carol, Action::kIssueDraft, rules::IssueDraft(MarkedForms(texts)));
  wrote(trust.amina, Action::kRequestChanges, marked(rules::RequestChanges()));
  wrote(trust.carol, Action::kDeclineChange, marked(rules::DeclineChange()));
  wrote(trust.carol, Action::kReviseDraft, rules::ReviseDraft(MarkedForms(texts)));
  wrote(trust.amina, Action::kAddComment, marked(rules::AddComment()));
  wrote(trust.carol, Action::kFinaliseRecord, rules::FinaliseRecord());
  {
    rules::Intent declining{trust.plan, {}};
    v1::DeclineSignature& command = *declining.command.mutable_plan()->mutable_decline_signature();
    command.set_digest(trust.Signing(trust.amina).submission().command.plan().sign().digest());
    command.set_reason(texts.emplace_back("zqxjkdecline"));
    wrote(trust.amina, Action::kDeclineSignature, declining);
  }
  for (const std::string& signer : {trust.carol, trust.amina}) {
    rules::Intent signing{trust.plan, trust.Signing(signer).submission().command};
    signing.command.mutable_plan()->mutable_sign()->set_meaning(
        texts.emplace_back("zqxjkmeaning" + signer));
    wrote(signer, Action::kSign, signing);
  }
}

TEST(WhatLiesOnTheDisk, HoldsNoTextOfAPlanAndNoNameOrKeyOfAPerson) {
  const storage::ScratchFolder folder;
  Named named;
  named.amina = "Amina Zqxjkname";
  named.ben = "Ben Zqxjkname";
  named.staff_key_prefix = "ZQXJKSTAFF";
  std::vector<std::string> texts;
  {
    Registry registry(rocksdb::Env::Default(), folder / "");
    FoundedTrust trust(registry, named);
    WalkMarked(trust, texts);
    // Names of teams stand on cards, because compliance is shown for each: they are no secret.
    trust.Wrote(Paper(trust.olive, Action::kChangeWorkFacts,
                      rules::ChangePost(trust.carol, "Zqxjktitle", "Kitchen", trust.school)));
    auto views = Must(storage::Views::Open(folder / "views", rocksdb::Env::Default()));
    const projections::ObligationCards obligations(London());
    auto projector =
        Must(Projector::Start(*registry.journal, *registry.keyring, *views, {&obligations}));
    std::promise<Reached> reached;
    projector->WhenReached(registry.size(), absl::Minutes(1),
                           [&](Reached how_far) { reached.set_value(how_far); });
    ASSERT_FALSE(reached.get_future().get().behind);
    // The scan sees what a thief would see of a running server and, below, of one that stopped.
    ASSERT_THAT(FilesWith(folder / "", "reviewer_assigned"), ::testing::Not(::testing::IsEmpty()))
        << "the scan finds nothing at all";
    EXPECT_THAT(FilesWith(folder / "", kMarker), ::testing::IsEmpty());
    ASSERT_EQ(Must(registry.states->PlanOf(trust.plan))->signatures.size(), 2u);
    registry.journal->Shutdown();
    projector->Shutdown();
  }
  ASSERT_GT(texts.size(), 60u);
  for (const char* marker : {"zqxjk", "Zqxjk", "ZQXJK"}) {
    EXPECT_THAT(FilesWith(folder / "", marker), ::testing::IsEmpty()) << marker;
  }
  for (const char* name :
       {"Yusuf", "Carter", "Diaz", "Helen Ito", "Olive Kay", "Hugo Lund", "Sam Moss", "Adeyemi"}) {
    EXPECT_THAT(FilesWith(folder / "", name), ::testing::IsEmpty()) << name;
  }
}

}  // namespace
}  // namespace countersign
