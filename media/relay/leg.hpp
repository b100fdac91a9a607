// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "common/time.hpp"
#include "media/ice/lite_agent.hpp"
#include "media/rtp/output.hpp"
#include "media/rtp/report_state.hpp"
#include "media/rtp/sent_packets.hpp"
#include "media/rtp/source.hpp"
#include "media/srtp/transform.hpp"
#include "media/table/leg_record.hpp"

namespace media::relay {

/// Which half of a leg a DTLS association keys: both halves where RTCP is multiplexed.
enum class Component : std::uint8_t { rtp, rtcp };

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
  /// The context that protects what is sent, or undoes what is received; null without keys.
  [[nodiscard]] srtp::Transform* sender(bool rtcp) const {
    return rtcp && separate_rtcp ? sending_rtcp.get() : sending.get();
  }
  [[nodiscard]] srtp::Transform* receiver(bool rtcp) const {
    return rtcp && separate_rtcp ? receiving_rtcp.get() : receiving.get();
  }
  [[nodiscard]] table::KeyRecord& keys(Component component) const {
    return component == Component::rtp ? record->security.keys : record->security.rtcp_keys;
  }
  /// Makes the SRTP contexts from the record's keys and replay state.
  void key(Component component, srtp::Backend backend);
  /// Brings what a packet from the leg's peer, or one toward it, will touch into the cache.
  void prefetch_input() const;
  void prefetch_output() const;
  /// Takes over from the record what each packet asks for.
  void refresh_protection();

  // What each packet looks at stands first and together: with thousands of legs every cache line
  // counts.
  table::LegRecord* record;
  std::uint32_t slot;
  bool secured = false;        // SRTP, whether or not the keys are there
  bool separate_rtcp = false;  // RTCP has an association of its own
  bool consent_lost = false;
  bool media_lost = false;
  bool playing = false;     // an announcement has the leg's output
  bool dialing = false;     // digits of our own have it
  bool transcodes = false;  // as the record's route says
  Leg* peer = nullptr;
  common::TimePoint last_media{};  // RTP or RTCP that was taken, or since when it is expected
  common::TimePoint last_sent{};
  common::TimePoint last_rtp{};  // that was taken, or since when it is expected
  ice::LiteAgent agent;
  rtp::Output output;
  rtp::SourceSelector source;
  std::unique_ptr<srtp::Transform> sending;
  std::unique_ptr<srtp::Transform> receiving;
  rtp::ReportState reports;
  std::unique_ptr<rtp::SentPackets> sent;  // where the peer may ask for repetitions

  std::unique_ptr<srtp::Transform> sending_rtcp;  // where RTCP has keys of its own
  std::unique_ptr<srtp::Transform> receiving_rtcp;
  common::TimePoint started{};
  std::array<std::uint16_t, 64> missing{};  // that its last RTCP asked for
  std::size_t missing_count = 0;
  std::uint8_t fir_sequence = 0;
  /// Sound of this leg's peer on its way through a transcoder.
  struct Transcoding {
    std::uint32_t number = 0;
    LegId to;
    codec::Format source;
    codec::Format destination;
    bool begun = false;                           // the last sound was transcoded, not passed
    std::uint8_t payload_type = 0;                // of what is made of it
    std::uint32_t ssrc = 0;                       // of the packet before
    common::TimePoint event_until{};              // an event is heard in place of the sound
    std::optional<std::uint16_t> event_sequence;  // of one that passed by just now
  } transcoding;
  bool one_way = false;
  bool keyframe_wanted = false;  // of this leg's peer, which RTCP cannot ask
  common::TimePoint last_keyframe_event{};
  struct Handshake {
    bool started = false;
    std::vector<std::byte> early;  // a ClientHello that overtook the answer in signalling
    common::Endpoint remote;       // without ICE: where its last datagram came from
  };
  std::array<Handshake, 2> handshakes;  // by Component
};

}  // namespace media::relay
