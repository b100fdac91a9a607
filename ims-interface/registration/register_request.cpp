// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/register_request.hpp"

#include "ims-interface/identity/charging.hpp"
#include "ims-interface/identity/trust_domain.hpp"
#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

using common::fail;
using sip::Errc;

common::Result<std::string> aor_of(const sip::Message& request, std::string_view header) {
  const auto address = sip::NameAddr::parse(request.value(header));
  if (!address) return fail(Errc::malformed_value, std::string(header));
  std::string aor = sip::normalized_aor(address->uri);
  if (aor.empty()) return fail(Errc::malformed_uri, std::string(header));
  return aor;
}

common::Result<void> read_contact(const sip::Message& request, const Policy& policy,
                                  RegisterRequest& out) {
  const auto contacts = request.values("Contact");
  const auto header_expires = request.number("Expires");
  out.expires = header_expires.value_or(static_cast<std::uint32_t>(policy.max_expires.count()));
  if (contacts.empty()) return {};
  if (contacts.size() > 1) return fail(Errc::malformed_value, "more than one Contact");
  if (contacts.front() == "*") {
    if (header_expires != 0U) return fail(Errc::malformed_value, "Contact * needs Expires: 0");
    out.every_contact = true;
    out.expires = 0;
    return {};
  }
  auto contact = sip::NameAddr::parse(contacts.front());
  if (!contact || !sip::Uri::parse(contact->uri)) return fail(Errc::malformed_value, "Contact");
  if (const auto expires = contact->parameters.get("expires")) {
    const auto number = sip::parse_number(*expires);
    if (!number) return fail(Errc::malformed_value, "Contact expires");
    out.expires = *number;
  }
  out.instance = sip::unquote(contact->parameters.get("+sip.instance").value_or(""));
  out.reg_id = contact->parameters.get("reg-id").value_or("");
  out.outbound =
      !out.reg_id.empty() && !out.instance.empty() && request.lists("Supported", "outbound");
  out.contact = std::move(*contact);
  return {};
}

bool is_operator_domain(std::string_view name, const Policy& policy) {
  const std::string host = sip::to_lower(name.substr(name.find('@') + 1));
  for (const std::string& entry : policy.operator_waf_domains) {
    const std::string domain = sip::to_lower(entry);
    if (host == domain || host.ends_with("." + domain)) return true;
  }
  return false;
}

void lower_max_forwards(sip::Message& request) {
  const auto left = request.number("Max-Forwards").value_or(70);
  request.set("Max-Forwards", std::to_string(left == 0 ? 0 : left - 1));
}

}  // namespace

common::Result<RegisterRequest> read_register(const sip::Message& request, const Policy& policy) {
  RegisterRequest out;
  const auto to = aor_of(request, "To");
  if (!to) return fail(to.error());
  const auto from = aor_of(request, "From");
  if (!from) return fail(from.error());
  const auto domain = sip::Uri::parse(request.request_uri());
  if (!domain || !domain->is_sip()) return fail(Errc::malformed_uri, "Request-URI");
  out.aor = *to;
  out.from_aor = *from;
  out.domain = domain->host;
  if (auto read = read_contact(request, policy, out); !read) return fail(read.error());
  return out;
}

std::string key_of(const Identity& identity, const RegisterRequest& request) {
  // Without an instance-id the contact is all that tells two clients apart.
  const std::string client =
      request.instance.empty() ? (request.contact ? request.contact->uri : "") : request.instance;
  return identity.impi + "\n" + request.aor + "\n" + client + "\n" + request.reg_id;
}

std::string trusted_node_authorization(const Identity& identity, const Policy& policy) {
  std::string out = "Digest username=" + sip::quote(identity.impi) +
                    ", realm=" + sip::quote(policy.home_domain) +
                    ", uri=" + sip::quote("sip:" + policy.home_domain) +
                    R"(, nonce="", response="", integrity-protected="auth-done")";
  if (identity.waf.empty() || is_operator_domain(identity.waf, policy)) return out;
  if (!policy.waf_parameter.empty()) {
    out += ", " + policy.waf_parameter + "=" + sip::quote(identity.waf);
  }
  if (!policy.wwsf_parameter.empty() && !identity.wwsf.empty()) {
    out += ", " + policy.wwsf_parameter + "=" + sip::quote(identity.wwsf);
  }
  return out;
}

void make_core_register(sip::Message& request, const Identity& identity, const Policy& policy,
                        const std::string& path_user, bool outbound, const sip::NameAddr* contact,
                        std::uint32_t expires, common::RandomSource& random) {
  strip_untrusted(request, policy);
  request.remove("Route");
  request.remove("Proxy-Require");
  request.remove_token("Require", "sec-agree");
  request.remove_token("Supported", "sec-agree");
  request.set_request_uri("sip:" + policy.home_domain);
  lower_max_forwards(request);
  request.set("Authorization", trusted_node_authorization(identity, policy));
  request.set("Path",
              "<sip:" + path_user + "@" + policy.core_uri_host + ";lr" + (outbound ? ";ob>" : ">"));
  if (!request.lists("Require", "path")) request.add("Require", "path");
  if (!request.lists("Supported", "path")) request.add("Supported", "path");
  request.set("P-Visited-Network-ID", sip::quote(policy.visited_network_id));
  set_originating_vector(request, new_charging_ids(random), policy);
  if (!policy.access_network_info.empty()) {
    request.add("P-Access-Network-Info", policy.access_network_info + ";network-provided");
  }
  if (contact != nullptr) {
    sip::NameAddr capped = *contact;
    capped.parameters.set("expires", std::to_string(expires));
    request.set("Contact", capped.to_string());
  }
  if (request.has("Expires")) request.set("Expires", std::to_string(expires));
}

}  // namespace ims
