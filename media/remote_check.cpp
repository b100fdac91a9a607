// SPDX-License-Identifier: Apache-2.0
#include "media/remote_check.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "media/dtls/certificate.hpp"
#include "media/errc.hpp"
#include "media/srtp/profile.hpp"

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

/// Only fingerprints of accepted hash functions, in normal form, four at most.
common::Result<std::vector<Fingerprint>> usable_of(const std::vector<Fingerprint>& fingerprints) {
  std::vector<Fingerprint> usable;
  for (Fingerprint one : fingerprints) {
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
  return usable;
}

/// What every codec here can make.
bool is_packet_time(std::chrono::milliseconds time) {
  using namespace std::chrono_literals;
  return time == 20ms || time == 40ms || time == 60ms;
}

bool is_tls_id(std::string_view text) { return text.size() <= 255; }

}  // namespace

common::Result<WebrtcRemote> validated(WebrtcRemote remote) {
  if (!is_ice_text(remote.ice.ufrag, 4) || !is_ice_text(remote.ice.password, 22)) {
    return common::fail(Errc::invalid_credentials);
  }
  auto usable = usable_of(remote.fingerprints);
  if (!usable) return common::fail(usable.error());
  if (!is_tls_id(remote.tls_id)) return common::fail(Errc::invalid_credentials, "tls-id");
  remote.fingerprints = std::move(*usable);
  return remote;
}

common::Result<RtpRemote> validated(RtpRemote remote) {
  if (remote.sdes && remote.dtls) return common::fail(Errc::invalid_keys, "two ways to keys");
  if (remote.sdes) {
    const auto profile = srtp::profile_of_suite(remote.sdes->suite);
    if (!profile) return common::fail(Errc::invalid_keys, "unknown suite");
    const std::size_t size = srtp::key_size(*profile) + srtp::salt_size(*profile);
    if (remote.sdes->local.size() != size || remote.sdes->remote.size() != size) {
      return common::fail(Errc::invalid_keys, "length");
    }
  }
  if (remote.dtls) {
    auto usable = usable_of(remote.dtls->fingerprints);
    if (!usable) return common::fail(usable.error());
    if (!is_tls_id(remote.dtls->tls_id)) return common::fail(Errc::invalid_credentials, "tls-id");
    remote.dtls->fingerprints = std::move(*usable);
  }
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
    if (one.transcoded && !connection.transcoding) {
      return common::fail(Errc::invalid_connection, "transcoded from and to nothing");
    }
  }
  if (connection.transcoding && (!is_packet_time(connection.transcoding->first.packet_time) ||
                                 !is_packet_time(connection.transcoding->second.packet_time))) {
    return common::fail(Errc::invalid_connection, "packet time");
  }
  return {};
}

}  // namespace media
