// SPDX-License-Identifier: Apache-2.0
#include "media/io/worker.hpp"

#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <utility>

#include "common/io/sockaddr.hpp"
#include "common/log.hpp"

namespace media::io {
namespace {

using namespace std::chrono_literals;

// What an epoll event is about: kind in the upper half, socket number or slot in the lower.
enum class Tag : std::uint32_t { wakeup, shared, core_rtp, core_rtcp, tcp };

std::uint64_t make_tag(Tag tag, std::uint32_t number) {
  return static_cast<std::uint64_t>(tag) << 32U | number;
}

/// 1900 is NTP's first year, 1970 the system clock's.
std::uint64_t ntp_now() {
  constexpr std::uint64_t years_before = 2'208'988'800;
  const auto micros =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(
                                     std::chrono::system_clock::now().time_since_epoch())
                                     .count());
  return (micros / 1'000'000U + years_before) << 32U | (micros % 1'000'000U << 32U) / 1'000'000U;
}

relay::HubConfig hub_config(const EngineConfig& config) {
  relay::HubConfig hub;
  hub.backend = config.srtp_backend;
  hub.core_strict_source = config.core_strict_source;
  hub.core_keepalive = config.core_keepalive;
  hub.consent_timeout = config.consent_timeout;
  hub.media_timeout = config.media_timeout;
  hub.one_way_after = config.one_way_after;
  hub.ntp_at = common::SteadyClock::now();
  hub.ntp = ntp_now();
  return hub;
}

TcpPathsConfig tcp_config(const EngineConfig& config) {
  TcpPathsConfig tcp;
  tcp.most_connections = config.ice_tcp_connections;
  tcp.dscp = config.dscp;
  return tcp;
}

}  // namespace

Worker::Worker(unsigned index, const EngineConfig& config, table::CallTable& table,
               WorkerSockets sockets, HandshakePool& handshakes, TranscodingPool& transcoders,
               EventHandler on_event, common::Metrics& metrics)
    : index_(index),
      config_(config),
      hub_(hub_config(config), table),
      handshakes_(handshakes),
      transcoders_(transcoders),
      on_event_(std::move(on_event)),
      metrics_(metrics, index),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wakeup_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      webrtc_count_(sockets.webrtc.size()),
      shared_sockets_(std::move(sockets.webrtc)),
      core_sockets_(table.capacity()),
      tcp_(std::move(sockets.tcp), tcp_config(config),
           [this](const ice::Path& path) { return hub_.knows_path(path); }),
      pacer_(config.batch_interval),
      now_(common::SteadyClock::now()) {
  for (Descriptor& socket : sockets.core) shared_sockets_.push_back(std::move(socket));
  watch(wakeup_.get(), make_tag(Tag::wakeup, 0));
  watch(tcp_.descriptor(), make_tag(Tag::tcp, 0));
  for (std::uint32_t i = 0; i < shared_sockets_.size(); ++i) {
    watch(shared_sockets_[i].get(), make_tag(Tag::shared, i));
  }
}

Worker::~Worker() { stop(); }

void Worker::watch(int fd, std::uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event);
}

void Worker::start() {
  thread_ = std::thread([this] { loop(); });
  ::pthread_setname_np(thread_.native_handle(), ("media-" + std::to_string(index_)).c_str());
  if (config_.cpus.empty()) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(config_.cpus[index_ % config_.cpus.size()]), &set);
  if (::pthread_setaffinity_np(thread_.native_handle(), sizeof set, &set) != 0) {
    common::log::warn("media worker {}: cannot be bound to its CPU", index_);
  }
}

void Worker::stop() {
  if (!thread_.joinable()) return;
  stopping_.store(true, std::memory_order_release);
  push([](Worker&) {});
  thread_.join();
}

bool Worker::post(Command command) {
  if (queue_depth_.load(std::memory_order_relaxed) >= config_.command_queue_limit) return false;
  push(std::move(command));
  return true;
}

void Worker::push(Command command) {
  {
    const std::lock_guard lock(commands_mutex_);
    commands_.push_back(std::move(command));
    queue_depth_.store(commands_.size(), std::memory_order_relaxed);
  }
  const std::uint64_t one = 1;
  (void)!::write(wakeup_.get(), &one, sizeof one);
}

