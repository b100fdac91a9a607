// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "common/metrics.hpp"
#include "common/random.hpp"
#include "media/dtls/association.hpp"
#include "media/io/call_registry.hpp"
#include "media/io/engine_factory.hpp"
#include "media/io/handshake_pool.hpp"
#include "media/io/port_range.hpp"
#include "media/io/sound_cache.hpp"
#include "media/io/table_file.hpp"
#include "media/io/worker.hpp"
#include "media/table/call_table.hpp"

namespace media::io {

/// The Engine over media workers in this process. Signalling threads share one lock over the
/// registry; media threads take it never: they get commands, and events find their sink under a
/// lock of its own.
class WorkerEngine final : public Engine {
 public:
  WorkerEngine(const EngineConfig& config, common::RandomSource& random, common::Metrics& metrics);
  ~WorkerEngine() override;

  [[nodiscard]] common::Result<CallId> open_call(EventSink& sink) override;
  [[nodiscard]] common::Result<WebrtcLocal> open_webrtc_leg(CallId call) override;
  [[nodiscard]] common::Result<RtpLocal> open_rtp_leg(CallId call, AddressFamily family) override;
  [[nodiscard]] common::Result<RtpLocal> open_access_leg(CallId call,
                                                         AddressFamily family) override;
  [[nodiscard]] common::Result<void> set_remote(LegId leg, const WebrtcRemote& remote) override;
  [[nodiscard]] common::Result<void> set_remote(LegId leg, const RtpRemote& remote) override;
  [[nodiscard]] common::Result<IceCredentials> restart_ice(LegId leg) override;
  [[nodiscard]] common::Result<void> connect(LegId first, LegId second,
                                             const Connection& connection) override;
  [[nodiscard]] common::Result<void> play(LegId leg, const Announcement& what) override;
  void stop_playing(LegId leg) override;
  void send_digit(LegId leg, std::uint8_t event, std::chrono::milliseconds duration) override;
  void request_keyframe(LegId leg) override;
  [[nodiscard]] std::optional<LegStatistics> statistics(LegId leg) const override;
  [[nodiscard]] std::vector<RestoredCall> restored_calls() const override;
  [[nodiscard]] common::Result<void> adopt_call(CallId call, EventSink& sink) override;
  void close_leg(LegId leg) override;
  void close_call(CallId call) override;

 private:
  /// One worker with the memory that its table lives in.
  struct Seat {
    Seat(const std::filesystem::path& file, const EngineConfig& config, std::uint16_t port);
    TableFile file;
    table::CallTable table;
    std::unique_ptr<Worker> worker;
  };

  void make_worker(unsigned index);
  void restore_legs(unsigned index);
  [[nodiscard]] bool restore_sockets(Seat& seat, std::uint32_t slot);
  void dispatch(Event event);
  [[nodiscard]] bool post(LegId leg, Worker::Command command);
  void close_locked(LegId leg);
  [[nodiscard]] relay::LegSeed seed_of(LegId leg, CallId call);
  [[nodiscard]] IceCredentials new_credentials();
  [[nodiscard]] static ice::Credentials fixed_size(const IceCredentials& credentials);
  [[nodiscard]] common::Result<RtpLocal> open_leg(CallId call, AddressFamily family, bool access);
  [[nodiscard]] common::Result<RtpLocal> open_shared_leg(CallId call, AddressFamily family);
  [[nodiscard]] std::uint16_t shared_port(unsigned worker) const;
  [[nodiscard]] std::vector<Descriptor> webrtc_sockets(unsigned worker) const;
  [[nodiscard]] std::vector<Descriptor> tcp_sockets(unsigned worker) const;
  [[nodiscard]] std::vector<Descriptor> core_sockets(unsigned worker) const;
  [[nodiscard]] const MediaAddress* address_of(AddressFamily family, bool access) const;
  void update_call_gauge();

  EngineConfig config_;
  common::RandomSource& random_;
  common::Metrics& metrics_;
  dtls::Certificate certificate_;
  dtls::Context context_;
  common::Gauge calls_gauge_;
  mutable std::mutex mutex_;  // registry_, ports_, access_ports_
  CallRegistry registry_;
  PortRange ports_;
  PortRange access_ports_;
  std::mutex sinks_mutex_;
  std::unordered_map<std::uint64_t, EventSink*> sinks_;
  std::vector<std::unique_ptr<Seat>> seats_;
  SoundCache sounds_;  // used on one helper thread alone
  std::unique_ptr<HandshakePool> handshakes_;
  std::unique_ptr<TranscodingPool> transcoders_;
};

}  // namespace media::io
