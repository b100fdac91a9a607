// SPDX-License-Identifier: Apache-2.0
#include "media/remote_check.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "media/dtls/certificate.hpp"
#include "media/errc.hpp"

namespace media {
namespace {

bool is_ice_text(std::string_view text, std::size_t least) {
  return text.size() >= least && text.size() <= 256 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/';
         });
}

std::size_t octets_of(std::string_view algorithm) {
  if (algorithm == "sha-256") return 32;
  return algorithm == "sha-384" ? 48 : 64;
}

/// Hex pairs with colons between, of the right number.
bool is_hash_text(std::string_view value, std::size_t octets) {
  if (value.size() != octets * 3 - 1) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const bool colon = i % 3 == 2;
    if (colon ? value[i] != ':' : std::isxdigit(static_cast<unsigned char>(value[i])) == 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

common::Result<WebrtcRemote> validated(WebrtcRemote remote) {
  if (!is_ice_text(remote.ice.ufrag, 4) || !is_ice_text(remote.ice.password, 22)) {
    return common::fail(Errc::invalid_credentials);
  }
  std::vector<Fingerprint> usable;
  for (Fingerprint one : remote.fingerprints) {
    for (char& c : one.algorithm)
      c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    for (char& c : one.value) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    if (!dtls::is_accepted_hash(one.algorithm)) continue;  // another one may be good
    if (!is_hash_text(one.value, octets_of(one.algorithm))) {
      return common::fail(Errc::invalid_fingerprint, one.algorithm);
    }
    if (usable.size() < 4) usable.push_back(std::move(one));
  }
  if (usable.empty()) return common::fail(Errc::invalid_fingerprint, "none of SHA-256 or better");
  if (remote.tls_id.size() > 255) return common::fail(Errc::invalid_credentials, "tls-id");
  remote.fingerprints = std::move(usable);
  return remote;
}

common::Result<void> validate(const Connection& connection) {
  for (const PayloadMapping& one : connection.payloads) {
    if (one.first > 127 || one.second > 127) {
      return common::fail(Errc::invalid_connection, "payload type");
    }
    if (one.telephone_event && (one.first_clock == 0 || one.second_clock == 0)) {
      return common::fail(Errc::invalid_connection, "clock of telephone-event");
    }
  }
  return {};
}

}  // namespace media
