// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/identity/asserted_identity.hpp"

#include "ims-interface/sip/name_addr.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

const std::string* find_identity(std::string_view uri, const std::vector<std::string>& identities) {
  const std::string wanted = sip::normalized_aor(uri);
  if (wanted.empty()) return nullptr;
  for (const std::string& identity : identities) {
    if (sip::normalized_aor(identity) == wanted) return &identity;
  }
  return nullptr;
}

}  // namespace

bool is_own_identity(std::string_view uri, const std::vector<std::string>& identities) {
  return find_identity(uri, identities) != nullptr;
}

const std::string& choose_identity(const sip::Message& request,
                                   const std::vector<std::string>& identities) {
  for (const std::string& value : request.values("P-Preferred-Identity")) {
    const auto address = sip::NameAddr::parse(value);
    if (!address) continue;
    if (const std::string* own = find_identity(address->uri, identities)) return *own;
  }
  if (!request.has("P-Preferred-Identity")) {
    const auto from = sip::NameAddr::parse(request.value("From"));
    if (from) {
      if (const std::string* own = find_identity(from->uri, identities)) return *own;
    }
  }
  return identities.front();
}

void assert_identity(sip::Message& message, const std::string& identity) {
  message.remove("P-Preferred-Identity");
  message.set("P-Asserted-Identity", "<" + identity + ">");
}

}  // namespace ims
