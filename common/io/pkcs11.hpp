// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "common/jose/signing_key.hpp"

namespace common::io {

/// Where signing keys live in hardware, or in software that acts as such.
struct Pkcs11Options {
  std::filesystem::path module;  // the vendor's shared library
  std::string token;             // its label
  std::string pin;               // secret
};

/// A logged-in session with one token of PKCS#11 (v2.40). Keys are P-256 or RSA key pairs that the
/// token makes itself and never gives away; their label is their kid. Thread-safe.
class Pkcs11Token {
 public:
  /// Throws std::runtime_error when module, token or PIN do not work.
  explicit Pkcs11Token(const Pkcs11Options& options);

  /// Throws std::runtime_error with the token's reason; Ed25519 is not supported.
  [[nodiscard]] jose::SigningKey generate(const std::string& kid, jose::Algorithm algorithm);
  [[nodiscard]] Result<jose::SigningKey> find(const std::string& kid);
  /// Destroys both halves; nothing happens when there are none.
  void destroy(const std::string& kid);

 private:
  struct Session;
  std::shared_ptr<Session> session_;  // shared with the keys that sign through it
};

}  // namespace common::io
