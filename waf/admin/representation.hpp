// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "common/result.hpp"
#include "waf/admin/call.hpp"
#include "waf/store/device_records.hpp"

namespace waf::admin {

// Records as the API shows them: never a digest, a hash or a secret. Times are seconds since 1970.
[[nodiscard]] nlohmann::json shown(const User& user);
[[nodiscard]] nlohmann::json shown(const Session& session);
[[nodiscard]] nlohmann::json shown(const Grant& grant);
[[nodiscard]] nlohmann::json shown(const DeviceCredential& device);
[[nodiscard]] nlohmann::json shown(const Client& client);
[[nodiscard]] nlohmann::json shown(const KeyRecord& key, SystemTime now);

/// 200 with an ETag of the content; 304 when the client has just that.
[[nodiscard]] common::HttpResponse show(const Call& call, const nlohmann::json& content);
/// `status` with the content as it is after a change.
[[nodiscard]] common::HttpResponse changed(unsigned status, const nlohmann::json& content);
[[nodiscard]] common::HttpResponse no_content();
[[nodiscard]] common::HttpResponse problem(unsigned status, std::string_view error,
                                           std::string_view description);
[[nodiscard]] common::HttpResponse not_found();

/// Null when the request may change what is `now` so; a 412 when its If-Match names another state.
[[nodiscard]] std::optional<common::HttpResponse> unless_matching(const Call& call,
                                                                  const nlohmann::json& now);

/// Where a list goes on and how long a page is.
struct Page {
  std::string after;
  std::size_t limit = 100;
};
[[nodiscard]] common::Result<Page> read_page(const Call& call);
/// {"items", "next"}: `items` hold one more than the page when there is a next one; `key` names the
/// member that the next page begins after.
[[nodiscard]] common::HttpResponse show_page(const Call& call, const Page& page,
                                             nlohmann::json items, const char* key);

/// The body as an object of these members and no others.
[[nodiscard]] common::Result<nlohmann::json> read_object(
    const Call& call, const std::vector<std::string_view>& members);

}  // namespace waf::admin
