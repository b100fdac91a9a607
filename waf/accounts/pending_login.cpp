// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/pending_login.hpp"

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

constexpr seconds lifetime{600};

std::string purpose_of(std::string_view step) { return "pending-login:" + std::string(step); }

}  // namespace

std::string seal_pending(const EndpointContext& context, std::string_view step,
                         const std::string& key, const PendingLogin& pending, SystemTime now) {
  const AuthenticatedUser& user = pending.user;
  const nlohmann::json out = {
      {"user_id", user.user_id},
      {"amr", user.amr},
      {"provider", user.provider},
      {"upstream_sid", user.upstream_sid},
      {"upstream_subject", user.upstream_subject},
      {"factors_elsewhere", user.factors_elsewhere},
      {"auth_time", user.auth_time ? common::unix_seconds(*user.auth_time) : 0},
      {"continuation", to_json(pending.continuation)},
  };
  return context.sealer.seal(purpose_of(step), key, out.dump(), now + lifetime);
}

common::Result<PendingLogin> open_pending(const EndpointContext& context, std::string_view step,
                                          const HttpRequest& http, std::string_view sealed,
                                          SystemTime now) {
  const auto key = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  if (!key) return common::fail(Errc::stale_form, "no cookie");
  const auto text = context.sealer.open(purpose_of(step), *key, sealed, now);
  if (!text) return common::fail(text.error());
  const auto object = common::jose::parse_json(*text, {});
  if (!object) return common::fail(Errc::stale_form);
  PendingLogin out;
  out.user.user_id = object->at("user_id").get<std::string>();
  out.user.amr = object->at("amr").get<std::vector<std::string>>();
  out.user.provider = object->at("provider").get<std::string>();
  out.user.upstream_sid = object->at("upstream_sid").get<std::string>();
  out.user.upstream_subject = object->at("upstream_subject").get<std::string>();
  out.user.factors_elsewhere = object->at("factors_elsewhere").get<bool>();
  const auto auth_time = object->at("auth_time").get<long long>();
  if (auth_time != 0) out.user.auth_time = common::system_time(auth_time);
  auto continuation = continuation_from_json(object->at("continuation").get<std::string>());
  if (!continuation) return common::fail(continuation.error());
  out.continuation = std::move(*continuation);
  return out;
}

}  // namespace waf
