// SPDX-License-Identifier: Apache-2.0
#include "waf/events/event_feed.hpp"

#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "waf/grants/token_set.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr SystemTime t0 = common::system_time(1'800'000'000);

/// The data of each event of a stream's text, by the kind of the event.
std::vector<json> events_of(const std::string& text, const std::string& kind) {
  std::vector<json> out;
  const std::string lead = "event: " + kind + "\ndata: ";
  for (std::size_t at = 0; (at = text.find(lead, at)) != std::string::npos;) {
    at += lead.size();
    out.push_back(json::parse(text.substr(at, text.find('\n', at) - at)));
  }
  return out;
}

class EventFeedTest : public testing::Test {
 protected:
  EventFeedTest()
      : file_(std::filesystem::path(testing::TempDir()) /
              ("event_feed_" + std::to_string(::getpid()) + ".db")) {
    std::filesystem::remove(file_);
    store_.emplace(file_, false);
    restart();
  }
  ~EventFeedTest() override {
    store_.reset();
    std::filesystem::remove(file_);
  }

  /// A new process on the same store.
  void restart() {
    feed_.emplace(
        EventSettings{.max_followers = 3, .max_unsent_bytes = limit_}, "https://waf.ims.example",
        store_->shared_secret("event-feed", "feed-1"), *store_,
        [](std::string_view claims) { return std::string(claims); }, metrics_);
  }
  void revoke(const std::string& id, Revocation::Type type = Revocation::Type::session) {
    store_->put_revocation({type, id, t0, t0 + 600s});
  }
  std::shared_ptr<common::BodyStream> follow(std::int64_t after, SystemTime now = t0) {
    return follow_as(feed_->id(), after, now);
  }
  std::shared_ptr<common::BodyStream> follow_as(const std::string& feed, std::int64_t after,
                                                SystemTime now = t0) {
    auto stream = feed_->follow(feed, after, t0 + 3600s, now);
    feed_->handle_tick(now);
    return stream;
  }
  static void drain(common::BodyStream& stream) { static_cast<void>(stream.take()); }
  static std::vector<std::string> ids(common::BodyStream& stream) {
    std::vector<std::string> out;
    for (const json& event : events_of(stream.take().text, "revocation"))
      out.push_back(event["id"]);
    return out;
  }

  std::filesystem::path file_;
  std::size_t limit_ = 1024 * 1024;
  common::Metrics metrics_;
  std::optional<io::SqliteStore> store_;
  std::optional<EventFeed> feed_;
};

TEST_F(EventFeedTest, J15_ARevocationIsAnEventOfTheSameTransaction) {
  const auto stream = follow(0);
  drain(*stream);
  EXPECT_THROW(store_->atomically([&] {
    revoke("s-lost");
    throw StoreError("disk full");
  }),
               StoreError);
  revoke("s-1");
  feed_->handle_tick(t0);
  const auto sent = events_of(stream->take().text, "revocation");
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0], json::parse(R"({"iss":"https://waf.ims.example","iat":1800000000,"seq":1,
    "type":"sid","id":"s-1","not_before":1800000000,"exp":1800000600,"reason":"logged out"})"));
}

TEST_F(EventFeedTest, J15_EveryKindOfRevocationHasItsNameAndItsReason) {
  revoke("j", Revocation::Type::token);
  revoke("g", Revocation::Type::grant);
  revoke("u", Revocation::Type::user);
  revoke("", Revocation::Type::epoch);
  store_->put_revocation({Revocation::Type::user, "u", t0, t0 + 600s, "password changed"});
  std::vector<std::string> seen;
  for (const json& event : events_of(follow(0)->take().text, "revocation")) {
    seen.push_back(event["type"].get<std::string>() + ": " + event["reason"].get<std::string>());
  }
  EXPECT_THAT(seen,
              ElementsAre("jti: access revoked", "grant: access revoked", "sub: account disabled",
                          "epoch: all tokens expired", "sub: password changed"));
}