void Worker::loop() {
  while (!stopping_.load(std::memory_order_acquire)) {
    // A sleep that a command cannot end, unlike the wait below: it is short.
    std::this_thread::sleep_until(pacer_.poll_next());
    const auto left = hub_.poll_timeout() - common::SteadyClock::now();
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    round(static_cast<int>(std::clamp<std::int64_t>(wait, 0, 1000)));
  }
}

void Worker::round(int timeout_ms) {
  std::array<epoll_event, DatagramBatch::capacity> events;
  const int count =
      ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms);
  now_ = common::SteadyClock::now();
  ++round_;
  received_ = 0;
  more_waits_ = count == static_cast<int>(events.size());
  // What signalling said before a packet came counts for it, in whichever order epoll names them.
  if (queue_depth_.load(std::memory_order_relaxed) != 0) run_commands();
  for (int i = 0; i < count; ++i) {
    const std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
    const auto number = static_cast<std::uint32_t>(tag & 0xffffffffU);
    switch (static_cast<Tag>(tag >> 32U)) {
      case Tag::wakeup:
        run_commands();
        break;
      case Tag::shared:
        receive_shared(static_cast<std::uint8_t>(number));
        break;
      case Tag::core_rtp:
        receive_core(number, false);
        break;
      case Tag::core_rtcp:
        receive_core(number, true);
        break;
      case Tag::tcp:
        receive_tcp();
        break;
    }
  }
  flush();
  hub_.handle_timeout(now_);
  drain();
  pacer_.handle_round(now_, received_, more_waits_);
  const auto end = common::SteadyClock::now();
  longest_round_ = std::max<std::chrono::nanoseconds>(longest_round_, end - now_);
  if (end >= next_metrics_) update_metrics();
}

void Worker::run_commands() {
  std::uint64_t ignored = 0;
  (void)!::read(wakeup_.get(), &ignored, sizeof ignored);
  {
    const std::lock_guard lock(commands_mutex_);
    running_.swap(commands_);
    queue_depth_.store(0, std::memory_order_relaxed);
  }
  flush();  // packets of a leg that a command may close
  for (const Command& command : running_) command(*this);
  running_.clear();
  drain();
}

void Worker::add_core_sockets(std::uint32_t slot, Descriptor rtp, Descriptor rtcp) {
  watch(rtp.get(), make_tag(Tag::core_rtp, slot));
  watch(rtcp.get(), make_tag(Tag::core_rtcp, slot));
  core_sockets_[slot] = {{std::move(rtp)}, {std::move(rtcp)}};
}

void Worker::close_leg(std::uint32_t slot, LegId leg) {
  hub_.close_leg(now_, slot, leg);
  drain();  // BYE leaves by the sockets that are closed next
  core_sockets_[slot] = CoreSockets{};
  handshakes_.close(leg);
}

void Worker::receive_shared(std::uint8_t socket) {
  if (batch_.room() < receive_size) flush();
  const auto datagrams = batch_.receive(shared_sockets_[socket].get(), receive_size);
  for (relay::Datagram& datagram : datagrams) datagram.socket = socket;
  if (socket < webrtc_count_) {
    hub_.handle_webrtc(now_, datagrams);
  } else {
    hub_.handle_shared(now_, datagrams, (socket - webrtc_count_) % 2 == 1);
  }
  received_ += datagrams.size();
  more_waits_ = more_waits_ || datagrams.size() == receive_size;
}

void Worker::receive_core(std::uint32_t slot, bool rtcp) {
  CoreSocket& socket = rtcp ? core_sockets_[slot].rtcp : core_sockets_[slot].rtp;
  if (!socket.descriptor.is_open()) return;  // closed by a command of this very round
  if (batch_.room() < burst_size) flush();
  // Sound comes one by one. A socket that was read a round ago and is ready again has a burst.
  const bool burst = socket.last_round + 1 == round_;
  socket.last_round = round_;
  const int fd = socket.descriptor.get();
  const auto datagrams = burst ? batch_.receive(fd, burst_size) : batch_.receive_one(fd);
  for (relay::Datagram& datagram : datagrams) datagram.rtcp_port = rtcp;
  hub_.handle_core(now_, slot, datagrams);
  received_ += datagrams.size();
  more_waits_ = more_waits_ || datagrams.size() == burst_size;
}

void Worker::receive_tcp() {
  tcp_.receive(now_, [this](const ice::Path& path, std::span<const std::byte> packet) {
    if (batch_.room() == 0) flush();
    relay::Datagram& datagram = batch_.put(path.remote, packet);
    datagram.socket = path.socket;
    hub_.handle_webrtc(now_, std::span(&datagram, 1));
    ++received_;
  });
}

