// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/code_match.hpp"

#include "common/encoding.hpp"
#include "waf/devices/access_code.hpp"

namespace waf {
namespace {

constexpr std::size_t compared = 12;

const std::string& sealed_of(const DeviceSecret& secret, DigestAlgorithm algorithm) {
  if (algorithm == DigestAlgorithm::md5) return secret.ha1_md5;
  return algorithm == DigestAlgorithm::sha256 ? secret.ha1_sha256 : secret.ha1_sha512_256;
}

bool digest_proves(const DeviceContext& devices, const PresentedCode& presented,
                   const DeviceSecret& secret) {
  const DigestAlgorithm algorithm = presented.digest.algorithm;
  auto ha1 =
      devices.box.open(ha1_context(secret.credential_id, secret.user_name, name_of(algorithm)),
                       sealed_of(secret, algorithm));
  // A hash that cannot be opened is compared all the same, as one that nothing proves.
  const bool opened = ha1.has_value();
  const SecretText held(opened ? std::move(*ha1) : std::string(64, '0'));
  return proves(presented.digest, held.get()) && opened;
}

/// One that nothing opens or proves, of the size of a real one.
const DeviceSecret& stand_in() {
  static const std::string sealed(123, 'A');
  static const DeviceSecret secret{"", "", std::string(43, 'A'), sealed, sealed, sealed};
  return secret;
}

std::vector<DeviceSecret> candidates(Store& store, const std::string& digest,
                                     const PresentedCode& presented) {
  if (!presented.user_name.empty()) {
    return store.device_secrets_of_name(presented.user_name, compared);
  }
  const auto found = store.device_secret_of_code(digest);
  return found ? std::vector{*found} : std::vector<DeviceSecret>();
}

}  // namespace

CodeMatch match_code(Store& store, const DeviceContext& devices, const AccessCodeSettings& settings,
                     const PresentedCode& presented) {
  const std::string digest =
      code_digest_of(devices.box, presented.user_name, settings.realm, presented.code);
  const auto secrets = candidates(store, digest, presented);
  CodeMatch out;
  for (std::size_t i = 0; i < compared; ++i) {
    const DeviceSecret& secret = i < secrets.size() ? secrets[i] : stand_in();
    const bool proven = presented.mode == PresentedCode::Mode::digest
                            ? digest_proves(devices, presented, secret)
                            : common::equal_secrets(digest, secret.code_digest);
    auto credential = store.find_device_credential(secret.credential_id);
    if (!credential) continue;
    if (proven && !out.proven) {
      out.proven = std::move(credential);
    } else {
      out.others.push_back(std::move(*credential));
    }
  }
  return out;
}

}  // namespace waf
