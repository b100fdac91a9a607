// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/waf/clients/client_fixture.hpp"

namespace waf {
namespace {

using test_support::t0;

class Registration : public test_support::ClientFixture {
 protected:
  void SetUp() override {
    ClientFixture::SetUp();
    settings.registration = true;
    store.put_initial_token({digest_of("initial"), 2, t0 + seconds(3600)});
  }
  HttpResponse call(const std::string& method, const std::string& token, const std::string& query,
                    const nlohmann::json& body = {}) {
    HttpRequest request;
    request.method = method;
    request.path = "/register";
    request.query = query;
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    request.headers.add("Content-Type", "application/json");
    if (!body.is_null()) request.body = body.dump();
    return send(std::move(request));
  }
  HttpResponse enrol(const nlohmann::json& metadata, const std::string& token = "initial") {
    return call("POST", token, "", metadata);
  }
  static nlohmann::json web() {
    return {{"redirect_uris", {"https://app.example/cb"}},
            {"client_name", "App"},
            {"grant_types", {"authorization_code", "refresh_token"}},
            {"scope", "openid offline_access"}};
  }
};

TEST_F(Registration, A19_AClientRegistersReadsChangesAndLeaves) {
  const auto made = enrol(web());
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(made.headers.get("Cache-Control"), "no-store");
  const auto client = json_of(made);
  const std::string id = client["client_id"];
  const std::string token = client["registration_access_token"];
  const std::string query = "client_id=" + id;
  EXPECT_EQ(client["registration_client_uri"], settings.issuer + "/register?" + query);
  EXPECT_EQ(client["client_secret"].get<std::string>().size(), 43U);
  EXPECT_FALSE(store.find_client(id)->first_party);

  const auto read = call("GET", token, query);
  EXPECT_EQ(read.status, 200U);
  EXPECT_FALSE(json_of(read).contains("client_secret"));
  auto changed = web();
  changed["redirect_uris"] = {"https://app.example/other"};
  EXPECT_EQ(json_of(call("PUT", token, query, changed))["redirect_uris"][0],
            "https://app.example/other");
  EXPECT_EQ(call("DELETE", token, query).status, 204U);
  EXPECT_FALSE(store.find_client(id));
  EXPECT_EQ(call("GET", token, query).status, 401U);
}

TEST_F(Registration, A19_TheSecretIsGoodAtTheTokenEndpoint) {
  auto metadata = web();
  metadata["grant_types"] = {"client_credentials"};
  metadata.erase("redirect_uris");
  metadata["scope"] = "reports.read";
  settings.registration_scopes.emplace_back("reports.read");
  const auto client = json_of(enrol(metadata));
  HttpRequest request = form_request("/token", {{"grant_type", "client_credentials"}});
  request.headers.add("Authorization", basic(client["client_id"], client["client_secret"]));
  EXPECT_EQ(json_of(send(request))["scope"], "reports.read");
}

TEST_F(Registration, A19_TheInitialTokenIsNeededAndCounted) {
  EXPECT_EQ(enrol(web(), "").status, 401U);
  EXPECT_EQ(enrol(web(), "guess").status, 401U);
  EXPECT_EQ(enrol(web()).status, 201U);
  EXPECT_EQ(enrol(web()).status, 201U);
  EXPECT_EQ(enrol(web()).status, 401U);
  store.put_initial_token({digest_of("short"), 5, t0 + seconds(10)});
  now = t0 + seconds(10);
  EXPECT_EQ(enrol(web(), "short").status, 401U);
}

TEST_F(Registration, A19_AnotherClientsTokenOpensNothing) {
  const auto first = json_of(enrol(web()));
  const auto second = json_of(enrol(web()));
  const std::string query = "client_id=" + second["client_id"].get<std::string>();
  for (const auto* method : {"GET", "PUT", "DELETE"}) {
    EXPECT_EQ(call(method, first["registration_access_token"], query, web()).status, 401U);
    EXPECT_EQ(call(method, "", query, web()).status, 401U);
  }
  EXPECT_EQ(call("GET", first["registration_access_token"], "client_id=demo").status, 401U);
}

TEST_F(Registration, A19_MetadataAreCheckedStrictly) {
  store.put_initial_token({digest_of("many"), 100, t0 + seconds(3600)});
  const auto refused = [&](const char* name, const nlohmann::json& value) {
    auto metadata = web();
    metadata[name] = value;
    return error_of(enrol(metadata, "many"));
  };
  EXPECT_EQ(refused("redirect_uris", {"https://app.example/#x"}), "invalid_redirect_uri");
  EXPECT_EQ(refused("redirect_uris", {"http://app.example/cb"}), "invalid_redirect_uri");
  EXPECT_EQ(refused("redirect_uris", {"javascript:alert(1)"}), "invalid_redirect_uri");
  EXPECT_EQ(refused("redirect_uris", nlohmann::json::array()), "invalid_redirect_uri");
  EXPECT_EQ(refused("redirect_uris", "https://app.example/cb"), "invalid_client_metadata");
  EXPECT_EQ(refused("grant_types", {"implicit"}), "invalid_client_metadata");
  EXPECT_EQ(refused("grant_types", {"password"}), "invalid_client_metadata");
  EXPECT_EQ(refused("response_types", {"token"}), "invalid_client_metadata");
  EXPECT_EQ(refused("scope", "openid waf.admin"), "invalid_client_metadata");
  EXPECT_EQ(refused("scope", "sip.call"), "invalid_client_metadata");
  EXPECT_EQ(refused("token_endpoint_auth_method", "client_secret_jwt"), "invalid_client_metadata");
  EXPECT_EQ(refused("token_endpoint_auth_method", "private_key_jwt"), "invalid_client_metadata");
  EXPECT_EQ(refused("jwks_uri", "http://app.example/jwks"), "invalid_client_metadata");
  EXPECT_EQ(refused("client_name", 7), "invalid_client_metadata");
  EXPECT_EQ(refused("client_name", "a\nb"), "invalid_client_metadata");
  EXPECT_EQ(refused("software_statement", "x"), "invalid_client_metadata");
  EXPECT_TRUE(fetches.empty());  // attack 56: registering fetches nothing
}

TEST_F(Registration, A19_IsOffByDefault) {
  settings.registration = false;
  EXPECT_EQ(enrol(web()).status, 404U);
}

}  // namespace
}  // namespace waf
