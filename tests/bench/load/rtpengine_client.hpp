// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <netinet/in.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tests/bench/load/event_loop.hpp"

namespace bench {

/// A command of rtpengine's control protocol: texts and lists of texts by key.
struct RtpengineCommand {
  std::map<std::string, std::string> texts;
  std::map<std::string, std::vector<std::string>> lists;
};

/// Controls an rtpengine over its UDP protocol ("ng"): a cookie and a bencoded dictionary a
/// datagram. Commands are not repeated: over loopback none is lost but by an overloaded server.
class RtpengineClient final : public Watcher {
 public:
  /// `sdp` is empty unless the command was answered with result "ok".
  using Done = std::function<void(bool ok, std::string sdp)>;

  RtpengineClient(EventLoop& loop, const sockaddr_in& server);
  ~RtpengineClient() override;
  RtpengineClient(const RtpengineClient&) = delete;
  RtpengineClient& operator=(const RtpengineClient&) = delete;

  void send(const RtpengineCommand& command, Done done);
  void on_ready(std::uint32_t events) override;

 private:
  EventLoop& loop_;
  int descriptor_;
  std::uint64_t next_ = 0;
  std::map<std::string, Done> waiting_;  // by cookie
};

}  // namespace bench
