// SPDX-License-Identifier: Apache-2.0
#include "waf/webauthn/authenticator_data.hpp"

#include <algorithm>

#include "common/errc.hpp"
#include "waf/webauthn/cbor.hpp"

namespace waf::webauthn {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t fixed_octets = 37;  // hash, flags, counter
constexpr std::size_t aaguid_octets = 16;
constexpr std::size_t most_id_octets = 1023;  // section 5.1.3, step 15 of registration

enum Flag : unsigned {
  user_present = 0x01,
  user_verified = 0x04,
  backup_eligible = 0x08,
  backed_up = 0x10,
  attested = 0x40,
  extensions = 0x80,
};

tl::unexpected<common::Error> malformed(const char* why) {
  return fail(common::Errc::invalid_encoding, why);
}

Result<AttestedCredential> read_credential(std::span<const std::byte>& rest) {
  if (rest.size() < aaguid_octets + 2) return malformed("credential is cut off");
  const std::size_t size = std::to_integer<std::size_t>(rest[aaguid_octets]) * 256 +
                           std::to_integer<std::size_t>(rest[aaguid_octets + 1]);
  rest = rest.subspan(aaguid_octets + 2);
  if (size == 0 || size > most_id_octets || size > rest.size()) return malformed("credential id");
  AttestedCredential out;
  out.id.assign(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
  rest = rest.subspan(size);
  const auto before = rest;
  const auto key = read_cbor(rest);
  if (!key) return fail(key.error());
  const auto used = before.first(before.size() - rest.size());
  out.public_key.assign(used.begin(), used.end());
  return out;
}

}  // namespace

Result<AuthenticatorData> parse_authenticator_data(std::span<const std::byte> octets) {
  if (octets.size() < fixed_octets) return malformed("authenticator data is cut off");
  AuthenticatorData out;
  std::copy_n(octets.begin(), out.rp_id_hash.size(), out.rp_id_hash.begin());
  const auto flags = std::to_integer<unsigned>(octets[32]);
  out.user_present = (flags & user_present) != 0;
  out.user_verified = (flags & user_verified) != 0;
  out.backup_eligible = (flags & backup_eligible) != 0;
  out.backed_up = (flags & backed_up) != 0;
  if (out.backed_up && !out.backup_eligible) return malformed("backed up but not eligible");
  for (std::size_t i = 33; i < fixed_octets; ++i) {
    out.sign_count = (out.sign_count << 8U) | std::to_integer<std::uint32_t>(octets[i]);
  }
  auto rest = octets.subspan(fixed_octets);
  if ((flags & attested) != 0) {
    auto credential = read_credential(rest);
    if (!credential) return fail(credential.error());
    out.credential = std::move(*credential);
  }
  if ((flags & extensions) != 0) {
    const auto extension_map = read_cbor(rest);
    if (!extension_map) return fail(extension_map.error());
    if (extension_map->map() == nullptr) return malformed("extensions are no map");
  }
  if (!rest.empty()) return malformed("octets after the authenticator data");
  return out;
}

}  // namespace waf::webauthn
