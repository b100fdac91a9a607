// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/sdp/model.hpp"
#include "ims-interface/sdp/negotiation.hpp"

/// DTLS-SRTP lines that W3 and phones share (RFC 5763, RFC 8122, RFC 8842).
namespace ims::sdp {

[[nodiscard]] std::string_view value_at_either_level(const Description& description,
                                                     const Media& media, std::string_view name);

/// Of the section, else of the session; only hashes of SHA-256 or stronger.
[[nodiscard]] std::vector<Fingerprint> read_fingerprints(const Description& description,
                                                         const Media& media);

/// Our role, or nothing when the two ends' wishes leave none. The role belongs to the association:
/// a peer that leaves the choice to us keeps the one it has, `before` (field experience: role
/// conflicts after hold come from choosing anew).
[[nodiscard]] std::optional<DtlsRole> role_from(std::string_view setup, bool is_answer,
                                                DtlsRole before);

/// a=setup for our end in `role`; in an answer it is fixed (MED-08).
[[nodiscard]] const char* setup_of(DtlsRole role, bool is_answer);

}  // namespace ims::sdp
