// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <set>

#include "common/encoding.hpp"
#include "tests/unit/waf/server_fixture.hpp"
#include "waf/admin/api.hpp"
#include "waf/admin/operations.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

using nlohmann::json;
using std::chrono::hours;
using test_support::t0;
using testing::HasSubstr;

const json& description() {
  static const json document = [] {
    std::ifstream in("docs/openapi/waf-admin.json");
    return json::parse(in);
  }();
  return document;
}

/// The part of JSON Schema that the description uses. Empty when `value` fits.
std::string misfit(const json& value, json schema, const std::string& where) {
  if (const auto reference = schema.find("$ref"); reference != schema.end()) {
    schema = description().at(json::json_pointer(reference->get<std::string>().substr(1)));
  }
  const std::string type = schema.at("type");
  const bool fits =
      (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
      (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
      (type == "integer" && value.is_number_integer());
  if (!fits) return where + ": is no " + type;
  if (schema.contains("minimum") && value < schema["minimum"]) return where + ": too small";
  if (schema.contains("enum")) {
    const auto& allowed = schema["enum"];
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
      return where + ": not one of the values";
    }
  }
  if (type == "array") {
    for (const auto& item : value) {
      if (auto wrong = misfit(item, schema.at("items"), where + "[]"); !wrong.empty()) return wrong;
    }
  }
  if (type != "object") return {};
  for (const auto& name : schema.at("required")) {
    if (!value.contains(name.get<std::string>())) return where + ": lacks " + name.dump();
  }
  for (const auto& [name, member] : value.items()) {
    const auto known = schema.at("properties").find(name);
    if (known == schema.at("properties").end()) {
      if (schema.at("additionalProperties") == false) return where + ": has " + name;
      continue;
    }
    if (auto wrong = misfit(member, *known, where + "." + name); !wrong.empty()) return wrong;
  }
  return {};
}

/// Keeps its keys in memory.
class FakeKeys final : public admin::KeyAdministration {
 public:
  explicit FakeKeys(Store& store) : store_(store) {}
  KeyRecord rotate(common::jose::Algorithm algorithm, SystemTime now) override {
    const KeyRecord out{"k" + std::to_string(++made_), now + seconds(600), now + seconds(1 << 20),
                        algorithm, false};
    store_.put_key(out);
    return out;
  }
  void retire(std::string_view kid, SystemTime /*now*/) override {
    if (kid == "k1") throw std::runtime_error("rotate first");
  }
  void drop(std::string_view /*kid*/, SystemTime /*now*/) override {}

 private:
  Store& store_;
  int made_ = 0;
};

class AdminApi : public test_support::ServerFixture {
 protected:
  void SetUp() override {
    ServerFixture::SetUp();
    context.key_administration = &fake_keys_;
    for (const auto* scope : {"waf.admin", "waf.admin.read", "waf.admin.mint", "other"}) {
      Client client;
      client.id = client.name = "ops-" + std::string(scope);
      client.authentication = ClientAuthentication::client_secret_basic;
      client.secrets = {{digest_of("secret"), t0, {}}};
      client.grant_types = {"client_credentials"};
      client.scopes = client.default_scopes = {scope};
      client.resources = {settings.issuer};
      store.put_client(client);
    }
  }

  std::string token_with(const std::string& scope) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/token";
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    const std::string pair = "ops-" + scope + ":secret";
    request.headers.add("Authorization", "Basic " + common::base64_encode(common::bytes_of(pair)));
    request.body = "grant_type=client_credentials";
    const auto answer = send(std::move(request));
    EXPECT_EQ(answer.status, 200U) << answer.body;
    return json::parse(answer.body).value("access_token", "");
  }

  /// Sends it and holds the answer against the description.
  HttpResponse call(const std::string& method, const std::string& shape,
                    const std::vector<std::string>& arguments = {}, const json& body = nullptr,
                    common::HttpHeaders headers = {}) {
    std::string path = shape;
    for (const auto& argument : arguments) {
      const std::size_t open = path.find('{');
      path.replace(open, path.find('}') - open + 1, argument);
    }
    HttpRequest request;
    request.method = method;
    const std::size_t mark = path.find('?');
    request.path = "/admin/v1" + path.substr(0, mark);
    if (mark != std::string::npos) request.query = path.substr(mark + 1);
    request.headers = std::move(headers);
    if (!token.empty()) request.headers.add("Authorization", "Bearer " + token);
    if (!body.is_null()) {
      request.headers.add("Content-Type", "application/json");
      request.body = body.is_string() ? body.get<std::string>() : body.dump();
    }
    HttpResponse answer = send(std::move(request));
    check(method, shape.substr(0, shape.find('?')), answer);
    return answer;
  }
  void check(std::string method, const std::string& shape, const HttpResponse& answer) {
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    const json& responses = description().at("paths").at(shape).at(method).at("responses");
    const auto described = responses.find(std::to_string(answer.status));
    ASSERT_NE(described, responses.end()) << method << shape << " answered " << answer.status;
    seen_.insert(method + shape + std::to_string(answer.status));
    if (!described->contains("content")) return;
    EXPECT_EQ(misfit(json::parse(answer.body),
                     described->at("content").at("application/json").at("schema"), shape),
              "")
        << answer.body;
  }
  static json body_of(const HttpResponse& answer) { return json::parse(answer.body); }
  static common::HttpHeaders with_etag(const char* field, const HttpResponse& answer) {
    return {{field, std::string(answer.headers.get("ETag"))}};
  }

  std::string token;
  FakeKeys fake_keys_{store};
  std::set<std::string> seen_;  // method, path and status of every answer
};

