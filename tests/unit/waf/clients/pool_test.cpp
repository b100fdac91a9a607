// SPDX-License-Identifier: Apache-2.0
// Scenario 3 of TS 23.228 Annex U: identities of a WWSF's pool.
#include <set>
#include <thread>

#include "tests/unit/waf/clients/client_fixture.hpp"

namespace waf {
namespace {

using test_support::t0;

constexpr const char* grant_type = "urn:ims-webrtc-gw:params:oauth:grant-type:pool-identity";

class Pool : public test_support::ClientFixture {
 protected:
  void SetUp() override {
    ClientFixture::SetUp();
    PoolSettings pool;
    pool.name = "guests";
    pool.clients = {"wwsf"};
    pool.wwsf_identity = "shop.example";
    pool.pattern = {"guest{n}@ims.example", {"sip:guest{n}@ims.example", "tel:+1555020{n}"}};
    pool.first = 10;
    pool.last = 12;
    settings.pools = {pool};
    Client wwsf = machine("wwsf");
    wwsf.grant_types = {grant_type, "refresh_token"};
    wwsf.scopes = {"sip.register", "sip.call"};
    wwsf.default_scopes = wwsf.scopes;
    wwsf.resources = {};
    store.put_client(wwsf);
    store.put_client(service("gateway", settings.audience));
  }
  HttpResponse allocate(common::FormFields more = {}) {
    more.emplace_back("grant_type", grant_type);
    return post_as("wwsf", "/token", std::move(more));
  }
  HttpResponse renew(const std::string& token) {
    return post_as("wwsf", "/token", {{"grant_type", "refresh_token"}, {"refresh_token", token}});
  }
};

TEST_F(Pool, REG61_TokenSpeaksOfAnIdentityOfThePool) {
  const auto answer = json_of(allocate());
  EXPECT_EQ(answer["impi"], "guest10@ims.example");
  EXPECT_EQ(answer["impus"][1], "tel:+155502010");
  EXPECT_EQ(answer["lease_expires_in"], 12 * 3600);
  const auto claims = claims_of(answer["access_token"]);
  EXPECT_EQ(claims.ims.mode, "pool");
  EXPECT_EQ(claims.ims.impi, "guest10@ims.example");
  EXPECT_EQ(claims.ims.wwsf, "shop.example");
  EXPECT_EQ(claims.subject, "guest10@ims.example");
  EXPECT_EQ(claims.client_id, "wwsf");
  EXPECT_EQ(claims.audience.front(), settings.audience);
  EXPECT_EQ(introspect_as("gateway", answer["access_token"])["active"], true);
}

TEST_F(Pool, C063_NoIdentityIsGivenTwiceAndExhaustionSaysSo) {
  std::set<std::string> given;
  for (int i = 0; i < 3; ++i) given.insert(json_of(allocate())["impi"].get<std::string>());
  EXPECT_EQ(given.size(), 3U);
  const auto none = allocate();
  EXPECT_EQ(none.status, 503U);
  EXPECT_EQ(error_of(none), "temporarily_unavailable");
  EXPECT_TRUE(none.headers.has("Retry-After"));
  EXPECT_THAT(metrics.render(), testing::HasSubstr("waf_pool_exhausted_total{client=\"wwsf\"} 1"));
}

TEST_F(Pool, ReleasedIdentitiesComeBackAfterTheirQuarantine) {
  const auto first = json_of(allocate());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(allocate().status, 200U);
  now = t0 + seconds(60);
  EXPECT_EQ(post_as("wwsf", "/revoke", {{"token", first["refresh_token"]}}).status, 200U);
  EXPECT_EQ(introspect_as("gateway", first["access_token"])["active"], false);
  EXPECT_EQ(error_of(renew(first["refresh_token"])), "invalid_grant");
  now = t0 + seconds(60 + 899);
  EXPECT_EQ(allocate().status, 503U);
  now = t0 + seconds(60 + 900);
  EXPECT_EQ(json_of(allocate())["impi"], first["impi"]);
}

TEST_F(Pool, RefreshKeepsTheLeaseAndTheIdentity) {
  auto answer = json_of(allocate());
  const std::string impi = answer["impi"];
  for (int i = 0; i < 5; ++i) {
    now += seconds(1700);
    const auto next = renew(answer["refresh_token"]);
    ASSERT_EQ(next.status, 200U);
    answer = json_of(next);
    const auto claims = claims_of(answer["access_token"]);
    EXPECT_EQ(claims.ims.impi, impi);
    EXPECT_EQ(claims.ims.mode, "pool");
    EXPECT_EQ(claims.ims.wwsf, "shop.example");
  }
  EXPECT_NE(json_of(allocate())["impi"], impi);
}

TEST_F(Pool, ForgottenIdentitiesComeBackByThemselves) {
  const auto first = json_of(allocate());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(allocate().status, 200U);
  now = t0 + seconds(1800);
  EXPECT_EQ(error_of(renew(first["refresh_token"])), "invalid_grant");
  EXPECT_EQ(allocate().status, 503U);
  now = t0 + seconds(1800 + 900);
  EXPECT_EQ(json_of(allocate())["impi"], first["impi"]);
  // The former holder's chain stays dead.
  EXPECT_EQ(error_of(renew(first["refresh_token"])), "invalid_grant");
}

TEST_F(Pool, Attack42_ReuseOfAPoolsRefreshTokenGivesTheIdentityBack) {
  const auto first = json_of(allocate());
  const auto second = json_of(renew(first["refresh_token"]));
  now += seconds(6);
  EXPECT_EQ(error_of(renew(first["refresh_token"])), "invalid_grant");
  EXPECT_EQ(error_of(renew(second["refresh_token"])), "invalid_grant");
  EXPECT_EQ(introspect_as("gateway", second["access_token"])["active"], false);
  EXPECT_EQ(store.pool_use("guests", now).leased, 0);
  EXPECT_EQ(store.pool_use("guests", now).quarantined, 1);
}

TEST_F(Pool, REG62_OnlyThePoolsOwnClientsAreServed) {
  Client other = machine("other-wwsf");
  other.grant_types = {grant_type};
  store.put_client(other);
  EXPECT_EQ(error_of(post_as("other-wwsf", "/token", {{"grant_type", grant_type}})),
            "unauthorized_client");
  EXPECT_EQ(error_of(allocate({{"pool", "unknown"}})), "unauthorized_client");
  EXPECT_EQ(error_of(post("/token", {{"grant_type", grant_type}, {"client_id", "demo"}})),
            "unauthorized_client");
}

TEST_F(Pool, ListsNameTheirIdentities) {
  settings.pools[0].list = {{"a@ims.example", {"sip:a@ims.example"}},
                            {"b@ims.example", {"sip:b@ims.example"}}};
  settings.pools[0].first = 1;
  settings.pools[0].last = 2;
  EXPECT_EQ(json_of(allocate())["impi"], "a@ims.example");
  EXPECT_EQ(json_of(allocate())["impi"], "b@ims.example");
  EXPECT_EQ(allocate().status, 503U);
}

TEST_F(Pool, AnIdentityThatIsNoLongerInThePoolIsNotRefreshed) {
  const auto first = json_of(allocate());
  settings.pools[0].pattern.impi = "visitor{n}@ims.example";
  EXPECT_EQ(error_of(renew(first["refresh_token"])), "invalid_grant");
}

TEST(PoolStore, NoDoubleUseAcrossProcesses) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "waf.db";
  { const io::SqliteStore made(file, false); }
  constexpr int each = 50;
  std::vector<std::vector<std::int64_t>> got(4);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < got.size(); ++t) {
    threads.emplace_back([&file, &mine = got[t], t] {
      io::SqliteStore store(file, false);
      for (int i = 0; i < each; ++i) {
        const std::string grant = std::to_string(t) + "-" + std::to_string(i);
        const PoolLease lease{"p", 0, grant, t0, t0 + seconds(10), t0 + seconds(20)};
        if (const auto number = store.lease_pool_identity(lease, 1, 150, t0)) {
          mine.push_back(*number);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::int64_t> all;
  std::size_t count = 0;
  for (const auto& list : got) {
    count += list.size();
    all.insert(list.begin(), list.end());
  }
  EXPECT_EQ(count, 150U);  // of 200 tries: the pool is exhausted exactly
  EXPECT_EQ(all.size(), 150U);
}

}  // namespace
}  // namespace waf
