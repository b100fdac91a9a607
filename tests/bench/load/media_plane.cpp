// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/media_plane.hpp"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace bench {

namespace {

using namespace std::chrono_literals;
constexpr auto slot_time = 500us;
constexpr auto late = 5ms;
constexpr auto too_late = 20ms;
constexpr std::uint32_t packets_per_check = 250;      // consent: every 5 s
constexpr std::uint64_t ticks_per_timeout = 200;      // handshakes: every 100 ms
constexpr std::uint32_t wic_addresses = 0x00fe'0000;  // 127.2.0.0 to 127.254.255.255
constexpr in_addr_t first_wic_address = 0x7f02'0000;

in_addr_t address_of(MediaPlane::WicId id) { return htonl(first_wic_address + id); }

std::uint64_t key_of(in_addr_t own, const sockaddr_in& gateway) {
  return std::uint64_t{own} << 16U | gateway.sin_port;
}

bool is_rtp(std::span<const std::byte> datagram) {
  return datagram.size() > 12 && std::to_integer<unsigned>(datagram[0]) >> 6 == 2 &&
         (std::to_integer<unsigned>(datagram[1]) & 0x7fU) < 64;
}

template <class Leg>
void remove(std::vector<Leg*>& slot, const Leg* leg) {
  slot.erase(std::find(slot.begin(), slot.end(), leg));
}

}  // namespace

struct MediaPlane::Wic {
  Wic(WicId own, std::size_t own_slot, LegHandler handler, std::unique_ptr<WicLeg> own_leg)
      : id(own),
        slot(own_slot),
        first_packet(std::move(handler)),
        leg(std::move(own_leg)),
        stream(own + 1),
        turns(own % packets_per_check) {}
  WicId id;
  std::size_t slot;
  LegHandler first_packet;
  std::unique_ptr<WicLeg> leg;
  RtpStream stream;
  std::uint32_t turns;  // each leg's checks are due at a time of its own
};

struct MediaPlane::Core {
  Core(in_addr_t own_address, const sockaddr_in& peer, std::size_t own_slot, LegHandler handler)
      : own(own_address),
        gateway(peer),
        slot(own_slot),
        first_packet(std::move(handler)),
        stream(0x0c00'0000U + peer.sin_port) {}
  in_addr_t own;
  sockaddr_in gateway;
  std::size_t slot;
  LegHandler first_packet;
  RtpStream stream;
};

class MediaPlane::Socket final : public Watcher {
 public:
  using Receiver = void (MediaPlane::*)(const Received&);

  Socket(MediaPlane& owner, std::uint16_t port, bool any, Receiver receiver)
      : owner_(owner),
        receiver_(receiver),
        descriptor_(open_udp(port, any)),
        incoming_(descriptor_),
        outgoing(descriptor_) {
    owner_.loop_.watch(descriptor_, EPOLLIN, *this);
  }
  ~Socket() override {
    owner_.loop_.forget(descriptor_);
    close(descriptor_);
  }
  void on_ready(std::uint32_t) override {
    // Bounded, so that sending stays on time under overload.
    for (int round = 0; round < 64; ++round) {
      const auto batch = incoming_.receive();
      for (const Received& datagram : batch)
        if (receiver_ != nullptr) (owner_.*receiver_)(datagram);
      if (batch.size() < batch_size) break;
    }
  }

 private:
  MediaPlane& owner_;
  Receiver receiver_;
  int descriptor_;
  ReceiveBatch incoming_;

