// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/page_form.hpp"

#include "common/encoding.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/errc.hpp"

namespace waf {

std::string session_key(const HttpRequest& http) {
  return common::find_cookie(http.headers.get("Cookie"), session_cookie).value_or("");
}

common::Result<Parameters> read_page_form(const EndpointContext& context, const HttpRequest& http,
                                          std::string_view form) {
  const auto fields = common::parse_form(http.body);
  const std::string key = session_key(http);
  if (!is_form(http) || !fields || key.empty() || !is_same_site_post(http, context.settings)) {
    return common::fail(Errc::stale_form);
  }
  Parameters out(*fields);
  if (out.has_repeated() ||
      !common::equal_secrets(out.get("csrf"), csrf_token(context, form, key))) {
    return common::fail(Errc::stale_form);
  }
  return out;
}

}  // namespace waf
