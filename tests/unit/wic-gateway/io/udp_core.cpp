// SPDX-License-Identifier: Apache-2.0
#include "io/udp_core.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "common/io/sockaddr.hpp"

namespace test {
namespace {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress to_sockaddr(const common::Endpoint& endpoint) {
  SocketAddress out;
  out.size = common::io::to_sockaddr(endpoint, out.storage);
  return out;
}

template <class Each>
void for_each_line(std::string_view message, Each each) {
  const auto end = message.find("\r\n\r\n");
  message = message.substr(0, end == std::string_view::npos ? end : end + 2);
  while (!message.empty()) {
    const auto eol = message.find("\r\n");
    each(message.substr(0, eol));
    if (eol == std::string_view::npos) return;
    message.remove_prefix(eol + 2);
  }
}

}  // namespace

UdpCore::UdpCore(const std::string& address) {
  endpoint_ = {common::IpAddress::parse(address).value(), 0};
  socket_ = ::socket(endpoint_.address.is_v6() ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
  SocketAddress local = to_sockaddr(endpoint_);
  if (::bind(socket_, local.get(), local.size) != 0) {
    throw std::runtime_error("cannot bind " + address);
  }
  ::getsockname(socket_, local.get(), &local.size);
  endpoint_.port = ntohs(reinterpret_cast<const sockaddr_in&>(local.storage).sin_port);
}

UdpCore::~UdpCore() { ::close(socket_); }

void UdpCore::send(std::string_view text, const common::Endpoint& to) const {
  SocketAddress address = to_sockaddr(to);
  ::sendto(socket_, text.data(), text.size(), 0, address.get(), address.size);
}

std::optional<std::string> UdpCore::receive(std::chrono::milliseconds wait) const {
  pollfd waiting{socket_, POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(wait.count())) <= 0) return std::nullopt;
  std::array<char, 65'536> buffer{};
  const auto size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size < 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

std::string header_of(std::string_view message, std::string_view name) {
  std::string values;
  for_each_line(message, [&](std::string_view line) {
    if (!line.starts_with(name) || line.substr(name.size(), 1) != ":") return;
    if (!values.empty()) values += "\n";
    values += line.substr(std::min(line.size(), name.size() + 2));
  });
  return values;
}

std::string response_to(std::string_view request, std::string_view status, std::string_view headers,
                        std::string_view to_tag) {
  std::string response = "SIP/2.0 " + std::string(status) + "\r\n";
  for_each_line(request, [&](std::string_view line) {
    for (const auto* name : {"Via:", "From:", "To:", "Call-ID:", "CSeq:"}) {
      if (!line.starts_with(name)) continue;
      response += line;
      if (line.starts_with("To:") && !to_tag.empty() && line.find(";tag=") == line.npos) {
        response += ";tag=" + std::string(to_tag);
      }
      response += "\r\n";
    }
  });
  return response + std::string(headers) + "Content-Length: 0\r\n\r\n";
}

}  // namespace test
