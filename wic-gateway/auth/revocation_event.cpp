// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/revocation_event.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "common/jose/errc.hpp"
#include "common/jose/json.hpp"
#include "common/jose/jws.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

using common::fail;
using nlohmann::json;
using Type = RevocationNotice::Type;

constexpr std::array<std::pair<std::string_view, Type>, 5> types = {{
    {"jti", Type::token},
    {"grant", Type::grant},
    {"sid", Type::session},
    {"sub", Type::user},
    {"epoch", Type::epoch},
}};
constexpr std::size_t longest_id = 255;
constexpr std::size_t longest_reason = 100;         // a Close frame carries 123 octets
constexpr std::int64_t latest_time = 253402300799;  // the year 9999

/// Text members of the claims; empty for one that is missing or no text.
std::string text_of(const json& claims, const char* name) {
  const auto member = claims.find(name);
  return member != claims.end() && member->is_string() ? member->get<std::string>() : "";
}

/// -1 for one that is missing or no number that we take.
std::int64_t number_of(const json& claims, const char* name) {
  const auto member = claims.find(name);
  if (member == claims.end() || !member->is_number_integer()) return -1;
  const auto value = member->get<std::int64_t>();
  return value > latest_time ? -1 : value;
}

/// It ends up in Reason headers and Close frames.
std::string plain(std::string text) {
  std::erase_if(text, [](char c) { return c < 0x20 || c > 0x7e || c == '"' || c == '\\'; });
  return text.substr(0, longest_reason);
}

}  // namespace

common::Result<RevocationNotice> read_revocation_event(
    std::string_view event, const common::jose::KeySet* keys, std::string_view issuer,
    const std::vector<common::jose::Algorithm>& algorithms) {
  if (keys == nullptr) return fail(Errc::unknown_key, "no key set yet");
  const auto jws =
      common::jose::verify_jws(event, *keys, {.types = {"secevent+jwt"}, .algorithms = algorithms});
  if (!jws) {
    if (jws.error() == common::jose::Errc::unknown_key) {
      return fail(Errc::unknown_key, jws.error().message());
    }
    return fail(Errc::untrusted_event, jws.error().message());
  }
  const auto claims = common::jose::parse_json(jws->payload, {.max_bytes = 4096, .max_depth = 2});
  if (!claims || !claims->is_object()) return fail(Errc::untrusted_event, "no claims");
  if (text_of(*claims, "iss") != issuer) return fail(Errc::untrusted_event, "another issuer's");
  const std::string kind = text_of(*claims, "type");
  const auto* type = std::find_if(types.begin(), types.end(),
                                  [&](const auto& known) { return known.first == kind; });
  RevocationNotice out;
  out.sequence = number_of(*claims, "seq");
  const std::int64_t not_before = number_of(*claims, "not_before");
  const std::int64_t end = number_of(*claims, "exp");
  out.id = text_of(*claims, "id");
  if (type == types.end() || out.sequence < 1 || not_before < 0 || end < 0 ||
      out.id.size() > longest_id || (out.id.empty() && type->second != Type::epoch)) {
    return fail(Errc::untrusted_event, "incomplete");
  }
  out.type = type->second;
  out.not_before = common::system_time(not_before);
  out.expires_at = common::system_time(end);
  out.reason = plain(text_of(*claims, "reason"));
  return out;
}

}  // namespace wic
