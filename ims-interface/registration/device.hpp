// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ims-interface/flow_peer.hpp"
#include "ims-interface/registration/register_request.hpp"

namespace ims {

/// CodeProof::device of the phone behind that flow: its certificate, else +sip.instance, else a
/// hash of its contact's user and host (the port changes with every connection). On a clear
/// transport the source address belongs to it (token-auth 3.5). `before`: for a request that names
/// no contact.
[[nodiscard]] std::string device_of(const FlowPeer& peer, const RegisterRequest& request,
                                    const std::string& before);

/// User part of an address of record.
[[nodiscard]] std::string user_of_aor(const std::string& aor);

/// True when a Digest username may stand for that address of record: its user part, all of it, or
/// a private identity of the domain, which the WAF knows whose it is.
[[nodiscard]] bool names_aor(std::string_view username, const std::string& aor,
                             std::string_view home_domain);

}  // namespace ims
