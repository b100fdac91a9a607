// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/endpoint.hpp"

namespace test {

/// A datagram socket on a loopback address that stands for a core node.
class UdpCore {
 public:
  explicit UdpCore(const std::string& address = "127.0.0.1");
  ~UdpCore();
  UdpCore(const UdpCore&) = delete;
  UdpCore& operator=(const UdpCore&) = delete;

  [[nodiscard]] const common::Endpoint& endpoint() const { return endpoint_; }
  void send(std::string_view text, const common::Endpoint& to) const;
  [[nodiscard]] std::optional<std::string> receive(
      std::chrono::milliseconds wait = std::chrono::seconds(5)) const;

 private:
  int socket_ = -1;
  common::Endpoint endpoint_;
};

/// All values of a header, one a line as sent; empty when there is none.
[[nodiscard]] std::string header_of(std::string_view message, std::string_view name);
/// A response to `request`: Via, From, To, Call-ID and CSeq copied, `headers` (with line ends)
/// added.
[[nodiscard]] std::string response_to(std::string_view request, std::string_view status,
                                      std::string_view headers = {}, std::string_view to_tag = {});

}  // namespace test
