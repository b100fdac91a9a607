// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/passkeys.hpp"

#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "waf/errc.hpp"
#include "waf/webauthn/cose_key.hpp"

namespace waf {
namespace {

using nlohmann::json;

constexpr std::string_view create = "passkey-create";
constexpr std::string_view get = "passkey-get";
constexpr seconds challenge_lifetime{300};
constexpr int timeout_ms = 120'000;
constexpr std::size_t challenge_octets = 16;
constexpr std::size_t most_name = 64;

std::string rp_id(const Settings& settings) {
  const auto url = common::HttpUrl::parse(settings.issuer);
  return url ? url->host : std::string();
}

/// The user's handle at authenticators: nothing that tells who he is.
std::string handle_of(const std::string& user_id) {
  return common::base64url_encode(common::bytes_of(user_id));
}

json descriptors(const std::vector<Passkey>& passkeys) {
  json out = json::array();
  for (const Passkey& one : passkeys) {
    out.push_back({{"type", "public-key"}, {"id", one.id}, {"transports", one.transports}});
  }
  return out;
}

/// The challenge that was signed, proven to be ours and used now.
common::Result<webauthn::Expectation> expect(EndpointContext& context, std::string_view ceremony,
                                             std::string_view key,
                                             const webauthn::CredentialResponse& response,
                                             SystemTime now) {
  const auto challenge = webauthn::challenge_of(response);
  if (!challenge) return common::fail(challenge.error());
  const auto octets = common::base64url_decode(*challenge);
  if (!octets) return common::fail(Errc::stale_form, "challenge");
  const auto nonce = context.sealer.open(ceremony, key, common::text_of(*octets), now);
  if (!nonce) return common::fail(nonce.error());
  if (!context.store.note_once("passkey", *nonce, now + challenge_lifetime)) {
    return common::fail(Errc::stale_form, "challenge used twice");
  }
  return webauthn::Expectation{rp_id(context.settings), context.settings.issuer, *challenge};
}

}  // namespace

std::string make_challenge(EndpointContext& context, std::string_view ceremony,
                           std::string_view key, SystemTime now) {
  return common::base64url_encode(common::bytes_of(context.sealer.seal(
      ceremony, key, context.random.base64url(challenge_octets), now + challenge_lifetime)));
}

std::string creation_options(EndpointContext& context, const User& user,
                             const std::string& challenge) {
  json algorithms = json::array();
  for (const int one : {webauthn::es256, webauthn::eddsa, webauthn::rs256}) {
    algorithms.push_back({{"type", "public-key"}, {"alg", one}});
  }
  return json{
      {"challenge", challenge},
      {"rp", {{"id", rp_id(context.settings)}, {"name", context.settings.brand.name}}},
      {"user",
       {{"id", handle_of(user.id)}, {"name", user.name}, {"displayName", user.display_name}}},
      {"pubKeyCredParams", algorithms},
      {"timeout", timeout_ms},
      {"attestation", "none"},
      {"excludeCredentials", descriptors(context.store.passkeys_of_user(user.id))},
      {"authenticatorSelection",
       {{"residentKey", "required"},
        {"requireResidentKey", true},
        {"userVerification", "preferred"}}}}
      .dump();
}

std::string request_options(EndpointContext& context, const std::string& user_id,
                            const std::string& challenge) {
  json out = {{"challenge", challenge},
              {"rpId", rp_id(context.settings)},
              {"timeout", timeout_ms},
              // A passkey alone has to know its user; beside a password, presence is enough.
              {"userVerification", user_id.empty() ? "required" : "preferred"}};
  if (!user_id.empty()) {
    out["allowCredentials"] = descriptors(context.store.passkeys_of_user(user_id));
  }
  return out.dump();
}

common::Result<void> register_passkey(EndpointContext& context, const User& user,
                                      std::string_view key, std::string_view sent,
                                      const std::string& name, SystemTime now) {
  const auto response = webauthn::CredentialResponse::parse(sent);
  if (!response) return common::fail(response.error());
  const auto expected = expect(context, create, key, *response, now);
  if (!expected) return common::fail(expected.error());
  const auto made = webauthn::verify_registration(*response, *expected);
  if (!made) return common::fail(made.error());
  if (context.store.passkeys_of_user(user.id).size() >= most_passkeys ||
      context.store.find_passkey(made->id)) {
    return common::fail(Errc::access_denied, "too many passkeys, or known already");
  }
  Passkey passkey;
  passkey.id = made->id;
  passkey.user_id = user.id;
  passkey.name = name.size() <= most_name ? name : std::string();
  passkey.public_key = made->public_key;
  passkey.sign_count = made->sign_count;
  passkey.backed_up = made->backed_up;
  passkey.transports = response->transports;
  passkey.created_at = now;
  context.store.put_passkey(passkey);
  return {};
}

common::Result<PasskeyUse> use_passkey(EndpointContext& context, std::string_view key,
                                       std::string_view sent, SystemTime now) {
  const auto response = webauthn::CredentialResponse::parse(sent);
  if (!response) return common::fail(response.error());
  const auto expected = expect(context, get, key, *response, now);
  if (!expected) return common::fail(expected.error());
  auto passkey = context.store.find_passkey(response->id);
  if (!passkey) return common::fail(Errc::access_denied, "unknown passkey");
  if (!response->user_handle.empty() && response->user_handle != handle_of(passkey->user_id)) {
    return common::fail(Errc::access_denied, "another user's handle");
  }
  const webauthn::StoredCredential stored{passkey->public_key,
                                          static_cast<std::uint32_t>(passkey->sign_count)};
  const auto used = webauthn::verify_assertion(*response, stored, *expected);
  if (!used) return common::fail(used.error());
  passkey->sign_count = used->sign_count;
  passkey->backed_up = used->backed_up;
  passkey->last_used = now;
  context.store.put_passkey(*passkey);
  return PasskeyUse{passkey->user_id, used->user_verified};
}

}  // namespace waf