TEST_F(AdminApi, DescriptionAndServerNameTheSameOperations) {
  std::set<std::string> described;
  for (const auto& [path, methods] : description().at("paths").items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (method != "parameters") described.insert(method + " " + path);
    }
  }
  std::set<std::string> served;
  for (const auto& operation : admin::operations()) {
    std::string method(operation.method);
    for (char& c : method) c = static_cast<char>(std::tolower(c));
    served.insert(method + " " + std::string(operation.path));
  }
  EXPECT_EQ(described, served);
}

TEST_F(AdminApi, A14_OnlyTokensWithTheScopeGetIn) {
  EXPECT_EQ(call("GET", "/users").status, 401U);
  token = "nonsense";
  EXPECT_EQ(call("GET", "/users").status, 401U);
  token = token_with("other");
  EXPECT_EQ(call("GET", "/users").status, 403U);
  token = token_with("waf.admin.read");
  EXPECT_EQ(call("GET", "/users").status, 200U);
  const auto refused = call("POST", "/revocations", {}, {{"type", "user"}, {"id", "u-1"}});
  EXPECT_EQ(refused.status, 403U);
  EXPECT_THAT(std::string(refused.headers.get("WWW-Authenticate")), HasSubstr("waf.admin"));
  EXPECT_FALSE(store.revoked_at(Revocation::Type::user, "u-1"));
}

