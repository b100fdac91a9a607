// SPDX-License-Identifier: Apache-2.0
#include "media/dtls/datagram_bio.hpp"

#include <algorithm>
#include <cstring>

namespace media::dtls {
namespace {

constexpr std::size_t max_outgoing =
    64;  // more than any flight; the rest is lost like on a network

DatagramBuffer& buffer_of(BIO* bio) { return *static_cast<DatagramBuffer*>(BIO_get_data(bio)); }

int read_datagram(BIO* bio, char* out, int room) noexcept {
  DatagramBuffer& buffer = buffer_of(bio);
  BIO_clear_retry_flags(bio);
  if (buffer.incoming.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t size = std::min(buffer.incoming.size(), static_cast<std::size_t>(room));
  std::memcpy(out, buffer.incoming.data(), size);
  buffer.incoming = {};
  return static_cast<int>(size);
}

int write_datagram(BIO* bio, const char* data, int size) noexcept {
  DatagramBuffer& buffer = buffer_of(bio);
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  if (buffer.outgoing.size() < max_outgoing) {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    buffer.outgoing.emplace_back(bytes, bytes + size);
  }
  return size;
}

long control(BIO* bio, int command, long /*number*/, void* /*pointer*/) noexcept {
  switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP:
      return 1;
    case BIO_CTRL_DGRAM_QUERY_MTU:
    case BIO_CTRL_DGRAM_GET_FALLBACK_MTU:
      return static_cast<long>(buffer_of(bio).mtu);
    case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD:
      return 48;  // IPv6 and UDP
    default:
      return 0;
  }
}

BIO_METHOD* make_method() {
  BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "datagrams");
  if (method == nullptr) return nullptr;
  BIO_meth_set_read(method, read_datagram);
  BIO_meth_set_write(method, write_datagram);
  BIO_meth_set_ctrl(method, control);
  return method;
}

}  // namespace

BioPtr make_datagram_bio(DatagramBuffer& buffer) {
  static BIO_METHOD* const method = make_method();
  BioPtr bio(method == nullptr ? nullptr : BIO_new(method));
  if (bio) {
    BIO_set_data(bio.get(), &buffer);
    BIO_set_init(bio.get(), 1);
  }
  return bio;
}

}  // namespace media::dtls
