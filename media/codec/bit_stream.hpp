// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace media::codec {

/// Reads bits, the highest of an octet first. Beyond the end it reads zeros and says so.
class BitReader {
 public:
  explicit BitReader(std::span<const std::byte> data) : data_(data) {}

  [[nodiscard]] std::uint8_t read(std::size_t bits) {  // up to 8
    unsigned value = 0;
    for (std::size_t i = 0; i < bits; ++i) value = value << 1U | next();
    return static_cast<std::uint8_t>(value);
  }
  void align() { position_ = (position_ + 7) / 8 * 8; }
  [[nodiscard]] bool overrun() const { return position_ > data_.size() * 8; }
  [[nodiscard]] std::size_t octets_read() const { return (position_ + 7) / 8; }

 private:
  unsigned next() {
    const std::size_t octet = position_ / 8;
    const auto shift = static_cast<unsigned>(7 - position_ % 8);
    ++position_;
    return octet < data_.size() ? std::to_integer<unsigned>(data_[octet]) >> shift & 1U : 0;
  }

  std::span<const std::byte> data_;
  std::size_t position_ = 0;
};

/// Writes bits the same way into octets that were zero. Beyond the end it writes nothing and says
/// so.
class BitWriter {
 public:
  explicit BitWriter(std::span<std::byte> out) : out_(out) {}

  void write(unsigned value, std::size_t bits) {
    for (std::size_t i = bits; i-- > 0;) put(value >> i & 1U);
  }
  void align() { position_ = (position_ + 7) / 8 * 8; }
  [[nodiscard]] bool overrun() const { return position_ > out_.size() * 8; }
  [[nodiscard]] std::size_t octets_written() const { return (position_ + 7) / 8; }

 private:
  void put(unsigned bit) {
    const std::size_t octet = position_ / 8;
    const auto shift = static_cast<unsigned>(7 - position_ % 8);
    ++position_;
    if (octet < out_.size()) out_[octet] |= static_cast<std::byte>(bit << shift);
  }

  std::span<std::byte> out_;
  std::size_t position_ = 0;
};

}  // namespace media::codec
