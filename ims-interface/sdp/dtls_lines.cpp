// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/dtls_lines.hpp"

#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

/// Octets of the hashes we accept; SEC-12 wants SHA-256 or stronger.
std::size_t hash_size(std::string_view algorithm) {
  if (algorithm == "sha-256") return 32;
  if (algorithm == "sha-384") return 48;
  return algorithm == "sha-512" ? 64 : 0;
}

bool is_hash(std::string_view value, std::size_t octets) {
  if (octets == 0 || value.size() != octets * 3 - 1) return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const bool hex = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    if (i % 3 == 2 ? c != ':' : !hex) return false;
  }
  return true;
}

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::vector<Fingerprint> fingerprints_in(const Attributes& attributes) {
  std::vector<Fingerprint> out;
  for (const Attribute& attribute : attributes) {
    if (attribute.name != "fingerprint" || !attribute.value) continue;
    std::string_view rest = *attribute.value;
    Fingerprint fingerprint{lower(take_word(rest)), upper(take_word(rest))};
    if (is_hash(fingerprint.value, hash_size(fingerprint.algorithm))) {
      out.push_back(std::move(fingerprint));
    }
  }
  return out;
}

}  // namespace

std::string_view value_at_either_level(const Description& description, const Media& media,
                                       std::string_view name) {
  const std::string_view own = value_of(media.attributes, name);
  return own.empty() ? value_of(description.attributes, name) : own;
}

std::vector<Fingerprint> read_fingerprints(const Description& description, const Media& media) {
  auto own = fingerprints_in(media.attributes);
  return own.empty() ? fingerprints_in(description.attributes) : own;
}

std::optional<DtlsRole> role_from(std::string_view setup, bool is_answer, DtlsRole before) {
  if (setup == "passive") return DtlsRole::client;
  if (setup == "active" || setup.empty()) {
    // Our re-offer as DTLS client says active; two active ends never meet.
    if (is_answer && before == DtlsRole::client && setup == "active") return std::nullopt;
    return setup.empty() ? before : DtlsRole::server;
  }
  return setup == "actpass" ? std::optional(before) : std::nullopt;
}

const char* setup_of(DtlsRole role, bool is_answer) {
  if (is_answer) return role == DtlsRole::server ? "passive" : "active";
  // A client without tls-id could take actpass for leave to swap roles, so the rarer role is fixed.
  return role == DtlsRole::server ? "actpass" : "active";
}

}  // namespace ims::sdp
