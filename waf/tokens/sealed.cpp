// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/sealed.hpp"

#include <charconv>

#include "common/encoding.hpp"
#include "waf/errc.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

std::string authenticated(std::string_view binding, std::string_view body) {
  return digest_of(binding) + std::string(body);
}

}  // namespace

std::string Sealer::seal(std::string_view purpose, std::string_view binding, std::string_view text,
                         common::SystemTime expires_at) const {
  const std::string body = std::to_string(common::unix_seconds(expires_at)) + "." +
                           common::base64url_encode(common::bytes_of(text));
  return body + "." + keyed_digest(key_, purpose, authenticated(binding, body));
}

common::Result<std::string> Sealer::open(std::string_view purpose, std::string_view binding,
                                         std::string_view sealed, common::SystemTime now) const {
  const std::size_t last = sealed.rfind('.');
  if (last == std::string_view::npos) return common::fail(Errc::stale_form);
  const std::string_view body = sealed.substr(0, last);
  const std::string expected = keyed_digest(key_, purpose, authenticated(binding, body));
  if (!common::equal_secrets(sealed.substr(last + 1), expected)) {
    return common::fail(Errc::stale_form, "not ours");
  }
  const std::size_t dot = body.find('.');
  long long expires_at = 0;
  std::from_chars(body.data(), body.data() + dot, expires_at);
  if (now >= common::system_time(expires_at)) return common::fail(Errc::stale_form, "expired");
  const auto text = common::base64url_decode(body.substr(dot + 1));
  if (!text) return common::fail(Errc::stale_form);
  return std::string(common::text_of(*text));
}

}  // namespace waf
