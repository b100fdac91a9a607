// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/posted_form.hpp"

#include "common/encoding.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/endpoints/sessions.hpp"
#include "waf/errc.hpp"

namespace waf {

common::Result<Parameters> read_own_form(const EndpointContext& context, const HttpRequest& http,
                                         std::string_view name, std::string_view key) {
  const auto fields = common::parse_form(http.body);
  if (!is_form(http) || !fields || key.empty() || !is_same_site_post(http, context.settings)) {
    return common::fail(Errc::stale_form);
  }
  Parameters form(*fields);
  if (form.has_repeated() ||
      !common::equal_secrets(form.get("csrf"), csrf_token(context, name, key))) {
    return common::fail(Errc::stale_form);
  }
  return form;
}

common::Result<Parameters> read_browser_form(const EndpointContext& context,
                                             const HttpRequest& http, std::string_view name) {
  const auto key = common::find_cookie(http.headers.get("Cookie"), login_cookie);
  return read_own_form(context, http, name, key.value_or(""));
}

}  // namespace waf
