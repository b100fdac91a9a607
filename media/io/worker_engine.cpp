// SPDX-License-Identifier: Apache-2.0
#include "media/io/worker_engine.hpp"

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

#include "common/log.hpp"
#include "media/errc.hpp"
#include "media/remote_check.hpp"
#include "media/table/counters.hpp"

namespace media::io {
namespace {

std::string read_file(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw std::runtime_error(file.string() + ": cannot be read");
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

dtls::Certificate load_certificate(const EngineConfig& config, common::RandomSource& random) {
  const auto now =
      std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  auto certificate = config.certificate_file.empty()
                         ? dtls::Certificate::self_signed(now, random.u64())
                         : dtls::Certificate::from_pem(read_file(config.certificate_file),
                                                       read_file(config.private_key_file));
  if (!certificate) throw std::runtime_error("media: " + certificate.error().message());
  return *certificate;
}

dtls::ContextConfig dtls_config(const EngineConfig& config) {
  dtls::ContextConfig dtls;
  dtls.profiles = config.srtp_profiles;
  dtls.retransmit = config.handshake_retransmit;
  dtls.handshake_timeout = config.handshake_timeout;
  return dtls;
}

const EngineConfig& checked(const EngineConfig& config) {
  const auto require = [](bool good, const char* what) {
    if (!good) throw std::runtime_error(std::string("media: ") + what);
  };
  require(config.workers >= 1 && config.workers <= 255, "1 to 255 workers");
  require(!config.webrtc_addresses.empty() && config.webrtc_addresses.size() <= 60,
          "1 to 60 addresses for WebRTC");
  require(!config.core_addresses.empty(), "at least one address for the core");
  require(!config.srtp_profiles.empty(), "at least one SRTP profile");
  require(config.max_legs_per_worker >= 2 && config.max_legs_per_worker < (1U << 24U),
          "2 to 16777215 legs a worker");
  require(!config.core_shared_port ||
              config.core_port_first + 2 * config.workers <= config.core_port_last,
          "a range of core ports with a pair for each worker");
  require(config.core_port_first >= 1024 && config.core_port_last > config.core_port_first,
          "a range of core ports above 1023");
  require(config.access_addresses.empty() || (config.access_port_first >= 1024 &&
                                              config.access_port_last > config.access_port_first),
          "a range of access ports above 1023");
  require(config.webrtc_port >= 1024 && config.webrtc_port + config.workers <= 65'536,
          "a WebRTC port above 1023 with room for one a worker");
  require(config.ice_tcp_port == 0 ||
              (config.ice_tcp_port + config.workers <= 65'536 && config.ice_tcp_connections > 0),
          "TCP candidates with room for a port a worker, and for connections");
  return config;
}

}  // namespace

WorkerEngine::Seat::Seat(const std::filesystem::path& path, const EngineConfig& config,
                         std::uint16_t port)
    : file(path, table::CallTable::size_for(config.max_legs_per_worker)),
      table(file.memory(), config.max_legs_per_worker, port) {}

WorkerEngine::WorkerEngine(const EngineConfig& config, common::RandomSource& random,
                           common::Metrics& metrics)
    : config_(checked(config)),
      random_(random),
      metrics_(metrics),
      certificate_(load_certificate(config, random)),
      context_(certificate_, dtls_config(config)),
      calls_gauge_(metrics.gauge("media_calls", "Calls with media")),
      registry_(config.workers, config.max_legs_per_worker, random.u32()),
      ports_(config.core_port_first, config.core_port_last,
             {config.core_socket_buffer, config.dscp}),
      access_ports_(config.access_port_first, config.access_port_last,
                    {config.core_socket_buffer, config.dscp}),
      handshakes_(std::make_unique<HandshakePool>(context_, config.handshake_threads,
                                                  config.handshake_queue_limit, metrics)),
      transcoders_(std::make_unique<TranscodingPool>(config.transcoding_threads,
                                                     config.transcoding_queue_limit, metrics)) {
  for (unsigned i = 0; i < config.workers; ++i) make_worker(i);
  for (unsigned i = 0; i < config.workers; ++i) restore_legs(i);
  update_call_gauge();
  for (const auto& seat : seats_) seat->worker->start();
}

WorkerEngine::~WorkerEngine() {
  for (const auto& seat : seats_) seat->worker->stop();
  handshakes_.reset();  // their threads post to the workers, which must still be there
  transcoders_.reset();
}

void WorkerEngine::make_worker(unsigned index) {
  const auto port = static_cast<std::uint16_t>(config_.webrtc_port + index);
  std::filesystem::path file;
  if (!config_.table_directory.empty()) {
    file = config_.table_directory / ("media-" + std::to_string(index) + ".table");
  }
  auto seat = std::make_unique<Seat>(file, config_, port);
  if (seat->table.was_cleared()) {
    common::log::warn("media worker {}: call table of another version or port, calls lost", index);
  }
  seat->worker = std::make_unique<Worker>(
      index, config_, seat->table,
      WorkerSockets{webrtc_sockets(index), core_sockets(index), tcp_sockets(index)}, *handshakes_,
      *transcoders_, [this](Event event) { dispatch(std::move(event)); }, metrics_);
  seats_.push_back(std::move(seat));
}

bool WorkerEngine::restore_sockets(Seat& seat, std::uint32_t slot) {
  const table::LegRecord& record = seat.table.leg(slot);
  if (record.kind != table::LegKind::rtp) return true;
  if (record.transport.shared != 0) return config_.core_shared_port;
  auto pair = ports_.bind_at(record.transport.local_rtp.address, record.transport.local_rtp.port);
  if (!pair) {
    common::log::warn("media leg lost: {}", pair.error().message());
    return false;
  }
  seat.worker->add_core_sockets(slot, std::move(pair->rtp), std::move(pair->rtcp));
  return true;
}

void WorkerEngine::restore_legs(unsigned index) {
  Seat& seat = *seats_[index];
  for (std::uint32_t slot = 0; slot < seat.table.capacity(); ++slot) {
    const table::LegRecord& record = seat.table.leg(slot);
    const LegId leg{record.leg_id};
    if (leg.value == 0) continue;
    const LegPlace place = place_of(leg);
    if (place.worker != index || place.slot != slot || !restore_sockets(seat, slot)) {
      seat.table.wipe(slot);
      continue;
    }
    registry_.restore(CallId{record.call_id}, leg, record.kind);
    seat.worker->hub().restore_leg(seat.worker->now(), slot);
  }
  seat.worker->hub().connect_restored();
}

void WorkerEngine::dispatch(Event event) {
  EventSink* sink = nullptr;
  {
    const std::lock_guard lock(sinks_mutex_);
    const auto found = sinks_.find(event.call.value);
    if (found != sinks_.end()) sink = found->second;
  }
  if (sink != nullptr) return sink->post(std::move(event));
  if (event.kind == Event::Kind::connected) return;
  // Nobody adopted this call after a restart: it ends with its media.
  handshakes_->run([this, call = event.call] { close_call(call); });
}

bool WorkerEngine::post(LegId leg, Worker::Command command) {
  return seats_[place_of(leg).worker]->worker->post(std::move(command));
}

void WorkerEngine::update_call_gauge() {
  calls_gauge_.set(static_cast<double>(registry_.call_count()));
}

common::Result<CallId> WorkerEngine::open_call(EventSink& sink) {
  const std::lock_guard lock(mutex_);
  const CallId call = registry_.open_call(sink);
  update_call_gauge();
  const std::lock_guard sinks_lock(sinks_mutex_);
  sinks_[call.value] = &sink;
  return call;
}

common::Result<void> WorkerEngine::set_remote(LegId leg, const WebrtcRemote& remote) {
  auto good = validated(remote);
  if (!good) return common::fail(good.error());
  const std::lock_guard lock(mutex_);
  const CallRegistry::Leg* known = registry_.find_leg(leg);
  if (known == nullptr || known->kind != table::LegKind::webrtc) {
    return common::fail(Errc::unknown_leg);
  }
  const bool posted = post(leg, [leg, checked_remote = std::move(*good)](Worker& worker) {
    worker.hub().set_remote(worker.now(), place_of(leg).slot, leg, checked_remote);
  });
  if (!posted) return common::fail(Errc::overloaded);
  return {};
}

common::Result<void> WorkerEngine::set_remote(LegId leg, const RtpRemote& remote) {
  auto good = validated(remote);
  if (!good) return common::fail(good.error());
  const std::lock_guard lock(mutex_);
  const CallRegistry::Leg* known = registry_.find_leg(leg);
  if (known == nullptr || known->kind != table::LegKind::rtp) {
    return common::fail(Errc::unknown_leg);
  }
  const bool posted = post(leg, [leg, checked_remote = std::move(*good)](Worker& worker) {
    worker.hub().set_remote(worker.now(), place_of(leg).slot, leg, checked_remote);
  });
  if (!posted) return common::fail(Errc::overloaded);
  return {};
}

common::Result<IceCredentials> WorkerEngine::restart_ice(LegId leg) {
  const std::lock_guard lock(mutex_);
  const CallRegistry::Leg* known = registry_.find_leg(leg);
  if (known == nullptr || known->kind != table::LegKind::webrtc) {
    return common::fail(Errc::unknown_leg);
  }
  IceCredentials credentials = new_credentials();
  const bool posted = post(leg, [leg, local = fixed_size(credentials)](Worker& worker) {
    worker.hub().restart_ice(place_of(leg).slot, leg, local);
  });
  if (!posted) return common::fail(Errc::overloaded);
  return credentials;
}

common::Result<void> WorkerEngine::connect(LegId first, LegId second,
                                           const Connection& connection) {
  if (auto good = validate(connection); !good) return good;
  const std::lock_guard lock(mutex_);
  const CallRegistry::Leg* one = registry_.find_leg(first);
  const CallRegistry::Leg* other = registry_.find_leg(second);
  if (one == nullptr || other == nullptr) return common::fail(Errc::unknown_leg);
  if (first == second || one->call != other->call) return common::fail(Errc::invalid_connection);
  const bool posted = post(first, [first, second, connection](Worker& worker) {
    worker.hub().connect(worker.now(), place_of(first).slot, place_of(second).slot, connection);
  });
  if (!posted) return common::fail(Errc::overloaded);
  return {};
}

std::optional<LegStatistics> WorkerEngine::statistics(LegId leg) const {
  // The lock keeps the leg from being closed meanwhile; the media thread does not take it.
  const std::lock_guard lock(mutex_);
  if (registry_.find_leg(leg) == nullptr) return std::nullopt;
  const LegPlace place = place_of(leg);
  auto read = table::read_statistics(seats_[place.worker]->table.leg(place.slot), leg);
  return read ? read : LegStatistics{};  // the worker has not come to open it yet
}

std::vector<RestoredCall> WorkerEngine::restored_calls() const {
  const std::lock_guard lock(mutex_);
  return registry_.orphans();
}

common::Result<void> WorkerEngine::adopt_call(CallId call_id, EventSink& sink) {
  const std::lock_guard lock(mutex_);
  CallRegistry::Call* call = registry_.find_call(call_id);
  if (call == nullptr) return common::fail(Errc::unknown_call);
  call->sink = &sink;
  const std::lock_guard sinks_lock(sinks_mutex_);
  sinks_[call_id.value] = &sink;
  return {};
}

void WorkerEngine::close_locked(LegId leg) {
  const LegPlace place = place_of(leg);
  // Closing is never refused: a queue that is full must be able to empty.
  seats_[place.worker]->worker->push(
      [leg, place](Worker& worker) { worker.close_leg(place.slot, leg); });
  registry_.close_leg(leg);
}

void WorkerEngine::close_leg(LegId leg) {
  const std::lock_guard lock(mutex_);
  if (registry_.find_leg(leg) != nullptr) close_locked(leg);
}

void WorkerEngine::close_call(CallId call_id) {
  const std::lock_guard lock(mutex_);
  const CallRegistry::Call* call = registry_.find_call(call_id);
  if (call == nullptr) return;
  for (const LegId leg : std::vector<LegId>(call->legs)) close_locked(leg);
  registry_.close_call(call_id);
  update_call_gauge();
  const std::lock_guard sinks_lock(sinks_mutex_);
  sinks_.erase(call_id.value);
}

std::unique_ptr<Engine> make_engine(const EngineConfig& config, common::RandomSource& random,
                                    common::Metrics& metrics) {
  return std::make_unique<WorkerEngine>(config, random, metrics);
}

}  // namespace media::io
