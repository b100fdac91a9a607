// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "common/jose/jwk.hpp"
#include "common/jose/signing_key.hpp"
#include "common/time.hpp"

namespace waf {

/// The signing keys: all published ones, and the one that signs now. Its signers reuse OpenSSL's
/// contexts, so it belongs to one thread.
class KeyRing {
 public:
  struct Entry {
    common::jose::SigningKey key;
    common::SystemTime sign_from{};
    common::SystemTime publish_until{};
  };

  /// At least one entry must be usable for signing at `now`.
  KeyRing(std::vector<Entry> entries, common::SystemTime now);

  /// Takes over what the store has now, after a rotation by another process.
  void replace(std::vector<Entry> entries, common::SystemTime now);
  /// Goes over to a newer key once its time has come and drops keys past theirs.
  void handle_timeout(common::SystemTime now);

  [[nodiscard]] std::string sign_access_token(std::string_view claims);  // typ at+jwt
  [[nodiscard]] std::string sign_id_token(std::string_view claims);      // typ JWT
  [[nodiscard]] std::string sign_event(std::string_view claims);  // typ secevent+jwt (RFC 8417)
  [[nodiscard]] const common::jose::KeySet& published() const { return published_; }
  /// Every entry, published or to come.
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const common::jose::SigningKey& active_key() const;
  [[nodiscard]] const std::string& active_kid() const { return active_kid_; }

 private:
  std::vector<Entry> entries_;
  common::jose::KeySet published_;
  std::string active_kid_;
  std::vector<common::jose::Signer> signers_;  // access tokens, ID tokens, events
};

}  // namespace waf
