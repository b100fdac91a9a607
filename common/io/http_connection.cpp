// SPDX-License-Identifier: Apache-2.0
#include "common/io/http_connection.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "common/io/http_messages.hpp"

namespace common::io {
namespace {

constexpr std::size_t read_chunk = 16 * 1024;
constexpr std::size_t small_body =
    16 * 1024;  // copied behind the header, so that one write sends both
constexpr std::chrono::seconds drain_time{2};

/// One for each thread: what was read is consumed before anybody else reads.
thread_local std::array<char, read_chunk> scratch;

/// A line break in a field would let its content speak as fields of ours.
bool is_field_text(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void append_number(std::string& out, std::size_t number, int base) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

}  // namespace

HttpConnection::HttpConnection(HttpConnectionHost& host, std::uint64_t id, int descriptor,
                               SSL_CTX* tls, const Endpoint& peer, TimePoint now)
    : host_(host),
      id_(id),
      peer_(peer),
      stream_(descriptor, tls),
      phase_(tls == nullptr ? Phase::idle : Phase::handshake),
      deadline_(now +
                (tls == nullptr ? host.options.idle_timeout : host.options.handshake_timeout)) {}

HttpConnection::~HttpConnection() {
  if (growing_) growing_->close();
}

std::uint32_t HttpConnection::wanted_events() const {
  if (blocked_on_write_) return EPOLLOUT;
  // While an answer is awaited, what the client sends on stays in the socket: that is its limit.
  return phase_ == Phase::waiting ? 0U : std::uint32_t{EPOLLIN};
}

void HttpConnection::handle_ready(std::uint32_t events, TimePoint now) {
  switch (phase_) {
    case Phase::handshake:
      return shake_hands(now);
    case Phase::idle:
    case Phase::header:
    case Phase::body:
      if (blocked_on_write_) flush(now);
      return blocked_on_write_ ? void() : receive(now);
    case Phase::growing:
      if (blocked_on_write_) return flush(now);
      [[fallthrough]];
    case Phase::draining:
      return blocked_on_write_ ? flush(now) : discard();
    case Phase::waiting:
      if ((events & (EPOLLERR | EPOLLHUP)) != 0) return close();
      paused_ = true;
      return blocked_on_write_ ? flush(now) : void();
    case Phase::closed:
      return;
  }
}

void HttpConnection::shake_hands(TimePoint now) {
  const auto outcome = stream_.handshake();
  blocked_on_write_ = outcome == SocketStream::Outcome::wants_write;
  if (outcome == SocketStream::Outcome::closed) return close();
  if (outcome != SocketStream::Outcome::done) return;
  if (host_.options.tls->ask_client_certificate) {
    auto certificate = stream_.client_certificate();
    if (!certificate.der.empty()) {
      certificate_ = std::make_shared<const std::string>(std::move(certificate.der));
      certificate_trusted_ = certificate.trusted;
    }
  }
  phase_ = Phase::idle;
  deadline_ = now + host_.options.idle_timeout;
  if (stream_.has_pending()) receive(now);
}

void HttpConnection::receive(TimePoint now) {
  do {
    const auto got = stream_.read(scratch);
    if (got.outcome == SocketStream::Outcome::closed) return close();
    blocked_on_write_ = got.outcome == SocketStream::Outcome::wants_write;
    if (got.outcome != SocketStream::Outcome::done) return;
    consume(std::string_view(scratch.data(), got.size), now);
  } while ((phase_ == Phase::header || phase_ == Phase::body) && stream_.has_pending());
}

/// What is read goes to the parser without a copy, unless an earlier piece waits before it.
void HttpConnection::consume(std::string_view text, TimePoint now) {
  if (!input_.empty()) {
    input_ += text;
    text = input_;
  }
  if (phase_ == Phase::idle) {
    phase_ = Phase::header;
    // The deadlines stand for the whole header and the whole body, so a trickle does not help.
    deadline_ = now + host_.options.header_timeout;
    reader_.emplace(host_.options.max_header_bytes, host_.options.max_body_bytes);
  }
  const auto progress = reader_->feed(text);
  std::string rest(text);
  input_ = std::move(rest);
  if (progress == HttpRequestReader::Progress::refused) return refuse(reader_->refusal(), now);
  if (progress == HttpRequestReader::Progress::complete) return hand_over(now);
  if (phase_ == Phase::header && reader_->is_header_done()) {
    phase_ = Phase::body;
    deadline_ = now + host_.options.body_timeout;
  }
  if (reader_->take_expectation()) {
    output_ += "HTTP/1.1 100 Continue\r\n\r\n";
    flush(now);
  }
}

void HttpConnection::hand_over(TimePoint now) {
  HttpRequest request = std::move(reader_->request());
  keep_alive_ = reader_->persistent();
  reader_.reset();
  head_ = request.method == "HEAD";
  if (head_) request.method = "GET";
  request.peer = peer_;
  request.client_certificate = certificate_;
  request.client_certificate_trusted = certificate_trusted_;
  phase_ = Phase::waiting;
  began_ = now;
  deadline_ = now + host_.options.handler_timeout;
  host_.dispatch(std::move(request), id_, ++turn_);
}

void HttpConnection::refuse(unsigned status, TimePoint now) {
  host_.metrics.bad_requests.add();
  keep_alive_ = false;
  input_.clear();
  reader_.reset();
  phase_ = Phase::waiting;
  began_ = now;
  answer(plain_response(status), false, now);
}

void HttpConnection::handle_response(std::uint32_t turn, HttpResponse response, TimePoint now) {
  if (phase_ != Phase::waiting || turn != turn_) return;  // late: given up on
  growing_ = std::move(response.stream);
  answer(std::move(response), head_, now);
}

void HttpConnection::answer(HttpResponse response, bool head, TimePoint now) {
  const bool valid = std::all_of(
      response.headers.fields().begin(), response.headers.fields().end(),
      [](const auto& field) { return is_field_text(field.first) && is_field_text(field.second); });
  if (!valid) return answer(plain_response(500), head, now);
  if (growing_ || host_.stopping()) keep_alive_ = false;
  const std::string& body = response.shared_body ? *response.shared_body : response.body;
  const unsigned hundreds = std::min(std::max(response.status / 100U, 1U), 5U);
  host_.metrics.responses[hundreds - 1].add();
  append_head(response, body.size());
  if (!head && body.size() <= small_body) {
    output_ += body;
  } else if (!head) {
    large_output_ = response.shared_body
                        ? std::move(response.shared_body)
                        : std::make_shared<const std::string>(std::move(response.body));
  }
  deadline_ = now + host_.options.write_timeout;
  if (growing_ && !head) {
    phase_ = Phase::growing;
    host_.follow(*growing_, id_, turn_);
  }
  flush(now);
}

void HttpConnection::append_head(const HttpResponse& response, std::size_t body_size) {
  output_ += "HTTP/1.1 ";
  append_number(output_, response.status, 10);
  output_ += ' ';
  output_ += http_reason(response.status);
  output_ += "\r\nDate: ";
  output_ += host_.date();
  for (const auto& [name, value] : response.headers.fields()) {
    output_ += "\r\n";
    output_ += name;
    output_ += ": ";
    output_ += value;
  }
  if (!keep_alive_) output_ += "\r\nConnection: close";
  if (growing_) {
    // Ended by the connection's end: no later request could tell an end from a loss.
  } else if (response.status != 204 && response.status != 304) {
    output_ += "\r\nContent-Length: ";
    append_number(output_, body_size, 10);
  }
  output_ += "\r\n\r\n";
}

bool HttpConnection::write_out() {
  const auto send = [this](std::string_view text, std::size_t& done) {
    while (done < text.size()) {
      const auto sent = stream_.write(text.substr(done));
      blocked_on_write_ = sent.outcome == SocketStream::Outcome::wants_write;
      if (sent.outcome == SocketStream::Outcome::closed) close();
      if (sent.outcome != SocketStream::Outcome::done) return false;
      done += sent.size;
    }
    return true;
  };
  if (!send(output_, sent_)) return false;
  output_.clear();
  sent_ = 0;
  if (large_output_ && !send(*large_output_, large_sent_)) return false;
  large_output_.reset();
  large_sent_ = 0;
  return true;
}

void HttpConnection::flush(TimePoint now) {
  blocked_on_write_ = false;
  if (!write_out()) return;
  if (phase_ == Phase::growing) {
    deadline_ = TimePoint::max();
    return grow(now);
  }
  if (phase_ == Phase::waiting) after_answer(now);
}

void HttpConnection::handle_growth(std::uint32_t turn, TimePoint now) {
  if (phase_ == Phase::growing && turn == turn_ && output_.empty() && !large_output_) grow(now);
}

/// Takes more of the body only when the former piece is gone, so that a slow reader fills the
/// stream's own bound and not our memory.
void HttpConnection::grow(TimePoint now) {
  auto piece = growing_->take();
  output_ = std::move(piece.text);
  deadline_ = output_.empty() ? TimePoint::max() : now + host_.options.write_timeout;
  if (!write_out()) return;
  deadline_ = TimePoint::max();
  if (!piece.finished) return;
  growing_->close();
  growing_.reset();
  drain(now);
}

void HttpConnection::after_answer(TimePoint now) {
  const std::chrono::duration<double> took = now - began_;
  host_.metrics.seconds.observe(took.count());
  if (!keep_alive_) return drain(now);
  phase_ = Phase::idle;
  paused_ = false;
  deadline_ = now + host_.options.idle_timeout;
  if (!input_.empty()) {
    const std::string next = std::exchange(input_, {});
    consume(next, now);
  }
  if (phase_ != Phase::waiting && phase_ != Phase::closed && stream_.has_pending()) receive(now);
}

/// Says goodbye and reads on for a moment: closing on unread octets would take our last answer from
/// the peer.
void HttpConnection::drain(TimePoint now) {
  stream_.end_writing();
  blocked_on_write_ = false;
  phase_ = Phase::draining;
  deadline_ = now + drain_time;
  discard();
}

void HttpConnection::discard() {
  while (true) {
    const auto got = stream_.read(scratch);
    if (got.outcome == SocketStream::Outcome::closed) return close();
    if (got.outcome != SocketStream::Outcome::done) return;
  }
}

void HttpConnection::handle_timeout(TimePoint now) {
  if (phase_ == Phase::draining) return close();
  if (phase_ == Phase::waiting && output_.empty() && !large_output_) {
    ++turn_;  // an answer that still comes is too late
    host_.metrics.timeouts.add();
    return answer(plain_response(503), head_, now);
  }
  if (phase_ != Phase::idle) host_.metrics.timeouts.add();
  stream_.end_writing();
  close();
}

void HttpConnection::handle_stop(TimePoint now) {
  if (phase_ == Phase::waiting || phase_ == Phase::header || phase_ == Phase::body) return;
  if (phase_ == Phase::growing) growing_->close();
  if (phase_ == Phase::closed || phase_ == Phase::draining) return;
  (void)now;
  stream_.end_writing();
  close();
}

void HttpConnection::close() { phase_ = Phase::closed; }

}  // namespace common::io
