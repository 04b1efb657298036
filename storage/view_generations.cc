// Which generations there are. One row of the default column family per view names the current
// generation and the one being built; a generation that no row names is dropped.
#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/bytes.h"
#include "storage/errors.h"
#include "storage/keys.h"
#include "storage/rocks.h"
#include "storage/view_generation.h"
#include "storage/views.h"

namespace countersign::storage {
namespace {

struct GenerationName {
  uint32_t version;
  uint32_t number;
};

// What the row of a view says.
struct Generations {
  std::optional<GenerationName> current;
  std::optional<GenerationName> building;
};

void AppendName(const std::optional<GenerationName>& name, std::string& row) {
  AppendU8(name.has_value() ? 1 : 0, row);
  AppendU32(name.has_value() ? name->version : 0, row);
  AppendU32(name.has_value() ? name->number : 0, row);
}

std::string EncodeGenerations(const Generations& generations) {
  std::string row;
  AppendName(generations.current, row);
  AppendName(generations.building, row);
  return row;
}

std::optional<GenerationName> TakeName(ByteReader& reader) {
  const bool present = reader.U8() != 0;
  const uint32_t version = reader.U32();
  const uint32_t number = reader.U32();
  return present ? std::optional(GenerationName{version, number}) : std::nullopt;
}

absl::StatusOr<Generations> ParseGenerations(std::string_view row) {
  ByteReader reader(row);
  Generations generations;
  generations.current = TakeName(reader);
  generations.building = TakeName(reader);
  if (!reader.done()) return absl::DataLossError("The list of a view's generations is damaged.");
  return generations;
}

bool IsViewName(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return absl::ascii_isalnum(c) || c == '_'; });
}

}  // namespace

std::string ViewPositionRow(uint64_t position) {
  std::string row;
  AppendU64(position, row);
  return row;
}

absl::StatusOr<std::optional<uint64_t>> ReadViewPosition(Rocks& rocks, const std::string& family,
                                                         const rocksdb::ReadOptions& options) {
  std::string row;
  const rocksdb::Status found = rocks.db().Get(options, keys::ViewPosition(family), &row);
  if (found.IsNotFound()) return std::optional<uint64_t>();
  if (!found.ok()) return FromRocks(found, "reading a view's position");
  ByteReader reader(row);
  const uint64_t position = reader.U64();
  if (!reader.done()) return absl::DataLossError("A view's position is damaged.");
  return std::optional(position);
}

absl::Status View::Generation::Persist() {
  if (!unlogged.load()) return absl::OkStatus();
  const rocksdb::Status flushed = rocks->db().Flush(rocksdb::FlushOptions(), family);
  if (!flushed.ok()) return FromRocks(flushed, "writing the cards of " + name);
  unlogged.store(false);
  return absl::OkStatus();
}

struct Views::Rep {
  // What is known of one view name.
  struct Named {
    std::optional<View> current;
    std::optional<View> building;
    std::vector<View> old;        // Neither, and not dropped yet.
    uint32_t highest_number = 0;  // A number is never used again.
  };

  absl::Status Load();
  absl::Status LoadName(const std::string& name, const Generations& generations);
  absl::StatusOr<View> Reopen(const std::string& name, const GenerationName& generation);
  absl::Status DropUnnamed();
  absl::StatusOr<View> Begin(const std::string& name, uint32_t version);
  absl::Status DropOld(Named& named);
  absl::Status Drop(rocksdb::ColumnFamilyHandle* family);
  // Adds the row of a name to a batch.
  static void NameIn(const std::string& name, const Named& named, rocksdb::WriteBatch& batch);
  static Generations NamesOf(const Named& named);

  std::shared_ptr<Rocks> rocks;
  mutable std::mutex lock;
  std::map<std::string, Named> names;  // Under lock.
};

absl::StatusOr<View> Views::Rep::Reopen(const std::string& name, const GenerationName& generation) {
  const std::string family_name = keys::ViewFamily(name, generation.version, generation.number);
  absl::StatusOr<std::optional<uint64_t>> position =
      ReadViewPosition(*rocks, family_name, rocksdb::ReadOptions());
  if (!position.ok()) return position.status();
  rocksdb::ColumnFamilyHandle* family = rocks->TakeFamily(family_name);
  if (family == nullptr) {
    return absl::DataLossError(absl::StrCat("The generation ", family_name, " is missing."));
  }
  return View(std::make_shared<View::Generation>(rocks, family, name, generation.version,
                                                 generation.number, position->value_or(0)));
}

