// SPDX-License-Identifier: Apache-2.0
// The floor below the relay: what the kernel alone takes to carry the packets of `calls` calls in
// both directions, without crypto, tables or checks, in the ways that a relay may use its sockets.
// CPU of the relaying thread.
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "common/time.hpp"
#include "tests/bench/load/rtp_stream.hpp"
#include "tests/bench/load/udp_batch.hpp"

namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t browser_port = 27600;  // of the generator
constexpr std::uint16_t core_port = 27700;
constexpr std::uint16_t shared_browser_port = 27800;  // of the relay
constexpr std::uint16_t shared_core_port = 27900;
constexpr std::uint16_t first_call_port = 30000;
constexpr auto rest = 1ms;
constexpr auto slot = 500us;
constexpr std::size_t slots = 40;  // in 20 ms

/// How the relay uses its sockets towards the core.
enum class Way { shared, socket_a_call, sends_shared };

struct Plan {
  Way way = Way::shared;
  std::size_t calls = 100;
  std::chrono::seconds time{4};
};

sockaddr_in address(std::uint16_t port) {
  sockaddr_in out{};
  out.sin_family = AF_INET;
  out.sin_port = htons(port);
  out.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return out;
}

void use_cpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

std::chrono::nanoseconds thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Carries what comes for call n (in the packet's first octets after the header) from one side to
/// the other.
class BareRelay {
 public:
  explicit BareRelay(const Plan& plan)
      : plan_(plan),
        browsers_(bench::open_udp(shared_browser_port, false)),
        core_(bench::open_udp(shared_core_port, false)) {
    if (plan.way != Way::shared) {
      for (std::size_t i = 0; i < plan.calls; ++i) {
        calls_.push_back(bench::open_udp(static_cast<std::uint16_t>(first_call_port + i), false));
        watch(calls_.back(), calls_.size());
      }
    } else {
      watch(core_, 0);
    }
    watch(browsers_, browsers_tag);
  }
  ~BareRelay() {
    for (const int call : calls_) close(call);
    close(browsers_);
    close(core_);
    close(epoll_);
  }

  void run(const std::atomic<bool>& stop) {
    bench::ReceiveBatch from_browsers(browsers_);
    bench::ReceiveBatch from_core(core_);
    bench::SendBatch to_browsers(browsers_);
    bench::SendBatch to_core(core_);
    std::array<epoll_event, 256> events;
    std::array<std::byte, bench::datagram_room> buffer;
    const auto put = [](bench::SendBatch& batch, std::span<const std::byte> data, sockaddr_in to) {
      std::copy(data.begin(), data.end(), batch.room().begin());
      batch.commit(data.size(), to, 0);
    };
    while (!stop) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), 100);
      for (int i = 0; i < count; ++i) {
        const std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
        if (tag == browsers_tag) {
          for (auto batch = from_browsers.receive(); !batch.empty();
               batch = from_browsers.receive()) {
            for (const auto& one : batch) {
              const auto data = one.room.first(one.size);
              ++carried;
              if (plan_.way == Way::socket_a_call) {
                const sockaddr_in to = address(core_port);
                sendto(calls_[call_of(data)], data.data(), data.size(), MSG_DONTWAIT,
                       reinterpret_cast<const sockaddr*>(&to), sizeof to);
              } else {
                put(to_core, data, address(core_port));
              }
            }
            if (batch.size() < bench::batch_size) break;
          }
        } else if (tag == 0) {
          for (auto batch = from_core.receive(); !batch.empty(); batch = from_core.receive()) {
            for (const auto& one : batch)
              put(to_browsers, one.room.first(one.size), address(browser_port));
            carried += batch.size();
            if (batch.size() < bench::batch_size) break;
          }
        } else {
          sockaddr_in from{};
          socklen_t length = sizeof from;
          const ssize_t size = recvfrom(calls_[tag - 1], buffer.data(), buffer.size(), MSG_DONTWAIT,
                                        reinterpret_cast<sockaddr*>(&from), &length);
          if (size <= 0) continue;
          ++carried;
          put(to_browsers, std::span(buffer).first(static_cast<std::size_t>(size)),
              address(browser_port));
        }
      }
      to_browsers.flush();
      to_core.flush();
      std::this_thread::sleep_for(rest);
    }
  }

  std::uint64_t carried = 0;

 private:
  static constexpr std::uint64_t browsers_tag = ~std::uint64_t{0};

  void watch(int descriptor, std::uint64_t tag) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = tag;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event);
  }
  /// The SSRC tells.
  static std::size_t call_of(std::span<const std::byte> data) {
    return std::to_integer<std::size_t>(data[10]) << 8U | std::to_integer<std::size_t>(data[11]);
  }

  Plan plan_;
  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  int browsers_;
  int core_;
  std::vector<int> calls_;
};

/// Both ends of all calls: sends each stream's packet every 20 ms and throws away what comes.
void generate(const Plan& plan, const std::atomic<bool>& stop) {
  use_cpu(1);
  const int browser = bench::open_udp(browser_port, false);
  const int core = bench::open_udp(core_port, false);
  {
    bench::SendBatch from_browser(browser);
    bench::SendBatch from_core(core);
    bench::ReceiveBatch at_browser(browser);
    bench::ReceiveBatch at_core(core);
    std::vector<bench::RtpStream> streams;
    for (std::size_t i = 0; i < plan.calls; ++i)
      streams.emplace_back(static_cast<std::uint32_t>(i));
    auto next = common::SteadyClock::now();
    for (std::size_t turn = 0; !stop; ++turn) {
      for (std::size_t i = turn % slots; i < plan.calls; i += slots) {
        streams[i].write(from_browser.room(), {}, 0);
        from_browser.commit(bench::rtp_packet_size, address(shared_browser_port), 0);
        streams[i].write(from_core.room(), {}, 0);
        const std::uint16_t port = plan.way == Way::shared
                                       ? shared_core_port
                                       : static_cast<std::uint16_t>(first_call_port + i);
        from_core.commit(bench::rtp_packet_size, address(port), 0);
      }
      from_browser.flush();
      from_core.flush();
      for (int i = 0; i < 64 && at_browser.receive().size() == bench::batch_size; ++i) {
      }
      for (int i = 0; i < 64 && at_core.receive().size() == bench::batch_size; ++i) {
      }
      next += slot;
      std::this_thread::sleep_until(next);
    }
  }
  close(browser);
  close(core);
}

double measure(const Plan& plan) {
  std::atomic<bool> stop = false;
  BareRelay relay(plan);
  std::chrono::nanoseconds spent{};
  std::thread worker([&] {
    use_cpu(0);
    relay.run(stop);
    spent = thread_time();
  });
  std::thread generator([&] { generate(plan, stop); });
  std::this_thread::sleep_for(plan.time);
  stop = true;
  generator.join();
  worker.join();
  return std::chrono::duration<double, std::micro>(spent).count() /
         static_cast<double>(relay.carried);
}

}  // namespace

int main() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  std::printf("CPU a packet of a bare relay, in µs\n%8s %16s %24s %16s\n", "calls",
              "shared sockets", "shared for sending only", "socket a call");
  for (const std::size_t calls : {100U, 400U, 1000U, 2000U}) {
    std::printf("%8zu %16.2f %24.2f %16.2f\n", calls, measure({Way::shared, calls}),
                measure({Way::sends_shared, calls}), measure({Way::socket_a_call, calls}));
    std::fflush(stdout);
  }
}
