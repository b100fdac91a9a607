// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "common/endpoint.hpp"
#include "common/metrics.hpp"
#include "common/random.hpp"
#include "media/engine.hpp"
#include "media/srtp/profile.hpp"
#include "media/srtp/transform.hpp"

namespace media::io {

/// A local address, and the address peers are told when a 1:1 NAT stands before us.
struct MediaAddress {
  common::IpAddress bind;
  common::IpAddress advertise;
};

/// Everything an operator may set about media.
struct EngineConfig {
  unsigned workers = 1;

  /// W3: worker n binds `webrtc_port + n` on each address; candidates are announced in this order.
  std::uint16_t webrtc_port = 7500;
  std::vector<MediaAddress> webrtc_addresses;
  /// Passive TCP candidates (RFC 6544) on each W3 address, of worker n at this port + n; 0: none.
  std::uint16_t ice_tcp_port = 0;
  std::size_t ice_tcp_connections = 2000;  // a worker

  /// Core side: at most one address a family; pairs of an even RTP and the next odd RTCP port.
  std::vector<MediaAddress> core_addresses;
  std::uint16_t core_port_first = 20000;
  std::uint16_t core_port_last = 23999;
  /// All core legs of worker n by the ports `core_port_first + 2n` and the next, told apart by the
  /// signalled address of their peers, which must send from where they receive. Several times
  /// cheaper a packet than a socket a stream.
  bool core_shared_port = false;
  /// Access side, for phones: as the core side. No address: no legs for phones.
  std::vector<MediaAddress> access_addresses;
  std::uint16_t access_port_first = 24000;
  std::uint16_t access_port_last = 27999;
  /// Take core media only from the signalled (or latched) address.
  bool core_strict_source = false;
  /// Empty RTP of payload type 20 after this silence toward the core (TS 24.229 K.5.2.1); 0: never.
  std::chrono::milliseconds core_keepalive{0};

  /// In order of preference.
  std::vector<srtp::Profile> srtp_profiles{srtp::all_profiles.begin(), srtp::all_profiles.end()};
  srtp::Backend srtp_backend = srtp::Backend::native;

  /// PEM files of an ECDSA P-256 certificate; both empty: a self-signed one is made at start.
  std::filesystem::path certificate_file;
  std::filesystem::path private_key_file;
  unsigned handshake_threads = 1;
  std::chrono::milliseconds handshake_timeout{20'000};
  std::chrono::milliseconds handshake_retransmit{400};  // first retransmission, doubled each time

  /// Folder of the call tables, best on tmpfs; empty: calls do not survive a restart.
  std::filesystem::path table_directory;
  std::size_t max_legs_per_worker = 4096;

  std::chrono::milliseconds consent_timeout{30'000};  // RFC 7675 5.1
  std::chrono::milliseconds media_timeout{60'000};    // RTP-17; 0: never
  std::chrono::milliseconds one_way_after{10'000};    // 0: not watched

  std::size_t command_queue_limit = 8192;    // commands waiting for one worker
  std::size_t handshake_queue_limit = 4096;  // datagrams waiting for one handshake thread
  unsigned transcoding_threads = 1;
  std::size_t transcoding_queue_limit = 2048;  // packets waiting for one transcoding thread
  int socket_buffer = 4 * 1024 * 1024;         // octets asked for on W3 sockets
  int core_socket_buffer = 128 * 1024;         // octets asked for on each core socket
  std::uint8_t dscp = 0;                       // of all media (RFC 2474)
  /// A worker with much to do rests up to this long and takes several packets at once, instead of
  /// waking for each; 0: never.
  std::chrono::microseconds batch_interval{700};
  /// CPU of worker n is cpus[n % size]; empty: the kernel chooses.
  std::vector<int> cpus;
};

/// Binds the W3 sockets, maps the call tables, restores the calls in them and starts the workers.
/// Throws std::runtime_error with one clear line when a part of the configuration cannot be used.
/// `random` must be safe for use by several threads; `random` and `metrics` must outlive the
/// engine.
[[nodiscard]] std::unique_ptr<Engine> make_engine(const EngineConfig& config,
                                                  common::RandomSource& random,
                                                  common::Metrics& metrics);

}  // namespace media::io
