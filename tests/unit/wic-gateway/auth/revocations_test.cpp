// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/revocations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "token_forge.hpp"
#include "wic-gateway/auth/circuit_breaker.hpp"
#include "wic-gateway/auth/issuer_metadata.hpp"
#include "wic-gateway/auth/revocation_feed.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

using namespace std::chrono_literals;
using Type = RevocationNotice::Type;
using nlohmann::json;

constexpr common::SystemTime date0 = common::system_time(1'800'000'000);
constexpr common::TimePoint t0{1000h};
constexpr const char* issuer = "https://waf.ims.example";

common::jose::AccessToken token(common::SystemTime issued_at = date0) {
  common::jose::AccessToken out;
  out.id = "g-1.a";
  out.session = "s-1";
  out.subject = "u-1";
  out.issued_at = issued_at;
  out.expires_at = issued_at + 600s;
  return out;
}

RevocationNotice notice(Type type, std::string id, common::SystemTime end = date0 + 600s) {
  return {.type = type, .sequence = 1, .id = std::move(id), .not_before = date0, .expires_at = end};
}

TEST(Revocations, J15_TokenGrantSessionAndUserAreMatched) {
  const std::vector<std::pair<Type, std::string>> cases = {
      {Type::token, "g-1.a"}, {Type::grant, "g-1"}, {Type::session, "s-1"}, {Type::user, "u-1"}};
  for (const auto& [type, id] : cases) {
    Revocations list(10);
    EXPECT_FALSE(list.is_revoked(token()));
    list.add(notice(type, id + "x"), date0);
    EXPECT_FALSE(list.is_revoked(token())) << id;
    list.add(notice(type, id), date0);
    EXPECT_TRUE(list.is_revoked(token())) << id;
  }
}

TEST(Revocations, J15_ANewLoginIsNotMeantByAnOlderLogout) {
  Revocations list(10);
  list.add(notice(Type::session, "s-1"), date0);
  list.add(notice(Type::user, "u-1"), date0);
  EXPECT_TRUE(list.is_revoked(token(date0)));
  EXPECT_FALSE(list.is_revoked(token(date0 + 1s)));
}

TEST(Revocations, J15_AnEpochEndsEverythingIssuedSoFar) {
  Revocations list(10);
  list.add(notice(Type::epoch, ""), date0);
  EXPECT_TRUE(list.is_revoked(token(date0)));
  EXPECT_FALSE(list.is_revoked(token(date0 + 1s)));
}

TEST(Revocations, J15_EntriesLiveAsLongAsWhatTheyRevoke) {
  Revocations list(10);
  list.add(notice(Type::session, "s-1", date0 + 60s), date0);
  list.add(notice(Type::session, "s-2", date0 + 600s), date0 + 60s);
  EXPECT_EQ(list.size(), 1U);
  EXPECT_FALSE(list.is_revoked(token()));
}

TEST(Revocations, J11_AFullListRefusesRatherThanForgets) {
  Revocations list(2);
  list.add(notice(Type::session, "s-8"), date0);
  list.add(notice(Type::session, "s-9"), date0);
  EXPECT_FALSE(list.is_revoked(token()));
  list.add(notice(Type::session, "s-7"), date0 + 5s);
  EXPECT_EQ(list.size(), 2U);
  EXPECT_TRUE(list.has_overflowed());
  EXPECT_TRUE(list.is_revoked(token(date0 + 5s)));
  EXPECT_FALSE(list.is_revoked(token(date0 + 6s)));
}

/// A feed as the WAF writes it.
class FeedTest : public testing::Test {
 protected:
  std::string hello(std::int64_t sequence, bool snapshot, const std::string& feed = "f") {
    return "event: hello\ndata: " +
           json{{"feed", feed}, {"seq", sequence}, {"snapshot", snapshot}}.dump() + "\n\n";
  }
  json claims(std::int64_t sequence) {
    return {{"iss", issuer},        {"iat", 1'800'000'000},  {"seq", sequence},
            {"type", "sid"},        {"id", "s-1"},           {"not_before", 1'800'000'000},
            {"exp", 1'800'000'600}, {"reason", "logged out"}};
  }
  std::string event(const json& claims, const std::string& type = "secevent+jwt") {
    json header = forge_.header();
    header["typ"] = type;
    return "id: 1\nevent: revocation\ndata: " + forge_.sign(header, claims) + "\n\n";
  }
  static std::string heartbeat(std::int64_t sequence) {
    return "event: heartbeat\ndata: {\"seq\":" + std::to_string(sequence) + "}\n\n";
  }
  common::Result<void> handle(const std::string& text, common::TimePoint now = t0) {
    return feed_.handle_text(now, text, &forge_.keys());
  }

  test::TokenForge forge_;
  RevocationFeed feed_{issuer, {common::jose::Algorithm::es256}};
};

TEST_F(FeedTest, J15_EventsComeInOrderHoweverTheStreamIsCut) {
  const std::string text = hello(0, true) + ": comment\r\n" + event(claims(4)) + heartbeat(5);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    RevocationFeed feed{issuer, {common::jose::Algorithm::es256}};
    EXPECT_EQ(feed.begin(), "feed=&after=0");
    ASSERT_TRUE(feed.handle_text(t0, text.substr(0, cut), &forge_.keys()));
    ASSERT_TRUE(feed.handle_text(t0, text.substr(cut), &forge_.keys()));
    const auto notices = feed.take_notices();
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_EQ(notices[0].id, "s-1");
    EXPECT_EQ(notices[0].reason, "logged out");
    EXPECT_EQ(feed.begin(), "feed=f&after=5");
  }
}

TEST_F(FeedTest, J15_ResumesBehindTheLastEventAndNoticesAnotherPlace) {
  ASSERT_TRUE(handle(hello(0, true) + event(claims(4))));
  EXPECT_EQ(feed_.begin(), "feed=f&after=4");
  EXPECT_TRUE(handle(hello(4, false)));
  static_cast<void>(feed_.begin());
  EXPECT_EQ(handle(hello(6, false)).error(), Errc::feed_broken);
  static_cast<void>(feed_.begin());
  EXPECT_TRUE(handle(hello(0, true, "another"))) << "a snapshot starts anew";
  EXPECT_TRUE(handle(event(claims(1))));
}

TEST_F(FeedTest, Attack21_TheFeedIsCompleteOnlyOnceTheWafSaysSo) {
  ASSERT_TRUE(handle(hello(0, true) + event(claims(4))));
  EXPECT_EQ(feed_.complete_at(), std::nullopt) << "more may be missing";
  ASSERT_TRUE(handle(heartbeat(4), t0 + 1s));
  EXPECT_EQ(feed_.complete_at(), t0 + 1s);
  static_cast<void>(feed_.begin());
  ASSERT_TRUE(handle(hello(4, false) + event(claims(5)), t0 + 50s));
  EXPECT_EQ(feed_.complete_at(), t0 + 1s);
}

TEST_F(FeedTest, J15_OnlySignedEventsOfTheIssuerAreBelieved) {
  const auto refused = [&](const std::string& text, Errc code) {
    RevocationFeed feed{issuer, {common::jose::Algorithm::es256}};
    const auto handled = feed.handle_text(t0, hello(0, true) + text, &forge_.keys());
    EXPECT_TRUE(!handled && handled.error() == code) << text;
    EXPECT_TRUE(feed.take_notices().empty());
  };
  json other = claims(1);
  other["iss"] = "https://evil.example";
  refused(event(other), Errc::untrusted_event);
  refused(event(claims(1), "at+jwt"), Errc::untrusted_event);
  json incomplete = claims(1);
  incomplete["id"] = "";
  refused(event(incomplete), Errc::untrusted_event);
  json unknown = claims(1);
  unknown["type"] = "moon";
  refused(event(unknown), Errc::untrusted_event);
  std::string forged = event(claims(1));
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  refused(forged, Errc::untrusted_event);
  refused("event: revocation\ndata: " + std::string(20'000, 'x') + "\n\n", Errc::untrusted_event);
  const test::TokenForge stranger("k9");
  json header = stranger.header();
  header["typ"] = "secevent+jwt";
  refused("event: revocation\ndata: " + stranger.sign(header, claims(1)) + "\n\n",
          Errc::unknown_key);
}

TEST_F(FeedTest, J15_AnOldEventAgainBreaksTheFeed) {
  ASSERT_TRUE(handle(hello(0, true) + event(claims(4))));
  EXPECT_EQ(handle(event(claims(4))).error(), Errc::feed_broken);
}

TEST(CircuitBreaker, J16_AWafThatDoesNotAnswerIsTriedOnceInAPause) {
  CircuitBreaker breaker(2, 2s);
  EXPECT_TRUE(breaker.admit(t0));
  breaker.handle_failure(t0);
  EXPECT_TRUE(breaker.admit(t0));
  breaker.handle_failure(t0);
  EXPECT_FALSE(breaker.admit(t0 + 1s));
  EXPECT_TRUE(breaker.admit(t0 + 2s));
  EXPECT_FALSE(breaker.admit(t0 + 2s)) << "one is on its way";
  breaker.handle_success();
  EXPECT_TRUE(breaker.admit(t0 + 2s));
}

TEST(IssuerMetadata, Attack37_OnlyAddressesOfThePinnedIssuerAreBelieved) {
  const auto read = [](const json& document, bool certificate = false) {
    return read_issuer_metadata(document.dump(), issuer, certificate);
  };
  const std::string home = issuer;
  EXPECT_EQ(read({{"issuer", home}, {"token_endpoint", home + "/token"}})->token_endpoint,
            home + "/token");
  EXPECT_FALSE(read({{"issuer", home + "/"}}));
  EXPECT_FALSE(read({{"issuer", home}, {"token_endpoint", "https://evil.example/token"}}));
  EXPECT_FALSE(read({{"issuer", home}, {"jwks_uri", "http://waf.ims.example/jwks"}}));
  const json aliases = {{"issuer", home},
                        {"token_endpoint", home + "/token"},
                        {"mtls_endpoint_aliases", {{"token_endpoint", home + ":8444/token"}}}};
  EXPECT_EQ(read(aliases)->token_endpoint, home + "/token");
  EXPECT_EQ(read(aliases, true)->token_endpoint, home + ":8444/token");
}

}  // namespace
}  // namespace wic
