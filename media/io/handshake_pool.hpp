// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "common/metrics.hpp"
#include "media/dtls/association.hpp"
#include "media/relay/hub.hpp"

namespace media::io {

/// Where an association's results go: calls come on a handshake thread.
class HandshakeOwner {
 public:
  virtual ~HandshakeOwner() = default;
  virtual void handshake_output(std::uint32_t slot, LegId leg, std::uint32_t association,
                                relay::Component component, std::vector<std::byte> datagram) = 0;
  virtual void handshake_done(std::uint32_t slot, LegId leg, std::uint32_t association,
                              relay::Component component, const dtls::SrtpKeys& keys) = 0;
  virtual void handshake_failed(std::uint32_t slot, LegId leg, std::uint32_t association,
                                const std::string& detail) = 0;
};

/// Threads that do nothing but DTLS, so that half a millisecond of elliptic curves never delays a
/// packet. A leg's associations stay on one thread. Queues are bounded: what does not fit is lost
/// like on the network and counted.
class HandshakePool {
 public:
  HandshakePool(const dtls::Context& context, unsigned threads, std::size_t queue_limit,
                common::Metrics& metrics);
  ~HandshakePool();  // joins

  void start(HandshakeOwner& owner, std::uint32_t slot, relay::HandshakeStart start);
  void handle_packet(LegId leg, std::uint32_t association, relay::Component component,
                     std::vector<std::byte> datagram);
  void close(LegId leg);
  /// Runs something slow for a media worker.
  void run(std::function<void()> task);

 private:
  class Thread;
  [[nodiscard]] Thread& thread_of(LegId leg);
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace media::io
