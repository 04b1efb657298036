#include "services/rules/event_type.h"

#include "absl/strings/str_cat.h"
#include "countersign/v1/options.pb.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace countersign::rules {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

// Events nest oneofs: stream, chapter, event. The innermost message is the fact itself, which may
// have a oneof of its own (the basis of an assignment), so depth decides, not shape.
constexpr int kDeepestOneof = 3;

absl::StatusOr<std::string> NameOf(const v1::Event& event, bool stop_at_neutral) {
  const Message* message = &event;
  std::string name;
  for (int depth = 0; depth < kDeepestOneof; ++depth) {
    if (message->GetDescriptor()->oneof_decl_count() == 0) break;
    const OneofDescriptor* choice = message->GetDescriptor()->oneof_decl(0);
    const FieldDescriptor* chosen =
        message->GetReflection()->GetOneofFieldDescriptor(*message, choice);
    if (chosen == nullptr) {
      return absl::DataLossError(absl::StrCat("event of unknown kind in ", choice->full_name(),
                                              ": written by a newer version; upgrade to read it"));
    }
    name = chosen->name();
    if (stop_at_neutral && chosen->options().GetExtension(v1::neutral_type)) break;
    message = &message->GetReflection()->GetMessage(*message, chosen);
  }
  return name;
}

}  // namespace

absl::StatusOr<std::string> EventTypeOf(const v1::Event& event) { return NameOf(event, true); }

absl::StatusOr<std::string> EventNameOf(const v1::Event& event) { return NameOf(event, false); }

absl::StatusOr<v1::Event> AccessEventOf(absl::string_view event_type) {
  v1::Event event;
  v1::AccessEvent* access = event.mutable_access();
  const FieldDescriptor* view =
      v1::AccessEvent::descriptor()->FindFieldByName(std::string(event_type));
  if (view == nullptr) {
    return absl::DataLossError(absl::StrCat("unknown view in an access stream: ", event_type));
  }
  access->GetReflection()->MutableMessage(access, view);
  return event;
}

}  // namespace countersign::rules
