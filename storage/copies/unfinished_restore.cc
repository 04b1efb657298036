#include "storage/copies/unfinished_restore.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/keyring/key_copy.h"
#include "storage/rocks.h"
#include "storage/small_file.h"

namespace countersign::storage {

absl::Status RemoveUnfinished(rocksdb::Env* env, const std::string& folder) {
  absl::Status destroyed = DestroyKeys(env, folder + "/keyring");
  return destroyed.ok() ? RemoveFolder(env, folder) : destroyed;
}

std::vector<std::string> UnfinishedRestoresBeside(rocksdb::Env* env, const std::string& into) {
  const std::string folder = FolderOf(into);
  std::vector<std::string> names;
  std::vector<std::string> found;
  if (!env->GetChildren(folder, &names).ok()) return found;
  for (const std::string& name : names) {
    const std::string path = absl::StrCat(folder, "/", name);
    // Other things are written under such names as well: of a restore there is a journal.
    if (absl::EndsWith(name, kUnfinishedRestore) && env->FileExists(path + "/journal").ok()) {
      found.push_back(path);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace countersign::storage
