// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/jose/jwk.hpp"
#include "common/result.hpp"

using EVP_PKEY = struct evp_pkey_st;

namespace common::jose {

/// A private P-256 key with its kid. common/io/key_files.hpp makes and stores them.
class SigningKey {
 public:
  SigningKey(std::string kid, std::shared_ptr<EVP_PKEY> key);
  /// PKCS#8 or SEC1 PEM; fails for other curves and key types.
  [[nodiscard]] static Result<SigningKey> from_pem(std::string kid, std::string_view pem);

  [[nodiscard]] const std::string& kid() const { return kid_; }
  [[nodiscard]] std::string to_pem() const;  // secret
  [[nodiscard]] PublicKey public_key() const;
  [[nodiscard]] const std::shared_ptr<EVP_PKEY>& handle() const { return key_; }

 private:
  std::string kid_;
  std::shared_ptr<EVP_PKEY> key_;
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

  /// The compact JWS over `payload` (a JSON text).
  [[nodiscard]] std::string sign(std::string_view payload);
  [[nodiscard]] const std::string& kid() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace common::jose
