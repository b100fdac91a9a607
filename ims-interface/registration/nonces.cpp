// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/nonces.hpp"

#include <algorithm>
#include <span>

#include "common/digest.hpp"
#include "common/encoding.hpp"

namespace ims {
namespace {

constexpr std::size_t time_size = 8;
constexpr std::size_t random_size = 8;
constexpr std::size_t mac_size = 16;
constexpr std::size_t text_size = 43;  // 32 octets in base64url

std::string mac_of(const Nonces::Key& key, std::span<const std::byte> front,
                   const common::IpAddress& client) {
  std::string text(common::text_of(front));
  text += client.to_string();
  const common::Sha256 mac = common::hmac_sha256(common::text_of(key), text);
  return std::string(common::text_of(mac).substr(0, mac_size));
}

}  // namespace

std::string Nonces::make(common::TimePoint now, const common::IpAddress& client,
                         common::RandomSource& random) const {
  std::array<std::byte, time_size + random_size + mac_size> nonce{};
  const auto made = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  for (std::size_t i = 0; i < time_size; ++i) {
    nonce[i] = static_cast<std::byte>(made >> (8 * (time_size - 1 - i)));
  }
  random.fill(std::span(nonce).subspan(time_size, random_size));
  const auto front = std::span(nonce).first(time_size + random_size);
  const std::string mac = mac_of(key_, front, client);
  std::transform(mac.begin(), mac.end(), nonce.begin() + time_size + random_size,
                 [](char c) { return static_cast<std::byte>(c); });
  return common::base64url_encode(nonce);
}

bool Nonces::take(common::TimePoint now, const common::IpAddress& client, std::string_view nonce,
                  std::uint32_t count) {
  if (nonce.size() != text_size || count == 0) return false;
  const auto octets = common::base64url_decode(nonce);
  if (!octets) return false;
  const std::span<const std::byte> all(*octets);
  const std::string mac = mac_of(key_, all.first(time_size + random_size), client);
  if (!common::equal_secrets(mac, common::text_of(all.last(mac_size)))) return false;
  std::uint64_t milliseconds = 0;
  for (std::size_t i = 0; i < time_size; ++i) {
    milliseconds = milliseconds << 8U | std::to_integer<std::uint64_t>(all[i]);
  }
  const common::TimePoint made{std::chrono::milliseconds(milliseconds)};
  if (made > now || now - made > life_) return false;
  forget_old(now);
  if (const auto known = counts_.find(std::string(nonce)); known != counts_.end()) {
    if (count <= known->second) return false;  // replayed
    known->second = count;
    return true;
  }
  if (counts_.size() >= most_) return false;
  counts_.emplace(nonce, count);
  by_age_.emplace_back(now + life_, nonce);
  return true;
}

// From its first use a nonce lives no longer than another full life: by then it has expired.
void Nonces::forget_old(common::TimePoint now) {
  while (!by_age_.empty() && by_age_.front().first < now) {
    counts_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
}

}  // namespace ims