TEST_F(AdminApi, EveryOperationAnswersAsDescribed) {
  token = token_with("waf.admin");
  // Users
  const json bob = {
      {"name", "bob"}, {"impi", "bob@ims.example"}, {"impus", {"sip:bob@ims.example"}}};
  const auto added = call("POST", "/users", {}, bob);
  ASSERT_EQ(added.status, 201U);
  const std::string id = body_of(added).at("id");
  EXPECT_EQ(call("POST", "/users", {}, bob).status, 409U);
  EXPECT_EQ(call("POST", "/users", {}, {{"name", "BOB"}}).status, 400U);
  EXPECT_EQ(call("POST", "/users", {}, {{"name", "x"}, {"colour", "red"}}).status, 400U);
  const auto page = call("GET", "/users?limit=1");
  EXPECT_EQ(body_of(page).at("next"), "alice");
  EXPECT_EQ(body_of(call("GET", "/users?limit=1&after=alice")).at("items").at(0).at("name"), "bob");
  EXPECT_EQ(call("GET", "/users?limit=0").status, 400U);
  const auto one = call("GET", "/users/{id}", {id});
  EXPECT_EQ(call("GET", "/users/{id}", {id}, nullptr, with_etag("If-None-Match", one)).status,
            304U);
  EXPECT_EQ(call("GET", "/users/{id}", {"u-nobody"}).status, 404U);
  EXPECT_EQ(
      call("PATCH", "/users/{id}", {id}, {{"display_name", "Bob B."}}, with_etag("If-Match", one))
          .status,
      200U);
  EXPECT_EQ(
      call("PATCH", "/users/{id}", {id}, {{"enabled", false}}, with_etag("If-Match", one)).status,
      412U);
  EXPECT_EQ(call("PATCH", "/users/{id}", {id}, {{"enabled", "no"}}).status, 400U);
  EXPECT_EQ(call("PATCH", "/users/{id}", {id}, {{"enabled", false}}).status, 200U);
  EXPECT_TRUE(store.revoked_at(Revocation::Type::user, id)) << "tokens of a disabled user live on";
  EXPECT_EQ(call("PATCH", "/users/{id}", {"u-nobody"}, json::object()).status, 404U);
  for (const auto* list : {"/users/{id}/sessions", "/users/{id}/grants", "/users/{id}/devices"}) {
    EXPECT_EQ(call("GET", list, {id}).status, 200U);
    EXPECT_EQ(call("GET", list, {"u-nobody"}).status, 404U);
  }
  // Clients
  const json phone = {{"redirect_uris", {"https://new.example/cb"}},
                      {"name", "New"},
                      {"authentication", "none"},
                      {"scopes", {"openid"}}};
  EXPECT_EQ(call("PUT", "/clients/{id}", {"new"}, phone).status, 201U);
  const auto client = call("GET", "/clients/{id}", {"new"});
  EXPECT_EQ(body_of(client).at("redirect_uris"), phone.at("redirect_uris"));
  EXPECT_EQ(call("PUT", "/clients/{id}", {"new"}, phone, with_etag("If-Match", client)).status,
            200U);
  EXPECT_EQ(call("PUT", "/clients/{id}", {"new"}, phone, {{"If-Match", "\"old\""}}).status, 412U);
  for (const json& wrong : {json("[]"), json({{"secrets", json::array()}}), json({{"scopes", 1}}),
                            json({{"redirect_uris", {"http://evil.example/cb"}}})}) {
    EXPECT_EQ(call("PUT", "/clients/{id}", {"new"}, wrong).status, 400U) << wrong;
  }
  EXPECT_EQ(call("GET", "/clients?limit=2").status, 200U);
  EXPECT_EQ(call("GET", "/clients?limit=x").status, 400U);
  EXPECT_EQ(call("DELETE", "/clients/{id}", {"new"}, nullptr, {{"If-Match", "\"old\""}}).status,
            412U);
  EXPECT_EQ(call("DELETE", "/clients/{id}", {"new"}).status, 204U);
  EXPECT_EQ(call("DELETE", "/clients/{id}", {"new"}).status, 404U);
  EXPECT_EQ(call("GET", "/clients/{id}", {"new"}).status, 404U);
  EXPECT_EQ(call("GET", "/pools").status, 200U);
  // Keys
  EXPECT_EQ(call("POST", "/keys", {}, {{"algorithm", "RS256"}}).status, 201U);
  EXPECT_EQ(call("POST", "/keys", {}, {{"algorithm", "none"}}).status, 400U);
  EXPECT_EQ(call("POST", "/keys", {}, json::object()).status, 201U);
  EXPECT_EQ(body_of(call("GET", "/keys")).at("items").size(), 2U);
  EXPECT_EQ(call("POST", "/keys/{kid}/retire", {"k2"}).status, 204U);
  EXPECT_EQ(call("POST", "/keys/{kid}/retire", {"k1"}).status, 409U);
  EXPECT_EQ(call("POST", "/keys/{kid}/retire", {"unknown"}).status, 404U);
  EXPECT_EQ(call("DELETE", "/keys/{kid}", {"k1"}).status, 204U);
  EXPECT_EQ(call("DELETE", "/keys/{kid}", {"unknown"}).status, 404U);
  // Grants and revocations
  const auto tokens = json::parse(post("/token", code_fields(log_in())).body);
  ASSERT_TRUE(tokens.contains("refresh_token"));
  const auto grants = body_of(call("GET", "/users/{id}/grants", {"u-1"})).at("items");
  ASSERT_EQ(grants.size(), 1U);
  const std::string grant = grants.at(0).at("id");
  EXPECT_EQ(call("GET", "/grants/{id}", {grant}).status, 200U);
  EXPECT_EQ(call("GET", "/grants/{id}", {"unknown"}).status, 404U);
  EXPECT_EQ(call("POST", "/revocations", {}, {{"type", "grant"}, {"id", grant}}).status, 201U);
  EXPECT_EQ(refresh(tokens.at("refresh_token")).status, 400U) << "a revoked grant goes on";
  EXPECT_EQ(call("GET", "/revocations/{type}/{id}", {"grant", grant}).status, 200U);
  EXPECT_EQ(call("GET", "/revocations/{type}/{id}", {"grant", "unknown"}).status, 404U);
  EXPECT_EQ(call("POST", "/revocations", {}, {{"type", "user"}, {"id", "u-nobody"}}).status, 404U);
  EXPECT_EQ(call("POST", "/revocations", {}, {{"type", "planet"}, {"id", "x"}}).status, 400U);
}

