// SPDX-License-Identifier: Apache-2.0
#include "common/log.hpp"
#include "waf/endpoints/federation.hpp"
#include "waf/endpoints/login.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/federation/errc.hpp"
#include "waf/pages/federation_pages.hpp"

namespace waf {
namespace {

using federation::Errc;

struct Shown {
  unsigned status;
  pages::LoginProblem problem;
};

/// The user needs to know what to do, not what was wrong: that is for the log.
Shown shown_for(const common::Error& error) {
  if (error == Errc::provider_unavailable) return {503, pages::LoginProblem::unavailable};
  if (error == Errc::cancelled) return {403, pages::LoginProblem::cancelled};
  if (error == Errc::unknown_login) return {400, pages::LoginProblem::stale};
  for (const auto one :
       {Errc::missing_claim, Errc::filtered_claim, Errc::unserved_domain, Errc::malformed_identity,
        Errc::identity_taken, Errc::no_account, Errc::account_disabled}) {
    if (error == one) return {403, pages::LoginProblem::no_account};
  }
  return {502, pages::LoginProblem::bad_answer};
}

}  // namespace

common::HttpResponse failed_login(EndpointContext& context, const federation::Provider& provider,
                                  const common::Error& error, const Continuation& continuation,
                                  const common::HttpRequest& http, SystemTime now) {
  common::log::warn("provider {}: login refused: {}", provider.name, error.message());
  context.metrics.refused("federation", error.code.message());
  const Shown shown = shown_for(error);
  const std::string key = browser_key(context, http);
  std::string again = std::string(federation_path) + provider.name;
  std::string other = "/login";
  const std::string tail =
      "?request=" + common::percent_encode(seal_continuation(context, key, continuation, now));
  again += tail;
  other += tail;
  common::HttpResponse out = html_response(
      shown.status,
      pages::login_failed(context.look_for(http), {shown.problem, provider.label, again, other}));
  if (shown.status == 503) out.headers.add("Retry-After", "5");
  set_browser_key(context, key, out);
  return out;
}

}  // namespace waf
