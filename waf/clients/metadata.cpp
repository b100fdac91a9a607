// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/metadata.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "common/http.hpp"
#include "common/jose/access_token.hpp"
#include "common/jose/json.hpp"
#include "waf/clients/client_keys.hpp"
#include "waf/errc.hpp"
#include "waf/grants/redirect_uri.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;
using nlohmann::json;

constexpr common::jose::JsonLimits document_limits = {.max_bytes = 32 * 1024, .max_depth = 6};
constexpr std::size_t most_texts = 16;
constexpr std::size_t longest_text = 1024;

/// What a client that registers itself may use; others are the operator's to give.
constexpr std::array<std::string_view, 5> open_grants = {
    "authorization_code", "refresh_token", "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange"};

/// Reads members and remembers the first that was wrong.
class MetadataReader {
 public:
  explicit MetadataReader(const json& object) : object_(object) {}

  void text(const char* name, std::string& out) {
    const auto member = object_.find(name);
    if (member == object_.end()) return;
    if (!member->is_string() || !is_sound(member->get_ref<const std::string&>()))
      return refuse(name);
    out = member->get<std::string>();
  }
  void texts(const char* name, std::vector<std::string>& out) {
    const auto member = object_.find(name);
    if (member == object_.end()) return;
    if (!member->is_array() || member->size() > most_texts) return refuse(name);
    out.clear();
    for (const json& one : *member) {
      if (!one.is_string() || !is_sound(one.get_ref<const std::string&>())) return refuse(name);
      out.push_back(one.get<std::string>());
    }
  }
  void flag(const char* name, bool& out) {
    const auto member = object_.find(name);
    if (member == object_.end()) return;
    if (!member->is_boolean()) return refuse(name);
    out = member->get<bool>();
  }
  void refuse(std::string_view name) {
    if (wrong_.empty()) wrong_ = name;
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  static bool is_sound(const std::string& text) {
    return text.size() <= longest_text && std::none_of(text.begin(), text.end(), [](char c) {
             return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
           });
  }

  const json& object_;
  std::string wrong_;
};

void read_authentication(const json& object, MetadataReader& reader, Client& out) {
  std::string method(name_of(ClientAuthentication::client_secret_basic));  // RFC 7591's default
  reader.text("token_endpoint_auth_method", method);
  const auto authentication = client_authentication_from(method);
  if (authentication) {
    out.authentication = *authentication;
  } else {
    reader.refuse("token_endpoint_auth_method");
  }
  reader.text("jwks_uri", out.jwks_uri);
  if (const auto jwks = object.find("jwks"); jwks != object.end()) out.jwks = jwks->dump();
  reader.text("tls_client_auth_subject_dn", out.certificate_name.subject_dn);
  reader.text("tls_client_auth_san_dns", out.certificate_name.san_dns);
  reader.text("tls_client_auth_san_uri", out.certificate_name.san_uri);
  reader.text("tls_client_auth_san_ip", out.certificate_name.san_ip);
  reader.text("tls_client_auth_san_email", out.certificate_name.san_email);
  reader.texts("certificate_thumbprints", out.certificate_thumbprints);
}

void read_tokens(MetadataReader& reader, Client& out) {
  bool dpop = false;
  bool mtls = false;
  reader.flag("dpop_bound_access_tokens", dpop);
  reader.flag("tls_client_certificate_bound_access_tokens", mtls);
  if (dpop && mtls) reader.refuse("dpop_bound_access_tokens");
  if (dpop) out.sender_constraint = SenderConstraint::dpop;
  if (mtls) out.sender_constraint = SenderConstraint::mtls;
  reader.flag("require_pushed_authorization_requests", out.require_par);
  reader.text("id_token_signed_response_alg", out.id_token_algorithm);
  reader.text("backchannel_logout_uri", out.backchannel_logout_uri);
  reader.flag("backchannel_logout_session_required", out.backchannel_logout_session_required);
}

/// Scopes that let one act on this server, or as a phone, are never given on somebody's own word.
bool is_open_scope(std::string_view scope) { return !scope.starts_with("waf."); }

void read_grants(MetadataReader& reader, const Settings& settings, Client& out) {
  out.grant_types = {"authorization_code"};
  reader.texts("grant_types", out.grant_types);
  for (const auto& one : out.grant_types) {
    if (std::find(open_grants.begin(), open_grants.end(), one) == open_grants.end()) {
      reader.refuse("grant_types");
    }
  }
  std::vector<std::string> response_types = {"code"};
  reader.texts("response_types", response_types);
  const bool only_code = std::all_of(response_types.begin(), response_types.end(),
                                     [](const std::string& one) { return one == "code"; });
  if (!only_code) reader.refuse("response_types");
  std::string scope = "openid";
  reader.text("scope", scope);
  out.scopes = common::jose::split_scopes(scope);
  for (const auto& one : out.scopes) {
    const auto& allowed = settings.registration_scopes;
    if (!is_open_scope(one) || std::find(allowed.begin(), allowed.end(), one) == allowed.end()) {
      reader.refuse("scope");
    }
  }
  out.default_scopes = out.scopes;
}

bool is_https(const std::string& uri) {
  const auto url = common::HttpUrl::parse(uri);
  return url && url->secure;
}

std::string fault_of_keys(const Client& client) {
  if (!client.jwks.empty() && !client.jwks_uri.empty()) return "jwks and jwks_uri";
  if (!client.jwks_uri.empty() && !is_https(client.jwks_uri)) return "jwks_uri is not https";
  if (!client.jwks.empty()) {
    const auto keys = parse_client_keys(client.jwks);
    if (!keys || keys->size() == 0) return "jwks has no usable key";
  }
  const CertificateName& name = client.certificate_name;
  int names = 0;
  for (const auto* one :
       {&name.subject_dn, &name.san_dns, &name.san_uri, &name.san_ip, &name.san_email}) {
    names += one->empty() ? 0 : 1;
  }
  switch (client.authentication) {
    case ClientAuthentication::private_key_jwt:
      if (client.jwks.empty() && client.jwks_uri.empty()) return "private_key_jwt needs jwks";
      break;
    case ClientAuthentication::tls_client_auth:
      if (names != 1) return "tls_client_auth needs exactly one name";
      break;
    case ClientAuthentication::self_signed_tls_client_auth:
      if (client.certificate_thumbprints.empty())
        return "self_signed_tls_client_auth needs a certificate";
      break;
    default:
      break;
  }
  return {};
}

}  // namespace

