// SPDX-License-Identifier: Apache-2.0
#include "waf/tokens/password_hash.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "common/encoding.hpp"
#include "common/errc.hpp"

namespace waf {
namespace {

/// PHC strings use base64 without padding.
std::string phc_base64(std::span<const std::byte> bytes) {
  std::string out = common::base64_encode(bytes);
  while (out.ends_with('=')) out.pop_back();
  return out;
}

common::Result<std::vector<std::byte>> phc_decode(std::string_view text) {
  std::string padded(text);
  while (padded.size() % 4 != 0) padded += '=';
  return common::base64_decode(padded);
}

bool read_number(std::string_view& text, std::string_view prefix, std::uint32_t& out) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool is_bearable(const PasswordCost& cost) {
  return cost.memory_kib >= 8 * cost.lanes && cost.memory_kib <= 1024 * 1024 &&
         cost.iterations >= 1 && cost.iterations <= 64 && cost.lanes >= 1 && cost.lanes <= 16;
}

}  // namespace

common::Result<PasswordHash> PasswordHash::parse(std::string_view phc) {
  const auto malformed = common::fail(common::Errc::invalid_encoding, "not an Argon2id PHC string");
  PasswordHash out;
  std::string_view rest = phc;
  std::uint32_t version = 0;
  if (!read_number(rest, "$argon2id$v=", version) || version != 19) return malformed;
  if (!read_number(rest, "$m=", out.cost.memory_kib)) return malformed;
  if (!read_number(rest, ",t=", out.cost.iterations)) return malformed;
  if (!read_number(rest, ",p=", out.cost.lanes)) return malformed;
  if (!is_bearable(out.cost) || !rest.starts_with('$')) return malformed;
  rest.remove_prefix(1);
  const std::size_t dollar = rest.find('$');
  if (dollar == std::string_view::npos) return malformed;
  auto salt = phc_decode(rest.substr(0, dollar));
  auto tag = phc_decode(rest.substr(dollar + 1));
  if (!salt || !tag || salt->size() < 8 || salt->size() > 64 || tag->size() < 16 ||
      tag->size() > 64) {
    return malformed;
  }
  out.salt = std::move(*salt);
  out.tag = std::move(*tag);
  return out;
}

std::string PasswordHash::to_string() const {
  return "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) +
         ",t=" + std::to_string(cost.iterations) + ",p=" + std::to_string(cost.lanes) + "$" +
         phc_base64(salt) + "$" + phc_base64(tag);
}

bool is_acceptable_password(std::string_view text) {
  if (!common::is_utf8(text)) return false;
  const auto characters = std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  return characters >= 8 && characters <= 256;
}

bool is_strong_enough(const PasswordCost& cost) {
  constexpr std::array<std::uint32_t, 5> least_memory = {47104, 19456, 12288, 9216, 7168};
  const std::size_t passes = std::min<std::size_t>(cost.iterations, least_memory.size());
  return passes > 0 && cost.memory_kib >= least_memory[passes - 1];
}

bool is_weaker(const PasswordCost& have, const PasswordCost& wanted) {
  return have.memory_kib < wanted.memory_kib || have.iterations < wanted.iterations ||
         have.lanes < wanted.lanes;
}

}  // namespace waf
