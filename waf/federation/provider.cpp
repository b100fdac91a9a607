// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/provider.hpp"

#include <nlohmann/json.hpp>

#include "common/http.hpp"
#include "common/jose/json.hpp"
#include "waf/federation/errc.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;

Result<std::string> endpoint_of(const nlohmann::json& document, const char* name, bool required) {
  const auto member = document.find(name);
  if (member == document.end() && !required) return std::string();
  if (member == document.end() || !member->is_string()) {
    return fail(Errc::malformed_metadata, std::string(name) + " is missing");
  }
  auto text = member->get<std::string>();
  const auto url = common::HttpUrl::parse(text);
  if (!url || !url->secure) {
    return fail(Errc::malformed_metadata, std::string(name) + " is no https URL");
  }
  return text;
}

}  // namespace

std::string discovery_url(const Provider& provider) {
  std::string base = provider.issuer;
  if (base.ends_with('/')) base.pop_back();
  return base + "/.well-known/openid-configuration";
}

Result<ProviderMetadata> parse_provider_metadata(const Provider& provider, std::string_view json) {
  const auto document = common::jose::parse_json(json, {.max_bytes = 256 * 1024, .max_depth = 8});
  if (!document) return fail(Errc::malformed_metadata, document.error().message());
  if (!document->is_object()) return fail(Errc::malformed_metadata, "no object");
  const auto issuer = document->find("issuer");
  if (issuer == document->end() || !issuer->is_string() ||
      issuer->get_ref<const std::string&>() != provider.issuer) {
    return fail(Errc::foreign_issuer, "discovery of " + provider.issuer);
  }
  ProviderMetadata out;
  const auto take = [&](const char* name, bool required, std::string& into) -> Result<void> {
    auto text = endpoint_of(*document, name, required);
    if (!text) return fail(text.error());
    into = std::move(*text);
    return {};
  };
  for (const auto& done :
       {take("authorization_endpoint", true, out.authorization_endpoint),
        take("token_endpoint", true, out.token_endpoint), take("jwks_uri", true, out.jwks_uri),
        take("userinfo_endpoint", provider.userinfo, out.userinfo_endpoint),
        take("end_session_endpoint", false, out.end_session_endpoint)}) {
    if (!done) return fail(done.error());
  }
  const auto sends = document->find("authorization_response_iss_parameter_supported");
  out.sends_issuer = sends != document->end() && sends->is_boolean() && sends->get<bool>();
  return out;
}

}  // namespace waf::federation
