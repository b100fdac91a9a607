// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "common/endpoint.hpp"
#include "common/ip_prefix.hpp"
#include "common/metrics.hpp"
#include "ims-interface/edge_proxy.hpp"

struct su_root_s;  // sofia-sip's su_root_t

namespace ims::io {

struct MwConfig {
  common::Endpoint bind;  // UDP and TCP; also what our Via says
  std::vector<common::IpPrefix> trusted;
  std::chrono::milliseconds t1{500};  // SES-24
  std::chrono::milliseconds t2{4000};
  std::chrono::milliseconds t4{5000};
  std::size_t udp_limit = 1300;  // octets; more goes by TCP (SES-25)
  std::size_t max_message = 64 * 1024;
  std::size_t max_transactions = 20'000;  // server transactions at once; more get 503
};

/// Receives what comes from the core; called from the loop's thread.
class MwHandler {
 public:
  virtual ~MwHandler() = default;
  virtual void on_core_request(CoreServerTx transaction, sip::Message request) = 0;
  virtual void on_core_cancel(CoreServerTx transaction, std::string_view reason) = 0;
  virtual void on_core_response(CoreClientTx transaction, sip::Message response) = 0;
};

struct MwAgentState;

/// The core side's transport and transactions (Mw) by sofia-sip's nta in its proxy mode: UDP and
/// TCP, retransmissions, RFC 3263, ACK of refused INVITEs. Owns its sockets; lives on the thread
/// of `root`. Requests of senders outside the trust list are dropped and counted (SEC-07).
class MwAgent {
 public:
  /// Throws std::runtime_error when the port cannot be bound. Handler and metrics must outlive it.
  MwAgent(su_root_s* root, const MwConfig& config, MwHandler& handler, common::Metrics& metrics);
  ~MwAgent();
  MwAgent(const MwAgent&) = delete;
  MwAgent& operator=(const MwAgent&) = delete;

  /// A request that cannot be sent is answered at once through the handler (503 or 400).
  void send(SendCoreRequest request);
  void cancel(const CancelCoreRequest& request);
  void reply(ReplyToCore reply);
  void send_stateless(const SendCoreStateless& request);

  [[nodiscard]] std::size_t server_transactions() const;
  [[nodiscard]] std::size_t client_transactions() const;

 private:
  std::unique_ptr<MwAgentState> state_;
};

/// Turns sofia-sip's own log lines off; once, before the first agent.
void silence_sofia();

}  // namespace ims::io
