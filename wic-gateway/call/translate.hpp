// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ims-interface/sdp.hpp"
#include "media/engine.hpp"

/// The plain structs of ims-interface and of media, which never see each other, field by field.
namespace wic {

[[nodiscard]] ims::sdp::WicAnchor to_anchor(const media::WebrtcLocal& local);
[[nodiscard]] ims::sdp::CoreAnchor to_anchor(const media::RtpLocal& local);
[[nodiscard]] media::WebrtcRemote to_remote(const ims::sdp::WicRemote& remote);
[[nodiscard]] media::RtpRemote to_remote(const ims::sdp::CoreRemote& remote, bool latch);
[[nodiscard]] media::codec::Format to_format(const ims::sdp::AudioFormat& format);
[[nodiscard]] media::Connection to_connection(const ims::sdp::StreamState& state);
[[nodiscard]] media::AddressFamily to_family(common::IpAddress::Family family);

}  // namespace wic
