// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/flow_token.hpp"

#include <cstring>
#include <span>
#include <vector>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/encoding.hpp"

namespace ims {
namespace {

constexpr std::size_t id_size = 8;
constexpr std::size_t mac_size = 12;  // 96 bits: forged only online, one guess a request

std::array<std::byte, id_size> id_bytes(RegistrationId id) {
  std::array<std::byte, id_size> out{};
  for (std::size_t i = 0; i < id_size; ++i) {
    out[i] = static_cast<std::byte>(id.value >> (8 * (id_size - 1 - i)));
  }
  return out;
}

std::array<std::byte, mac_size> mac_of(const FlowTokens::Key& key, FlowTokens::Use use,
                                       std::span<const std::byte> id) {
  std::array<unsigned char, 1 + id_size> text{};
  text[0] = static_cast<unsigned char>(use);
  std::memcpy(text.data() + 1, id.data(), id_size);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), text.data(), text.size(), mac.data(),
       &size);
  std::array<std::byte, mac_size> out{};
  std::memcpy(out.data(), mac.data(), mac_size);
  return out;
}

}  // namespace

std::string FlowTokens::make(Use use, RegistrationId registration) const {
  std::array<std::byte, id_size + mac_size> token{};
  const auto id = id_bytes(registration);
  const auto mac = mac_of(key_, use, id);
  std::memcpy(token.data(), id.data(), id_size);
  std::memcpy(token.data() + id_size, mac.data(), mac_size);
  return common::base64url_encode(token);
}

std::optional<RegistrationId> FlowTokens::open(Use use, std::string_view token) const {
  if (token.size() > 64) return std::nullopt;
  const auto bytes = common::base64url_decode(token);
  if (!bytes || bytes->size() != id_size + mac_size) return std::nullopt;
  const std::span<const std::byte> all(*bytes);
  const auto expected = mac_of(key_, use, all.first(id_size));
  if (!common::equal_secrets(common::text_of(expected), common::text_of(all.last(mac_size)))) {
    return std::nullopt;
  }
  RegistrationId id;
  for (std::size_t i = 0; i < id_size; ++i) {
    id.value = id.value << 8U | std::to_integer<std::uint64_t>(all[i]);
  }
  return id;
}

}  // namespace ims
