// A map that forgets what was not used for longest. Not thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace countersign::storage {

template <typename Key, typename Value>
class BoundedCache {
 public:
  // Keeps up to `capacity` values, at least one.
  explicit BoundedCache(size_t capacity) : capacity_(capacity > 0 ? capacity : 1) {}

  // The value, now the most recently used one; null when it is not here. Valid until the next call.
  const Value* Find(const Key& key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return nullptr;
    values_.splice(values_.begin(), values_, found->second);
    return &found->second->second;
  }

  // Adds or replaces.
  void Put(const Key& key, Value value) {
    if (const auto found = places_.find(key); found != places_.end()) {
      found->second->second = std::move(value);
      values_.splice(values_.begin(), values_, found->second);
      return;
    }
    if (values_.size() >= capacity_) {
      places_.erase(values_.back().first);
      values_.pop_back();
    }
    values_.emplace_front(key, std::move(value));
    places_[key] = values_.begin();
  }

  void Clear() {
    places_.clear();
    values_.clear();
  }

  size_t size() const { return values_.size(); }

 private:
  using Values = std::list<std::pair<Key, Value>>;  // The most recently used first.

  size_t capacity_;
  Values values_;
  absl::flat_hash_map<Key, typename Values::iterator> places_;
};

}  // namespace countersign::storage
