// Packs that somebody changed, with all the skill there is short of the journal's key: none of them
// verifies, and what is evidence is called so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_replace.h"
#include "clients/verifier/findings.h"
#include "countersign/v1/entry.pb.h"
#include "tests/pack/open_pack.h"
#include "tests/pack/plan_journal.h"

namespace countersign {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOtherPlan[] = "41000000-0000-4000-8000-000000000044";

const std::string& SignedPack() {
  static const auto* const pack = [] {
    PlanJournal journal;
    journal.WriteAll(UntilBothSigned());
    return new std::string(journal.Pack());
  }();
  return *pack;
}

const std::string& UnsignedPack() {
  static const auto* const pack = [] {
    PlanJournal journal;
    journal.WriteAll(UntilClosedUnsigned());
    return new std::string(journal.Pack());
  }();
  return *pack;
}

// The places at which a flipped bit was not noticed.
std::vector<size_t> UnnoticedIn(const std::string& pack, size_t first, size_t step) {
  const verifier::KeyFile keys = Sure(verifier::ParseKeyFile(TrustedKeys()));
  std::vector<size_t> unnoticed;
  std::string changed = pack;
  for (size_t i = first; i < pack.size(); i += step) {
    changed[i] = static_cast<char>(pack[i] ^ (1 << (i % 8)));
    if (verifier::CheckRecordPack(changed, keys, {}).ok()) unnoticed.push_back(i);
    changed[i] = pack[i];
  }
  return unnoticed;
}

TEST(ATamperedPack, IsRefusedWhicheverByteIsFlipped) {
  ASSERT_TRUE(Check(SignedPack(), TrustedKeys()).ok());
  std::vector<size_t> even;
  std::thread half([&] { even = UnnoticedIn(SignedPack(), 0, 2); });
  EXPECT_THAT(UnnoticedIn(SignedPack(), 1, 2), IsEmpty());
  half.join();
  EXPECT_THAT(even, IsEmpty());
}

TEST(ATamperedPack, IsRefusedWhereverItIsCutOffOrContinued) {
  const verifier::KeyFile keys = Sure(verifier::ParseKeyFile(TrustedKeys()));
  for (size_t size = 0; size < SignedPack().size(); size += 7) {
    EXPECT_EQ(verifier::ExitCodeOf(
                  verifier::CheckRecordPack(SignedPack().substr(0, size), keys, {}).status()),
              verifier::kUnverifiable)
        << size;
  }
  EXPECT_FALSE(Check(SignedPack() + '\0', TrustedKeys()).ok());
  EXPECT_FALSE(Check(SignedPack() + SignedPack(), TrustedKeys()).ok());
}

v1::Record OtherRecord() {
  rules::Forms forms = rules::WithHeader(rules::CompleteForms());
  forms.plan.mutable_objectives(0)->set_objective("Lead the garden club");
  forms.annex.mutable_objective_support(0)->set_support("A spade for each child");
  return rules::RecordOf(forms);
}

// A way to change a pack of a signed record; `other` is the pack of another plan in the same
// checkpoint. Positions: 7 draft, 8 final record, 9 Ben signed, 10 deadline extended, 11 Amina
// signed; those of the other plan come 13 later.
struct Trick {
  std::string name;
  std::function<void(OpenPack& pack, OpenPack& other)> play;
  std::string found;

