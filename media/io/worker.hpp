// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "common/time.hpp"
#include "media/io/datagram_batch.hpp"
#include "media/io/engine_factory.hpp"
#include "media/io/handshake_pool.hpp"
#include "media/io/pacer.hpp"
#include "media/io/tcp_paths.hpp"
#include "media/io/transcoding_pool.hpp"
#include "media/io/udp_socket.hpp"
#include "media/io/worker_metrics.hpp"
#include "media/relay/hub.hpp"

namespace media::io {

/// What a worker's legs share, by the addresses of the configuration.
struct WorkerSockets {
  std::vector<Descriptor> webrtc;
  std::vector<Descriptor> core;  // RTP, then RTCP, for each address; none: a pair for each leg
  std::vector<Descriptor> tcp;   // listening; none: no TCP candidates
};

/// One media worker: a thread with its W3 sockets, its passive TCP candidates, the sockets of its
/// core legs and its Hub. All datagrams of one epoll round are received, relayed and sent in
/// batches; a busy worker spaces its rounds so that batches fill (Pacer).
class Worker final : public HandshakeOwner, public TranscodingOwner {
 public:
  using Command = std::function<void(Worker&)>;
  using EventHandler = std::function<void(Event)>;

  Worker(unsigned index, const EngineConfig& config, table::CallTable& table, WorkerSockets sockets,
         HandshakePool& handshakes, TranscodingPool& transcoders, EventHandler on_event,
         common::Metrics& metrics);
  ~Worker() override;

  void start();
  /// Ends the thread; legs stay in the table.
  void stop();

  /// From any thread; false when too many commands wait already.
  [[nodiscard]] bool post(Command command);
  /// The same without a limit, for what must not be lost.
  void push(Command command);

  // On the worker's thread, or before start().
  [[nodiscard]] relay::Hub& hub() { return hub_; }
  void add_core_sockets(std::uint32_t slot, Descriptor rtp, Descriptor rtcp);
  void close_leg(std::uint32_t slot, LegId leg);
  [[nodiscard]] common::TimePoint now() const { return now_; }

  void handshake_output(std::uint32_t slot, LegId leg, std::uint32_t association,
                        relay::Component component, std::vector<std::byte> datagram) override;
  void handshake_done(std::uint32_t slot, LegId leg, std::uint32_t association,
                      relay::Component component, const dtls::SrtpKeys& keys) override;
  void handshake_failed(std::uint32_t slot, LegId leg, std::uint32_t association,
                        const std::string& detail) override;
  void transcoded(std::vector<Result> results) override;

 private:
  static constexpr std::size_t receive_size = 128;
  static constexpr std::size_t burst_size = 16;

  struct CoreSocket {
    Descriptor descriptor;
    std::uint64_t last_round = 0;
  };
  struct CoreSockets {
    CoreSocket rtp;
    CoreSocket rtcp;
  };

  void loop();
  void round(int timeout_ms);
  void run_commands();
  void receive_shared(std::uint8_t socket);
  void receive_core(std::uint32_t slot, bool rtcp);
  void receive_tcp();
  void flush();
  void send(relay::Action action, std::uint8_t shared_socket, std::uint32_t slot,
            const common::Endpoint& remote, std::span<const std::byte> bytes);
  void drain();
  void update_metrics();
  void watch(int fd, std::uint64_t tag);

  unsigned index_;
  EngineConfig config_;
  relay::Hub hub_;
  HandshakePool& handshakes_;
  TranscodingPool& transcoders_;
  EventHandler on_event_;
  WorkerMetrics metrics_;
  Descriptor epoll_;
  Descriptor wakeup_;
  std::size_t webrtc_count_;
  std::vector<Descriptor> shared_sockets_;  // W3, then RTP and RTCP of the core side
  std::vector<CoreSockets> core_sockets_;   // by slot
  TcpPaths tcp_;

  DatagramBatch batch_;
  Pacer pacer_;
  std::uint64_t round_ = 1;
  std::size_t received_ = 0;  // in this round
  bool more_waits_ = false;

  std::mutex commands_mutex_;
  std::vector<Command> commands_;
  std::vector<Command> running_;
  std::atomic<std::size_t> queue_depth_{0};
  std::atomic<bool> stopping_{false};
  std::thread thread_;

  common::TimePoint now_{};
  common::TimePoint next_metrics_{};
  std::chrono::nanoseconds longest_round_{0};
};

}  // namespace media::io
