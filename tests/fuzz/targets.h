// What is fuzzed: everything that reads bytes which somebody else may have written.
//
// Each target takes any bytes and returns, or ends the program with what was broken. It does not
// only look for crashes: what is read, written and read again is the same; the two implementations
// of the same check agree; what is accepted is what was signed.
//
// A target is a libFuzzer program of its own in the asan build (fuzzer.cc), and one row of the
// table here, by which every input that was ever found is tried again in every build
// (replay_test.cc).
#pragma once

#include <string_view>
#include <vector>

namespace countersign::fuzz {

void ReadEntry(std::string_view bytes);
void FoldEvents(std::string_view bytes);
void CheckTreeProof(std::string_view bytes);
void ReadSignedNote(std::string_view bytes);
void ReadTlogProof(std::string_view bytes);
void ReadExport(std::string_view bytes);
void ReadRecordPack(std::string_view bytes);
void ReadPeopleList(std::string_view bytes);
void ReadSchoolCalendar(std::string_view bytes);
void ReadBankHolidayFile(std::string_view bytes);

struct Target {
  std::string_view name;  // Of its program, its corpus and its findings.
  void (*examine)(std::string_view bytes);
};

// All of them.
const std::vector<Target>& Targets();

}  // namespace countersign::fuzz
