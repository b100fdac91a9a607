// SPDX-License-Identifier: Apache-2.0
#include "media/srtp/profile.hpp"

namespace media::srtp {

std::string_view name_of(Profile profile) {
  switch (profile) {
    case Profile::aes128_cm_sha1_80:
      return "SRTP_AES128_CM_SHA1_80";
    case Profile::aes128_cm_sha1_32:
      return "SRTP_AES128_CM_SHA1_32";
    case Profile::aead_aes_128_gcm:
      return "SRTP_AEAD_AES_128_GCM";
    case Profile::aead_aes_256_gcm:
      return "SRTP_AEAD_AES_256_GCM";
  }
  return "unknown";
}

std::optional<Profile> profile_of(std::string_view name) {
  for (const Profile profile : all_profiles) {
    if (name_of(profile) == name) return profile;
  }
  return std::nullopt;
}

std::string_view suite_of(Profile profile) {
  switch (profile) {
    case Profile::aes128_cm_sha1_80:
      return "AES_CM_128_HMAC_SHA1_80";
    case Profile::aes128_cm_sha1_32:
      return "AES_CM_128_HMAC_SHA1_32";
    case Profile::aead_aes_128_gcm:
      return "AEAD_AES_128_GCM";
    case Profile::aead_aes_256_gcm:
      return "AEAD_AES_256_GCM";
  }
  return "unknown";
}

std::optional<Profile> profile_of_suite(std::string_view suite) {
  for (const Profile profile : all_profiles) {
    if (suite_of(profile) == suite) return profile;
  }
  return std::nullopt;
}

}  // namespace media::srtp
