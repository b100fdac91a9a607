// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <cstring>

#include "wic-gateway/io/flow_numbers.hpp"
#include "wic-gateway/io/ws_server_state.hpp"
#include "wic-gateway/io/ws_tls.hpp"
#include "wic-gateway/ws/handshake.hpp"

namespace wic::io {
namespace {

constexpr std::size_t max_origin = 255;
constexpr std::size_t max_protocols = 255;

// libwebsockets' number for a Close frame, which its public enumeration leaves out.
constexpr auto close_frame = static_cast<lws_write_protocol>(4);
common::TimePoint now() { return common::SteadyClock::now(); }

const char* name_of(Admission::Verdict verdict) {
  switch (verdict) {
    case Admission::Verdict::admit:
      return "admitted";
    case Admission::Verdict::full:
      return "full";
    case Admission::Verdict::too_many_of_address:
      return "address_full";
    case Admission::Verdict::too_fast:
      return "handshake_rate";
    case Admission::Verdict::too_many_failures:
      return "token_failures";
  }
  return "unknown";
}
template <std::size_t Size>
std::string_view header(lws* wsi, lws_token_indexes token, std::array<char, Size>& buffer) {
  const int length = lws_hdr_copy(wsi, buffer.data(), static_cast<int>(buffer.size()), token);
  return length > 0 ? std::string_view(buffer.data(), static_cast<std::size_t>(length))
                    : std::string_view();
}
}  // namespace

int WsServer::State::callback(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                              std::size_t size) noexcept {
  auto* self = static_cast<State*>(lws_context_user(lws_get_context(wsi)));
  if (reason == LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS) {
    self->tls = static_cast<SSL_CTX*>(user);
    harden(self->tls);
    return 0;
  }
  void* flow = lws_get_opaque_user_data(wsi);
  if (flow == nullptr) return 0;
  // By number: libwebsockets may tell of an end long after we have forgotten the connection.
  Connection* connection = self->find(ims::FlowId{reinterpret_cast<std::uintptr_t>(flow)});
  if (connection == nullptr) return 0;
  if (connection->wsi == nullptr) connection->wsi = wsi;
  return self->dispatch(*connection, reason, {static_cast<const char*>(in), in ? size : 0});
}

int WsServer::State::dispatch(Connection& connection, lws_callback_reasons reason,
                              std::string_view in) {
  switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return check_upgrade(connection.wsi);
    case LWS_CALLBACK_HTTP:
      count_refusal("no_upgrade");
      lws_return_http_status(connection.wsi, 426, nullptr);
      return -1;
    case LWS_CALLBACK_ESTABLISHED:
      open(connection);
      return 0;
    case LWS_CALLBACK_RECEIVE:
      receive(connection, in);
      return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
      if (connection.ws) connection.ws->handle_pong(now());
      update(connection);
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      return write(connection);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      // An answer to our Close: the connection may end. Otherwise libwebsockets answers it.
      return connection.ws && !connection.ws->end_reason().empty() ? -1 : 0;
    case LWS_CALLBACK_CLOSED:
      closed(connection);
      return 0;
    case LWS_CALLBACK_WSI_DESTROY:
      forget(connection);
      return 0;
    default:
      return 0;
  }
}

void WsServer::State::accept(int socket, const common::Endpoint& peer) {
  const auto verdict = admission.admit(peer.address, now());
  if (!accepting || verdict != Admission::Verdict::admit) {
    if (verdict == Admission::Verdict::admit) admission.release(peer.address, now());
    count_refusal(accepting ? name_of(verdict) : "stopping");
    ::close(socket);
    return;
  }
  auto connection = std::make_unique<Connection>();
  connection->flow = next_flow();
  connection->peer = peer;
  lws_adopt_desc_t adoption{};
  adoption.vh = vhost;
  adoption.type = static_cast<lws_adoption_type>(LWS_ADOPT_SOCKET | LWS_ADOPT_HTTP |
                                                 (config.plain ? 0 : LWS_ADOPT_ALLOW_SSL));
  adoption.fd.sockfd = socket;
  const ims::FlowId flow = connection->flow;
  adoption.opaque = reinterpret_cast<void*>(static_cast<std::uintptr_t>(flow.value));
  connections.emplace(flow.value, std::move(connection));
  open_connections.add(1);
  // On failure libwebsockets closes the socket, but may never have told us of the connection.
  if (lws_adopt_descriptor_vhost_via_info(&adoption) == nullptr) {
    if (Connection* left = find(flow)) forget(*left);
  }
}

int WsServer::State::check_upgrade(lws* wsi) {
  std::array<char, max_origin + 1> origin{};
  std::array<char, max_protocols + 1> offered{};
  std::array<char, 16> version{};
  const HandshakeVerdict verdict = check_handshake(
      {header(wsi, WSI_TOKEN_ORIGIN, origin), header(wsi, WSI_TOKEN_PROTOCOL, offered),
       header(wsi, WSI_TOKEN_VERSION, version)},
      config.origins);
  if (verdict == HandshakeVerdict::accept) return 0;
  count_refusal(verdict == HandshakeVerdict::forbidden         ? "origin"
                : verdict == HandshakeVerdict::no_sip_protocol ? "subprotocol"
                                                               : "version");
  lws_return_http_status(wsi, status_of(verdict), nullptr);
  return 1;
}