absl::Status Views::Rep::LoadName(const std::string& name, const Generations& generations) {
  Named& named = names[name];
  for (const auto& [generation, view] : {std::pair(generations.current, &named.current),
                                         std::pair(generations.building, &named.building)}) {
    if (!generation.has_value()) continue;
    absl::StatusOr<View> reopened = Reopen(name, *generation);
    if (!reopened.ok()) return reopened.status();
    *view = *std::move(reopened);
    named.highest_number = std::max(named.highest_number, generation->number);
  }
  return absl::OkStatus();
}

absl::Status Views::Rep::Load() {
  const std::unique_ptr<rocksdb::Iterator> rows(rocks->db().NewIterator(rocksdb::ReadOptions()));
  const std::string prefix = keys::ViewGenerations("");
  for (rows->Seek(prefix); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
    absl::StatusOr<Generations> generations = ParseGenerations(ToView(rows->value()));
    if (!generations.ok()) return generations.status();
    absl::Status loaded =
        LoadName(std::string(ToView(rows->key()).substr(prefix.size())), *generations);
    if (!loaded.ok()) return loaded;
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), "reading the list of generations");
  return DropUnnamed();
}

absl::Status Views::Rep::DropUnnamed() {
  // Those that are named have been taken.
  for (const std::string& family_name : rocks->family_names()) {
    if (family_name == rocksdb::kDefaultColumnFamilyName) continue;
    rocksdb::ColumnFamilyHandle* family = rocks->TakeFamily(family_name);
    const absl::Status dropped = Drop(family);
    rocks->db().DestroyColumnFamilyHandle(family);
    if (!dropped.ok()) return dropped;
  }
  return absl::OkStatus();
}

Generations Views::Rep::NamesOf(const Named& named) {
  const auto name_of = [](const std::optional<View>& view) {
    return view.has_value() ? std::optional(GenerationName{view->version(), view->generation()})
                            : std::nullopt;
  };
  return {.current = name_of(named.current), .building = name_of(named.building)};
}

void Views::Rep::NameIn(const std::string& name, const Named& named, rocksdb::WriteBatch& batch) {
  batch.Put(keys::ViewGenerations(name), EncodeGenerations(NamesOf(named)));
}

absl::StatusOr<View> Views::Rep::Begin(const std::string& name, uint32_t version) {
  Named& named = names[name];
  const uint32_t number = named.highest_number + 1;
  const std::string family_name = keys::ViewFamily(name, version, number);
  rocksdb::ColumnFamilyHandle* family = nullptr;
  const rocksdb::Status made = rocks->db().CreateColumnFamily(
      rocks->FamilyOptions(Rocks::Shape::kRows), family_name, &family);
  if (!made.ok()) return FromRocks(made, "beginning " + family_name);
  named.highest_number = number;
  View begun(std::make_shared<View::Generation>(rocks, family, name, version, number, 0));
  Named next = named;
  if (next.building.has_value()) next.old.push_back(*next.building);
  (next.current.has_value() ? next.building : next.current) = begun;
  rocksdb::WriteBatch batch;
  NameIn(name, next, batch);
  // V2: a generation of this number may have been given up before a crash that forgot that its
  // position was removed.
  batch.Put(keys::ViewPosition(family_name), ViewPositionRow(0));
  const rocksdb::Status written = rocks->db().Write(Synced(), &batch);
  if (!written.ok()) return FromRocks(written, "naming " + family_name);
  named = std::move(next);
  return begun;
}

absl::Status Views::Rep::Drop(rocksdb::ColumnFamilyHandle* family) {
  rocksdb::Status dropped = rocks->db().DropColumnFamily(family);
  if (dropped.ok()) {
    dropped = rocks->db().Delete(rocksdb::WriteOptions(), keys::ViewPosition(family->GetName()));
  }
  return FromRocks(dropped, "dropping " + family->GetName());
}

absl::Status Views::Rep::DropOld(Named& named) {
  while (!named.old.empty()) {
    View::Generation& generation = *named.old.back().generation_;
    generation.dropped.store(true);
    absl::Status dropped = Drop(generation.family);
    if (!dropped.ok()) return dropped;
    named.old.pop_back();
  }
  return absl::OkStatus();
}

Views::Views(std::unique_ptr<Rep> rep) : rep_(std::move(rep)) {}
Views::~Views() = default;

absl::StatusOr<std::unique_ptr<Views>> Views::Open(const std::string& path, rocksdb::Env* env) {
  absl::StatusOr<std::unique_ptr<Rocks>> rocks =
      Rocks::Open(path, env, Rocks::Recovery::kDropDamagedTail, {});
  if (!rocks.ok()) return rocks.status();
  auto rep = std::make_unique<Rep>();
  rep->rocks = *std::move(rocks);
  absl::Status loaded = rep->Load();
  if (!loaded.ok()) return loaded;
  return std::unique_ptr<Views>(new Views(std::move(rep)));
}

