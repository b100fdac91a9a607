// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/device.hpp"

#include "common/digest.hpp"
#include "common/encoding.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {

std::string device_of(const FlowPeer& peer, const RegisterRequest& request,
                      const std::string& before) {
  if (!peer.certificate.empty()) return "x5t:" + peer.certificate;
  std::string device;
  if (!request.instance.empty()) {
    device = request.instance;
  } else if (request.contact) {
    const auto uri = sip::Uri::parse(request.contact->uri);
    const std::string who = uri ? uri->user + "@" + uri->host : request.contact->uri;
    device = "contact:" + common::base64url_encode(common::sha256(who));
  } else {
    return before;
  }
  if (!peer.secure) device += "@" + peer.address.address.to_string();
  return device;
}

std::string user_of_aor(const std::string& aor) {
  const auto uri = sip::Uri::parse(aor);
  return uri ? uri->user : std::string{};
}

bool names_aor(std::string_view username, const std::string& aor, std::string_view home_domain) {
  if (username.empty() || username.size() > 255) return false;
  const auto at = username.rfind('@');
  if (at != std::string_view::npos) {
    return sip::equal_ignoring_case(username.substr(at + 1), home_domain);
  }
  return username == user_of_aor(aor);
}

}  // namespace ims
