// Queries as of a moment, and answers as they can be compared with those of another time.
#ifndef COUNTERSIGN_TESTS_SERVICES_AS_OF_H_
#define COUNTERSIGN_TESTS_SERVICES_AS_OF_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "tests/services/desk.h"

namespace countersign {

// A request with its as_of set.
inline std::unique_ptr<google::protobuf::Message> AsOf(const google::protobuf::Message& request,
                                                       const v1::AsOf& moment) {
  std::unique_ptr<google::protobuf::Message> asked(request.New());
  asked->CopyFrom(request);
  asked->GetReflection()
      ->MutableMessage(asked.get(), asked->GetDescriptor()->FindFieldByName("as_of"))
      ->CopyFrom(moment);
  return asked;
}

inline v1::AsOf AfterEntries(uint64_t position) {
  v1::AsOf moment;
  moment.set_position(position);
  return moment;
}

// The number of entries that an answer reflects; nothing where it does not say.
inline std::optional<uint64_t> Reflected(const google::protobuf::Message& response) {
  const auto* field = response.GetDescriptor()->FindFieldByName("reflects");
  if (field == nullptr) return std::nullopt;
  return dynamic_cast<const v1::Reflects&>(response.GetReflection()->GetMessage(response, field))
      .position();
}

// The bytes of an answer, without what tells the moment itself apart: what it reflects, and where
// the next page begins (that there is one stays).
inline std::string Neutral(const google::protobuf::Message& response) {
  std::unique_ptr<google::protobuf::Message> neutral(response.New());
  neutral->CopyFrom(response);
  const auto& reflection = *neutral->GetReflection();
  if (const auto* reflects = neutral->GetDescriptor()->FindFieldByName("reflects")) {
    reflection.ClearField(neutral.get(), reflects);
  }
  const auto* token = neutral->GetDescriptor()->FindFieldByName("next_page_token");
  if (token != nullptr && !reflection.GetString(*neutral, token).empty()) {
    reflection.SetString(neutral.get(), token, "there is one");
  }
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  neutral->SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

}  // namespace countersign

#endif  // COUNTERSIGN_TESTS_SERVICES_AS_OF_H_
