// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/rtpengine_client.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace bench {

namespace {

constexpr std::size_t largest_answer = 65536;

std::string encode(std::string_view text) {
  return std::to_string(text.size()).append(":").append(text);
}

std::string encode(const RtpengineCommand& command) {
  std::map<std::string, std::string> values;  // keys of a dictionary are in order
  for (const auto& [key, text] : command.texts) values[key] = encode(text);
  for (const auto& [key, list] : command.lists) {
    std::string& value = values[key];
    value = "l";
    for (const std::string& item : list) value += encode(item);
    value += "e";
  }
  std::string out = "d";
  for (const auto& [key, value] : values) out.append(encode(key)).append(value);
  return out + "e";
}

/// Reads a text at the front of `from` and takes it off.
std::optional<std::string_view> take_text(std::string_view& from) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), size);
  if (error != std::errc{}) return std::nullopt;
  from.remove_prefix(static_cast<std::size_t>(end - from.data()));
  if (!from.starts_with(':') || from.size() - 1 < size) return std::nullopt;
  const std::string_view text = from.substr(1, size);
  from.remove_prefix(1 + size);
  return text;
}

/// Takes any value off the front; false for what is none.
bool skip_value(std::string_view& from) {
  if (from.starts_with('i')) {
    const std::size_t end = from.find('e');
    if (end == std::string_view::npos) return false;
    from.remove_prefix(end + 1);
    return true;
  }
  if (!from.starts_with('l') && !from.starts_with('d')) return take_text(from).has_value();
  from.remove_prefix(1);
  while (!from.starts_with('e')) {
    if (from.empty() || !skip_value(from)) return false;
  }
  from.remove_prefix(1);
  return true;
}

/// The texts of a dictionary; values of other types are left out.
std::map<std::string_view, std::string_view> decode(std::string_view from) {
  std::map<std::string_view, std::string_view> out;
  if (!from.starts_with('d')) return out;
  from.remove_prefix(1);
  while (const auto key = take_text(from)) {
    std::string_view rest = from;
    if (const auto value = take_text(rest)) out[*key] = *value;
    if (!skip_value(from)) break;
  }
  return out;
}

}  // namespace

RtpengineClient::RtpengineClient(EventLoop& loop, const sockaddr_in& server)
    : loop_(loop), descriptor_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  if (descriptor_ < 0 ||
      connect(descriptor_, reinterpret_cast<const sockaddr*>(&server), sizeof(server)) != 0) {
    throw std::runtime_error("no socket for rtpengine");
  }
  loop_.watch(descriptor_, EPOLLIN, *this);
}

RtpengineClient::~RtpengineClient() {
  loop_.forget(descriptor_);
  close(descriptor_);
}

void RtpengineClient::send(const RtpengineCommand& command, Done done) {
  const std::string cookie = std::to_string(++next_);
  const std::string datagram = cookie + " " + encode(command);
  waiting_[cookie] = std::move(done);
  if (::send(descriptor_, datagram.data(), datagram.size(), 0) < 0) {
    waiting_.extract(cookie).mapped()(false, {});
  }
}

void RtpengineClient::on_ready(std::uint32_t /*events*/) {
  std::array<char, largest_answer> buffer;
  for (;;) {
    const ssize_t size = recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (size < 0) return;
    const std::string_view datagram(buffer.data(), static_cast<std::size_t>(size));
    const std::size_t space = datagram.find(' ');
    if (space == std::string_view::npos) continue;
    auto found = waiting_.extract(std::string(datagram.substr(0, space)));
    if (!found) continue;
    const auto answer = decode(datagram.substr(space + 1));
    const auto result = answer.find("result");
    const auto sdp = answer.find("sdp");
    found.mapped()(result != answer.end() && result->second == "ok",
                   std::string(sdp == answer.end() ? "" : sdp->second));
  }
}

}  // namespace bench
