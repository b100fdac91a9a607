// SPDX-License-Identifier: Apache-2.0
#include "common/jose/jws.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "common/encoding.hpp"
#include "common/jose/errc.hpp"
#include "common/jose/json.hpp"

namespace common::jose {
namespace {

using nlohmann::json;

constexpr std::size_t header_depth = 4;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// RFC 7515 section 4.1.9: "application/" may be left out of a typ without another slash.
bool is_type(std::string_view sent, const std::vector<std::string>& accepted) {
  std::string_view type = sent;
  const std::string text = lower(type);
  type = text;
  if (type.starts_with("application/")) type.remove_prefix(12);
  return std::any_of(accepted.begin(), accepted.end(),
                     [&](const std::string& one) { return lower(one) == type; });
}

std::string text_member(const json& header, const char* name) {
  const auto member = header.find(name);
  return member != header.end() && member->is_string() ? member->get<std::string>() : "";
}

Result<void> read_header(const json& header, const JwsPolicy& policy, ParsedJws& out) {
  out.type = text_member(header, "typ");
  if (!policy.types.empty() && !is_type(out.type, policy.types)) return fail(Errc::wrong_type);
  const auto algorithm = algorithm_from(text_member(header, "alg"));
  if (!algorithm || std::find(policy.algorithms.begin(), policy.algorithms.end(), *algorithm) ==
                        policy.algorithms.end()) {
    return fail(Errc::unsupported_algorithm);
  }
  out.algorithm = *algorithm;
  // We understand no extension, so whatever crit names is not understood; b64 included.
  if (header.contains("crit") || header.contains("b64")) return fail(Errc::critical_header);
  if (header.contains("zip")) return fail(Errc::unsupported_algorithm, "zip");
  if (policy.embedded_key) {
    const auto jwk = header.find("jwk");
    if (jwk == header.end() || !jwk->is_object()) return fail(Errc::malformed_key, "no jwk");
    out.jwk = jwk->dump();
    return {};
  }
  if (policy.key_id_optional && !header.contains("kid")) return {};
  out.kid = text_member(header, "kid");
  if (!is_key_id(out.kid)) return fail(Errc::invalid_key_id);
  return {};
}

}  // namespace

Result<ParsedJws> parse_jws(std::string_view token, const JwsPolicy& policy) {
  if (token.size() > policy.max_bytes) return fail(Errc::too_large);
  if (std::count(token.begin(), token.end(), '.') != 2) return fail(Errc::malformed_jws);
  const std::size_t first = token.find('.');
  const std::size_t second = token.find('.', first + 1);
  const std::string_view header_part = token.substr(0, first);
  const auto header_bytes = base64url_decode(header_part);
  const auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(token.substr(second + 1));
  if (!header_bytes || !payload || !signature || header_bytes->empty() || payload->empty()) {
    return fail(Errc::malformed_jws);
  }
  if (header_bytes->size() > policy.max_header_bytes) return fail(Errc::too_large, "header");
  const auto header = parse_json(text_of(*header_bytes),
                                 {.max_bytes = policy.max_header_bytes, .max_depth = header_depth});
  if (!header) return fail(header.error());
  if (!header->is_object()) return fail(Errc::malformed_json, "header is no object");
  ParsedJws out;
  if (auto read = read_header(*header, policy, out); !read) return fail(read.error());
  out.signed_text = token.substr(0, second);
  out.payload = text_of(*payload);
  out.signature = std::move(*signature);
  return out;
}

Result<ParsedJws> verify_jws(std::string_view token, const KeySet& keys, const JwsPolicy& policy) {
  auto jws = parse_jws(token, policy);
  if (!jws) return jws;
  const PublicKey* key = keys.find(jws->kid);
  if (key == nullptr) return fail(Errc::unknown_key, jws->kid);
  if (key->algorithm() != jws->algorithm) return fail(Errc::key_mismatch, jws->kid);
  if (!key->verify(jws->signed_text, jws->signature)) return fail(Errc::bad_signature, jws->kid);
  return jws;
}

}  // namespace common::jose
