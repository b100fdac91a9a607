// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/phone_server.hpp"

#include <algorithm>

#include "wic-gateway/io/flow_numbers.hpp"
#include "wic-gateway/io/phone_server_state.hpp"
#include "wic-gateway/io/phone_tls.hpp"
#include "wic-gateway/io/ws_tls.hpp"

namespace wic::io {
namespace {

common::TimePoint now() { return common::SteadyClock::now(); }

}  // namespace

PhoneServer::State::State(uv_loop_s* uv_loop, PhoneServerConfig server_config,
                          PhoneHandler& phone_handler, common::Metrics& server_metrics)
    : config(std::move(server_config)),
      handler(phone_handler),
      metrics(server_metrics),
      loop(uv_loop),
      admission(config.admission),
      datagrams(config.datagrams,
                {.next_flow = next_flow,
                 .is_registered =
                     [this](ims::FlowId flow) { return handler.is_phone_registered(flow); }}),
      timer(new uv_timer_t),
      open_connections(
          metrics.gauge("wic_gateway_phone_connections", "Open TCP and TLS connections of phones")),
      open_datagram_flows(
          metrics.gauge("wic_gateway_phone_datagram_flows", "Source addresses of phones over UDP")),
      messages_in(metrics.counter("wic_gateway_phone_messages_received_total",
                                  "SIP messages received from phones")),
      messages_out(
          metrics.counter("wic_gateway_phone_messages_sent_total", "SIP messages sent to phones")) {
  uv_timer_init(loop, timer);
  timer->data = this;
  listeners.reserve(config.listen.size());  // accepted connections point into it
  for (const PhoneListenerConfig& listener : config.listen) listen(listener);
}

PhoneServer::State::~State() {
  listeners.clear();
  for (const auto& [id, connection] : connections) release(*connection);
  uv_timer_stop(timer);
  uv_close(reinterpret_cast<uv_handle_t*>(timer),
           [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

void PhoneServer::State::listen(const PhoneListenerConfig& wanted) {
  const std::size_t index = listeners.size();
  PhoneListener& listener = listeners.emplace_back();
  listener.config = &wanted;
  if (wanted.transport == ims::Transport::udp) {
    listener.datagrams = std::make_unique<UdpSocket>(
        loop, wanted.address,
        [this, index](const common::Endpoint& source, std::string_view datagram) {
          handle_datagram(index, source, datagram);
        });
    return;
  }
  if (wanted.transport == ims::Transport::tls) listener.tls = make_phone_tls(wanted);
  listener.stream = std::make_unique<TcpListener>(
      loop, wanted.address, [this, &listener](int socket, const common::Endpoint& peer) {
        accept(listener, socket, peer);
      });
}

void PhoneServer::State::count_refusal(const PhoneListener& listener, const char* cause) {
  metrics
      .counter(
          "wic_gateway_phone_refused_total",
          "Connections and datagrams of phones refused before SIP, by cause",
          {{"transport", std::string(ims::uri_name(listener.config->transport))}, {"cause", cause}})
      .add();
}

void PhoneServer::State::handle_timeouts() {
  timer_at.reset();
  const common::TimePoint time = now();
  while (const auto flow = deadlines.pop(time)) {
    PhoneConnection* connection = find(ims::FlowId{*flow});
    if (connection == nullptr) continue;
    if (!connection->stream) {
      count_refusal(*connection->listener, "handshake_timeout");
      drop(*connection, "handshake timed out");
      continue;
    }
    connection->stream->handle_timeout(time);
    update(*connection);
  }
  for (const ims::FlowId flow : datagrams.handle_timeout(time)) send_datagram(flow, "\r\n\r\n");
  set_timer();
}

void PhoneServer::State::set_timer() {
  auto due = deadlines.next();
  if (const auto silence = datagrams.poll_timeout()) due = due ? std::min(*due, *silence) : silence;
  if (!due || (timer_at && *timer_at <= *due)) return;
  timer_at = due;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*due - now()).count();
  uv_timer_start(
      timer, [](uv_timer_t* handle) { static_cast<State*>(handle->data)->handle_timeouts(); },
      static_cast<std::uint64_t>(std::max<std::int64_t>(wait, 1)), 0);
}

PhoneServer::PhoneServer(uv_loop_s* loop, PhoneServerConfig config, PhoneHandler& handler,
                         common::Metrics& metrics)
    : state_(std::make_unique<State>(loop, std::move(config), handler, metrics)) {}
PhoneServer::~PhoneServer() = default;

bool PhoneServer::send(ims::FlowId flow, std::string_view text) {
  PhoneConnection* connection = state_->find(flow);
  if (connection == nullptr) return state_->send_datagram(flow, text);
  if (!connection->stream) return true;
  state_->messages_out.add();
  connection->stream->send(text);
  state_->flush(*connection);
  return true;
}

bool PhoneServer::close(ims::FlowId flow, std::string_view reason) {
  PhoneConnection* connection = state_->find(flow);
  if (connection == nullptr) return state_->close_datagram_flow(flow, reason);
  if (!connection->stream) return true;
  connection->stream->close(now(), reason);
  state_->flush(*connection);
  return true;
}

void PhoneServer::count_failure(const common::IpAddress& client) {
  state_->admission.count_token_failure(client, now());
  state_->datagrams.count_failure(client, now());
}

void PhoneServer::stop_accepting() { state_->accepting = false; }

void PhoneServer::close_all() {
  std::vector<ims::FlowId> flows;
  for (const auto& [id, connection] : state_->connections) flows.push_back(ims::FlowId{id});
  for (const ims::FlowId flow : flows) close(flow, "gateway stops");
}

common::Result<void> PhoneServer::reload_certificates() {
  for (const PhoneListener& listener : state_->listeners) {
    if (listener.tls == nullptr) continue;
    auto loaded = load_certificate(listener.tls.get(), listener.config->certificate,
                                   listener.config->private_key);
    if (!loaded) return loaded;
  }
  return {};
}

std::size_t PhoneServer::connections() const { return state_->connections.size(); }
std::size_t PhoneServer::datagram_flows() const { return state_->datagrams.size(); }

std::vector<common::Endpoint> PhoneServer::endpoints() const {
  std::vector<common::Endpoint> bound;
  for (const PhoneListener& listener : state_->listeners) {
    bound.push_back(listener.stream ? listener.stream->endpoint() : listener.datagrams->endpoint());
  }
  return bound;
}

}  // namespace wic::io
