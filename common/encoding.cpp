// SPDX-License-Identifier: Apache-2.0
#include "common/encoding.hpp"

#include <array>
#include <cstdint>

#include <openssl/crypto.h>

#include "common/errc.hpp"

namespace common {
namespace {

constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_digit = 0xff;

constexpr std::array<std::uint8_t, 256> reverse_of(std::string_view alphabet) {
  std::array<std::uint8_t, 256> table{};
  table.fill(no_digit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return table;
}

std::string encode64(std::span<const std::byte> bytes, std::string_view alphabet, bool pad) {
  std::string out(bytes.size() / 3 * 4, '\0');
  char* to = out.data();
  std::size_t whole = 0;
  for (; whole + 3 <= bytes.size(); whole += 3) {
    const std::uint32_t group = std::to_integer<std::uint32_t>(bytes[whole]) << 16U |
                                std::to_integer<std::uint32_t>(bytes[whole + 1]) << 8U |
                                std::to_integer<std::uint32_t>(bytes[whole + 2]);
    *to++ = alphabet[group >> 18U];
    *to++ = alphabet[group >> 12U & 63U];
    *to++ = alphabet[group >> 6U & 63U];
    *to++ = alphabet[group & 63U];
  }
  for (std::size_t i = whole; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 | (k < left ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      if (k <= left) {
        out.push_back(alphabet[group >> (18 - 6 * k) & 63U]);
      } else if (pad) {
        out.push_back('=');
      }
    }
  }
  return out;
}

Result<std::vector<std::byte>> decode64(std::string_view text,
                                        const std::array<std::uint8_t, 256>& reverse) {
  if (text.size() % 4 == 1) return fail(Errc::invalid_encoding, "base64 length");
  std::vector<std::byte> out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t group = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::uint8_t digit = reverse[static_cast<unsigned char>(c)];
    if (digit == no_digit) return fail(Errc::invalid_encoding, "base64 character");
    group = group << 6 | digit;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::byte>(group >> bits & 0xffU));
    }
  }
  if ((group & ((1U << bits) - 1U)) != 0) return fail(Errc::invalid_encoding, "base64 unused bits");
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string hex_encode(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    out.push_back(digits[std::to_integer<unsigned>(b) >> 4]);
    out.push_back(digits[std::to_integer<unsigned>(b) & 15U]);
  }
  return out;
}

Result<std::vector<std::byte>> hex_decode(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Errc::invalid_encoding, "hex length");
  std::vector<std::byte> out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return fail(Errc::invalid_encoding, "hex character");
    out.push_back(static_cast<std::byte>(high << 4 | low));
  }
  return out;
}

std::string base64url_encode(std::span<const std::byte> bytes) {
  return encode64(bytes, url_alphabet, false);
}

Result<std::vector<std::byte>> base64url_decode(std::string_view text) {
  static constexpr auto reverse = reverse_of(url_alphabet);
  return decode64(text, reverse);
}

std::string base64_encode(std::span<const std::byte> bytes) {
  return encode64(bytes, standard_alphabet, true);
}

Result<std::vector<std::byte>> base64_decode(std::string_view text) {
  static constexpr auto reverse = reverse_of(standard_alphabet);
  if (text.size() % 4 != 0) return fail(Errc::invalid_encoding, "base64 length");
  if (text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  return decode64(text, reverse);
}

bool equal_secrets(std::string_view left, std::string_view right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t more = 0;
    std::uint32_t minimum = 0;
    std::uint32_t point = 0;
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if ((lead & 0xe0U) == 0xc0U) {
      more = 1, minimum = 0x80, point = lead & 0x1fU;
    } else if ((lead & 0xf0U) == 0xe0U) {
      more = 2, minimum = 0x800, point = lead & 0x0fU;
    } else if ((lead & 0xf8U) == 0xf0U) {
      more = 3, minimum = 0x10000, point = lead & 0x07U;
    } else {
      return false;
    }
    if (text.size() - i <= more) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0U) != 0x80U) return false;
      point = point << 6 | (next & 0x3fU);
    }
    if (point < minimum || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return false;
    i += more + 1;
  }
  return true;
}

}  // namespace common
