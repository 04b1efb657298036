#include "tests/fuzz/targets.h"

namespace countersign::fuzz {

const std::vector<Target>& Targets() {
  static const auto* const targets = new std::vector<Target>{
      {"entry", ReadEntry},
      {"event", FoldEvents},
      {"tree_proof", CheckTreeProof},
      {"signed_note", ReadSignedNote},
      {"tlog_proof", ReadTlogProof},
      {"export", ReadExport},
      {"record_pack", ReadRecordPack},
      {"people_csv", ReadPeopleList},
      {"calendar_ics", ReadSchoolCalendar},
      {"bank_holidays", ReadBankHolidayFile},
  };
  return *targets;
}

}  // namespace countersign::fuzz