 public:
  SendBatch outgoing;
};

MediaPlane::MediaPlane(EventLoop& loop, const MediaPorts& ports)
    : loop_(loop),
      ports_(ports),
      wic_socket_(std::make_unique<Socket>(*this, ports.wic, true, &MediaPlane::receive_wic)),
      core_socket_(std::make_unique<Socket>(*this, ports.core, true, &MediaPlane::receive_core)),
      rtcp_socket_(std::make_unique<Socket>(*this, ports.core + 1, true, nullptr)),
      next_tick_(common::SteadyClock::now() + slot_time) {
  loop_.at(next_tick_, [this] { tick(); });
}

MediaPlane::~MediaPlane() = default;

MediaPlane::WicId MediaPlane::open_wic(const media::dtls::Context& context,
                                       LegHandler first_packet) {
  const WicId id = next_wic_++ % wic_addresses;
  auto leg = std::make_unique<WicLeg>(
      context, [this, id](std::span<const std::byte> datagram) { send_control(id, datagram); });
  const std::size_t slot = next_slot_++ % slot_count;
  auto wic = std::make_unique<Wic>(id, slot, std::move(first_packet), std::move(leg));
  wic_slots_[slot].push_back(wic.get());
  wics_.emplace(id, std::move(wic));
  return id;
}

WicLeg& MediaPlane::wic(WicId id) { return *wics_.at(id)->leg; }

void MediaPlane::start_wic(WicId id, const WicRemote& remote) {
  wics_.at(id)->leg->start(common::SteadyClock::now(), remote);
  handshaking_.insert(id);
}

void MediaPlane::close_wic(WicId id) {
  const auto found = wics_.find(id);
  if (found == wics_.end()) return;
  remove(wic_slots_[found->second->slot], found->second.get());
  handshaking_.erase(id);
  wics_.erase(found);
}

void MediaPlane::open_core(const sockaddr_in& own, const sockaddr_in& gateway,
                           LegHandler first_packet) {
  close_core(own, gateway);
  const std::size_t slot = next_slot_++ % slot_count;
  auto core = std::make_unique<Core>(own.sin_addr.s_addr, gateway, slot, std::move(first_packet));
  core_slots_[slot].push_back(core.get());
  cores_.emplace(key_of(own.sin_addr.s_addr, gateway), std::move(core));
}

void MediaPlane::close_core(const sockaddr_in& own, const sockaddr_in& gateway) {
  const auto found = cores_.find(key_of(own.sin_addr.s_addr, gateway));
  if (found == cores_.end()) return;
  remove(core_slots_[found->second->slot], found->second.get());
  cores_.erase(found);
}

sockaddr_in MediaPlane::core_address() const {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(ports_.core);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr_in MediaPlane::core_address(WicId id) const {
  sockaddr_in address = core_address();
  address.sin_addr.s_addr = address_of(id);
  return address;
}

sockaddr_in MediaPlane::wic_address(WicId id) const {
  sockaddr_in address = core_address();
  address.sin_port = htons(ports_.wic);
  address.sin_addr.s_addr = address_of(id);
  return address;
}

void MediaPlane::begin_epoch() {
  ++epoch_;
  to_core_ = {};
  to_wic_ = {};
  late_slots_ = 0;
  counting_ = true;
}

void MediaPlane::tick() {
  const auto now = common::SteadyClock::now();
  // Making up for more than one period in a burst would only starve receiving.
  while (now - next_tick_ > too_late) {
    next_tick_ += slot_time;
    ++late_slots_;
  }
  while (next_tick_ <= now) {
    if (now - next_tick_ > late) ++late_slots_;
    send_slot(ticks_ % slot_count);
    if (ticks_ % ticks_per_timeout == 0) check_handshakes();
    ++ticks_;
    next_tick_ += slot_time;
  }
  loop_.at(next_tick_, [this] { tick(); });
}

void MediaPlane::send_slot(std::size_t slot) {
  for (Wic* wic : wic_slots_[slot]) {
    if (!wic->leg->secure()) continue;
    if (++wic->turns % packets_per_check == 0) wic->leg->send_check();
    const auto room = wic_socket_->outgoing.room();
    std::size_t size = rtp_packet_size;
    wic->stream.write(room, packet_clock(), counting_ ? epoch_ : 0);
    if (!wic->leg->protect(room, size)) continue;
    wic_socket_->outgoing.commit(size, wic->leg->remote_address(), address_of(wic->id));
    if (counting_) ++to_core_.sent;
  }
  wic_socket_->outgoing.flush();
  for (Core* core : core_slots_[slot]) {
    core->stream.write(core_socket_->outgoing.room(), packet_clock(), counting_ ? epoch_ : 0);
    core_socket_->outgoing.commit(rtp_packet_size, core->gateway, core->own);
    if (counting_) ++to_wic_.sent;
  }
  core_socket_->outgoing.flush();
}

void MediaPlane::check_handshakes() {
  const auto now = common::SteadyClock::now();
  for (auto id = handshaking_.begin(); id != handshaking_.end();) {
    WicLeg& leg = *wics_.at(*id)->leg;
    leg.handle_timeout(now);
    id = leg.secure() || leg.failed() ? handshaking_.erase(id) : std::next(id);
  }
}

void MediaPlane::receive_wic(const Received& datagram) {
  const auto found = wics_.find(ntohl(datagram.destination) - first_wic_address);
  if (found == wics_.end()) return;
  Wic& wic = *found->second;
  if (!is_rtp(datagram.room.first(datagram.size))) {
    wic.leg->handle_control(common::SteadyClock::now(), datagram.room.first(datagram.size));
    return;
  }
  std::size_t size = datagram.size;
  if (!wic.leg->unprotect(datagram.room, size)) return;
  count(to_wic_, datagram.room.first(size), datagram.time);
  if (wic.first_packet) std::exchange(wic.first_packet, nullptr)();
}

void MediaPlane::receive_core(const Received& datagram) {
  const auto found = cores_.find(key_of(datagram.destination, datagram.from));
  if (found == cores_.end()) return;
  count(to_core_, datagram.room.first(datagram.size), datagram.time);
  if (found->second->first_packet) std::exchange(found->second->first_packet, nullptr)();
}

void MediaPlane::count(FlowCount& flow, std::span<const std::byte> packet,
                       std::chrono::nanoseconds time) {
  const auto stamp = read_stamp(packet);
  if (!stamp || stamp->epoch != epoch_) return;
  ++flow.received;
  flow.latency.add(time - stamp->sent);
}

void MediaPlane::send_control(WicId id, std::span<const std::byte> datagram) {
  SendBatch& batch = wic_socket_->outgoing;
  std::copy(datagram.begin(), datagram.end(), batch.room().begin());
  batch.commit(datagram.size(), wics_.at(id)->leg->remote_address(), address_of(id));
  batch.flush();
}

}  // namespace bench
