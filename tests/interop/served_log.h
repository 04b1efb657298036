// The command line against a journal, without a network between them.
#pragma once

#include <string>

#include "storage/journal.h"

namespace countersign::interop {

// Runs `countersign log export --tiles FOLDER` against a server of this journal, whose head must
// have a checkpoint. What it told as its failure; empty when it was done.
std::string ExportTiles(const storage::Journal& journal, const std::string& folder);

}  // namespace countersign::interop
