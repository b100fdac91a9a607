// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "wic-gateway/ws/connection.hpp"
#include "wic-gateway/ws/handshake.hpp"

/// One connection's life: each step is an octet that says what happens, one for a length, and a
/// piece of a message. A message that comes out must be within the limit and whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  wic::WsLimits limits;
  limits.max_message = 512;
  limits.send_queue = 1024;
  common::TimePoint now{1h};
  wic::WsConnection connection(limits, now);
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  (void)wic::check_handshake({rest, rest, "13"}, {"https://localhost:8443"});
  bool lost = false;
  while (rest.size() >= 2) {
    const auto step = static_cast<unsigned char>(rest[0]);
    const std::size_t length =
        std::min<std::size_t>(static_cast<unsigned char>(rest[1]), rest.size() - 2);
    const std::string_view piece = rest.substr(2, length);
    rest.remove_prefix(2 + length);
    now += std::chrono::milliseconds(step);
    switch (step % 5) {
      case 0:
      case 1:
        if (const auto message = connection.handle_fragment(now, piece, (step & 8) != 0,
                                                            (step & 16) != 0, (step & 32) != 0);
            message && (message->empty() || message->size() > limits.max_message)) {
          std::abort();
        }
        break;
      case 2:
        connection.send(std::string(piece));
        break;
      case 3:
        connection.handle_pong(now);
        connection.handle_timeout(std::max(now, connection.poll_timeout()));
        break;
      default:
        connection.close(now, wic::CloseCode::normal, std::string(piece));
    }
    while ((step & 64) != 0 && connection.poll_transmit()) {
    }
    if (lost && !connection.is_lost()) std::abort();
    lost = connection.is_lost();
    if (lost && connection.wants_to_write()) std::abort();
  }
  return 0;
}
