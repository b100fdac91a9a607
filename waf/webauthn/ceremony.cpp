// SPDX-License-Identifier: Apache-2.0
#include "waf/webauthn/ceremony.hpp"

#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/errc.hpp"
#include "common/jose/json.hpp"
#include "waf/webauthn/authenticator_data.hpp"
#include "waf/webauthn/cbor.hpp"
#include "waf/webauthn/cose_key.hpp"

namespace waf::webauthn {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t most_json = 64 * 1024;
constexpr std::size_t most_client_data = 4096;
constexpr std::size_t most_transports = 8;

tl::unexpected<common::Error> refused(const char* why) {
  return fail(common::Errc::invalid_encoding, why);
}

std::string text_member(const nlohmann::json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

Result<nlohmann::json> client_data_of(const CredentialResponse& response) {
  const auto object = common::jose::parse_json(common::text_of(response.client_data),
                                               {.max_bytes = most_client_data, .max_depth = 4});
  if (!object) return fail(object.error());
  if (!object->is_object()) return refused("client data is no object");
  return *object;
}

/// What the browser says of where it was asked (sections 7.1 and 7.2, steps on C).
Result<void> check_client_data(const CredentialResponse& response, const Expectation& expected,
                               std::string_view type) {
  const auto data = client_data_of(response);
  if (!data) return fail(data.error());
  if (text_member(*data, "type") != type) return refused("another ceremony");
  if (!common::equal_secrets(text_member(*data, "challenge"), expected.challenge)) {
    return refused("another challenge");
  }
  if (text_member(*data, "origin") != expected.origin) return refused("another origin");
  const auto crossed = data->find("crossOrigin");
  if (crossed != data->end() && (!crossed->is_boolean() || crossed->get<bool>())) {
    return refused("in a page of another origin");
  }
  return {};
}

Result<void> check_authenticator(const AuthenticatorData& data, const Expectation& expected) {
  if (data.rp_id_hash != common::sha256(expected.rp_id)) return refused("another relying party");
  if (!data.user_present) return refused("nobody was there");
  return {};
}

Result<AuthenticatorData> attested_data(const CredentialResponse& response) {
  const auto object = parse_cbor(response.attestation);
  if (!object) return fail(object.error());
  const CborValue* data = find(*object, std::string("authData"));
  const CborValue* format = find(*object, std::string("fmt"));
  if (data == nullptr || data->bytes() == nullptr || format == nullptr ||
      format->text() == nullptr) {
    return refused("attestation object");
  }
  return parse_authenticator_data(*data->bytes());
}

}  // namespace

Result<CredentialResponse> CredentialResponse::parse(std::string_view json) {
  const auto object = common::jose::parse_json(json, {.max_bytes = most_json, .max_depth = 3});
  if (!object) return fail(object.error());
  if (!object->is_object()) return refused("no object");
  CredentialResponse out;
  out.id = text_member(*object, "id");
  out.user_handle = text_member(*object, "userHandle");
  const auto read = [&object](const char* name, std::vector<std::byte>& into) {
    auto octets = common::base64url_decode(text_member(*object, name));
    if (octets) into = std::move(*octets);
    return octets.has_value();
  };
  if (!read("clientDataJSON", out.client_data) || !read("attestationObject", out.attestation) ||
      !read("authenticatorData", out.authenticator_data) || !read("signature", out.signature)) {
    return refused("a member is no base64url");
  }
  const auto transports = object->find("transports");
  if (transports == object->end() || !transports->is_array()) return out;
  for (const auto& one : *transports) {
    if (one.is_string() && one.get<std::string>().size() <= 16 &&
        out.transports.size() < most_transports) {
      out.transports.push_back(one.get<std::string>());
    }
  }
  return out;
}

Result<std::string> challenge_of(const CredentialResponse& response) {
  const auto data = client_data_of(response);
  if (!data) return fail(data.error());
  return text_member(*data, "challenge");
}

Result<NewCredential> verify_registration(const CredentialResponse& response,
                                          const Expectation& expected) {
  if (auto ok = check_client_data(response, expected, "webauthn.create"); !ok) {
    return fail(ok.error());
  }
  const auto data = attested_data(response);
  if (!data) return fail(data.error());
  if (auto ok = check_authenticator(*data, expected); !ok) return fail(ok.error());
  if (!data->credential) return refused("no credential");
  if (auto ok = check_key(data->credential->public_key); !ok) return fail(ok.error());
  NewCredential out;
  out.id = common::base64url_encode(data->credential->id);
  if (out.id != response.id) return refused("another credential id");
  out.public_key = common::base64url_encode(data->credential->public_key);
  out.sign_count = data->sign_count;
  out.user_verified = data->user_verified;
  out.backed_up = data->backed_up;
  return out;
}

Result<Assertion> verify_assertion(const CredentialResponse& response,
                                   const StoredCredential& stored, const Expectation& expected) {
  if (auto ok = check_client_data(response, expected, "webauthn.get"); !ok) {
    return fail(ok.error());
  }
  const auto data = parse_authenticator_data(response.authenticator_data);
  if (!data) return fail(data.error());
  if (auto ok = check_authenticator(*data, expected); !ok) return fail(ok.error());
  std::vector<std::byte> message = response.authenticator_data;
  const common::Sha256 hash = common::sha256(common::text_of(response.client_data));
  message.insert(message.end(), hash.begin(), hash.end());
  const auto key = common::base64url_decode(stored.public_key);
  if (!key) return fail(key.error());
  const auto good = verify_signature(*key, message, response.signature);
  if (!good) return fail(good.error());
  if (!*good) return refused("signature");
  const bool counts = data->sign_count != 0 || stored.sign_count != 0;
  if (counts && data->sign_count <= stored.sign_count) return refused("counter went back");
  return Assertion{data->sign_count, data->user_verified, data->backed_up};
}

}  // namespace waf::webauthn
