// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <optional>
#include <string>
#include <string_view>

#include "media/engine.hpp"
#include "tests/bench/load/wic_leg.hpp"

namespace bench {

/// What a browser offers or answers for one audio call; `setup` is actpass, active or passive.
[[nodiscard]] std::string browser_sdp(const media::IceCredentials& ice,
                                      const media::Fingerprint& fingerprint,
                                      std::string_view setup);
/// The gateway's offer or answer toward a browser; `offered_setup` is what we sent, empty when the
/// gateway offers. Empty when something is missing or the audio was refused.
[[nodiscard]] std::optional<WicRemote> read_gateway_sdp(std::string_view sdp);

/// Plain RTP of a core-side user agent.
[[nodiscard]] std::string core_sdp(const sockaddr_in& rtp);
/// The RTP address of a plain offer or answer.
[[nodiscard]] std::optional<sockaddr_in> read_core_sdp(std::string_view sdp);

}  // namespace bench
