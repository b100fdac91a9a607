// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/digest_proof.hpp"

#include <array>
#include <cstdlib>

#include <openssl/evp.h>

#include "common/encoding.hpp"

namespace waf {
namespace {

const char* openssl_name(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
      return "MD5";
    case DigestAlgorithm::sha256:
      return "SHA256";
    case DigestAlgorithm::sha512_256:
      return "SHA512-256";
  }
  return "";
}

std::string hash_hex(DigestAlgorithm algorithm, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, openssl_name(algorithm), nullptr, text.data(), text.size(), out.data(),
                   &size) != 1) {
    std::abort();  // the configuration would have been refused without the algorithm
  }
  return common::hex_encode(std::as_bytes(std::span(out).first(size)));
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) {
    if (!out.empty()) out += ':';
    out += part;
  }
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace

std::string_view name_of(DigestAlgorithm algorithm) {
  switch (algorithm) {
    case DigestAlgorithm::md5:
      return "MD5";
    case DigestAlgorithm::sha256:
      return "SHA-256";
    case DigestAlgorithm::sha512_256:
      return "SHA-512-256";
  }
  return "";
}

std::optional<DigestAlgorithm> digest_algorithm_from(std::string_view name) {
  for (const auto one :
       {DigestAlgorithm::md5, DigestAlgorithm::sha256, DigestAlgorithm::sha512_256}) {
    if (name == name_of(one)) return one;
  }
  return std::nullopt;
}

std::size_t response_length(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::md5 ? 32 : 64;
}

std::string ha1_of(DigestAlgorithm algorithm, std::string_view user_name, std::string_view realm,
                   std::string_view password) {
  return hash_hex(algorithm, joined({user_name, realm, password}));
}

std::string response_of(const DigestProof& proof, std::string_view ha1) {
  const std::string ha2 = hash_hex(proof.algorithm, joined({proof.method, proof.uri}));
  return hash_hex(proof.algorithm, joined({ha1, proof.nonce, proof.nc, proof.cnonce, "auth", ha2}));
}

bool proves(const DigestProof& proof, std::string_view ha1) {
  return common::equal_secrets(lower(proof.response), response_of(proof, ha1));
}

}  // namespace waf
