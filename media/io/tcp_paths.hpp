// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "common/endpoint.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "media/ice/lite_agent.hpp"
#include "media/ice/tcp_framer.hpp"
#include "media/io/udp_socket.hpp"
#include "media/relay/path_table.hpp"

namespace media::io {

struct TcpPathsConfig {
  std::size_t most_connections = 2000;
  std::size_t most_waiting = 64UL * 1024;  // octets that one peer has not taken yet
  /// A connection whose path no leg knows is closed after this time.
  std::chrono::milliseconds stranger_timeout{10'000};
  std::uint8_t dscp = 0;
};

struct TcpPathsCounters {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;  // all connections belong to calls
  std::uint64_t strangers = 0;
  std::uint64_t broken = 0;  // not RFC 4571
};

/// A listening socket for passive TCP candidates.
[[nodiscard]] common::Result<Descriptor> listen_tcp(const common::Endpoint& local);

/// Passive TCP candidates of one worker (RFC 6544), for browsers whose network lets no UDP through.
/// To the hub each connection is a path like those of UDP, by socket number first_socket + index of
/// the listener. One thread uses it.
class TcpPaths {
 public:
  static constexpr std::uint8_t first_socket = 128;
  using Known = std::function<bool(const ice::Path&)>;
  using Handler = std::function<void(const ice::Path&, std::span<const std::byte>)>;

  /// `known`: whether a leg has the path.
  TcpPaths(std::vector<Descriptor> listeners, const TcpPathsConfig& config, Known known);

  /// Readable when receive() has something to do.
  [[nodiscard]] int descriptor() const { return epoll_.get(); }
  /// Takes new connections and hands each packet that waits to `handler`, which may call send().
  void receive(common::TimePoint now, const Handler& handler);
  /// False when the packet is lost: no such connection, or it takes no more at the moment.
  [[nodiscard]] bool send(const ice::Path& path, std::span<const std::byte> packet);
  /// Closes what belongs to no leg; to be called about once a second.
  void handle_timeout(common::TimePoint now);

  [[nodiscard]] std::size_t size() const { return by_path_.size(); }
  [[nodiscard]] const TcpPathsCounters& counters() const { return counters_; }

 private:
  struct Connection {
    Descriptor socket;
    ice::Path path;
    common::TimePoint last_known{};
    ice::TcpFramer framer;
    std::vector<std::byte> waiting;  // to be sent
    bool dead = false;
  };

  void watch_listeners(std::uint32_t events);
  void accept(common::TimePoint now, std::uint32_t listener);
  [[nodiscard]] bool make_room();
  void read(std::uint32_t slot, const Handler& handler);
  void write_waiting(std::uint32_t slot);
  void watch(int operation, int fd, std::uint32_t events, std::uint64_t tag) const;
  void close(std::uint32_t slot);

  TcpPathsConfig config_;
  Known known_;
  Descriptor epoll_;
  std::vector<Descriptor> listeners_;
  bool paused_ = false;  // nothing is accepted until the next handle_timeout()
  std::vector<std::unique_ptr<Connection>> connections_;  // by slot; null: free
  std::vector<std::uint32_t> free_;
  relay::PathTable by_path_;
  TcpPathsCounters counters_;
};

}  // namespace media::io
