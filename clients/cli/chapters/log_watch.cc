// `countersign log watch`: entries as they come.

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "clients/cli/chapters/log.h"
#include "clients/cli/failure.h"
#include "clients/cli/output/dates.h"
#include "clients/cli/output/json.h"
#include "clients/cli/output/line.h"
#include "clients/cli/output/progress.h"
#include "clients/cli/output/text.h"
#include "countersign/v1/event.pb.h"
#include "countersign/v1/log_service.pb.h"
#include "countersign/v1/options.pb.h"

namespace countersign::cli {
namespace {

std::string Short(const std::string& stream_or_id, const Terminal& terminal) {
  if (terminal.full_ids) return stream_or_id;
  const size_t slash = stream_or_id.find('/');
  if (slash == std::string::npos) return ShortId(stream_or_id);
  return absl::StrCat(stream_or_id.substr(0, slash + 1), ShortId(stream_or_id.substr(slash + 1)));
}

void WriteEntry(const v1::WatchedEntry& entry, Terminal& terminal) {
  std::string who = entry.actor_id().empty() ? "the system" : Short(entry.actor_id(), terminal);
  if (!entry.acting_as().empty()) absl::StrAppend(&who, " as ", entry.acting_as());
  if (!entry.policy_rule().empty()) absl::StrAppend(&who, " by ", entry.policy_rule());
  WriteLine({{absl::StrCat(entry.position(), "  "), Tone::kBold},
             {absl::StrCat(MomentWords(entry.recorded_at()), "  ")},
             {entry.event_type(), Tone::kGood},
             {absl::StrCat("  ", Short(entry.stream(), terminal), " version ", entry.version(),
                           "  ", who)}},
            terminal);
}

void WriteMark(const std::string& words, Terminal& terminal) {
  WriteLine({{words, Tone::kDim}}, terminal);
}

void WriteMessage(const v1::WatchResponse& told, Terminal& terminal) {
  switch (told.message_case()) {
    case v1::WatchResponse::kEntry:
      return WriteEntry(told.entry(), terminal);
    case v1::WatchResponse::kCaughtUp:
      return WriteMark(absl::StrCat("Caught up: ", CountWords(told.caught_up()),
                                    " entries stand. What follows happens now."),
                       terminal);
    case v1::WatchResponse::kHeartbeat:
      return WriteMark(
          absl::StrCat("Nothing new; ", CountWords(told.heartbeat()), " entries were looked at."),
          terminal);
    case v1::WatchResponse::kFellBehind:
      return WriteMark(absl::StrCat("Behind since entry ", CountWords(told.fell_behind()),
                                    "; reading on from the disk, nothing is left out."),
                       terminal);
    case v1::WatchResponse::MESSAGE_NOT_SET:
      break;
  }
}

// Collects the names under which events are journaled: the innermost field of the nested oneofs, or
// the one that the schema calls neutral.
void CollectEventTypes(const google::protobuf::Descriptor& message, int depth,
                       std::set<std::string>& types) {
  constexpr int kDeepestOneof = 2;  // Stream, chapter, event.
  const google::protobuf::OneofDescriptor& choice = *message.oneof_decl(0);
  for (int i = 0; i < choice.field_count(); ++i) {
    const google::protobuf::FieldDescriptor& field = *choice.field(i);
    const google::protobuf::Descriptor& chosen = *field.message_type();
    if (depth == kDeepestOneof || chosen.oneof_decl_count() == 0 ||
        field.options().GetExtension(v1::neutral_type)) {
      types.insert(field.name());
    } else {
      CollectEventTypes(chosen, depth + 1, types);
    }
  }
}

// Whoever waits for what never comes would take the silence for an answer.
absl::Status CheckEventTypes(const std::vector<std::string>& types) {
  std::set<std::string> known;
  CollectEventTypes(*v1::Event::descriptor(), 0, known);
  Failure failure = {.reason = "UNKNOWN_EVENT_TYPE",
                     .message = "No such event is ever journaled. Nothing was sent.",
                     .next = "`countersign log watch --until-caught-up` shows what there is"};
  for (size_t i = 0; i < types.size(); ++i) {
    if (known.count(types[i]) > 0) continue;
    failure.fields.push_back(
        {absl::StrCat("event_types[", i, "]"), absl::StrCat(types[i], " is no type of event.")});
  }
  if (failure.fields.empty()) return absl::OkStatus();
  return MakeFailure(absl::StatusCode::kInvalidArgument, failure);
}

// A document is written once its end is known, and until then kept; only lines need no end.
absl::Status CheckFormat(const Terminal& terminal, const Arguments& arguments) {
  const bool needs_end =
      terminal.format == OutputFormat::kJson || terminal.format == OutputFormat::kCsv;
  if (!needs_end || arguments.Flag("until-caught-up")) return absl::OkStatus();
  return MakeFailure(absl::StatusCode::kInvalidArgument,
                     {.reason = "USAGE",
                      .message = "A watch without an end cannot be told in one document. Nothing "
                                 "was sent.",
                      .next = "say -o jsonl for a line per message, or --until-caught-up"});
}

Outcome Watch(Session& session, const Arguments& arguments) {
  absl::Status format = CheckFormat(session.terminal(), arguments);
  if (!format.ok()) return format;
  absl::Status known = CheckEventTypes(arguments.Texts("type"));
  if (!known.ok()) return known;
  v1::WatchRequest request;
  request.set_from_position(arguments.Number("from"));
  for (const std::string& type : arguments.Texts("type")) request.add_event_types(type);
  for (const std::string& stream : arguments.Texts("stream")) request.add_streams(stream);
  Terminal& terminal = session.terminal();
  nlohmann::ordered_json document = {{"messages", nlohmann::ordered_json::array()}};
  absl::Status unshown;
  bool stopped = false;
  const auto stop = [&] {
    stopped = true;
    session.StopFollowing();
  };
  const absl::Status followed =
      session.Follow<v1::WatchResponse>(request, [&](const v1::WatchResponse& told) {
        if (stopped) return;
        auto message = ToJson(told);
        if (!message.ok()) unshown = message.status();
        if (terminal.format == OutputFormat::kJsonl && message.ok()) {
          terminal.out << JsonLine(*message) << std::endl;
        } else if (terminal.for_programs() && message.ok()) {
          document["messages"].push_back(*std::move(message));
        } else {
          WriteMessage(told, terminal);
          terminal.out.flush();
        }
        const bool at_head = told.has_caught_up() && arguments.Flag("until-caught-up");
        if (at_head || !unshown.ok() || !terminal.out.good()) stop();
      });
  if (!unshown.ok()) return unshown;
  // Whoever watches ends it: by Ctrl-C, or by having seen enough.
  if (!followed.ok() && !absl::IsCancelled(followed)) return followed;
  if (terminal.format == OutputFormat::kTable || terminal.format == OutputFormat::kJsonl) {
    return ExitCode::kDone;
  }
  return session.ShowDocument(
      document, {.rows = "messages", .columns = ColumnsFor(*v1::WatchResponse::descriptor())},
      [](Terminal&) {});
}

}  // namespace

CommandSpec LogWatchCommand() {
  return {.noun = "log",
          .verb = "watch",
          .summary = "Shows the journal's entries, and then those that come, until Ctrl-C",
          .examples = {"countersign log watch --type draft_issued --stream plan",
                       "countersign log watch --from 100 --until-caught-up"},
          .parameters =
              {Fills({"from_position"},
                     Option("from", Kind::kNumber, "The first position; default: the beginning")),
               Fills({"event_types"}, Repeated(Option("type", Kind::kText,
                                                      "Only this type of event; may be repeated"))),
               Fills({"streams"}, Repeated(Option("stream", Kind::kText,
                                                  "Only this stream, or all of a type, such as "
                                                  "plan; may be repeated"))),
               Flag("until-caught-up", "Stop where the journal ends now")},
          .run = Watch};
}

}  // namespace countersign::cli