TEST_F(AdminApi, OneSessionIsShownAndEnded) {
  token = token_with("waf.admin");
  const auto tokens = json::parse(post("/token", code_fields(log_in())).body);
  const auto sessions = body_of(call("GET", "/users/{id}/sessions", {"u-1"})).at("items");
  ASSERT_EQ(sessions.size(), 1U);
  const std::string sid = sessions.at(0).at("sid");
  EXPECT_EQ(body_of(call("GET", "/sessions/{sid}", {sid})).at("user_id"), "u-1");
  EXPECT_EQ(call("GET", "/sessions/{sid}", {"s-unknown"}).status, 404U);
  EXPECT_EQ(call("DELETE", "/sessions/{sid}", {sid}).status, 204U);
  EXPECT_EQ(call("DELETE", "/sessions/{sid}", {sid}).status, 404U);
  EXPECT_EQ(call("GET", "/sessions/{sid}", {sid}).status, 404U);
  EXPECT_TRUE(store.revoked_at(Revocation::Type::session, sid)) << "gateways do not hear of it";
  EXPECT_EQ(refresh(tokens.at("refresh_token")).status, 400U) << "its tokens go on";
}

TEST_F(AdminApi, OneDeviceIsShownAndSignedOut) {
  token = token_with("waf.admin");
  Grant grant;
  grant.id = "g-phone";
  grant.client_id = "gateway";
  grant.user_id = "u-1";
  grant.expires_at = t0 + hours(1);
  store.put_grant(grant);
  DeviceCredential phone;
  phone.id = "d-1";
  phone.login.user_id = "u-1";
  phone.state = DeviceCredential::State::activated;
  phone.grant_id = "g-phone";
  phone.issued_at = phone.last_used = t0;
  phone.expires_at = t0 + hours(1);
  store.put_device_credential(phone);
  const std::string path = "/users/{id}/devices/{device}";
  EXPECT_EQ(body_of(call("GET", path, {"u-1", "d-1"})).at("state"), "activated");
  EXPECT_EQ(call("GET", path, {"u-2", "d-1"}).status, 404U) << "another user's";
  EXPECT_EQ(call("DELETE", path, {"u-2", "d-1"}).status, 404U);
  EXPECT_EQ(call("DELETE", path, {"u-1", "d-1"}).status, 204U);
  EXPECT_TRUE(store.revoked_at(Revocation::Type::grant, "g-phone"));
  EXPECT_EQ(body_of(call("GET", path, {"u-1", "d-1"})).at("state"), "ended");
  EXPECT_EQ(call("DELETE", path, {"u-1", "d-1"}).status, 404U);
  phone.id = "d-2";
  phone.state = DeviceCredential::State::issued;
  store.put_device_credential(phone);
  EXPECT_EQ(call("DELETE", path, {"u-1", "d-2"}).status, 204U) << "a code that waits";
  EXPECT_EQ(body_of(call("GET", path, {"u-1", "d-2"})).at("state"), "ended");
}

