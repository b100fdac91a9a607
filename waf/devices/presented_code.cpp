// SPDX-License-Identifier: Apache-2.0
#include "waf/devices/presented_code.hpp"

#include <algorithm>

#include "common/ip_prefix.hpp"
#include "waf/errc.hpp"

namespace waf {
namespace {

using common::fail;
using common::Result;

constexpr std::size_t most_name = 128;
constexpr std::size_t most_device = 256;
constexpr std::size_t most_digest_field = 256;
constexpr std::size_t most_uri = 512;
constexpr std::size_t most_model = 128;

bool is_hex(const std::string& text, std::size_t length) {
  return text.size() == length && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

bool is_text(const std::string& text, std::size_t most) {
  return !text.empty() && text.size() <= most;
}

/// REGISTER, or another request that a gateway asked credentials for (407).
bool is_method(const std::string& text) {
  return is_text(text, 16) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

Result<void> read_digest(const Parameters& parameters, const AccessCodeSettings& settings,
                         DigestProof& out) {
  const std::string& name = parameters.get("algorithm");
  const auto algorithm = digest_algorithm_from(name);
  const auto& enabled = settings.algorithms;
  if (!algorithm || std::find(enabled.begin(), enabled.end(), name) == enabled.end()) {
    return fail(Errc::invalid_request, "algorithm is not offered");
  }
  if (parameters.get("qop") != "auth") return fail(Errc::invalid_request, "qop must be auth");
  if (!is_method(parameters.get("method"))) return fail(Errc::invalid_request, "method");
  out.algorithm = *algorithm;
  out.nonce = parameters.get("nonce");
  out.nc = parameters.get("nc");
  out.cnonce = parameters.get("cnonce");
  out.uri = parameters.get("uri");
  out.method = parameters.get("method");
  out.response = parameters.get("response");
  if (!is_text(out.nonce, most_digest_field) || !is_text(out.cnonce, most_digest_field) ||
      !is_text(out.uri, most_uri) || !is_hex(out.nc, 8)) {
    return fail(Errc::invalid_request, "nonce, nc, cnonce or uri");
  }
  if (!is_hex(out.response, response_length(out.algorithm))) {
    return fail(Errc::invalid_request, "response is no digest of this algorithm");
  }
  return {};
}

Result<void> read_code(const Parameters& parameters, PresentedCode& out) {
  out.code = parameters.get("code");
  const bool digits =
      std::all_of(out.code.begin(), out.code.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || !is_text(out.code, 32)) return fail(Errc::invalid_request, "code is no number");
  return {};
}

bool is_of_networks(const common::IpAddress& address, const std::vector<std::string>& networks) {
  return std::any_of(networks.begin(), networks.end(), [&address](const std::string& text) {
    const auto prefix = common::IpPrefix::parse(text);
    return prefix && prefix->contains(address);
  });
}

/// token-auth 3.5: whoever sees one Digest of a ten-digit code finds the code in a second, so clear
/// text is for isolated networks that the operator named.
Result<void> read_transport(const Parameters& parameters, const AccessCodeSettings& settings,
                            PresentedCode& out) {
  out.transport = parameters.get("transport");
  const auto source = common::IpAddress::parse(parameters.get("source"));
  if (!source) return fail(Errc::invalid_request, "source is no IP address");
  out.source = *source;
  if (out.transport == "tls" || out.transport == "wss") return {};
  if (out.transport != "udp" && out.transport != "tcp") {
    return fail(Errc::invalid_request, "transport must be tls, wss, tcp or udp");
  }
  out.transport_class = TransportClass::cleartext;
  if (!settings.allow_cleartext || !is_of_networks(out.source, settings.cleartext_networks)) {
    return fail(Errc::invalid_request, "no access codes in clear text from there");
  }
  return {};
}

}  // namespace

Result<PresentedCode> read_presented_code(const Parameters& parameters,
                                          const AccessCodeSettings& settings) {
  PresentedCode out;
  out.user_name = parameters.get("username");
  out.device = parameters.get("device_id");
  if (out.user_name.size() > most_name) return fail(Errc::invalid_request, "username is too long");
  if (!is_text(out.device, most_device)) return fail(Errc::invalid_request, "device_id");
  if (parameters.get("realm") != settings.realm) {
    return fail(Errc::invalid_request, "another realm");
  }
  if (auto ok = read_transport(parameters, settings, out); !ok) return fail(ok.error());
  out.model = parameters.get("user_agent").substr(0, most_model);
  if (parameters.get("mode") == "digest") {
    if (out.user_name.empty()) return fail(Errc::invalid_request, "username is required");
    if (auto ok = read_digest(parameters, settings, out.digest); !ok) return fail(ok.error());
    return out;
  }
  if (parameters.get("mode") != "code") {
    return fail(Errc::invalid_request, "mode must be digest or code");
  }
  out.mode = PresentedCode::Mode::code;
  if (out.user_name.empty() && !settings.without_user_name) {
    return fail(Errc::invalid_request, "username is required");
  }
  if (auto ok = read_code(parameters, out); !ok) return fail(ok.error());
  return out;
}

}  // namespace waf