  friend std::ostream& operator<<(std::ostream& out, const Trick& trick) {
    return out << trick.name;
  }
};

void Replace(std::string& bytes, const std::string& from, const std::string& to) {
  ASSERT_THAT(bytes, HasSubstr(from));
  bytes = absl::StrReplaceAll(bytes, {{from, to}});
}

std::vector<Trick> TricksWithTheParts() {
  return {
      {"AnotherObjective",
       [](OpenPack& pack, OpenPack&) { Replace(pack["plan.bin"], "phonics", "physics"); },
       "position 7"},
      {"AnotherObjectiveAlsoInTheEvent",
       [](OpenPack& pack, OpenPack&) {
         Replace(pack["plan.bin"], "phonics", "physics");
         Replace(pack["entries/7.event"], "phonics", "physics");
       },
       "position 7 is wrong: its payload is another"},
      {"AnotherAnnex",
       [](OpenPack& pack, OpenPack&) { Replace(pack["annex.bin"], "decodable", "delectable"); },
       "position 7"},
      {"ACommentTakenOut", [](OpenPack& pack, OpenPack&) { pack["comments.bin"].clear(); },
       "position 8"},
      {"AnotherDigest",
       [](OpenPack& pack, OpenPack&) { pack["digest.txt"] = std::string(64, 'a') + "\n"; },
       "digest.txt"},
      {"ADigestInCapitals",
       [](OpenPack& pack, OpenPack&) {
         for (char& c : pack["digest.txt"]) c = absl::ascii_toupper(c);
       },
       "digest.txt"},
  };
}

std::vector<Trick> TricksWithTheEntries() {
  return {
      {"TheReviewerAsTheReviewee",
       [](OpenPack& pack, OpenPack&) { pack["entries/9.event"] = pack["entries/11.event"]; },
       "position 9 is wrong: its payload is another"},
      {"AnotherSalt", [](OpenPack& pack, OpenPack&) { pack["entries/9.salt"][0] ^= 1; },
       "position 9 is wrong: its payload is another"},
      {"ASaltBorrowedByteFromTheEvent",
       [](OpenPack& pack, OpenPack&) {
         std::string& salt = pack["entries/9.salt"];
         std::string& event = pack["entries/9.event"];
         salt += event[0];
         event.erase(0, 1);
       },
       ""},
      {"AnotherActor", [](OpenPack& pack, OpenPack&) { pack["entries/9.entry"][60] ^= 1; },
       "position 9"},
      {"AnotherActorAlsoInTheProof",
       [](OpenPack& pack, OpenPack&) {
         std::string changed = pack["entries/9.entry"];
         changed[60] ^= 1;
         storage::TlogProof proof = Sure(storage::ParseTlogProof(pack["entries/9.tlog-proof"]));
         proof.extra = changed;
         pack["entries/9.entry"] = changed;
         pack["entries/9.tlog-proof"] = storage::ToString(proof);
       },
       "position 9"},
      // Nothing comes after it that would name its hash: the proof alone tells.
      {"AnotherSignerOfTheLastEntry",
       [](OpenPack& pack, OpenPack&) {
         v1::Entry entry;
         ASSERT_TRUE(entry.ParseFromString(pack["entries/11.entry"]));
         entry.mutable_actor()->back() ^= 1;
         storage::TlogProof proof = Sure(storage::ParseTlogProof(pack["entries/11.tlog-proof"]));
         proof.extra = entry.SerializeAsString();
         pack["entries/11.entry"] = *proof.extra;
         pack["entries/11.tlog-proof"] = storage::ToString(proof);
       },
       "position 11 is wrong: it is not proved"},
      {"TheProofOfAnotherEntry",
       [](OpenPack& pack, OpenPack&) {
         pack["entries/9.tlog-proof"] = pack["entries/11.tlog-proof"];
       },
       "position 9"},
      {"WhatHappenedBetweenLeftOut", [](OpenPack& pack, OpenPack&) { pack.RemoveEntry(10); },
       "position 11 is wrong: entries before it were left out"},
      {"ASignatureLeftOut", [](OpenPack& pack, OpenPack&) { pack.RemoveEntry(11); },
       "neither both signatures nor a closing"},
      {"TheFinalRecordLeftOut", [](OpenPack& pack, OpenPack&) { pack.RemoveEntry(8); },
       "do not begin with a draft and the final record"},
      {"APayloadKeptBack",
       [](OpenPack& pack, OpenPack&) {
         pack.Remove("entries/9.event");
         pack.Remove("entries/9.salt");
       },
       "position 9 is wrong: its payload is missing"},
      {"APayloadThatDoesNotBelongThere",
       [](OpenPack& pack, OpenPack&) {
         pack.AddBefore("entries/10.tlog-proof", {"entries/10.event", "words"});
         pack.AddBefore("entries/10.tlog-proof", {"entries/10.salt", std::string(32, 's')});
       },
       "position 10"},
      {"AnotherKeyToCompareWith",
       [](OpenPack& pack, OpenPack&) { pack["log.key"] = KeyLineOf(KeyOf(kOrigin, 7)); },
       "log.key"},
  };
}

std::vector<Trick> TricksWithAnotherPack() {
  return {
      {"ThePlanOfAnother", [](OpenPack& pack, OpenPack& other) { pack.Take("plan.bin", other); },
       "position 7"},
      {"ThePartsOfAnother",
       [](OpenPack& pack, OpenPack& other) {
         for (const char* part : {"plan.bin", "annex.bin", "comments.bin", "digest.txt"}) {
           pack.Take(part, other);
         }
       },
       "position 7"},
      {"TheSignatureOnAnother",
       [](OpenPack& pack, OpenPack& other) {
         pack.RemoveEntry(11);
         for (const char* ending : {"entry", "event", "salt", "tlog-proof"}) {
           const std::string name = absl::StrCat("entries/24.", ending);
           pack.AddBefore("checkpoint", {name, other[name]});
         }
       },
       "position 24 is wrong: it is of another plan"},
      {"ManyEntriesOfAnother",
       [](OpenPack& pack, OpenPack& other) {
         for (const uint64_t position : {8, 9, 10, 11}) {
           pack.RemoveEntry(position);
           for (const char* ending : {"entry", "event", "salt", "tlog-proof"}) {
             if (position == 10 && (ending[1] == 'v' || ending[0] == 's')) continue;
             const std::string name = absl::StrCat("entries/", position + 13, ".", ending);
             pack.AddBefore("checkpoint", {name, other[name]});
           }
         }
       },
       "position 21 is wrong: it is of another plan"},
  };
}

std::vector<Trick> Tricks() {
  std::vector<Trick> tricks;
  for (const auto& some : {TricksWithTheParts(), TricksWithTheEntries(), TricksWithAnotherPack()}) {
    tricks.insert(tricks.end(), some.begin(), some.end());
  }
  return tricks;
}

class ATrick : public testing::TestWithParam<Trick> {};

TEST_P(ATrick, IsFound) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  journal.WriteAll(UntilBothSigned(kOtherPlan, OtherRecord()));
  OpenPack pack(journal.Pack());
  OpenPack other(journal.Pack(kOtherPlan));
  ASSERT_TRUE(Check(pack.Whole(), TrustedKeys()).ok());
  ASSERT_TRUE(Check(other.Whole(), TrustedKeys()).ok());
  GetParam().play(pack, other);
  const absl::Status found = Check(pack.Whole(), TrustedKeys()).status();
  EXPECT_FALSE(found.ok());
  if (GetParam().found.empty()) return;
  EXPECT_EQ(verifier::ExitCodeOf(found), verifier::kTampered) << found;
  EXPECT_THAT(std::string(found.message()), HasSubstr(GetParam().found));
}

