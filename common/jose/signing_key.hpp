// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace common::jose {

/// A private key that never leaves its token (PKCS#11): it is asked for signatures.
class RemoteKey {
 public:
  virtual ~RemoteKey() = default;
  /// The signature in JOSE's form. Throws std::runtime_error when the token does not answer.
  [[nodiscard]] virtual std::vector<std::byte> sign(std::string_view text) = 0;
};

/// A private key with its kid: P-256 for ES256, RSA for RS256, Ed25519 for EdDSA.
/// common/io/key_files.hpp makes and stores them.
class SigningKey {
 public:
  SigningKey(std::string kid, std::shared_ptr<EVP_PKEY> key);
  /// `public_key` stands for a key that `remote` holds.
  SigningKey(std::string kid, std::shared_ptr<EVP_PKEY> public_key,
             std::shared_ptr<RemoteKey> remote);
  /// PKCS#8 (encrypted if a passphrase is given; that is required then) or SEC1 PEM. Fails for
  /// other curves and key types and for RSA below 2048 bits.
  [[nodiscard]] static Result<SigningKey> from_pem(std::string kid, std::string_view pem,
                                                   std::string_view passphrase = {});

  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  /// Secret unless there is a passphrase: PBES2 with AES-256-CBC and PBKDF2 (HMAC-SHA-256).
  [[nodiscard]] std::string to_pem(std::string_view passphrase = {}) const;
  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] const std::shared_ptr<EVP_PKEY>& handle() const { return key_; }
  [[nodiscard]] const std::shared_ptr<RemoteKey>& remote() const { return remote_; }

 private:
  std::string kid_;
  Algorithm algorithm_;
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<RemoteKey> remote_;
};

/// Signs many tokens with one key: OpenSSL contexts, header text and buffers are made once and
/// reused. Belongs to one thread.
class Signer {
 public:
  /// `type` is the header's typ, such as "at+jwt".
  Signer(const SigningKey& key, std::string_view type);
  ~Signer();
  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;

  /// The compact JWS over `payload` (a JSON text). Throws std::runtime_error when a key's token
  /// does not answer.
  [[nodiscard]] std::string sign(std::string_view payload);
  [[nodiscard]] const std::string& kid() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace common::jose
