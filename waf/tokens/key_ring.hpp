// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/jose/signing_key.hpp"
#include "common/time.hpp"

namespace waf {

/// The signing keys: all published ones, and for each algorithm the one that signs now. Its signers
/// reuse OpenSSL's contexts, so it belongs to one thread.
class KeyRing {
 public:
  using Algorithm = common::jose::Algorithm;

  struct Entry {
    common::jose::SigningKey key;
    common::SystemTime sign_from{};
    common::SystemTime publish_until{};
    bool retired = false;
  };

  /// At least one entry of the default algorithm, the one access tokens are signed with, must be
  /// usable for signing at `now`.
  KeyRing(std::vector<Entry> entries, common::SystemTime now,
          Algorithm default_algorithm = Algorithm::es256);

  /// Takes over what the store has now, after a rotation by another process.
  void replace(std::vector<Entry> entries, common::SystemTime now);
  /// Goes over to a newer key once its time has come and drops keys past theirs.
  void handle_timeout(common::SystemTime now);

  [[nodiscard]] std::string sign_access_token(std::string_view claims);  // typ at+jwt
  /// typ JWT; with the default key when there is none of that algorithm.
  [[nodiscard]] std::string sign_id_token(std::string_view claims,
                                          std::optional<Algorithm> algorithm = std::nullopt);
  [[nodiscard]] std::string sign_event(std::string_view claims);  // typ secevent+jwt (RFC 8417)
  [[nodiscard]] std::string sign_logout_token(std::string_view claims);  // typ logout+jwt
  [[nodiscard]] const common::jose::KeySet& published() const { return published_; }
  /// The document at /jwks, and a tag that changes with it.
  [[nodiscard]] const std::string& jwks() const { return jwks_; }
  [[nodiscard]] const std::string& jwks_etag() const { return jwks_etag_; }
  /// Algorithms that sign now, the default one first.
  [[nodiscard]] std::vector<Algorithm> algorithms() const;
  /// Every entry, published or to come.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const common::jose::SigningKey& active_key() const;
  [[nodiscard]] const std::string& active_kid() const { return active_.at(default_); }

 private:
  [[nodiscard]] common::jose::Signer& signer(Algorithm algorithm, std::string_view type);

  Algorithm default_;
  std::vector<Entry> entries_;
  common::jose::KeySet published_;
  std::string jwks_;
  std::string jwks_etag_;
  std::map<Algorithm, std::string> active_;  // kid
  std::map<std::pair<Algorithm, std::string>, common::jose::Signer, std::less<>> signers_;
  common::jose::Signer* access_token_signer_ = nullptr;  // of signers_
};

}  // namespace waf
