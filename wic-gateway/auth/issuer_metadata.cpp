// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/issuer_metadata.hpp"

#include <nlohmann/json.hpp>

#include "common/errc.hpp"
#include "common/http.hpp"
#include "common/jose/json.hpp"

namespace wic {
namespace {

using nlohmann::json;

constexpr common::jose::JsonLimits limits{64 * 1024, 8};

std::string text_of(const json& object, const char* name) {
  return object.is_object() && object.contains(name) && object.at(name).is_string()
             ? object.at(name).get<std::string>()
             : std::string();
}

class Reader {
 public:
  Reader(const json& metadata, const common::HttpUrl& home, bool with_certificate)
      : metadata_(metadata), home_(home), with_certificate_(with_certificate) {}

  std::string address(const char* name) {
    if (with_certificate_ && metadata_.contains("mtls_endpoint_aliases")) {
      std::string alias = text_of(metadata_.at("mtls_endpoint_aliases"), name);
      if (!alias.empty()) return checked(std::move(alias), name, false);
    }
    std::string plain = text_of(metadata_, name);
    return plain.empty() ? plain : checked(std::move(plain), name, true);
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  std::string checked(std::string address, const char* name, bool same_origin) {
    const auto url = common::HttpUrl::parse(address);
    const bool good = url && url->secure && url->host == home_.host &&
                      (!same_origin || url->origin() == home_.origin());
    if (!good) wrong_ = name;
    return address;
  }

  const json& metadata_;
  const common::HttpUrl& home_;
  bool with_certificate_;
  std::string wrong_;
};

}  // namespace

common::Result<IssuerMetadata> read_issuer_metadata(std::string_view text,
                                                    const std::string& issuer,
                                                    bool with_certificate) {
  const auto metadata = common::jose::parse_json(text, limits);
  if (!metadata) return common::fail(metadata.error());
  const std::string named = text_of(*metadata, "issuer");
  const auto home = common::HttpUrl::parse(issuer);
  if (named != issuer || !home) {
    return common::fail(common::Errc::malformed_response,
                        "metadata of issuer '" + named + "', expected '" + issuer + "'");
  }
  Reader reader(*metadata, *home, with_certificate);
  IssuerMetadata out;
  out.jwks_uri = reader.address("jwks_uri");
  out.token_endpoint = reader.address("token_endpoint");
  out.introspection_endpoint = reader.address("introspection_endpoint");
  out.revocation_endpoint = reader.address("revocation_endpoint");
  out.revocation_events_endpoint = reader.address("revocation_events_endpoint");
  if (!reader.wrong().empty()) {
    return common::fail(common::Errc::malformed_response, reader.wrong() + " is not of the issuer");
  }
  return out;
}

}  // namespace wic