void Worker::flush() {
  if (batch_.datagrams().empty()) return;
  for (std::size_t socket = 0; socket < shared_sockets_.size(); ++socket) {
    metrics_.sends_failed(
        batch_.send_shared(shared_sockets_[socket].get(), static_cast<std::uint8_t>(socket)));
  }
  for (const relay::Datagram& datagram : batch_.datagrams()) {
    const bool by_tcp =
        datagram.action == relay::Action::send_shared && datagram.socket >= TcpPaths::first_socket;
    if (by_tcp || datagram.action == relay::Action::send_rtp ||
        datagram.action == relay::Action::send_rtcp) {
      send(datagram.action, datagram.socket, datagram.slot, datagram.remote, datagram.bytes());
    } else if (datagram.action == relay::Action::handshake) {
      const auto bytes = datagram.bytes();
      handshakes_.handle_packet(hub_.leg_at(datagram.slot), hub_.association_of(datagram.slot),
                                datagram.rtcp_port ? relay::Component::rtcp : relay::Component::rtp,
                                std::vector<std::byte>(bytes.begin(), bytes.end()));
    }
  }
  batch_.clear();
}

void Worker::send(relay::Action action, std::uint8_t shared_socket, std::uint32_t slot,
                  const common::Endpoint& remote, std::span<const std::byte> bytes) {
  if (action == relay::Action::send_shared && shared_socket >= TcpPaths::first_socket) {
    if (!tcp_.send({shared_socket, remote}, bytes)) metrics_.sends_failed(1);
    return;
  }
  const CoreSockets& core = core_sockets_[slot];
  const Descriptor& socket = action == relay::Action::send_shared ? shared_sockets_[shared_socket]
                             : action == relay::Action::send_rtp  ? core.rtp.descriptor
                                                                  : core.rtcp.descriptor;
  sockaddr_storage address;
  const socklen_t length = common::io::to_sockaddr(remote, address);
  const auto sent = [&] {
    return ::sendto(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT,
                    reinterpret_cast<const sockaddr*>(&address), length) >= 0;
  };
  if (sent() || (errno == EMSGSIZE && allow_fragments(socket.get()) && sent())) return;
  metrics_.sends_failed(1);
}

void Worker::drain() {
  while (auto owned = hub_.poll_transmit()) {
    send(owned->action, owned->socket, owned->slot, owned->remote, owned->bytes);
    hub_.recycle(std::move(owned->bytes));
  }
  while (auto start = hub_.poll_handshake()) {
    const auto slot = static_cast<std::uint32_t>(start->leg.value & 0xffffffU);
    handshakes_.start(*this, slot, std::move(*start));
  }
  while (auto work = hub_.poll_transcoding()) transcoders_.handle(*this, std::move(*work));
  while (auto event = hub_.poll_event()) on_event_(std::move(*event));
}

void Worker::update_metrics() {
  next_metrics_ = now_ + 1s;
  tcp_.handle_timeout(now_);
  metrics_.update(hub_.counters(), hub_.leg_count(), queue_depth_.load(std::memory_order_relaxed),
                  longest_round_);
  metrics_.update(tcp_.counters(), tcp_.size());
  longest_round_ = 0ns;
}

void Worker::transcoded(std::vector<Result> results) {
  push([done = std::move(results)](Worker& self) {
    for (const Result& one : done) {
      self.hub_.transcoded(self.now_, one.slot, one.leg, one.number, one.packet);
    }
  });
}

void Worker::handshake_output(std::uint32_t slot, LegId leg, std::uint32_t association,
                              relay::Component component, std::vector<std::byte> datagram) {
  push([slot, leg, association, component, bytes = std::move(datagram)](Worker& self) {
    self.hub_.handshake_output(slot, leg, association, bytes, component);
  });
}

void Worker::handshake_done(std::uint32_t slot, LegId leg, std::uint32_t association,
                            relay::Component component, const dtls::SrtpKeys& keys) {
  push([slot, leg, association, component, keys](Worker& self) {
    self.hub_.handshake_done(self.now_, slot, leg, association, keys, component);
  });
}

void Worker::handshake_failed(std::uint32_t slot, LegId leg, std::uint32_t association,
                              const std::string& detail) {
  push([slot, leg, association, detail](Worker& self) {
    self.hub_.handshake_failed(slot, leg, association, detail);
  });
}

}  // namespace media::io