INSTANTIATE_TEST_SUITE_P(Tampering, ATrick, testing::ValuesIn(Tricks()),
                         [](const auto& trick) { return trick.param.name; });

// Who declined stays in a pack that is closed unsigned.
TEST(ATamperedPack, CannotHideThatSomebodyDeclined) {
  OpenPack pack(UnsignedPack());
  pack.RemoveEntry(7);
  const absl::Status found = Check(pack.Whole(), TrustedKeys()).status();
  EXPECT_EQ(verifier::WrongPositionOf(found), 8u) << found;
}

TEST(ATamperedPack, CannotBeMadeAnewWithAnotherKeyOfTheSameName) {
  PlanJournal journal;
  journal.WriteAll(UntilBothSigned());
  const storage::SignatureKey forger = KeyOf(kOrigin, 77);
  const std::string pack = Sure(PackRecord(Sure(journal.Gather()), journal.journal(),
                                           journal.SignWith(forger), forger.verifier()));
  // A key that followed the known one would look the same.
  EXPECT_EQ(verifier::ExitCodeOf(Check(pack, TrustedKeys()).status()), verifier::kUnverifiable);
}

TEST(ATamperedPack, ShowsThatThePageWasChangedUnlessTheManifestWasToo) {
  OpenPack pack(SignedPack());
  const std::string& manifest = SignedPack();
  const size_t at = manifest.find("countersign record pack v1\n");
  const std::string unchanged = manifest.substr(at, manifest.find("log.key\n", at) + 8 - at);
  EXPECT_TRUE(Check(pack.WithManifest(unchanged), TrustedKeys()).ok());
  pack["record.html"] += "<p>More</p>";
  const absl::Status found = Check(pack.WithManifest(unchanged), TrustedKeys()).status();
  EXPECT_EQ(verifier::ExitCodeOf(found), verifier::kTampered) << found;
  EXPECT_THAT(std::string(found.message()), HasSubstr("manifest.txt"));
  // That is why the verifier calls the page a rendering.
  EXPECT_TRUE(Check(pack.Whole(), TrustedKeys()).ok());
}

