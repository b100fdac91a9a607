// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/edge/w2_input.hpp"

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/registration/registrar.hpp"
#include "ims-interface/registration/request_guard.hpp"
#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/sofia.hpp"
#include "ims-interface/sip/via.hpp"

namespace ims {
namespace {

constexpr unsigned most_malformed = 3;

std::uint16_t close_code(const common::Error& error) {
  if (error == sip::Errc::too_large) return 1009;
  if (error == sip::Errc::invalid_utf8) return 1007;
  return 1002;
}

/// Fills in where the request really came from (RFC 3261 18.2.1, RFC 3581, RFC 6223).
bool stamp_via(sip::Message& request, const FlowPeer& peer, const Policy& policy) {
  auto vias = request.values("Via");
  if (vias.empty()) return false;
  auto via = sip::Via::parse(vias.front());
  if (!via || via->branch().empty()) return false;
  via->parameters.set("received", peer.address.address.to_string());
  if (via->parameters.has("rport")) {
    via->parameters.set("rport", std::to_string(peer.address.port));
  }
  if (via->parameters.get("keep") == "" && policy.via_keep.count() > 0) {
    via->parameters.set("keep", std::to_string(policy.via_keep.count()));
  }
  vias.front() = via->to_string();
  request.set_values("Via", vias);
  return true;
}

bool can_be_answered(const sip::ScreenedMessage& partial) {
  if (!partial.request || partial.method.empty() || partial.method == "ACK") return false;
  const sip::Message message = sip::Message::from_parts(partial);
  for (const std::string_view name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
    if (message.value(name).empty()) return false;
  }
  return true;
}

}  // namespace

void W2Input::handle(common::TimePoint now, Flow& flow, std::string_view bytes) {
  if (bytes == "\r\n\r\n") {  // WS-09, RFC 5626 4.4.1
    edge_.outputs.emplace_back(SendToFlow{flow.id, "\r\n"});
    return;
  }
  if (bytes == "\r\n") return;
  sip::ScreenedMessage partial;
  auto parts = sip::screen(bytes, edge_.policy.limits, &partial);
  if (!parts) return refuse_bytes(flow, parts.error(), std::move(partial));
  sip::Message message = sip::Message::from_parts(std::move(*parts));
  if (auto judged = sip::to_sofia(message); !judged) {
    return refuse_bytes(flow, judged.error(), std::move(partial));
  }
  if (message.is_request()) {
    if (!stamp_via(message, flow.peer, edge_.policy)) {
      return refuse_bytes(flow, {make_error_code(sip::Errc::malformed_value), "Via"},
                          std::move(partial));
    }
    return handle_request(now, flow, std::move(message));
  }
  const auto found = edge_.w2_client_branches.find(message.top_branch());
  if (found == edge_.w2_client_branches.end()) {
    return edge_.repeat_ack_of_failure(flow.id, message);
  }
  if (edge_.w2_clients.at(found->second).flow != flow.id) return;  // another user's transaction
  sessions_.handle_wic_response(now, found->second, std::move(message));
}

void W2Input::refuse_bytes(Flow& flow, const common::Error& error, sip::ScreenedMessage partial) {
  edge_.report({.kind = Event::Kind::flow_refused,
                .flow = flow.id,
                .call = {},
                .impi = flow.impi,
                .impu = {},
                .peer = {},
                .call_id = {},
                .method = {},
                .status = 400,
                .why = error.message()});
  ++flow.malformed;
  const bool answered = can_be_answered(partial);
  if (answered) {
    const sip::Message request = sip::Message::from_parts(std::move(partial));
    sip::Message response = request.reply(400, {}, edge_.random.hex(8));
    response.set("Warning", edge_.warning(error.code.message()));
    edge_.send(flow.id, response);
  }
  // Over UDP anybody can write a source address: garbage must not end another's flow.
  if (!flow.peer.is_reliable()) return;
  if (!answered || flow.malformed >= most_malformed) {
    edge_.close(flow.id, close_code(error), error.code.message());
  }
}

void W2Input::handle_request(common::TimePoint now, Flow& flow, sip::Message request) {
  if (request.is("ACK")) return sessions_.handle_wic_ack(now, flow, std::move(request));
  if (request.is("CANCEL")) return sessions_.handle_wic_cancel(now, flow, request);
  if (flow.transactions >= edge_.policy.transactions_per_flow ||
      edge_.w2_servers.size() + edge_.w2_clients.size() >= edge_.policy.transactions) {
    sip::Message response = request.reply(503, {}, edge_.random.hex(8));
    response.set("Retry-After", "5");
    edge_.send(flow.id, response);
    return;
  }
  if (W2ServerTx* known = edge_.find_server(flow.id, request, request.method())) {
    return edge_.repeat_last_response(*known);  // the same request again
  }
  W2ServerTx* transaction = edge_.open_server(flow, std::move(request));
  if (transaction == nullptr) return;
  if (transaction->request.is("REGISTER")) {
    return registrar_.handle_request(now, flow, *transaction);
  }
  if (transaction->request.is("INVITE")) {
    edge_.respond(now, *transaction, transaction->request.reply(100));
  }
  if (guard_.pass(now, flow, *transaction)) sessions_.handle_wic_request(now, flow, *transaction);
}

}  // namespace ims
