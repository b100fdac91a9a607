// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "common/random.hpp"
#include "ims-interface/media_control.hpp"
#include "ims-interface/sdp.hpp"
#include "media/engine.hpp"
#include "wic-gateway/call/media_controller.hpp"

/// What is particular to phones: no ICE, keys in the SDP, NAT that only the flow's source shows.
namespace wic {

/// Not a WebRTC client.
[[nodiscard]] bool is_phone(const ims::AccessSide& side);

[[nodiscard]] ims::sdp::PhonePolicy phone_policy(const PhoneMediaConfig& config,
                                                 const ims::AccessSide& side);

[[nodiscard]] ims::sdp::PhoneAnchor to_phone_anchor(const media::RtpLocal& local);
[[nodiscard]] ims::sdp::CryptoKey new_key(std::string_view suite, common::RandomSource& random);

/// Nothing when `anchor` has no key of the agreed suite. A private address that is not the flow's
/// source stands behind a NAT: until the phone's first packet tells its real port, we send to the
/// source's host.
[[nodiscard]] std::optional<media::RtpRemote> to_remote(const ims::sdp::PhoneRemote& remote,
                                                        const ims::sdp::PhoneAnchor& anchor,
                                                        const ims::AccessSide& side);

/// Codec and payload type that the agreed stream can be played to with; the sound is the caller's.
[[nodiscard]] media::Announcement to_announcement(const ims::sdp::StreamState& state);
/// A tone where the configuration has no file: two rising notes for success, a low one twice.
[[nodiscard]] std::shared_ptr<const media::Sound> builtin_sound(ims::Announcement what);

}  // namespace wic
