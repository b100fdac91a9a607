// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/exchange_form.hpp"

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"
#include "wic-gateway/errc.hpp"
#include "wic-gateway/phone/plain_text.hpp"

namespace wic {
namespace {

constexpr std::string_view grant_type = "urn:ims-webrtc-gw:params:oauth:grant-type:sip-access-code";

std::string text_of(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_string() ? std::string{} : found->get<std::string>();
}

}  // namespace

common::FormFields exchange_form(const ims::CodeProof& proof, const ims::FlowPeer& peer,
                                 const std::string& audience) {
  common::FormFields form = {{"grant_type", std::string(grant_type)}};
  if (proof.mode == ims::CodeProof::Mode::digest) {
    form.insert(form.end(), {{"mode", "digest"},
                             {"username", proof.username},
                             {"realm", proof.realm},
                             {"algorithm", proof.algorithm},
                             {"nonce", proof.nonce},
                             {"nc", proof.nc},
                             {"cnonce", proof.cnonce},
                             {"qop", "auth"},
                             {"uri", proof.uri},
                             {"method", proof.method},
                             {"response", proof.response}});
  } else {
    form.emplace_back("mode", "code");
    if (!proof.username.empty()) form.emplace_back("username", proof.username);
    form.emplace_back("realm", proof.realm);
    form.emplace_back("code", proof.code);
  }
  form.emplace_back("device_id", proof.device);
  form.emplace_back("transport", std::string(ims::uri_name(peer.transport)));
  form.emplace_back("source", peer.address.address.to_string());
  if (!proof.model.empty()) form.emplace_back("user_agent", proof.model);
  form.emplace_back("resource", audience);
  return form;
}

common::Result<ExchangedTokens> read_exchange_answer(const std::string& body) {
  const auto json = common::jose::parse_json(body, {});
  if (!json || !json->is_object()) return common::fail(Errc::unusable_answer);
  ExchangedTokens out;
  out.access_token = text_of(*json, "access_token");
  out.refresh_token = text_of(*json, "refresh_token");
  out.credential = text_of(*json, "credential_id");
  if (out.access_token.empty() || !equal_ignoring_case(text_of(*json, "token_type"), "Bearer")) {
    return common::fail(Errc::unusable_answer);
  }
  return out;
}

std::string error_of(const std::string& body) {
  const auto json = common::jose::parse_json(body, {});
  if (!json || !json->is_object()) return {};
  std::string error = text_of(*json, "error");
  const bool plain = std::all_of(error.begin(), error.end(),
                                 [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return plain && error.size() <= 64 ? error : std::string{};
}

}  // namespace wic
