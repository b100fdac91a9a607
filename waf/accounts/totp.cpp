// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/totp.hpp"

#include <array>
#include <cassert>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/encoding.hpp"
#include "common/http.hpp"

namespace waf {
namespace {

constexpr std::int64_t step_seconds = 30;
constexpr std::int64_t drift = 1;  // steps

std::array<unsigned char, 20> hmac_sha1(std::string_view key, std::int64_t counter) {
  std::array<unsigned char, 8> text{};
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[text.size() - 1 - i] = static_cast<unsigned char>(counter >> (8 * i));
  }
  std::array<unsigned char, 20> out{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), text.data(), text.size(), out.data(),
       &size);
  assert(size == out.size());
  return out;
}

}  // namespace

std::int64_t totp_step(common::SystemTime now) { return common::unix_seconds(now) / step_seconds; }

std::string totp_code(std::string_view secret, std::int64_t step) {
  const auto mac = hmac_sha1(secret, step);
  const std::size_t offset = mac.back() & 0x0FU;  // RFC 4226 section 5.3
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = (value << 8U) | mac.at(offset + i);
  const std::string digits = std::to_string((value & 0x7FFFFFFFU) % 1'000'000);
  return std::string(6 - digits.size(), '0') + digits;
}

std::optional<std::int64_t> match_totp(std::string_view secret, std::string_view code,
                                       std::int64_t last_step, common::SystemTime now) {
  std::optional<std::int64_t> out;
  for (std::int64_t step = totp_step(now) - drift; step <= totp_step(now) + drift; ++step) {
    if (common::equal_secrets(code, totp_code(secret, step)) && step > last_step) out = step;
  }
  return out;
}

std::string base32(std::string_view octets) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string out;
  std::uint32_t held = 0;
  unsigned bits = 0;
  for (const char octet : octets) {
    held = (held << 8U) | static_cast<unsigned char>(octet);
    for (bits += 8; bits >= 5; bits -= 5) out += alphabet[(held >> (bits - 5)) & 31U];
  }
  if (bits > 0) out += alphabet[(held << (5 - bits)) & 31U];
  return out;
}

std::string otpauth_uri(std::string_view issuer, std::string_view account,
                        std::string_view secret) {
  const std::string name = common::percent_encode(issuer);
  return "otpauth://totp/" + name + ":" + common::percent_encode(account) +
         "?secret=" + base32(secret) + "&issuer=" + name + "&algorithm=SHA1&digits=6&period=30";
}

}  // namespace waf
