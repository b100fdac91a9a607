// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "common/result.hpp"
#include "ims-interface/sip/message.hpp"

struct msg_s;  // sofia-sip's msg_t

namespace ims::sip {

struct MsgReleaser {
  void operator()(msg_s* message) const noexcept;
};
/// One reference to a sofia message; release() hands it to nta, which takes the reference over.
using MsgPtr = std::unique_ptr<msg_s, MsgReleaser>;

/// A msg_t of sofia's default SIP message class, completely parsed (sip_object(msg) is usable).
/// Errc::malformed_value names the header that sofia's parser does not understand.
/// A request of our own has no Via yet: nta puts it on top when it sends.
enum class ViaRule { required, added_by_nta };
[[nodiscard]] common::Result<MsgPtr> to_sofia(const Message& message,
                                              ViaRule rule = ViaRule::required);

/// Reads what nta delivered. The msg_t stays the caller's. Unlike Message::parse this does not ask
/// sofia's parser again.
[[nodiscard]] common::Result<Message> from_sofia(msg_s* message, const ScreenLimits& limits = {});

}  // namespace ims::sip
