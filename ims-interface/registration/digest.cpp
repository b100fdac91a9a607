// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/digest.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "ims-interface/sip/text.hpp"

namespace ims {
namespace {

using State = DigestCredentials::State;

constexpr std::size_t longest_parameter = 512;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::optional<DigestAlgorithm> algorithm_of(std::string_view name) {
  for (const auto known :
       {DigestAlgorithm::sha256, DigestAlgorithm::sha512_256, DigestAlgorithm::md5}) {
    if (sip::equal_ignoring_case(name, digest_name(known))) return known;
  }
  return std::nullopt;
}

std::size_t response_size(DigestAlgorithm algorithm) {
  return algorithm == DigestAlgorithm::md5 ? 32 : 64;
}

using Parameters = std::map<std::string, std::string>;

std::optional<Parameters> read_parameters(std::string_view text) {
  Parameters out;
  for (const std::string_view item : sip::split(text, ',')) {
    if (item.empty()) continue;
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    std::string value = sip::unquote(sip::trim(item.substr(equals + 1)));
    if (value.size() > longest_parameter) return std::nullopt;
    if (!out.emplace(sip::to_lower(sip::trim(item.substr(0, equals))), std::move(value)).second) {
      return std::nullopt;
    }
  }
  return out;
}

std::uint32_t number_of_hex(std::string_view text) {
  std::uint32_t out = 0;
  for (const char c : text) {
    const auto lower = static_cast<unsigned>(c | 0x20);
    out = out * 16 + (c <= '9' ? static_cast<unsigned>(c) - '0' : lower - 'a' + 10);
  }
  return out;
}

}  // namespace

DigestCredentials read_digest_value(std::string_view value, std::string_view realm) {
  value = sip::trim(value);
  const auto space = value.find_first_of(" \t");
  if (!sip::equal_ignoring_case(value.substr(0, space), "Digest")) return {};
  DigestCredentials malformed;
  malformed.state = State::malformed;
  if (space == std::string_view::npos) return malformed;
  auto given = read_parameters(value.substr(space));
  if (!given) return malformed;
  auto& parameters = *given;
  if (parameters["realm"] != realm) return {};
  const auto named = parameters.find("algorithm");
  const auto algorithm =
      algorithm_of(named == parameters.end() ? std::string_view("MD5") : named->second);
  for (const char* needed : {"username", "nonce", "uri", "response", "cnonce", "nc"}) {
    if (parameters[needed].empty()) return malformed;
  }
  const std::string& nc = parameters["nc"];
  const std::string& response = parameters["response"];
  if (!algorithm || !sip::equal_ignoring_case(parameters["qop"], "auth") || nc.size() != 8 ||
      !is_hex(nc) || response.size() != response_size(*algorithm) || !is_hex(response)) {
    return malformed;
  }
  DigestCredentials out;
  out.state = State::present;
  out.username = parameters["username"];
  out.uri = parameters["uri"];
  out.nonce = parameters["nonce"];
  out.nc = nc;
  out.count = number_of_hex(nc);
  out.cnonce = parameters["cnonce"];
  out.response = sip::to_lower(response);
  out.algorithm = *algorithm;
  return out;
}

DigestCredentials read_digest(const sip::Message& request, std::string_view realm) {
  DigestCredentials result;
  for (const sip::Header& header : request.headers()) {
    const bool counts = header.name == "Authorization" ||
                        (header.name == "Proxy-Authorization" && !request.is("REGISTER"));
    if (!counts) continue;
    DigestCredentials read = read_digest_value(header.value, realm);
    if (read.state == State::absent) continue;
    if (result.state != State::absent) {
      result = {};
      result.state = State::malformed;
      return result;
    }
    result = std::move(read);
  }
  return result;
}

CodeProof proof_of(const DigestCredentials& digest, std::string method) {
  CodeProof proof;
  proof.username = digest.username;
  proof.algorithm = digest_name(digest.algorithm);
  proof.nonce = digest.nonce;
  proof.nc = digest.nc;
  proof.cnonce = digest.cnonce;
  proof.uri = digest.uri;
  proof.method = std::move(method);
  proof.response = digest.response;
  return proof;
}

std::string digest_challenge(DigestAlgorithm algorithm, std::string_view realm,
                             std::string_view nonce, bool stale) {
  std::string out = "Digest realm=" + sip::quote(realm) + ", nonce=" + sip::quote(nonce) +
                    ", algorithm=" + std::string(digest_name(algorithm)) + R"(, qop="auth")";
  if (stale) out += ", stale=true";
  return out;
}

}  // namespace ims
