#include "storage/stream.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "storage/keys.h"

namespace countersign::storage {
namespace {

constexpr char kUuid[] = "6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e";

TEST(Streams, AnIdIsShownAsItWasRead) {
  EXPECT_EQ(ToString(ParseId(kUuid).value()), kUuid);
  EXPECT_EQ(ParseId("6F1C0E4E-8D0A-4A63-9A53-0F2F6F1C0E4E").value(), ParseId(kUuid).value());
  EXPECT_EQ(Id::FromBytes(ParseId(kUuid)->bytes()).value(), ParseId(kUuid).value());
}

TEST(Streams, WhatIsNoUuidIsNoId) {
  for (const std::string& text : std::vector<std::string>{
           "", "6f1c0e4e8d0a4a639a530f2f6f1c0e4e", "6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4",
           "6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4g", "6f1c0e4e-8d0a-4a63-9a53-0f2f6f1c0e4e ",
           "6f1c0e4e_8d0a-4a63-9a53-0f2f6f1c0e4e"}) {
    EXPECT_EQ(ParseId(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_FALSE(Id::FromBytes(std::string(15, 'x')).has_value());
}

TEST(Streams, EveryTypeKeepsItsNumberAndItsName) {
  const std::pair<int, std::string> kTypes[] = {{1, "plan"},   {2, "school"}, {3, "person"},
                                                {4, "trust"},  {5, "access"}, {6, "caller"},
                                                {7, "journal"}};
  for (const auto& [number, name] : kTypes) {
    const StreamId stream = ParseStreamId(name + "/" + kUuid).value();
    EXPECT_EQ(static_cast<int>(stream.type), number);
    EXPECT_EQ(stream.Bytes()[0], number);
    EXPECT_EQ(stream.Bytes().size(), 17u);
    EXPECT_EQ(StreamId::FromBytes(stream.Bytes()).value(), stream);
    EXPECT_EQ(ToString(stream), name + "/" + kUuid);
  }
}

TEST(Streams, AnUnknownTypeIsRefused) {
  std::string bytes = StreamId{StreamType::kPlan, Id()}.Bytes();
  for (const char type : {'\0', '\x08', '\xff'}) {
    bytes[0] = type;
    EXPECT_FALSE(StreamId::FromBytes(bytes).ok());
  }
  EXPECT_FALSE(ParseStreamId("plan").ok());
  EXPECT_FALSE(ParseStreamId(std::string("cat/") + kUuid).ok());
}

TEST(Streams, KeysOrderAsTheNumbersTheyHold) {
  const StreamId stream{StreamType::kPlan, ParseId(kUuid).value()};
  EXPECT_LT(keys::Payload(stream, 255), keys::Payload(stream, 256));
  EXPECT_LT(keys::Position(0xffff), keys::Position(0x10000));
  EXPECT_LT(keys::Node(0, ~uint64_t{0}), keys::Node(1, 0));
  EXPECT_EQ(keys::Payload(stream, 7).size(), keys::kPayloadKeyBytes);
  EXPECT_EQ(keys::VersionOfPayload(keys::Payload(stream, 7)), 7u);
}

}  // namespace
}  // namespace countersign::storage