absl::StatusOr<std::optional<uint64_t>> Views::PositionIn(const std::string& path,
                                                          const std::string& name,
                                                          rocksdb::Env* env) {
  const absl::StatusOr<std::unique_ptr<Rocks>> rocks =
      Rocks::Open(path, env, Rocks::Recovery::kExamine, {});
  if (absl::IsNotFound(rocks.status())) return std::optional<uint64_t>();
  if (!rocks.ok()) return rocks.status();
  std::string row;
  const rocksdb::Status found =
      (*rocks)->db().Get(rocksdb::ReadOptions(), keys::ViewGenerations(name), &row);
  if (found.IsNotFound()) return std::optional<uint64_t>();
  if (!found.ok()) return FromRocks(found, "reading the list of generations");
  const absl::StatusOr<Generations> generations = ParseGenerations(row);
  if (!generations.ok()) return generations.status();
  if (!generations->current.has_value()) return std::optional<uint64_t>();
  const absl::StatusOr<std::optional<uint64_t>> position = ReadViewPosition(
      **rocks, keys::ViewFamily(name, generations->current->version, generations->current->number),
      rocksdb::ReadOptions());
  if (!position.ok()) return position.status();
  return std::optional(position->value_or(0));
}

absl::StatusOr<View> Views::OpenView(const std::string& name, uint32_t version) {
  if (!IsViewName(name)) return absl::InvalidArgumentError("This cannot name a view.");
  std::lock_guard guard(rep_->lock);
  const Rep::Named& named = rep_->names[name];
  for (const std::optional<View>& view : {named.current, named.building}) {
    if (view.has_value() && view->version() == version) return *view;
  }
  return rep_->Begin(name, version);
}

std::optional<View> Views::Current(const std::string& name) const {
  std::lock_guard guard(rep_->lock);
  const auto found = rep_->names.find(name);
  return found == rep_->names.end() ? std::nullopt : found->second.current;
}

absl::StatusOr<View> Views::BeginGeneration(const std::string& name, uint32_t version) {
  if (!IsViewName(name)) return absl::InvalidArgumentError("This cannot name a view.");
  std::lock_guard guard(rep_->lock);
  return rep_->Begin(name, version);
}

absl::Status Views::Switch(const std::vector<View>& built) {
  std::lock_guard guard(rep_->lock);
  std::map<std::string, Rep::Named> after;
  rocksdb::WriteBatch batch;
  for (const View& view : built) {
    const auto found = rep_->names.find(view.name());
    if (found == rep_->names.end() || !found->second.building.has_value() ||
        found->second.building->generation_ != view.generation_) {
      return absl::FailedPreconditionError("This generation is not being built.");
    }
    // V3: whole before anything says that it answers.
    const absl::Status persisted = view.generation_->Persist();
    if (!persisted.ok()) return persisted;
    batch.Put(keys::ViewPosition(view.generation_->family->GetName()),
              ViewPositionRow(view.position()));
    Rep::Named next = found->second;
    next.old.push_back(*next.current);
    next.current = view;
    next.building.reset();
    Rep::NameIn(view.name(), next, batch);
    after.insert_or_assign(view.name(), std::move(next));
  }
  const rocksdb::Status written = rep_->rocks->db().Write(Synced(), &batch);
  if (!written.ok()) return FromRocks(written, "switching views");
  for (auto& [name, next] : after) rep_->names[name] = std::move(next);
  return absl::OkStatus();
}

absl::Status Views::GiveUp(const std::string& name) {
  std::lock_guard guard(rep_->lock);
  const auto found = rep_->names.find(name);
  if (found == rep_->names.end() || !found->second.building.has_value()) return absl::OkStatus();
  Rep::Named next = found->second;
  next.old.push_back(*next.building);
  next.building.reset();
  rocksdb::WriteBatch batch;
  Rep::NameIn(name, next, batch);
  // Synced, for a row must never name a family that is gone.
  const rocksdb::Status written = rep_->rocks->db().Write(Synced(), &batch);
  if (!written.ok()) return FromRocks(written, "giving up a generation of " + name);
  found->second = std::move(next);
  return rep_->DropOld(found->second);
}

absl::Status Views::DropOld(const std::string& name) {
  std::lock_guard guard(rep_->lock);
  const auto found = rep_->names.find(name);
  return found == rep_->names.end() ? absl::OkStatus() : rep_->DropOld(found->second);
}

}  // namespace countersign::storage
