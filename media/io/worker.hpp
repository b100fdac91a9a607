// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "common/time.hpp"
#include "media/io/engine_factory.hpp"
#include "media/io/handshake_pool.hpp"
#include "media/io/udp_socket.hpp"
#include "media/io/worker_metrics.hpp"
#include "media/relay/hub.hpp"

namespace media::io {

/// One media worker: a thread with its W3 sockets, the sockets of its core legs and its Hub. All
/// datagrams of one epoll round are received, relayed and sent in batches.
class Worker final : public HandshakeOwner {
 public:
  using Command = std::function<void(Worker&)>;
  using EventHandler = std::function<void(Event)>;

  Worker(unsigned index, const EngineConfig& config, table::CallTable& table,
         std::vector<Descriptor> webrtc_sockets, HandshakePool& handshakes, EventHandler on_event,
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
                        std::vector<std::byte> datagram) override;
  void handshake_done(std::uint32_t slot, LegId leg, std::uint32_t association,
                      const dtls::SrtpKeys& keys) override;
  void handshake_failed(std::uint32_t slot, LegId leg, std::uint32_t association,
                        const std::string& detail) override;

 private:
  static constexpr std::size_t buffer_size = 2048;
  static constexpr std::size_t batch_size = 256;
  static constexpr std::size_t receive_size = 64;
  static constexpr std::size_t core_receive_size = 4;

  struct CoreSockets {
    Descriptor rtp;
    Descriptor rtcp;
  };

  void loop();
  void round(int timeout_ms);
  void run_commands();
  void receive_webrtc(std::uint8_t socket);
  void receive_core(std::uint32_t slot, bool rtcp);
  /// Receives into the free part of the batch; returns how many came.
  std::size_t receive(int fd, std::size_t most);
  void flush();
  void send_webrtc(std::size_t socket);
  void send_core(const relay::Datagram& datagram);
  void drain();
  void update_metrics();
  void watch(int fd, std::uint64_t tag);

  unsigned index_;
  EngineConfig config_;
  relay::Hub hub_;
  HandshakePool& handshakes_;
  EventHandler on_event_;
  WorkerMetrics metrics_;
  Descriptor epoll_;
  Descriptor wakeup_;
  std::vector<Descriptor> webrtc_sockets_;
  std::vector<CoreSockets> core_sockets_;  // by slot

  std::vector<std::byte> buffers_;
  std::array<relay::Datagram, batch_size> batch_{};
  std::size_t batched_ = 0;
  std::array<mmsghdr, batch_size> messages_{};
  std::array<iovec, batch_size> vectors_{};
  std::array<sockaddr_storage, batch_size> addresses_{};

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
