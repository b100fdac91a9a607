// SPDX-License-Identifier: Apache-2.0
#include "media/ice/stun.hpp"

#include <algorithm>
#include <cstring>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/encoding.hpp"
#include "media/errc.hpp"
#include "media/ice/crc32.hpp"
#include "media/rtp/octets.hpp"

namespace media::ice {
namespace {

constexpr std::size_t header_size = 20;
constexpr std::uint32_t magic_cookie = 0x2112a442;
constexpr std::uint32_t fingerprint_mask = 0x5354554e;
constexpr std::size_t integrity_size = 20;
constexpr std::uint16_t binding = 0x0001;

enum Attribute : std::uint16_t {
  mapped_address = 0x0001,
  username = 0x0006,
  message_integrity = 0x0008,
  error_code = 0x0009,
  unknown_attributes = 0x000a,
  realm = 0x0014,
  nonce = 0x0015,
  xor_mapped_address = 0x0020,
  priority = 0x0024,
  use_candidate = 0x0025,
  fingerprint = 0x8028,
  ice_controlled = 0x8029,
  ice_controlling = 0x802a,
};

constexpr std::uint16_t type_of(StunClass kind) {
  switch (kind) {
    case StunClass::request:
      return binding;
    case StunClass::indication:
      return binding | 0x0010;
    case StunClass::success:
      return binding | 0x0100;
    case StunClass::error:
      return binding | 0x0110;
  }
  return binding;
}

std::optional<StunClass> class_of(std::uint16_t type) {
  for (const auto kind :
       {StunClass::request, StunClass::indication, StunClass::success, StunClass::error}) {
    if (type_of(kind) == type) return kind;
  }
  return std::nullopt;
}

using Digest = std::array<unsigned char, integrity_size>;

/// HMAC over the message up to `offset`, with the length field as if the attribute ended it.
Digest integrity_of(std::span<const std::byte> message, std::size_t offset,
                    std::string_view password) {
  std::array<std::byte, 1500> copy{};
  std::memcpy(copy.data(), message.data(), offset);
  store16(copy, 2, static_cast<std::uint16_t>(offset + 4 + integrity_size - header_size));
  Digest digest{};
  HMAC(EVP_sha1(), password.data(), static_cast<int>(password.size()),
       reinterpret_cast<const unsigned char*>(copy.data()), offset, digest.data(), nullptr);
  return digest;
}

std::optional<common::Endpoint> read_xor_address(std::span<const std::byte> value,
                                                 std::span<const std::byte> header) {
  if (value.size() < 8) return std::nullopt;
  const std::uint8_t family = load8(value, 1);
  const std::size_t length = family == 2 ? 16 : 4;
  if ((family != 1 && family != 2) || value.size() != 4 + length) return std::nullopt;
  common::Endpoint endpoint;
  endpoint.address.family =
      family == 2 ? common::IpAddress::Family::v6 : common::IpAddress::Family::v4;
  endpoint.port = static_cast<std::uint16_t>(load16(value, 2) ^ (magic_cookie >> 16U));
  for (std::size_t i = 0; i < length; ++i) {  // cookie and transaction id follow each other
    endpoint.address.octets[i] =
        static_cast<std::uint8_t>(load8(value, 4 + i) ^ load8(header, 4 + i));
  }
  return endpoint;
}

bool is_known(std::uint16_t type) {
  switch (type) {
    case mapped_address:
    case username:
    case message_integrity:
    case error_code:
    case unknown_attributes:
    case realm:
    case nonce:
    case xor_mapped_address:
    case priority:
    case use_candidate:
      return true;
    default:
      return type >= 0x8000;
  }
}

/// Reads one attribute that stands before MESSAGE-INTEGRITY; false when its value is malformed.
bool read_attribute(StunMessage& message, std::uint16_t type, std::span<const std::byte> value,
                    std::span<const std::byte> header) {
  switch (type) {
    case username:
      message.username = common::text_of(value);
      message.has_username = true;
      return value.size() <= 513;
    case use_candidate:
      message.use_candidate = true;
      return value.empty();
    case priority:
      if (value.size() != 4) return false;
      message.priority = load32(value, 0);
      return true;
    case ice_controlled:
    case ice_controlling:
      if (value.size() != 8) return false;
      (type == ice_controlled ? message.controlled : message.controlling) = load64(value, 0);
      return true;
    case xor_mapped_address:
      message.mapped_address = read_xor_address(value, header);
      return message.mapped_address.has_value();
    case error_code:
      if (value.size() < 4) return false;
      message.error_code =
          static_cast<std::uint16_t>((load8(value, 2) & 7U) * 100U + load8(value, 3));
      return true;
    default:
      if (!is_known(type) && message.unknown_count < message.unknown.size()) {
        message.unknown[message.unknown_count++] = type;
      }
      return true;
  }
}

}  // namespace

common::Result<StunMessage> StunMessage::parse(std::span<const std::byte> datagram) {
  const auto malformed = [](const char* what) {
    return common::fail(Errc::malformed_packet, what);
  };
  if (datagram.size() < header_size + 8 || datagram.size() > 1500 || datagram.size() % 4 != 0) {
    return malformed("STUN length");
  }
  const auto kind = class_of(load16(datagram, 0));
  if (!kind || load32(datagram, 4) != magic_cookie) return malformed("not a Binding message");
  if (load16(datagram, 2) != datagram.size() - header_size) return malformed("STUN length field");
  const std::size_t end = datagram.size() - 8;  // FINGERPRINT is last
  if (load16(datagram, end) != fingerprint || load16(datagram, end + 2) != 4 ||
      load32(datagram, end + 4) != (crc32(datagram.first(end)) ^ fingerprint_mask)) {
    return malformed("FINGERPRINT");
  }
  StunMessage message;
  message.kind = *kind;
  message.datagram_ = datagram;
  std::copy_n(datagram.begin() + 8, message.transaction.size(), message.transaction.begin());
  std::size_t at = header_size;
  while (at < end) {
    const std::uint16_t type = load16(datagram, at);
    const std::size_t length = load16(datagram, at + 2);
    if (end - at < 4 + (length + 3) / 4 * 4) return malformed("attribute length");
    const auto value = datagram.subspan(at + 4, length);
    if (type == message_integrity && !message.has_integrity) {
      if (length != integrity_size) return malformed("MESSAGE-INTEGRITY length");
      message.has_integrity = true;
      message.integrity_offset_ = at;
    } else if (!message.has_integrity && !read_attribute(message, type, value, datagram)) {
      return malformed("attribute value");
    }
    at += 4 + (length + 3) / 4 * 4;
  }
  return message;
}

bool StunMessage::authenticated_by(std::string_view password) const {
  if (!has_integrity) return false;
  const Digest expected = integrity_of(datagram_, integrity_offset_, password);
  return CRYPTO_memcmp(expected.data(), datagram_.data() + integrity_offset_ + 4,
                       expected.size()) == 0;
}

StunWriter::StunWriter(std::span<std::byte> buffer, StunClass kind,
                       const TransactionId& transaction)
    : buffer_(buffer.first(std::min<std::size_t>(buffer.size(), 1400))) {
  if (buffer_.size() < header_size) {
    overflow_ = true;
    return;
  }
  store16(buffer_, 0, type_of(kind));
  store32(buffer_, 4, magic_cookie);
  std::copy(transaction.begin(), transaction.end(), buffer_.begin() + 8);
  size_ = header_size;
}

std::span<std::byte> StunWriter::attribute(std::uint16_t type, std::size_t length) {
  const std::size_t padded = (length + 3) / 4 * 4;
  if (overflow_ || buffer_.size() - size_ < 4 + padded) {
    overflow_ = true;
    return {};
  }
  store16(buffer_, size_, type);
  store16(buffer_, size_ + 2, static_cast<std::uint16_t>(length));
  const auto value = buffer_.subspan(size_ + 4, padded);
  std::fill(value.begin(), value.end(), std::byte{0});
  size_ += 4 + padded;
  return value;
}

void StunWriter::set_length(std::size_t total) {
  store16(buffer_, 2, static_cast<std::uint16_t>(total - header_size));
}

void StunWriter::username(std::string_view name) {
  const auto value = attribute(Attribute::username, name.size());
  if (!overflow_) std::memcpy(value.data(), name.data(), name.size());
}

void StunWriter::priority(std::uint32_t number) {
  const auto value = attribute(Attribute::priority, 4);
  if (!overflow_) store32(value, 0, number);
}

void StunWriter::use_candidate() { (void)attribute(Attribute::use_candidate, 0); }

void StunWriter::controlling(std::uint64_t tie_breaker) {
  const auto value = attribute(ice_controlling, 8);
  if (!overflow_) store64(value, 0, tie_breaker);
}

void StunWriter::controlled(std::uint64_t tie_breaker) {
  const auto value = attribute(ice_controlled, 8);
  if (!overflow_) store64(value, 0, tie_breaker);
}

void StunWriter::xor_mapped_address(const common::Endpoint& endpoint) {
  const std::size_t length = endpoint.address.is_v6() ? 16 : 4;
  const auto value = attribute(Attribute::xor_mapped_address, 4 + length);
  if (overflow_) return;
  store8(value, 1, endpoint.address.is_v6() ? 2 : 1);
  store16(value, 2, static_cast<std::uint16_t>(endpoint.port ^ (magic_cookie >> 16U)));
  for (std::size_t i = 0; i < length; ++i) {
    store8(value, 4 + i,
           static_cast<std::uint8_t>(endpoint.address.octets[i] ^ load8(buffer_, 4 + i)));
  }
}

void StunWriter::error(StunError code, std::string_view reason) {
  const auto number = static_cast<std::uint16_t>(code);
  const auto value = attribute(error_code, 4 + reason.size());
  if (overflow_) return;
  store8(value, 2, static_cast<std::uint8_t>(number / 100));
  store8(value, 3, static_cast<std::uint8_t>(number % 100));
  std::memcpy(value.data() + 4, reason.data(), reason.size());
}

void StunWriter::unknown_attributes(std::span<const std::uint16_t> types) {
  const auto value = attribute(Attribute::unknown_attributes, types.size() * 2);
  if (overflow_) return;
  for (std::size_t i = 0; i < types.size(); ++i) store16(value, 2 * i, types[i]);
}

std::span<std::byte> StunWriter::finish(std::string_view password) {
  if (!password.empty() && !overflow_) {
    const std::size_t offset = size_;
    const auto value = attribute(message_integrity, integrity_size);
    if (!overflow_) {
      const Digest digest = integrity_of(buffer_, offset, password);
      std::memcpy(value.data(), digest.data(), digest.size());
    }
  }
  const std::size_t offset = size_;
  const auto value = attribute(fingerprint, 4);
  if (overflow_) return {};
  set_length(size_);
  store32(value, 0, crc32(buffer_.first(offset)) ^ fingerprint_mask);
  return buffer_.first(size_);
}

}  // namespace media::ice
