// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/registrar.hpp"

namespace ims {

void Registrar::handle_bound(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                             const Identity& identity) {
  if (read(now, flow, transaction)) handle_identity(now, flow, transaction, identity);
}

bool Registrar::push(common::TimePoint now, Flow& flow, const Identity& identity) {
  sip::Message out = flow.star->request.clone();
  auto request = read_register(out, edge_.policy);
  if (!request || !request->contact || identity.impus.empty()) return false;
  request->aor = identity.impus.front();
  out.set("Call-ID", edge_.random.hex(16));
  out.set("CSeq", "1 REGISTER");
  out.remove("Via");
  CoreClient& client = send_to_core(now, flow, std::move(out), identity, std::move(*request));
  client.pushed = flow.id;
  return true;
}

}  // namespace ims
