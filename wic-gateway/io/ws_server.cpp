// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/ws_server.hpp"

#include <stdexcept>

#include "common/log.hpp"
#include "wic-gateway/io/ws_server_state.hpp"
#include "wic-gateway/io/ws_tls.hpp"

namespace wic::io {
namespace {

// Of libwebsockets' receive buffer, which every connection owns. Larger frames come in pieces.
constexpr std::size_t receive_piece = 1024;

// libwebsockets keeps its timers in a sorted list, which costs linear time whenever one is set.
// Pings and lost peers are WsConnection's business, so its own watch over idle peers is off.
constexpr lws_retry_bo_t no_validity_timers{};
common::TimePoint now() { return common::SteadyClock::now(); }

TimerPtr make_timer(uv_loop_t* loop) {
  auto timer = std::make_unique<uv_timer_t>();
  uv_timer_init(loop, timer.get());
  return TimerPtr(timer.release());
}
}  // namespace

WsServer::State::State(uv_loop_s* uv_loop, WsServerConfig server_config, WsHandler& ws_handler,
                       common::Metrics& server_metrics)
    : config(std::move(server_config)),
      handler(ws_handler),
      metrics(server_metrics),
      loop(uv_loop),
      admission(config.admission),
      context(nullptr, DestroyContext{loop}),
      timer(make_timer(loop)),
      open_connections(
          metrics.gauge("wic_gateway_ws_connections", "Open connections on the WSS listeners")),
      messages_in(metrics.counter("wic_gateway_ws_messages_received_total",
                                  "SIP messages received from WICs")),
      messages_out(
          metrics.counter("wic_gateway_ws_messages_sent_total", "SIP messages sent to WICs")) {
  protocols[0] = {"http", callback, 0, receive_piece, 0, nullptr, 0};
  protocols[1] = {"sip", callback, 0, receive_piece, 0, nullptr, 0};

  std::array<void*, 1> loops{loop};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.foreign_loops = loops.data();
  info.user = this;
  info.retry_and_idle_policy = &no_validity_timers;
  info.options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                 LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  info.timeout_secs = static_cast<unsigned>(
      std::chrono::ceil<std::chrono::seconds>(config.handshake_timeout).count());
  info.keepalive_timeout = static_cast<int>(info.timeout_secs);
  timer->data = this;
  context.reset(lws_create_context(&info));
  if (context == nullptr) throw std::runtime_error("WebSocket server: out of memory");
  make_vhost();
  for (const common::Endpoint& address : config.listen) {
    listeners.push_back(std::make_unique<TcpListener>(
        loop, address, [this](int socket, const common::Endpoint& peer) { accept(socket, peer); }));
  }
}

void WsServer::State::make_vhost() {
  const std::string certificate = config.certificate.string();
  const std::string private_key = config.private_key.string();
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = protocols.data();
  info.vhost_name = "w2";
  info.retry_and_idle_policy = &no_validity_timers;
  info.alpn = "http/1.1";
  if (!config.plain) {
    const common::SslCtxPtr trial(SSL_CTX_new(TLS_server_method()));
    if (auto usable = load_certificate(trial.get(), config.certificate, config.private_key);
        !usable) {
      throw std::runtime_error(usable.error().message());
    }
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.ssl_cert_filepath = certificate.c_str();
    info.ssl_private_key_filepath = private_key.c_str();
    info.ssl_cipher_list = tls12_ciphers;
  }
  vhost = lws_create_vhost(context.get(), &info);
  if (vhost == nullptr) throw std::runtime_error("WebSocket server: TLS cannot be set up");
}

// The context goes last but before the tables, which its farewells to the connections change.
WsServer::State::~State() {
  listeners.clear();
  timer.reset();
  context.reset();
}

WsServer::WsServer(uv_loop_s* loop, WsServerConfig config, WsHandler& handler,
                   common::Metrics& metrics)
    : state_(std::make_unique<State>(loop, std::move(config), handler, metrics)) {}
WsServer::~WsServer() = default;

void WsServer::send(ims::FlowId flow, std::string message) {
  Connection* connection = state_->find(flow);
  if (connection == nullptr || !connection->ws) return;
  connection->ws->send(std::move(message));
  state_->update(*connection);
}

void WsServer::close(ims::FlowId flow, std::uint16_t code, std::string reason) {
  Connection* connection = state_->find(flow);
  if (connection == nullptr || !connection->ws) return;
  connection->ws->close(now(), static_cast<CloseCode>(code), std::move(reason));
  state_->update(*connection);
}

void WsServer::count_token_failure(const common::IpAddress& client) {
  state_->admission.count_token_failure(client, now());
}

void WsServer::stop_accepting() { state_->accepting = false; }

void WsServer::close_all() {
  for (const auto& [id, connection] : state_->connections) {
    if (!connection->ws) continue;
    connection->ws->close(now(), CloseCode::going_away, "gateway stops");
    state_->update(*connection);
  }
}

common::Result<void> WsServer::reload_certificate() {
  if (state_->tls == nullptr) return {};
  return load_certificate(state_->tls, state_->config.certificate, state_->config.private_key);
}

std::size_t WsServer::connections() const { return state_->connections.size(); }

std::vector<common::Endpoint> WsServer::endpoints() const {
  std::vector<common::Endpoint> bound;
  for (const auto& listener : state_->listeners) bound.push_back(listener->endpoint());
  return bound;
}

void quieten_libwebsockets() {
  lws_set_log_level(LLL_ERR | LLL_WARN, [](int, const char* line) {
    std::string_view text(line);
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    common::log::debug("libwebsockets: {}", text);
  });
}

}  // namespace wic::io