std::string fault_of(const Client& client) {
  // A client whose name could be a user's "sub" could pass for that user (RFC 9700 section 4.15).
  if (client.id.starts_with("u-") || client.id.find('@') != std::string::npos) {
    return "id: \"u-\" and \"@\" are for users";
  }
  if (client.is_public() && client.may_use_grant("client_credentials")) {
    return "client_credentials needs client authentication";
  }
  if (client.may_use_grant("authorization_code") && client.redirect_uris.empty()) {
    return "authorization_code needs redirect_uris";
  }
  for (const auto* list : {&client.redirect_uris, &client.post_logout_redirect_uris}) {
    for (const auto& uri : *list) {
      if (!may_be_redirect(uri)) return uri + " cannot be registered";
    }
  }
  for (const auto& origin : client.origins) {
    if (!is_origin(origin)) return origin + " is no origin";
  }
  for (const auto& scope : client.default_scopes) {
    if (!client.may_ask_for(scope)) return "default_scopes has more than scopes";
  }
  if (!client.id_token_algorithm.empty() &&
      !common::jose::algorithm_from(client.id_token_algorithm)) {
    return "id_token_signed_response_alg is not known";
  }
  if (!client.backchannel_logout_uri.empty() && !is_https(client.backchannel_logout_uri)) {
    return "backchannel_logout_uri is not https";
  }
  return fault_of_keys(client);
}

Result<Client> client_from_metadata(std::string_view text, const Settings& settings) {
  const auto object = common::jose::parse_json(text, document_limits);
  if (!object || !object->is_object()) {
    return fail(Errc::invalid_client_metadata, "expected a JSON object");
  }
  MetadataReader reader(*object);
  Client out;
  out.first_party = false;
  reader.texts("redirect_uris", out.redirect_uris);
  for (const auto& uri : out.redirect_uris) {
    if (!may_be_redirect(uri)) return fail(Errc::invalid_redirect_uri, "a redirect URI");
  }
  reader.texts("post_logout_redirect_uris", out.post_logout_redirect_uris);
  reader.text("client_name", out.name);
  read_authentication(*object, reader, out);
  read_grants(reader, settings, out);
  read_tokens(reader, out);
  if (object->contains("software_statement")) reader.refuse("software_statement");
  if (!reader.wrong().empty()) return fail(Errc::invalid_client_metadata, reader.wrong());
  if (out.may_use_grant("authorization_code") && out.redirect_uris.empty()) {
    return fail(Errc::invalid_redirect_uri, "redirect_uris are required");
  }
  if (const std::string fault = fault_of(out); !fault.empty()) {
    return fail(Errc::invalid_client_metadata, fault);
  }
  return out;
}

std::string metadata_of(const Client& client) {
  json out = {
      {"client_id", client.id},
      {"client_name", client.name},
      {"redirect_uris", client.redirect_uris},
      {"post_logout_redirect_uris", client.post_logout_redirect_uris},
      {"token_endpoint_auth_method", name_of(client.authentication)},
      {"grant_types", client.grant_types},
      {"response_types", client.may_use_grant("authorization_code") ? json{"code"} : json::array()},
      {"scope", common::jose::join_scopes(client.scopes)},
      {"dpop_bound_access_tokens", client.sender_constraint == SenderConstraint::dpop},
      {"tls_client_certificate_bound_access_tokens",
       client.sender_constraint == SenderConstraint::mtls},
      {"require_pushed_authorization_requests", client.require_par},
  };
  const auto add = [&out](const char* name, const std::string& value) {
    if (!value.empty()) out[name] = value;
  };
  add("jwks_uri", client.jwks_uri);
  if (!client.jwks.empty()) out["jwks"] = json::parse(client.jwks, nullptr, false);
  add("tls_client_auth_subject_dn", client.certificate_name.subject_dn);
  add("tls_client_auth_san_dns", client.certificate_name.san_dns);
  add("tls_client_auth_san_uri", client.certificate_name.san_uri);
  add("tls_client_auth_san_ip", client.certificate_name.san_ip);
  add("tls_client_auth_san_email", client.certificate_name.san_email);
  if (!client.certificate_thumbprints.empty()) {
    out["certificate_thumbprints"] = client.certificate_thumbprints;
  }
  if (!client.id_token_algorithm.empty()) {
    out["id_token_signed_response_alg"] = client.id_token_algorithm;
  }
  if (!client.backchannel_logout_uri.empty()) {
    out["backchannel_logout_uri"] = client.backchannel_logout_uri;
    out["backchannel_logout_session_required"] = client.backchannel_logout_session_required;
  }
  return out.dump();
}

}  // namespace waf
