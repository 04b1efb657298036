// The reviewee's comments on a draft, in the order in which they were made (R70).
#ifndef COUNTERSIGN_SERVICES_RULES_STATE_COMMENTS_H_
#define COUNTERSIGN_SERVICES_RULES_STATE_COMMENTS_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "countersign/v1/record.pb.h"

namespace countersign::rules {

// Copies share what was said: a plan is copied with every event, and its comments may be long.
class Comments {
 public:
  void Add(v1::RevieweeComments::Comment comment);

  // As the record holds them.
  v1::RevieweeComments Message() const;

  // The length of Message() as bytes, which is known without making it.
  size_t bytes() const { return bytes_; }

  size_t size() const { return said_.size(); }
  // One of them, from 0. Copies of a plan hold the very same object.
  const v1::RevieweeComments::Comment& At(size_t index) const { return *said_[index]; }

 private:
  std::vector<std::shared_ptr<const v1::RevieweeComments::Comment>> said_;
  size_t bytes_ = 0;
};

}  // namespace countersign::rules

#endif  // COUNTERSIGN_SERVICES_RULES_STATE_COMMENTS_H_
