// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/access_code.hpp"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>

#include "waf/devices/digest_proof.hpp"

namespace waf {
namespace {

constexpr std::size_t most_names = 16;

/// The part of a SIP URI between its scheme and its parameters; empty for another scheme.
std::string_view sip_address(std::string_view uri) {
  const std::size_t colon = uri.find(':');
  const std::string_view scheme = uri.substr(0, colon);
  if (colon == std::string_view::npos || (scheme != "sip" && scheme != "sips")) return {};
  return uri.substr(colon + 1, uri.find_first_of(";?", colon) - colon - 1);
}

void add_names_of(std::string_view impu, std::vector<std::string>& out) {
  if (impu.starts_with("tel:")) {
    const std::string_view number = impu.substr(4, impu.find(';') - 4);
    out.emplace_back(number);
    if (number.starts_with('+')) out.emplace_back(number.substr(1));
    return;
  }
  const std::string_view address = sip_address(impu);
  const std::size_t at = address.find('@');
  if (at == std::string_view::npos || at == 0) return;
  out.emplace_back(address.substr(0, at));
  out.emplace_back(address);
}

std::string sealed_ha1(const SecretBox& box, common::RandomSource& random,
                       const AccessCodeSettings& settings, DigestAlgorithm algorithm,
                       const DeviceSecret& secret, std::string_view code) {
  const std::string name(name_of(algorithm));
  const auto& enabled = settings.algorithms;
  if (std::find(enabled.begin(), enabled.end(), name) == enabled.end()) return {};
  const SecretText ha1(ha1_of(algorithm, secret.user_name, settings.realm, code));
  return box.seal(random, ha1_context(secret.credential_id, secret.user_name, name), ha1.get());
}

}  // namespace

std::string new_access_code(common::RandomSource& random, std::int64_t digits) {
  std::string out;
  while (out.size() < static_cast<std::size_t>(digits)) {
    std::array<std::byte, 16> bytes{};
    random.fill(bytes);
    for (const std::byte byte : bytes) {
      const auto value = std::to_integer<unsigned>(byte);
      // 250 to 255 would make the digits 0 to 5 likelier.
      if (value >= 250 || out.size() == static_cast<std::size_t>(digits)) continue;
      out += static_cast<char>('0' + value % 10);
    }
    OPENSSL_cleanse(bytes.data(), bytes.size());
  }
  return out;
}

std::string grouped_code(std::string_view code) {
  // Threes from the front, and fours where the length wants them, at the end.
  std::string out;
  std::size_t fours = code.size() % 3;
  if (code.size() % 4 == 0) fours = code.size() / 4;
  std::size_t threes = (code.size() - 4 * fours) / 3;
  while (!code.empty()) {
    const std::size_t size = std::min<std::size_t>(threes > 0 ? 3 : 4, code.size());
    if (threes > 0) --threes;
    if (!out.empty()) out += '-';
    out += code.substr(0, size);
    code.remove_prefix(size);
  }
  return out;
}

std::vector<std::string> phone_names_of(const User& user) {
  std::vector<std::string> all = {user.name, user.impi};
  for (const auto& impu : user.impus) add_names_of(impu, all);
  std::vector<std::string> out;
  for (auto& name : all) {
    if (name.empty() || out.size() == most_names) continue;
    if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
  }
  return out;
}

std::string code_digest_of(const SecretBox& box, std::string_view user_name, std::string_view realm,
                           std::string_view code) {
  std::string text(user_name);
  text.append(1, '\0').append(realm).append(1, '\0').append(code);
  std::string out = box.keyed_digest_of("access-code", text);
  cleanse(text);
  return out;
}

std::string ha1_context(std::string_view credential_id, std::string_view user_name,
                        std::string_view algorithm) {
  std::string out(credential_id);
  return out.append(1, '\0').append(user_name).append(1, '\0').append(algorithm);
}

std::vector<DeviceSecret> secrets_for_code(const SecretBox& box, common::RandomSource& random,
                                           const AccessCodeSettings& settings,
                                           const DeviceCredential& credential,
                                           const std::vector<std::string>& names,
                                           std::string_view code) {
  std::vector<DeviceSecret> out;
  for (const auto& name : names) {
    DeviceSecret secret;
    secret.credential_id = credential.id;
    secret.user_name = name;
    secret.code_digest = code_digest_of(box, name, settings.realm, code);
    if (!name.empty()) {
      const auto sealed = [&](DigestAlgorithm algorithm) {
        return sealed_ha1(box, random, settings, algorithm, secret, code);
      };
      secret.ha1_md5 = sealed(DigestAlgorithm::md5);
      secret.ha1_sha256 = sealed(DigestAlgorithm::sha256);
      secret.ha1_sha512_256 = sealed(DigestAlgorithm::sha512_256);
    }
    out.push_back(std::move(secret));
  }
  return out;
}

}  // namespace waf