TEST_F(EventFeedTest, J15_AFollowerResumesWithoutMissingAnEventAlsoAfterARestart) {
  revoke("s-1");
  revoke("s-2");
  const auto first = follow(1);
  EXPECT_THAT(ids(*first), ElementsAre("s-2"));
  restart();
  revoke("s-3");
  const auto again = follow(2);
  const std::string text = again->take().text;
  EXPECT_EQ(events_of(text, "hello")[0]["snapshot"], false);
  EXPECT_EQ(events_of(text, "revocation")[0]["id"], "s-3");
}

TEST_F(EventFeedTest, J15_WhatAnotherProcessWroteReachesTheFollowers) {
  const auto stream = follow(0);
  drain(*stream);
  io::SqliteStore command_line(file_, false);
  command_line.put_revocation({Revocation::Type::user, "u-1", t0, t0 + 600s});
  feed_->handle_tick(t0);
  EXPECT_THAT(ids(*stream), ElementsAre("u-1"));
}

TEST_F(EventFeedTest, J15_AFollowerOfAnotherFeedOrOfTheFutureGetsASnapshot) {
  revoke("s-1");
  const auto restored = follow(7);  // the store is an older copy
  const std::string text = restored->take().text;
  EXPECT_EQ(events_of(text, "hello")[0]["snapshot"], true);
  EXPECT_EQ(events_of(text, "revocation").size(), 1U);
  const auto stranger = follow_as("another", 1);
  EXPECT_THAT(ids(*stranger), ElementsAre("s-1"));
}

TEST_F(EventFeedTest, J15_SweptAndExpiredEventsAreNoGap) {
  revoke("s-1");
  store_->put_revocation({Revocation::Type::session, "s-2", t0, t0 + 900s});
  EXPECT_GT(store_->sweep(t0 + 700s, 100), 0U);
  EXPECT_EQ(store_->last_event(), 2);
  const auto stream = follow(0, t0 + 700s);
  EXPECT_THAT(ids(*stream), ElementsAre("s-2"));
  store_->sweep(t0 + 1000s, 100);
  EXPECT_EQ(store_->last_event(), 2) << "numbers go on";
  revoke("s-3");
  EXPECT_EQ(store_->last_event(), 3);
}

TEST_F(EventFeedTest, J15_ASilentFeedSaysThatItLives) {
  const auto stream = follow(0);
  drain(*stream);
  feed_->handle_tick(t0 + 9s);
  EXPECT_THAT(stream->take().text, IsEmpty());
  feed_->handle_tick(t0 + 10s);
  EXPECT_EQ(stream->take().text, "event: heartbeat\ndata: {\"seq\":0}\n\n");
}

TEST_F(EventFeedTest, J15_ASlowFollowerIsCutAndManyAreRefused) {
  limit_ = 4096;
  restart();
  const auto slow = follow(0);
  const auto quick = follow(0);
  for (int i = 0; i < 40; ++i) {
    revoke("s-" + std::to_string(i));
    feed_->handle_tick(t0);
    drain(*quick);
  }
  EXPECT_TRUE(slow->closed());
  EXPECT_FALSE(quick->closed());
  EXPECT_EQ(feed_->followers(), 1U);
  const auto second = follow(40);
  const auto third = follow(40);
  EXPECT_NE(third, nullptr);
  EXPECT_EQ(follow(40), nullptr);
}

TEST_F(EventFeedTest, J15_TheStreamEndsWithTheTokenThatOpenedIt) {
  const auto stream = feed_->follow(feed_->id(), 0, t0 + 60s, t0);
  drain(*stream);
  feed_->handle_tick(t0 + 60s);
  EXPECT_TRUE(stream->take().finished);
  EXPECT_EQ(feed_->followers(), 0U);
}

}  // namespace
}  // namespace waf
