// How old the keys of backups are, and when they go.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "storage/copies/backup.h"
#include "storage/copies/folder_lock.h"
#include "storage/errors.h"
#include "storage/keyring/key_copy.h"

namespace countersign::storage {

std::string Backups::KeysOf(const absl::AlphaNum& name) const {
  return absl::StrCat(options_.path, "/keys/", name);
}

bool Backups::KeysExpired(absl::Time copied_at) const {
  return options_.now() - copied_at > options_.keys_kept;
}

absl::StatusOr<std::vector<std::string>> Backups::CopiesOfKeys() const {
  std::vector<std::string> names;
  const std::string folder = options_.path + "/keys";
  if (options_.env->FileExists(folder).IsNotFound()) return names;
  const rocksdb::Status listed = options_.env->GetChildren(folder, &names);
  if (!listed.ok()) return FromRocks(listed, "listing " + folder);
  names.erase(std::remove_if(names.begin(), names.end(),
                             [](const std::string& name) { return name == "." || name == ".."; }),
              names.end());
  return names;
}

absl::StatusOr<absl::Time> Backups::KeysCopiedAt(const std::string& name) const {
  uint32_t number = 0;
  if (absl::SimpleAtoi(name, &number)) {
    const absl::StatusOr<Backup> backup = ReadRecord(options_.env, options_.path, number);
    if (backup.ok()) return backup->created_at;
  }
  // A damaged record must not keep keys for ever, nor may one flipped bit destroy them.
  absl::StatusOr<std::optional<absl::Time>> written = KeyCopyTime(options_.env, KeysOf(name));
  if (!written.ok()) return written.status();
  // A copy that was not finished, or is half removed, is of no use to anybody.
  return written->value_or(absl::InfinitePast());
}

absl::Status Backups::FindExpiredKeys(std::vector<std::string>& expired) const {
  absl::StatusOr<std::vector<std::string>> names = CopiesOfKeys();
  if (!names.ok()) return names.status();
  absl::Status first_error;
  for (std::string& name : *names) {
    absl::StatusOr<absl::Time> copied_at = KeysCopiedAt(name);
    first_error.Update(copied_at.status());
    if (copied_at.ok() && KeysExpired(*copied_at)) expired.push_back(std::move(name));
  }
  return first_error;
}

absl::Status Backups::RemoveExpiredKeysAlone() const {
  std::vector<std::string> expired;
  absl::Status first_error = FindExpiredKeys(expired);
  for (const std::string& name : expired) {
    first_error.Update(DestroyKeys(options_.env, KeysOf(name)));
  }
  return first_error;
}

absl::Status Backups::RemoveExpiredKeys() const {
  std::vector<std::string> expired;
  absl::Status found = FindExpiredKeys(expired);
  // Who wants to make a backup just now finds the folder free.
  if (expired.empty()) return found;
  FolderLock alone(options_.env);
  if (!alone.Take(options_.path).ok()) return absl::OkStatus();
  return RemoveExpiredKeysAlone();
}

}  // namespace countersign::storage
