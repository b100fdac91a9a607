// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/http.hpp"
#include "waf/accounts/continuation.hpp"
#include "waf/endpoints/answer.hpp"
#include "waf/endpoints/context.hpp"
#include "waf/federation/provider.hpp"
#include "waf/pages/login_page.hpp"

namespace waf {

inline constexpr std::string_view federation_path = "/federation/";

/// GET /federation/NAME sends the browser to the provider, GET /federation/NAME/callback takes its
/// answer (OpenID Connect Core 3.1, RFC 9207).
[[nodiscard]] Answer handle_federation(EndpointContext& context, const common::HttpRequest& http,
                                       SystemTime now);

/// Buttons of the login page; `sealed` is the request to come back with.
[[nodiscard]] std::vector<pages::ProviderLink> provider_links(const EndpointContext& context,
                                                              const std::string& sealed);

/// How the browser is sent to the provider: by a redirect, or, in the answer to a form, by a page
/// that goes on by itself, since browsers hold form-action against redirects too.
enum class Departure { redirect, page };
[[nodiscard]] Answer depart(EndpointContext& context, const federation::Provider& provider,
                            const Continuation& continuation, const std::string& login_hint,
                            Departure how, const common::HttpRequest& http, SystemTime now);

/// The callback: checks the answer, fetches and checks the tokens, maps, logs in.
[[nodiscard]] Answer arrive(EndpointContext& context, const federation::Provider& provider,
                            const common::HttpRequest& http, SystemTime now);

/// After the end of a session of ours: on to the provider that vouched for it, where the
/// configuration wants that (OpenID Connect RP-Initiated Logout), and then to `target`
/// (signed_out()).
[[nodiscard]] Answer log_out_upstream(EndpointContext& context, const std::string& provider_name,
                                      const std::string& target, const common::HttpRequest& http,
                                      SystemTime now);
/// GET /federation/NAME/signed-out: back from there.
[[nodiscard]] common::HttpResponse come_back_signed_out(EndpointContext& context,
                                                        const federation::Provider& provider,
                                                        const common::HttpRequest& http,
                                                        SystemTime now);

/// The page for a login that failed, with a way to try again.
[[nodiscard]] common::HttpResponse failed_login(EndpointContext& context,
                                                const federation::Provider& provider,
                                                const common::Error& error,
                                                const Continuation& continuation,
                                                const common::HttpRequest& http, SystemTime now);

}  // namespace waf