TEST(ATamperedPack, WithOnlyAChecksumWrongIsADamagedCopy) {
  std::string pack = SignedPack();
  const std::string record = "record.html";
  // The checksum stands 16 bytes before the name in a local header, and 30 before it in the
  // directory.
  const size_t local = pack.find(record) - 16;
  const size_t central = pack.rfind(record) - 30;
  ASSERT_EQ(pack.substr(local, 4), pack.substr(central, 4));
  pack[local] ^= 1;
  pack[central] ^= 1;
  EXPECT_EQ(Check(pack, TrustedKeys()).status().code(), absl::StatusCode::kAborted);
}

// What the journal itself would have to hold wrong. No server writes this down; a checker does not
// take its word for it.
struct Story {
  std::string name;
  std::function<void(PlanJournal& journal)> tell;
  std::string found;

  friend std::ostream& operator<<(std::ostream& out, const Story& story) {
    return out << story.name;
  }
};

std::vector<Story> Stories() {
  const std::string digest = RecordDigestOf();
  const rules::Past by_ben = rules::Signed(rules::kBen, digest);
  const rules::Past by_amina = rules::Signed(rules::kAmina, digest);
  return {
      {"SomebodySignsInTheOthersRole",
       [=](PlanJournal& journal) {
         journal.WriteAs(by_ben, "reviewer");
         journal.WriteAs(by_amina, "reviewer");
       },
       "a party acts for themselves"},
      {"OnePersonSignsAsBoth",
       [=](PlanJournal& journal) {
         journal.WriteAs(by_ben, "reviewer");
         journal.WriteAs(by_amina.By(rules::kBen), "reviewee");
       },
       "two people"},
      {"TwoPeopleSignAsTheReviewer",
       [=](PlanJournal& journal) {
         journal.WriteAs(by_ben, "reviewer");
         journal.WriteAs(by_ben.By(rules::kHelen), "reviewer");
       },
       "two people"},
      {"SomebodyDeclinesWhatTheySigned",
       [=](PlanJournal& journal) {
         journal.Write(by_ben);
         journal.Write(rules::SignatureDeclined(rules::kBen, "", digest));
         journal.Write(rules::ClosedUnsigned("So", digest));
       },
       "had signed before"},
      {"ADigestOfAnotherRecordIsSigned",
       [=](PlanJournal& journal) {
         journal.Write(by_ben);
         journal.Write(rules::Signed(rules::kAmina, std::string(32, 'x')));
       },
       "about a record with another digest"},
      {"AnotherRecordIsClosed",
       [=](PlanJournal& journal) {
         journal.Write(rules::ClosedUnsigned("So", std::string(32, 'x')));
       },
       "about a record with another digest"},
      {"ACommentTakesTheRecordBackBetweenTheSignatures",
       [=](PlanJournal& journal) {
         journal.WriteAll({by_ben, rules::CommentAdded(), by_amina});
       },
       "takes the final record back"},
      {"AnotherReviewerComesBetweenTheSignatures",
       [=](PlanJournal& journal) {
         journal.WriteAll({by_ben, rules::ReviewerReplaced(), by_amina});
       },
       "takes the final record back"},
      {"AnotherDraftComesBetweenTheSignatures",
       [=](PlanJournal& journal) {
         journal.WriteAll({by_ben, rules::DraftRevised(2, rules::CompleteRecord()), by_amina});
       },
       "takes the final record back"},
  };
}

class AStory : public testing::TestWithParam<Story> {};

TEST_P(AStory, IsNotBelievedBecauseItIsInTheJournal) {
  PlanJournal journal;
  journal.WriteAll({rules::Enrolled(), rules::ReviewerAssigned(), rules::MeetingHeld(),
                    rules::DraftIssued(), Finalised()});
  GetParam().tell(journal);
  const absl::Status found = Check(journal.Pack(), TrustedKeys()).status();
  EXPECT_EQ(verifier::ExitCodeOf(found), verifier::kTampered) << found;
  EXPECT_THAT(std::string(found.message()), HasSubstr(GetParam().found));
}

INSTANTIATE_TEST_SUITE_P(Tampering, AStory, testing::ValuesIn(Stories()),
                         [](const auto& story) { return story.param.name; });

}  // namespace
}  // namespace countersign
