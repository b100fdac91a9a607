// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "common/time.hpp"
#include "media/ice/lite_agent.hpp"
#include "media/rtp/output.hpp"
#include "media/rtp/source.hpp"
#include "media/srtp/transform.hpp"
#include "media/table/leg_record.hpp"

namespace media::relay {

/// One leg at work: its record in the call table, and what can be made anew from it.
struct Leg {
  explicit Leg(table::LegRecord& leg_record, std::uint32_t leg_slot)
      : record(&leg_record),
        slot(leg_slot),
        agent(leg_record.ice),
        output(leg_record.output),
        source(leg_record.source) {}

  [[nodiscard]] bool is_webrtc() const { return record->kind == table::LegKind::webrtc; }
  [[nodiscard]] bool is_usable_path() const {
    return sending != nullptr && !consent_lost && agent.path().has_value();
  }
  /// Makes the SRTP contexts from the record's keys and replay state.
  void key(srtp::Backend backend);

  table::LegRecord* record;
  std::uint32_t slot;
  ice::LiteAgent agent;
  rtp::Output output;
  rtp::SourceSelector source;
  std::unique_ptr<srtp::Transform> sending;
  std::unique_ptr<srtp::Transform> receiving;
  Leg* peer = nullptr;
  common::TimePoint last_media{};  // RTP or RTCP that was taken, or since when it is expected
  common::TimePoint last_sent{};
  bool consent_lost = false;
  bool media_lost = false;
  bool association_started = false;
  std::vector<std::byte> early_handshake;  // a ClientHello that overtook the answer in signalling
};

}  // namespace media::relay
