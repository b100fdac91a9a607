// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/registrar.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

bool same_contact(const sip::NameAddr& left, const sip::NameAddr& right) {
  return sip::normalized_aor(left.uri) == sip::normalized_aor(right.uri);
}

}  // namespace

const Registration* Registrar::find_own(const Flow& flow, const Identity& identity,
                                        const RegisterRequest& request) {
  const auto means = [&](const Registration* own) {
    return own != nullptr && own->active && own->aor == request.aor &&
           (!request.contact || same_contact(own->contact, *request.contact));
  };
  // By instance: a client that reconnected may sign out before it registers anew.
  const auto known = edge_.registration_keys.find(key_of(identity, request));
  if (request.contact && known != edge_.registration_keys.end()) {
    const Registration* own = edge_.registration(known->second);
    if (means(own)) return own;
  }
  // "*" means this client's own binding, not the user's other devices.
  for (const RegistrationId id : flow.registrations) {
    const Registration* own = edge_.registration(id);
    if (means(own)) return own;
  }
  return nullptr;
}

void Registrar::answer_bindings(common::TimePoint now, const Flow& flow, W2ServerTx& transaction,
                                std::string_view aor) {
  // The binding is not there, which is what was asked for (RFC 3261 10.3). The core is left alone:
  // an S-CSCF may fail on the removal of a contact that it does not have.
  sip::Message response = transaction.request.reply(200, {}, transaction.to_tag);
  for (const RegistrationId id : flow.registrations) {
    const Registration* own = edge_.registration(id);
    if (own == nullptr || !own->active || own->aor != aor || own->expires_at <= now) continue;
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(own->expires_at - now);
    sip::NameAddr contact = own->contact;
    contact.parameters.set("expires", std::to_string(left.count()));
    response.add("Contact", contact.to_string());
    response.set_values("Service-Route", own->service_route);
    response.remove("P-Associated-URI");
    for (const std::string& uri : own->associated_uris) {
      response.add("P-Associated-URI", "<" + uri + ">");
    }
  }
  edge_.respond(now, transaction, std::move(response));
}

void Registrar::deregister_at_core(const Registration& registration) {
  // A Call-ID of its own: the registrar then removes the contact whatever CSeq the WIC had reached
  // (RFC 3261 10.3), and the WIC's next REGISTER is not out of order.
  sip::Message request = sip::Message::request("REGISTER", "sip:" + edge_.policy.home_domain);
  request.add("From", "<" + registration.aor + ">;tag=" + edge_.random.hex(8));
  request.add("To", "<" + registration.aor + ">");
  request.add("Call-ID", edge_.random.hex(16));
  request.add("CSeq", "1 REGISTER");
  request.add("Max-Forwards", "71");
  request.add("Supported", registration.outbound ? "path, outbound, gruu" : "path");
  make_core_register(request, registration.identity, edge_.policy,
                     edge_.tokens.make(FlowTokens::Use::path, registration.id),
                     registration.outbound, &registration.contact, 0, edge_.random);
  std::string next_hop = edge_.policy.register_next_hop.empty() ? request.request_uri()
                                                                : edge_.policy.register_next_hop;
  edge_.open_core(std::move(request), std::move(next_hop), CorePurpose::deregistration);
}

}  // namespace ims