void WsServer::State::open(Connection& connection) {
  std::array<char, max_origin + 1> origin{};
  connection.ws.emplace(config.limits, now());
  handler.on_ws_opened(connection.flow,
                       {.address = connection.peer,
                        .origin = std::string(header(connection.wsi, WSI_TOKEN_ORIGIN, origin)),
                        .secure = !config.plain,
                        .transport = config.plain ? ims::Transport::ws : ims::Transport::wss});
  update(connection);
}

void WsServer::State::receive(Connection& connection, std::string_view piece) {
  if (!connection.ws) return;
  auto message = connection.ws->handle_fragment(
      now(), piece, lws_is_first_fragment(connection.wsi) != 0,
      lws_is_final_fragment(connection.wsi) != 0, lws_frame_is_binary(connection.wsi) != 0);
  if (message) {
    messages_in.add();
    handler.on_ws_message(connection.flow, *message);
  }
  update(connection);
}

int WsServer::State::write(Connection& connection) {
  if (!connection.ws) return 0;
  auto next = connection.ws->poll_transmit();
  if (!next) return 0;
  const int result = transmit(connection, *next);
  if (result == 0) update(connection);
  return result;
}

// The Close frame is written by hand: returning -1 after lws_close_reason(), libwebsockets' own
// way, ends the connection without a frame when libuv drives a debug build, such as Debian's.
int WsServer::State::transmit(Connection& connection, WsTransmit& next) {
  std::string payload = "wic";
  lws_write_protocol kind = LWS_WRITE_PING;
  if (auto* message = std::get_if<WsMessage>(&next)) {
    payload = std::move(message->payload);
    kind = message->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT;
    messages_out.add();
  } else if (const auto* close = std::get_if<WsClose>(&next)) {
    const auto code = static_cast<unsigned>(close->code);
    payload = {static_cast<char>(code >> 8), static_cast<char>(code & 0xff)};
    payload += close->reason;
    kind = close_frame;
  }
  scratch.resize(std::max(scratch.size(), LWS_PRE + payload.size()));
  std::copy(payload.begin(), payload.end(), scratch.begin() + LWS_PRE);
  const int written = lws_write(connection.wsi, scratch.data() + LWS_PRE, payload.size(), kind);
  return written < 0 ? -1 : 0;
}

void WsServer::State::closed(Connection& connection) {
  if (!connection.ws) return;
  std::string why(connection.ws->end_reason());
  connection.ws.reset();
  metrics
      .counter("wic_gateway_ws_closed_total", "Closed WebSocket connections by cause",
               {{"cause", why.empty() ? "peer" : "gateway"}})
      .add();
  handler.on_ws_closed(connection.flow, why.empty() ? "closed by the client" : why);
}

void WsServer::State::forget(Connection& connection) {
  closed(connection);
  admission.release(connection.peer.address, now());
  open_connections.add(-1);
  deadlines.clear(connection.flow.value);
  connections.erase(connection.flow.value);
}

void WsServer::State::update(Connection& connection) {
  if (!connection.ws) return;
  if (connection.ws->wants_to_write()) lws_callback_on_writable(connection.wsi);
  // A lost one ends in handle_timeouts(): libwebsockets may be at work on it now.
  deadlines.set(connection.flow.value,
                connection.ws->is_lost() ? now() : connection.ws->poll_timeout());
  set_timer();
}

void WsServer::State::handle_timeouts() {
  timer_at.reset();
  const common::TimePoint time = now();
  while (const auto flow = deadlines.pop(time)) {
    Connection* connection = find(ims::FlowId{*flow});
    if (connection == nullptr || !connection->ws) continue;
    if (connection->ws->is_lost()) {
      lws_set_timeout(connection->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_SYNC);
      continue;
    }
    connection->ws->handle_timeout(time);
    update(*connection);
  }
  set_timer();
}

// Wakes at the latest for the earliest deadline; one that moved away costs a turn for nothing, but
// no work for each message.
void WsServer::State::set_timer() {
  const auto due = deadlines.next();
  if (timer == nullptr || !due || (timer_at && *timer_at <= *due)) return;
  timer_at = due;
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*due - now()).count();
  uv_timer_start(
      timer.get(), [](uv_timer_t* handle) { static_cast<State*>(handle->data)->handle_timeouts(); },
      static_cast<std::uint64_t>(std::max<std::int64_t>(wait, 1)), 0);
}

void WsServer::State::count_refusal(const char* cause) {
  metrics
      .counter("wic_gateway_ws_refused_total", "Connections refused before SIP, by cause",
               {{"cause", cause}})
      .add();
}

Connection* WsServer::State::find(ims::FlowId flow) {
  const auto found = connections.find(flow.value);
  return found == connections.end() ? nullptr : found->second.get();
}

}  // namespace wic::io
