// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/crypto.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "common/encoding.hpp"
#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

struct Suite {
  std::string_view name;
  std::size_t octets;
};

constexpr std::array known_suites = {Suite{"AES_CM_128_HMAC_SHA1_80", 30},
                                     Suite{"AES_CM_128_HMAC_SHA1_32", 30},
                                     Suite{"AEAD_AES_128_GCM", 28}, Suite{"AEAD_AES_256_GCM", 44}};

/// RFC 4568 9.1: 1*9DIGIT, without a leading zero.
bool is_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= 9 && tag.front() != '0' &&
         std::all_of(tag.begin(), tag.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::vector<std::uint8_t>> decode_key(std::string_view text, std::size_t octets) {
  std::string padded(text);  // some phones leave the padding out
  while (padded.size() % 4 != 0) padded += '=';
  const auto bytes = common::base64_decode(padded);
  if (!bytes || bytes->size() != octets) return std::nullopt;
  std::vector<std::uint8_t> out;
  for (const std::byte one : *bytes) out.push_back(std::to_integer<std::uint8_t>(one));
  return out;
}

/// "inline:" key ["|" lifetime] ["|" MKI ":" length]. A lifetime is a bound that no call reaches.
std::optional<std::vector<std::uint8_t>> read_inline(std::string_view text, std::size_t octets) {
  constexpr std::string_view method = "inline:";
  if (text.size() < method.size() || lower(text.substr(0, method.size())) != method) {
    return std::nullopt;
  }
  std::string_view rest = text.substr(method.size());
  if (rest.find(';') != std::string_view::npos) return std::nullopt;
  const std::string_view key = take(rest, '|');
  while (!rest.empty()) {
    if (take(rest, '|').find(':') != std::string_view::npos) return std::nullopt;
  }
  return decode_key(key, octets);
}

/// RFC 4568 6.3: what begins with a hyphen may be ignored.
bool is_harmless(std::string_view parameter) {
  return parameter.starts_with('-') || parameter.starts_with("WSH=") || parameter == "KDR=0";
}

}  // namespace

std::size_t key_size_of(std::string_view suite) {
  for (const Suite& known : known_suites) {
    if (known.name == suite) return known.octets;
  }
  return 0;
}

std::optional<CryptoLine> parse_crypto(std::string_view value) {
  CryptoLine line;
  line.tag = take_word(value);
  line.key.suite = take_word(value);
  const std::size_t octets = key_size_of(line.key.suite);
  if (!is_tag(line.tag) || octets == 0) return std::nullopt;
  auto key = read_inline(take_word(value), octets);
  if (!key) return std::nullopt;
  line.key.key_and_salt = std::move(*key);
  for (auto parameter = take_word(value); !parameter.empty(); parameter = take_word(value)) {
    if (!is_harmless(parameter)) return std::nullopt;
  }
  return line;
}

std::optional<CryptoLine> choose_crypto(const Attributes& attributes,
                                        const std::vector<std::string>& suites) {
  std::optional<CryptoLine> best;
  auto best_rank = suites.end();
  for (const Attribute& attribute : attributes) {
    if (attribute.name != "crypto" || !attribute.value) continue;
    auto line = parse_crypto(*attribute.value);
    if (!line) continue;
    const auto rank = std::find(suites.begin(), suites.end(), line->key.suite);
    if (rank >= best_rank) continue;
    best_rank = rank;
    best = std::move(line);
  }
  return best;
}

Attribute crypto_attribute(std::string_view tag, const CryptoKey& key) {
  const auto bytes = std::as_bytes(std::span(key.key_and_salt));
  return {"crypto", std::string(tag) + ' ' + key.suite + " inline:" + common::base64_encode(bytes)};
}

}  // namespace ims::sdp
