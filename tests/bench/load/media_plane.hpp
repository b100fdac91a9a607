// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "tests/bench/load/event_loop.hpp"
#include "tests/bench/load/latency_histogram.hpp"
#include "tests/bench/load/rtp_stream.hpp"
#include "tests/bench/load/udp_batch.hpp"
#include "tests/bench/load/wic_leg.hpp"

namespace bench {

/// One direction of all calls within one measurement.
struct FlowCount {
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
  LatencyHistogram latency;
};

struct MediaPorts {
  std::uint16_t wic = 17600;
  std::uint16_t core = 17700;
};

using LegHandler = std::function<void()>;

/// All media of the generator: browsers' legs on one socket (an address of 127.0.0.0/8 each), the
/// core's legs on another (told apart by the gateway's port and their own address). Both ends send
/// 50 packets a second. Kernel receive stamps keep the generator's own queueing out of the latency.
class MediaPlane {
 public:
  using WicId = std::uint32_t;

  MediaPlane(EventLoop& loop, const MediaPorts& ports);
  ~MediaPlane();
  MediaPlane(const MediaPlane&) = delete;
  MediaPlane& operator=(const MediaPlane&) = delete;

  /// `first_packet` runs when the leg receives its first authentic RTP packet.
  [[nodiscard]] WicId open_wic(const media::dtls::Context& context, LegHandler first_packet);
  [[nodiscard]] WicLeg& wic(WicId id);
  void start_wic(WicId id, const WicRemote& remote);
  void close_wic(WicId id);

  /// `gateway` is the gateway's RTP address of this stream.
  /// `own`: this leg's address, of core_address().
  void open_core(const sockaddr_in& own, const sockaddr_in& gateway, LegHandler first_packet);
  void close_core(const sockaddr_in& own, const sockaddr_in& gateway);
  /// One for all legs, or one of the leg's own: where the gateway tells calls apart by it.
  [[nodiscard]] sockaddr_in core_address() const;
  [[nodiscard]] sockaddr_in core_address(WicId id) const;
  [[nodiscard]] sockaddr_in wic_address(WicId id) const;

  /// Starts a measurement: packets sent from now on count in it, wherever they arrive.
  void begin_epoch();
  /// Stops counting newly sent packets; late ones of this epoch are still received.
  void end_epoch() { counting_ = false; }
  [[nodiscard]] const FlowCount& to_core() const { return to_core_; }
  [[nodiscard]] const FlowCount& to_wic() const { return to_wic_; }
  /// Sending slots that came over 5 ms late or not at all: the generator was short of CPU.
  [[nodiscard]] std::uint64_t late_slots() const { return late_slots_; }
  [[nodiscard]] std::size_t open_wics() const { return wics_.size(); }

 private:
  static constexpr std::size_t slot_count = 40;  // in 20 ms
  struct Wic;
  struct Core;
  class Socket;

  void tick();
  void send_slot(std::size_t slot);
  void check_handshakes();
  void receive_wic(const Received& datagram);
  void receive_core(const Received& datagram);
  void count(FlowCount& flow, std::span<const std::byte> packet, std::chrono::nanoseconds time);
  void send_control(WicId id, std::span<const std::byte> datagram);

  EventLoop& loop_;
  MediaPorts ports_;
  std::unique_ptr<Socket> wic_socket_;
  std::unique_ptr<Socket> core_socket_;
  std::unique_ptr<Socket> rtcp_socket_;
  std::unordered_map<WicId, std::unique_ptr<Wic>> wics_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Core>>
      cores_;  // by own address and gateway's port
  std::array<std::vector<Wic*>, slot_count> wic_slots_;
  std::array<std::vector<Core*>, slot_count> core_slots_;
  std::unordered_set<WicId> handshaking_;
  std::uint32_t next_wic_ = 0;
  std::size_t next_slot_ = 0;
  std::uint64_t ticks_ = 0;
  common::TimePoint next_tick_;
  std::uint32_t epoch_ = 0;
  bool counting_ = false;
  FlowCount to_core_;
  FlowCount to_wic_;
  std::uint64_t late_slots_ = 0;
};

}  // namespace bench
