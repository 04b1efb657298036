#include "services/rules/state/comments.h"

#include <utility>

namespace countersign::rules {

void Comments::Add(v1::RevieweeComments::Comment comment) {
  v1::RevieweeComments alone;
  *alone.add_comments() = std::move(comment);
  // A list of messages is as long as its messages one by one.
  bytes_ += alone.ByteSizeLong();
  said_.push_back(
      std::make_shared<const v1::RevieweeComments::Comment>(std::move(*alone.mutable_comments(0))));
}

v1::RevieweeComments Comments::Message() const {
  v1::RevieweeComments message;
  for (const auto& comment : said_) *message.add_comments() = *comment;
  return message;
}

}  // namespace countersign::rules
