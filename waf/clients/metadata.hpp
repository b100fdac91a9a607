// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "common/result.hpp"
#include "waf/clients/client.hpp"
#include "waf/settings.hpp"

namespace waf {

/// The client that registration metadata describe (RFC 7591 section 2), strictly: a member that
/// this server knows must be well formed and allowed; members it does not know are left out. Id,
/// secrets and registration token are the caller's. Errc::invalid_redirect_uri or
/// Errc::invalid_client_metadata.
[[nodiscard]] common::Result<Client> client_from_metadata(std::string_view json,
                                                          const Settings& settings);

/// The client's metadata as a JSON object, without any secret.
[[nodiscard]] std::string metadata_of(const Client& client);

/// What is wrong with a client as a whole, whoever describes it (registration, configuration,
/// command line): keys without the method that needs them, URIs that cannot be registered, … Empty
/// when it is sound.
[[nodiscard]] std::string fault_of(const Client& client);

}  // namespace waf
