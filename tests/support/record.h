// A complete plan with its annex, and ways to break it: what drafts are made of in tests.
#ifndef COUNTERSIGN_TESTS_SUPPORT_RECORD_H_
#define COUNTERSIGN_TESTS_SUPPORT_RECORD_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "countersign/v1/record.pb.h"
#include "tests/support/london.h"
#include "tests/support/people.h"

namespace countersign::rules {

// The two parts of a record, as people fill them in or as a draft shows them.
struct Forms {
  v1::IndividualPlan plan;
  v1::TrainingAnnex annex;
};

// All that R43a to R43g ask for, for a cycle that ends on 31 August 2027. No header: whoever writes
// a draft does not fill it in.
inline Forms CompleteForms() {
  Forms forms;
  v1::Objective* objective = forms.plan.add_objectives();
  objective->set_objective("Lead the phonics group of Year 1");
  objective->add_action_steps()->set_task("Shadow the phonics lead twice");
  objective->set_achieve_by("2027-07-16");
  objective->set_success_criteria("Nine of twelve children pass the phonics check");
  v1::PlannedObservation* observation = forms.plan.add_observations();
  observation->set_work("Phonics group");
  observation->set_term("Spring 1");
  observation->set_focus("Pace and questioning");
  observation->set_observer("Ben Carter");
  v1::EvidenceSource* evidence = forms.plan.add_other_evidence();
  evidence->set_what("Class teacher");
  evidence->set_when("End of each half term");
  evidence->set_questions("Which children have moved on?");
  v1::DevelopmentSupport* development = forms.annex.add_personal_development();
  development->set_support("Phonics course");
  development->set_when("November 2026");
  v1::ObjectiveSupport* support = forms.annex.add_objective_support();
  support->set_objective(1);
  support->set_support("A decodable book for each child");
  support->set_timescale("By half term");
  return forms;
}

// The forms with the header that the server fills in: names, job title and team as they stand.
inline Forms WithHeader(Forms forms, absl::string_view review_on = kMeetingDay,
                        absl::string_view reviewer_name = "Ben Carter") {
  v1::RecordHeader header;
  header.set_reviewee_name("Amina Yusuf");
  header.set_reviewer_name(std::string(reviewer_name));
  header.set_team("Key Stage 1");
  header.set_review_on(std::string(review_on));
  *forms.annex.mutable_header() = header;
  header.set_job_title("Teaching assistant");
  *forms.plan.mutable_header() = header;
  return forms;
}

inline v1::Record RecordOf(const Forms& forms) {
  v1::Record record;
  record.mutable_plan()->set_plan(forms.plan.SerializeAsString());
  record.mutable_plan()->set_annex(forms.annex.SerializeAsString());
  return record;
}

inline v1::Record CompleteRecord() { return RecordOf(WithHeader(CompleteForms())); }

// Another record: the draft after the reviewee asked for a change.
inline Forms RevisedForms() {
  Forms forms = CompleteForms();
  forms.plan.mutable_objectives(0)->set_objective("Lead the phonics group of Year 1, with Carol");
  return forms;
}

// More than anybody would read.
inline Forms LongForms() {
  Forms forms = CompleteForms();
  for (int i = 0; i < 20; ++i) {
    for (int step = 0; step < 10; ++step) {
      forms.plan.mutable_objectives(0)->add_action_steps()->set_task(std::string(4'000, 'x'));
    }
  }
  return forms;
}

inline v1::Record RevisedRecord() { return RecordOf(WithHeader(RevisedForms())); }

// A comment of the reviewee, and when the journal recorded it.
struct Comment {
  std::string text;
  std::string at;  // "2026-10-07 10:00" in London.
};

// The third part of the record, serialised.
inline std::string CommentsOf(const std::vector<Comment>& comments) {
  v1::RevieweeComments part;
  for (const Comment& comment : comments) {
    v1::RevieweeComments::Comment* line = part.add_comments();
    line->set_text(comment.text);
    line->mutable_recorded_at()->set_seconds(absl::ToUnixSeconds(InLondon(comment.at)));
  }
  return part.SerializeAsString();
}

// The digest as the design spells it, written a second time on purpose: the tests must not trust
// the function that they test.
inline std::string DigestOf(const v1::Record& record, absl::string_view comments = "") {
  return StandInDigest(absl::StrCat("countersign record v1", StandInDigest(record.plan().plan()),
                                    StandInDigest(record.plan().annex()), StandInDigest(comments)));
}

}  // namespace countersign::rules

#endif  // COUNTERSIGN_TESTS_SUPPORT_RECORD_H_
