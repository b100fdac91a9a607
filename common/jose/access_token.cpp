// SPDX-License-Identifier: Apache-2.0
#include "common/jose/access_token.hpp"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "common/jose/errc.hpp"
#include "common/jose/json.hpp"

namespace common::jose {
namespace {

using nlohmann::json;

constexpr double latest_time = 9007199254740992.0;  // 2^53
constexpr std::size_t max_text = 255;
constexpr std::size_t max_list = 32;

/// Reads members of one claims object and remembers whether any was wrong.
class ClaimReader {
 public:
  explicit ClaimReader(const json& object) : object_(object) {}

  std::string text(const char* name) {
    const auto member = object_.find(name);
    if (member == object_.end()) return refuse(name), std::string();
    return text_value(*member, name);
  }
  std::optional<std::string> optional_text(const char* name) {
    if (!object_.contains(name)) return std::nullopt;
    return text(name);
  }
  std::vector<std::string> texts(const char* name) {
    const auto member = object_.find(name);
    if (member == object_.end() || !member->is_array() || member->empty() ||
        member->size() > max_list) {
      return refuse(name), std::vector<std::string>();
    }
    std::vector<std::string> out;
    for (const json& one : *member) out.push_back(text_value(one, name));
    return out;
  }
  SystemTime time(const char* name) {
    const auto member = object_.find(name);
    if (member == object_.end() || !member->is_number()) return refuse(name), SystemTime{};
    const auto value = member->get<double>();
    if (!std::isfinite(value) || value < 0 || value > latest_time) {
      return refuse(name), SystemTime{};
    }
    return system_time(static_cast<long long>(value));
  }
  std::optional<SystemTime> optional_time(const char* name) {
    if (!object_.contains(name)) return std::nullopt;
    return time(name);
  }
  void refuse(const char* name) {
    if (wrong_.empty()) wrong_ = name;
  }
  [[nodiscard]] const std::string& wrong() const { return wrong_; }

