// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/phone_access.hpp"

namespace ims {

std::string_view digest_name(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::sha256:
      return "SHA-256";
    case DigestAlgorithm::sha512_256:
      return "SHA-512-256";
    case DigestAlgorithm::md5:
      return "MD5";
  }
  return "MD5";
}

}  // namespace ims
