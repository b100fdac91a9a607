// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.hpp"
#include "common/time.hpp"
#include "media/engine.hpp"

struct x509_st;
struct evp_pkey_st;

namespace media::dtls {

/// An ECDSA P-256 certificate with its key (RFC 8827 6.5). Copies share it; immutable.
class Certificate {
 public:
  /// Self-signed, valid from a day before `now` for a year; `serial` should be random.
  [[nodiscard]] static common::Result<Certificate> self_signed(common::SystemTime now,
                                                               std::uint64_t serial);
  [[nodiscard]] static common::Result<Certificate> from_pem(std::string_view certificate,
                                                            std::string_view private_key);

  [[nodiscard]] std::string certificate_pem() const;
  [[nodiscard]] std::string private_key_pem() const;
  [[nodiscard]] Fingerprint fingerprint() const;  // sha-256
  [[nodiscard]] x509_st* x509() const { return certificate_.get(); }
  [[nodiscard]] evp_pkey_st* key() const { return key_.get(); }

 private:
  Certificate() = default;
  std::shared_ptr<x509_st> certificate_;
  std::shared_ptr<evp_pkey_st> key_;
};

/// RFC 8122: hash of a peer's certificate by the named function ("sha-256", "sha-384",
/// "sha-512"); empty for a function that we do not accept (SEC-12: nothing below SHA-256).
[[nodiscard]] std::string certificate_hash(const x509_st& certificate, std::string_view algorithm);
[[nodiscard]] bool is_accepted_hash(std::string_view algorithm);

}  // namespace media::dtls