 private:
  std::string text_value(const json& value, const char* name) {
    if (!value.is_string()) return refuse(name), std::string();
    auto out = value.get<std::string>();
    const bool printable = std::none_of(out.begin(), out.end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
    // Scope lists may be long; every other text ends up in SIP headers and logs.
    const std::size_t limit = std::string_view(name) == "scope" ? 2048 : max_text;
    if (out.empty() || out.size() > limit || !printable) refuse(name);
    return out;
  }

  const json& object_;
  std::string wrong_;
};

Result<ImsClaims> read_ims(const json& object) {
  ClaimReader reader(object);
  ImsClaims out;
  out.impi = reader.text("impi");
  out.impus = reader.texts("impus");
  out.waf = reader.text("waf");
  out.wwsf = reader.text("wwsf");
  out.mode = reader.optional_text("mode").value_or("individual");
  if (out.mode != "individual" && out.mode != "pool") reader.refuse("mode");
  out.device = reader.optional_text("dev");
  if (const auto limit = object.find("max_bindings"); limit != object.end()) {
    if (limit->is_number_integer() && *limit >= 1 && *limit <= 1000) {
      out.max_bindings = limit->get<long long>();
    } else {
      reader.refuse("max_bindings");
    }
  }
  if (!reader.wrong().empty()) return fail(Errc::malformed_claims, "ims." + reader.wrong());
  return out;
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  append_json_string(out, name);
  out += ':';
  append_json_string(out, value);
  out += ',';
}

void append_number(std::string& out, std::string_view name, long long value) {
  append_json_string(out, name);
  out += ':' + std::to_string(value) + ',';
}

void append_texts(std::string& out, std::string_view name, const std::vector<std::string>& values) {
  append_json_string(out, name);
  out += ":[";
  for (const auto& value : values) {
    append_json_string(out, value);
    out += ',';
  }
  if (!values.empty()) out.pop_back();
  out += "],";
}

void append_ims(std::string& out, const ImsClaims& ims) {
  out += R"("ims":{)";
  append_member(out, "impi", ims.impi);
  append_texts(out, "impus", ims.impus);
  append_member(out, "waf", ims.waf);
  append_member(out, "wwsf", ims.wwsf);
  if (ims.max_bindings) append_number(out, "max_bindings", *ims.max_bindings);
  if (ims.device) append_member(out, "dev", *ims.device);
  append_member(out, "mode", ims.mode);
  out.back() = '}';
}

/// A confirmation we cannot check must not be taken for none (RFC 7800 section 3.1): false for any
/// method but those of RFC 8705 and RFC 9449.
bool read_confirmation(const json& cnf, AccessToken& out) {
  if (!cnf.is_object() || cnf.empty()) return false;
  for (const auto& [name, value] : cnf.items()) {
    if (!value.is_string()) return false;
    if (name == "x5t#S256") {
      out.certificate_thumbprint = value.get<std::string>();
    } else if (name == "jkt") {
      out.key_thumbprint = value.get<std::string>();
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace

bool AccessToken::has_scope(std::string_view scope) const {
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string join_scopes(const std::vector<std::string>& scopes) {
  std::string out;
  for (const auto& scope : scopes) out += (out.empty() ? "" : " ") + scope;
  return out;
}

std::string to_json(const AccessToken& token) {
  std::string out = "{";
  out.reserve(768);
  append_member(out, "iss", token.issuer);
  if (token.audience.size() == 1) {
    append_member(out, "aud", token.audience.front());
  } else {
    append_texts(out, "aud", token.audience);
  }
  append_member(out, "sub", token.subject);
  append_member(out, "client_id", token.client_id);
  append_number(out, "iat", unix_seconds(token.issued_at));
  append_number(out, "exp", unix_seconds(token.expires_at));
  if (token.not_before) append_number(out, "nbf", unix_seconds(*token.not_before));
  append_member(out, "jti", token.id);
  append_member(out, "scope", join_scopes(token.scopes));
  if (!token.session.empty()) append_member(out, "sid", token.session);
  if (token.auth_time) append_number(out, "auth_time", unix_seconds(*token.auth_time));
  if (!token.acr.empty()) append_member(out, "acr", token.acr);
  if (token.certificate_thumbprint || token.key_thumbprint) {
    out += R"("cnf":{)";
    if (token.certificate_thumbprint) {
      append_member(out, "x5t#S256", *token.certificate_thumbprint);
    }
    if (token.key_thumbprint) append_member(out, "jkt", *token.key_thumbprint);
    out.back() = '}';
    out += ',';
  }
  if (!token.actor.empty()) {
    out += R"("act":)";
    out += token.actor;
    out += ',';
  }
  if (!token.ims.impi.empty()) {
    append_ims(out, token.ims);
    out += '}';
  } else {
    out.back() = '}';
  }
  return out;
}

Result<AccessToken> parse_access_token(std::string_view claims, ImsPart wanted) {
  const auto object = parse_json(claims, {.max_bytes = 4096, .max_depth = 8});
  if (!object) return fail(object.error());
  if (!object->is_object()) return fail(Errc::malformed_claims, "no object");
  ClaimReader reader(*object);
  AccessToken out;
  out.issuer = reader.text("iss");
  const auto audience = object->find("aud");
  if (audience != object->end() && audience->is_array()) {
    out.audience = reader.texts("aud");
  } else {
    out.audience = {reader.text("aud")};
  }
  out.subject = reader.text("sub");
  out.client_id = reader.text("client_id");
  out.issued_at = reader.time("iat");
  out.expires_at = reader.time("exp");
  out.not_before = reader.optional_time("nbf");
  out.id = reader.text("jti");
  out.scopes = split_scopes(reader.text("scope"));
  out.session = reader.optional_text("sid").value_or("");
  out.auth_time = reader.optional_time("auth_time");
  out.acr = reader.optional_text("acr").value_or("");
  if (const auto cnf = object->find("cnf"); cnf != object->end()) {
    if (!read_confirmation(*cnf, out)) reader.refuse("cnf");
  }
  if (const auto actor = object->find("act"); actor != object->end()) {
    if (!actor->is_object()) reader.refuse("act");
    out.actor = actor->dump();
  }
  if (!reader.wrong().empty()) return fail(Errc::malformed_claims, reader.wrong());
  const auto ims = object->find("ims");
  if (ims == object->end() && wanted == ImsPart::optional) return out;
  if (ims == object->end() || !ims->is_object()) return fail(Errc::malformed_claims, "ims");
  auto identities = read_ims(*ims);
  if (!identities) return fail(identities.error());
  out.ims = std::move(*identities);
  return out;
}

Result<AccessToken> verify_access_token(std::string_view token, const KeySet& keys,
                                        const JwsPolicy& policy, ImsPart ims) {
  const auto jws = verify_jws(token, keys, policy);
  if (!jws) return fail(jws.error());
  return parse_access_token(jws->payload, ims);
}

}  // namespace common::jose