TEST_F(AdminApi, PoolsAreShownOneByOne) {
  settings.pools.push_back({});
  settings.pools.back().name = "guests";
  settings.pools.back().clients = {"wwsf"};
  settings.pools.back().last = 5;
  token = token_with("waf.admin.read");
  EXPECT_EQ(body_of(call("GET", "/pools/{name}", {"guests"})).at("size"), 5);
  EXPECT_EQ(call("GET", "/pools/{name}", {"unknown"}).status, 404U);
  EXPECT_EQ(body_of(call("GET", "/pools")).at("items").size(), 1U);
}

TEST_F(AdminApi, TokensAreMadeByThoseWithTheRightOnly) {
  Client client;
  client.id = client.name = "softphone";
  client.scopes = client.default_scopes = {"openid", "sip.register", "waf.admin"};
  store.put_client(client);
  const json wanted = {{"user_id", "u-1"}, {"client_id", "softphone"}, {"expires_in", 300}};
  token = token_with("waf.admin");
  EXPECT_EQ(call("POST", "/tokens", {}, wanted).status, 403U) << "waf.admin is not enough";
  token = token_with("waf.admin.mint");
  const auto made = call("POST", "/tokens", {}, wanted);
  ASSERT_EQ(made.status, 201U) << made.body;
  EXPECT_EQ(body_of(made).at("scope"), "openid sip.register") << "rights at this server";
  EXPECT_EQ(body_of(made).at("expires_in"), 300);
  const std::string grant = body_of(made).at("grant_id");
  EXPECT_FALSE(store.find_grant(grant)->revoked);
  for (const auto& [member, wrong] :
       std::vector<std::pair<std::string, json>>{{"scopes", {"waf.admin"}},
                                                 {"scopes", {"other"}},
                                                 {"scopes", "openid"},
                                                 {"audience", "https://elsewhere.example"},
                                                 {"expires_in", 3601},
                                                 {"expires_in", -1},
                                                 {"user_id", 1}}) {
    json request = wanted;
    request[member] = wrong;
    EXPECT_EQ(call("POST", "/tokens", {}, request).status, 400U) << request;
  }
  for (const auto* member : {"user_id", "client_id"}) {
    json request = wanted;
    request[member] = "unknown";
    EXPECT_EQ(call("POST", "/tokens", {}, request).status, 404U);
  }
  token = token_with("waf.admin");
  EXPECT_EQ(call("POST", "/revocations", {}, {{"type", "client"}, {"id", "softphone"}}).status,
            201U);
  EXPECT_TRUE(store.find_grant(grant)->revoked) << "a made token outlives its client's end";
}

TEST_F(AdminApi, UnknownPathsAndMethodsAreRefused) {
  token = token_with("waf.admin");
  HttpRequest request;
  request.method = "GET";
  request.path = "/admin/v1/nothing";
  request.headers.add("Authorization", "Bearer " + token);
  EXPECT_EQ(send(request).status, 404U);
  request.path = "/admin/v1/users";
  request.method = "DELETE";
  const auto refused = send(request);
  EXPECT_EQ(refused.status, 405U);
  EXPECT_EQ(refused.headers.get("Allow"), "GET, POST");
}

TEST_F(AdminApi, A34_NoSecretIsShown) {
  token = token_with("waf.admin.read");
  for (const auto* list : {"/users", "/clients", "/keys"}) {
    const std::string body = call("GET", list).body;
    EXPECT_EQ(body.find("argon2"), std::string::npos);
    EXPECT_EQ(body.find(digest_of("secret")), std::string::npos);
    EXPECT_EQ(body.find("PRIVATE"), std::string::npos);
  }
}

}  // namespace
}  // namespace waf
