// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <openssl/err.h>

#include "wic-gateway/io/flow_numbers.hpp"
#include "wic-gateway/io/phone_server_state.hpp"
#include "wic-gateway/io/phone_tls.hpp"

namespace wic::io {
namespace {

constexpr std::size_t piece = 16'384;  // a TLS record: nothing is left inside OpenSSL
constexpr int pieces_a_turn = 4;       // then the loop looks after the others

common::TimePoint now() { return common::SteadyClock::now(); }

/// A phone without power must not hold its connection for hours.
void watch_peer(int socket) {
  const int on = 1;
  const int idle = 60;
  const int interval = 10;
  const int count = 3;
  const unsigned unacknowledged_ms = 30'000;
  ::setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  ::setsockopt(socket, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms, sizeof unacknowledged_ms);
}

const char* name_of(Admission::Verdict verdict) {
  switch (verdict) {
    case Admission::Verdict::admit:
      return "admitted";
    case Admission::Verdict::full:
      return "full";
    case Admission::Verdict::too_many_of_address:
      return "address_full";
    case Admission::Verdict::too_fast:
      return "connection_rate";
    case Admission::Verdict::too_many_failures:
      return "failures";
  }
  return "unknown";
}

/// What a read or write came to; `octets` are those that went through.
enum class Io : std::uint8_t { done, again, again_writing, over };

Io result_of(PhoneConnection& connection, int result, std::size_t& octets) {
  octets = result > 0 ? static_cast<std::size_t>(result) : 0;
  if (result > 0) return Io::done;
  if (connection.tls == nullptr) {
    return result < 0 && (errno == EAGAIN || errno == EINTR) ? Io::again : Io::over;
  }
  const int error = SSL_get_error(connection.tls.get(), result);
  if (error == SSL_ERROR_WANT_READ) return Io::again;
  return error == SSL_ERROR_WANT_WRITE ? Io::again_writing : Io::over;
}

Io read_some(PhoneConnection& connection, std::array<char, piece>& buffer, std::size_t& octets) {
  if (connection.tls == nullptr) {
    const auto got = ::recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return result_of(connection, static_cast<int>(got), octets);
  }
  ERR_clear_error();
  const int got = SSL_read(connection.tls.get(), buffer.data(), static_cast<int>(buffer.size()));
  return result_of(connection, got, octets);
}

Io write_some(PhoneConnection& connection, std::string_view text, std::size_t& octets) {
  if (connection.tls == nullptr) {
    const auto sent =
        ::send(connection.socket, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return result_of(connection, static_cast<int>(sent), octets);
  }
  ERR_clear_error();
  const int sent = SSL_write(connection.tls.get(), text.data(), static_cast<int>(text.size()));
  return result_of(connection, sent, octets);
}

}  // namespace

PhoneConnection* PhoneServer::State::find(ims::FlowId flow) {
  const auto found = connections.find(flow.value);
  return found == connections.end() ? nullptr : found->second.get();
}

void PhoneServer::State::release(PhoneConnection& connection) {
  uv_poll_stop(connection.poll);
  uv_close(reinterpret_cast<uv_handle_t*>(connection.poll), [](uv_handle_t* handle) {
    delete static_cast<PollContext*>(handle->data);
    delete reinterpret_cast<uv_poll_t*>(handle);
  });
  ::close(connection.socket);
}

void PhoneServer::State::accept(const PhoneListener& listener, int socket,
                                const common::Endpoint& peer) {
  const auto verdict = admission.admit(peer.address, now());
  if (!accepting || verdict != Admission::Verdict::admit) {
    if (verdict == Admission::Verdict::admit) admission.release(peer.address, now());
    count_refusal(listener, accepting ? name_of(verdict) : "stopping");
    ::close(socket);
    return;
  }
  watch_peer(socket);
  auto made = std::make_unique<PhoneConnection>();
  PhoneConnection& connection = *made;
  connection.flow = next_flow();
  connection.listener = &listener;
  connection.peer = peer;
  connection.socket = socket;
  connection.poll = new uv_poll_t;
  connection.handshake_due = now() + config.handshake_timeout;
  uv_poll_init(loop, connection.poll, socket);
  connection.poll->data = new PollContext{this, connection.flow};
  connections.emplace(connection.flow.value, std::move(made));
  open_connections.add(1);
  connection.watched = UV_READABLE;
  uv_poll_start(connection.poll, connection.watched, [](uv_poll_t* handle, int, int events) {
    const auto* context = static_cast<PollContext*>(handle->data);
    context->state->handle_event(context->flow, events);
  });
  if (listener.tls != nullptr) {
    connection.tls.reset(SSL_new(listener.tls.get()));
    SSL_set_fd(connection.tls.get(), socket);
    SSL_set_accept_state(connection.tls.get());
    deadlines.set(connection.flow.value, connection.handshake_due);
    set_timer();
    return;
  }
  open(connection);
}

void PhoneServer::State::handle_event(ims::FlowId flow, int events) {
  PhoneConnection* connection = find(flow);
  if (connection == nullptr) return;
  if (events < 0) return drop(*connection, "socket failed");
  connection->tls_wants_write = false;
  if (!connection->stream) {
    shake_hands(*connection);
    return;
  }
  receive(*connection);
  connection = find(flow);
  if (connection != nullptr) flush(*connection);
}

void PhoneServer::State::shake_hands(PhoneConnection& connection) {
  ERR_clear_error();
  const int result = SSL_do_handshake(connection.tls.get());
  if (result == 1) return open(connection);
  switch (SSL_get_error(connection.tls.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return update(connection);
    case SSL_ERROR_WANT_WRITE:
      connection.tls_wants_write = true;
      return update(connection);
    default:
      count_refusal(*connection.listener, "handshake");
      drop(connection, "TLS handshake failed");
  }
}

void PhoneServer::State::open(PhoneConnection& connection) {
  connection.stream.emplace(config.streams, now());
  const PhoneListenerConfig& listener = *connection.listener->config;
  handler.on_phone_opened(
      connection.flow,
      {.address = connection.peer,
       .origin = {},
       .secure = connection.tls != nullptr,
       .transport = listener.transport,
       .own_host = listener.own_host,
       .certificate =
           connection.tls == nullptr ? std::string() : certificate_thumbprint(connection.tls.get()),
       .access = listener.access});
  receive(connection);
}

void PhoneServer::State::receive(PhoneConnection& connection) {
  std::array<char, piece> buffer;
  for (int round = 0; round < pieces_a_turn; ++round) {
    std::size_t octets = 0;
    const Io io = read_some(connection, buffer, octets);
    if (io == Io::over) {
      deliver(connection);
      return drop(connection, "closed by the phone");
    }
    if (io != Io::done) {
      connection.tls_wants_write = io == Io::again_writing;
      break;
    }
    connection.stream->handle_bytes(now(), {buffer.data(), octets});
    deliver(connection);
  }
  update(connection);
}

void PhoneServer::State::deliver(PhoneConnection& connection) {
  while (auto message = connection.stream->poll_message()) {
    if (*message == "\r\n\r\n") {  // RFC 5626 3.5.1
      connection.stream->send("\r\n");
      continue;
    }
    messages_in.add();
    handler.on_phone_message(connection.flow, *message);
  }
}

void PhoneServer::State::flush(PhoneConnection& connection) {
  while (!connection.stream->output().empty()) {
    std::size_t octets = 0;
    const Io io = write_some(connection, connection.stream->output(), octets);
    if (io == Io::over) return drop(connection, "closed by the phone");
    if (io != Io::done) break;
    connection.stream->handle_written(octets);
  }
  update(connection);
}

void PhoneServer::State::update(PhoneConnection& connection) {
  if (connection.stream && connection.stream->is_over()) {
    return drop(connection, connection.stream->end_reason());
  }
  const bool writes =
      connection.tls_wants_write || (connection.stream && !connection.stream->output().empty());
  const int wanted = UV_READABLE | (writes ? UV_WRITABLE : 0);
  if (wanted != connection.watched) {
    connection.watched = wanted;
    uv_poll_start(connection.poll, wanted, connection.poll->poll_cb);
  }
  deadlines.set(connection.flow.value,
                connection.stream ? connection.stream->poll_timeout() : connection.handshake_due);
  set_timer();
}

void PhoneServer::State::drop(PhoneConnection& connection, std::string_view why) {
  const std::string reason(why);
  const ims::FlowId flow = connection.flow;
  const bool opened = connection.stream.has_value();
  if (connection.tls != nullptr && opened) SSL_shutdown(connection.tls.get());
  admission.release(connection.peer.address, now());
  open_connections.add(-1);
  deadlines.clear(flow.value);
  release(connection);
  connections.erase(flow.value);
  if (!opened) return;
  metrics.counter("wic_gateway_phone_closed_total", "Closed TCP and TLS connections of phones")
      .add();
  handler.on_phone_closed(flow, reason);
}

}  // namespace wic::io
