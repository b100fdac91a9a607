// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/client_profile.hpp"

#include <nlohmann/json.hpp>

#include "waf/errc.hpp"

namespace waf {
namespace {

using nlohmann::json;

json secrets_json(const std::vector<ClientSecret>& secrets) {
  json out = json::array();
  for (const ClientSecret& secret : secrets) {
    out.push_back({{"digest", secret.digest},
                   {"created_at", common::unix_seconds(secret.created_at)},
                   {"expires_at", common::unix_seconds(secret.expires_at)}});
  }
  return out;
}

std::vector<ClientSecret> read_secrets(const json& list) {
  std::vector<ClientSecret> out;
  for (const json& one : list) {
    out.push_back({one.at("digest").get<std::string>(),
                   common::system_time(one.at("created_at").get<long long>()),
                   common::system_time(one.at("expires_at").get<long long>())});
  }
  return out;
}

template <class T>
void read(const json& object, const char* name, T& out) {
  if (const auto member = object.find(name); member != object.end()) out = member->get<T>();
}

/// A member that is one of a list of names; an unknown one throws like a wrong type does.
template <class T>
void read_choice(const json& object, const char* name, std::optional<T> (*from)(std::string_view),
                 T& out) {
  if (const auto member = object.find(name); member != object.end()) {
    out = from(member->get<std::string>()).value();
  }
}

void read_authentication(const json& object, Client& client) {
  read_choice(object, "authentication", client_authentication_from, client.authentication);
  if (object.contains("secrets")) client.secrets = read_secrets(object.at("secrets"));
  read(object, "jwks", client.jwks);
  read(object, "jwks_uri", client.jwks_uri);
  read(object, "tls_subject_dn", client.certificate_name.subject_dn);
  read(object, "tls_san_dns", client.certificate_name.san_dns);
  read(object, "tls_san_uri", client.certificate_name.san_uri);
  read(object, "tls_san_ip", client.certificate_name.san_ip);
  read(object, "tls_san_email", client.certificate_name.san_email);
  read(object, "certificate_thumbprints", client.certificate_thumbprints);
}

void read_tokens(const json& object, Client& client) {
  read(object, "grant_types", client.grant_types);
  read(object, "resources", client.resources);
  read(object, "serves", client.serves);
  read_choice(object, "token_format", token_format_from, client.token_format);
  read_choice(object, "sender_constraint", sender_constraint_from, client.sender_constraint);
  long long lifetime = client.access_token_lifetime.count();
  read(object, "access_token_lifetime", lifetime);
  client.access_token_lifetime = std::chrono::seconds(lifetime);
}

void read_rest(const json& object, Client& client) {
  read(object, "first_party", client.first_party);
  read(object, "require_par", client.require_par);
  read(object, "id_token_algorithm", client.id_token_algorithm);
  read(object, "backchannel_logout_uri", client.backchannel_logout_uri);
  read(object, "backchannel_logout_session_required", client.backchannel_logout_session_required);
  read(object, "registration_digest", client.registration_digest);
  long long registered = common::unix_seconds(client.registered_at);
  read(object, "registered_at", registered);
  client.registered_at = common::system_time(registered);
}

}  // namespace

std::string profile_to_json(const Client& client) {
  return json{
      {"authentication", name_of(client.authentication)},
      {"secrets", secrets_json(client.secrets)},
      {"jwks", client.jwks},
      {"jwks_uri", client.jwks_uri},
      {"tls_subject_dn", client.certificate_name.subject_dn},
      {"tls_san_dns", client.certificate_name.san_dns},
      {"tls_san_uri", client.certificate_name.san_uri},
      {"tls_san_ip", client.certificate_name.san_ip},
      {"tls_san_email", client.certificate_name.san_email},
      {"certificate_thumbprints", client.certificate_thumbprints},
      {"grant_types", client.grant_types},
      {"resources", client.resources},
      {"serves", client.serves},
      {"token_format", name_of(client.token_format)},
      {"sender_constraint", name_of(client.sender_constraint)},
      {"access_token_lifetime", client.access_token_lifetime.count()},
      {"first_party", client.first_party},
      {"require_par", client.require_par},
      {"id_token_algorithm", client.id_token_algorithm},
      {"backchannel_logout_uri", client.backchannel_logout_uri},
      {"backchannel_logout_session_required", client.backchannel_logout_session_required},
      {"registration_digest", client.registration_digest},
      {"registered_at", common::unix_seconds(client.registered_at)},
  }
      .dump();
}

common::Result<void> read_profile(std::string_view text, Client& client) {
  if (text.empty()) return {};  // a row older than the column
  try {
    const json object = json::parse(text);
    read_authentication(object, client);
    read_tokens(object, client);
    read_rest(object, client);
  } catch (const std::exception& error) {
    return common::fail(Errc::invalid_request, error.what());
  }
  return {};
}

}  // namespace waf
