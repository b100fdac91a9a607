// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/edge/edge.hpp"
#include "ims-interface/sip/via.hpp"

namespace ims {
namespace {

constexpr std::size_t longest_datagram = 1300;  // RFC 3261 18.1.1, path MTU unknown

std::string server_key(FlowId flow, const sip::Message& request, std::string_view method) {
  const std::string_view line = request.value("Via");
  const auto via = sip::Via::parse(line.substr(0, line.find(',')));
  return std::to_string(flow.value) + " " + (via ? via->branch() + " " + via->sent_by : "") + " " +
         std::string(method);
}

}  // namespace

void Edge::send(FlowId flow, const sip::Message& message) {
  if (flows.count(flow.value) == 0) return;  // WS-07
  outputs.emplace_back(SendToFlow{flow, text_for(flow, message)});
}

void Edge::send_text(FlowId flow, std::string text) {
  if (flows.count(flow.value) == 0) return;
  outputs.emplace_back(SendToFlow{flow, std::move(text)});
}

std::string Edge::text_for(FlowId flow, const sip::Message& message) const {
  std::string text = message.print();
  // RFC 3261 18.1.1: behind a NAT the phone cannot be reached over TCP instead. Compact names save
  // up to 400 octets; what is still too long goes in fragments.
  if (text.size() > longest_datagram && repeats(flow)) text = message.print_compact();
  return text;
}

std::string Edge::own_via(const Flow& flow, std::string_view branch) const {
  const std::string& host = flow.peer.own_host.empty() ? policy.w2_via_host : flow.peer.own_host;
  std::string via = "SIP/2.0/" + std::string(via_name(flow.peer.transport)) + " " + host +
                    ";branch=" + std::string(branch);
  if (!flow.peer.is_reliable()) via += ";rport";  // RFC 3581: answer where it came from
  return via;
}

std::string Edge::access_route(const Flow& flow, RegistrationId registration) const {
  std::string route =
      "<sip:" + tokens.make(FlowTokens::Use::dialog, registration) + "@" + flow.peer.own_host;
  if (flow.peer.transport != Transport::udp) {
    route += ";transport=" + std::string(uri_name(flow.peer.transport));
  }
  return route + ";lr>";
}

void Edge::drop_own_routes(const Flow& flow, std::vector<std::string>& routes) const {
  const auto is_own = [&](const std::string& route) {
    return names_host(route, policy.core_uri_host) || names_host(route, policy.w2_via_host) ||
           (!flow.peer.own_host.empty() && names_host(route, flow.peer.own_host));
  };
  while (!routes.empty() && is_own(routes.front())) routes.erase(routes.begin());
}

void Edge::close(FlowId id, std::uint16_t code, std::string reason) {
  Flow* found = flow(id);
  if (found == nullptr || found->closing) return;
  found->closing = true;
  outputs.emplace_back(CloseFlow{id, code, std::move(reason)});
}

W2ServerTx* Edge::open_server(Flow& flow, sip::Message request) {
  const std::uint64_t id = next_id();
  std::string key = server_key(flow.id, request, request.method());
  if (!w2_server_keys.emplace(key, id).second) return nullptr;
  ++flow.transactions;
  W2ServerTx made{.id = id,
                  .flow = flow.id,
                  .key = std::move(key),
                  .request = std::move(request),
                  .to_tag = random.hex(8),
                  .core = {},
                  .call = {}};
  return &w2_servers.emplace(id, std::move(made)).first->second;
}

W2ServerTx* Edge::find_server(FlowId flow, const sip::Message& request, std::string_view method) {
  const auto key = w2_server_keys.find(server_key(flow, request, method));
  if (key == w2_server_keys.end()) return nullptr;
  const auto found = w2_servers.find(key->second);
  return found == w2_servers.end() ? nullptr : &found->second;
}

void Edge::respond(common::TimePoint now, W2ServerTx& transaction, sip::Message response) {
  using State = W2ServerTx::State;
  const int status = response.status();
  const bool invite = transaction.request.is("INVITE");
  // RFC 3261 17.2.1: one final response; further 2xx of an INVITE pass (RFC 6026).
  if (transaction.state == State::completed) return;
  if (transaction.state == State::accepted && (status < 200 || status > 299)) return;
  response.set_values("Via", transaction.request.values("Via"));
  std::string text = text_for(transaction.flow, response);
  const Flow* carrier = flow(transaction.flow);
  const bool unreliable = repeats(transaction.flow);
  if (unreliable) {
    transaction.last_response = text;
    send_text(transaction.flow, text);
  } else {
    send_text(transaction.flow, std::move(text));
  }
  if (status < 200) return;
  // What a stranger's datagrams are answered leaves no state behind: he may have forged the source.
  const bool stranger = unreliable && carrier->impi.empty() && status >= 300;
  if (stranger || (!invite && !unreliable)) {
    forget_server(transaction.id);
    return;
  }
  transaction.state = invite && status < 300 ? State::accepted : State::completed;
  timers.set(TimerKind::w2_server, transaction.id, now + patience(carrier));
  if (!unreliable || !invite) return;
  if (status < 300) keep_accepted(transaction);
  repeat(now, TimerKind::w2_server_again, transaction.id, transaction.again,
         transaction.last_response);
}

void Edge::refuse(common::TimePoint now, W2ServerTx& transaction, int status,
                  std::string_view why) {
  sip::Message response = transaction.request.reply(status, {}, transaction.to_tag);
  if (!why.empty()) response.set("Warning", warning(why));
  if (status == 503 || status == 500) {
    const auto wait = draining.value_or(policy.verifier_retry_after);
    response.set("Retry-After", std::to_string(wait.count()));
  }
  if (policy.response_source) response.set("Response-Source", "fe=<urn:3gpp:fe:p-cscf.orig>");
  respond(now, transaction, std::move(response));
}

void Edge::forget_server(std::uint64_t id) {
  const auto found = w2_servers.find(id);
  if (found == w2_servers.end()) return;
  timers.clear(TimerKind::w2_server, id);
  timers.clear(TimerKind::w2_server_again, id);
  if (found->second.state == W2ServerTx::State::accepted) forget_accepted(found->second);
  w2_server_keys.erase(found->second.key);
  if (found->second.core) {
    const auto waiting = core_clients.find(found->second.core->value);
    if (waiting != core_clients.end()) waiting->second.w2 = 0;
  }
  if (Flow* carrier = flow(found->second.flow)) --carrier->transactions;
  w2_servers.erase(found);
}

W2ClientTx* Edge::open_client(common::TimePoint now, Flow& flow, sip::Message request) {
  if (flow.closing || flow.transactions >= policy.transactions_per_flow ||
      w2_clients.size() + w2_servers.size() >= policy.transactions) {
    return nullptr;
  }
  const std::uint64_t id = next_id();
  std::string branch = "z9hG4bK" + random.hex(12);
  request.prepend("Via", own_via(flow, branch));
  std::string text = text_for(flow.id, request);
  if (repeats(flow.id)) {
    send_text(flow.id, text);
  } else {
    send_text(flow.id, std::move(text));
  }
  request.clear_body();
  ++flow.transactions;
  w2_client_branches.emplace(branch, id);
  timers.set(TimerKind::w2_client, id, now + patience(&flow));
  W2ClientTx made{.id = id,
                  .flow = flow.id,
                  .branch = std::move(branch),
                  .request = std::move(request),
                  .core = {},
                  .core_vias = {},
                  .record_routes = {},
                  .registration = {},
                  .call = {},
                  .charging = {},
                  .identity = {},
                  .cancel_reason = {}};
  W2ClientTx& kept = w2_clients.emplace(id, std::move(made)).first->second;
  if (repeats(flow.id)) {
    repeat(now, TimerKind::w2_client_again, id, kept.again, std::move(text));
  }
  return &kept;
}

void Edge::forget_client(std::uint64_t id) {
  const auto found = w2_clients.find(id);
  if (found == w2_clients.end()) return;
  timers.clear(TimerKind::w2_client, id);
  timers.clear(TimerKind::w2_client_again, id);
  timers.clear(TimerKind::w2_cancel_again, id);
  w2_client_branches.erase(found->second.branch);
  if (found->second.core.value != 0) w2_clients_by_core.erase(found->second.core.value);
  if (Flow* carrier = flow(found->second.flow)) --carrier->transactions;
  w2_clients.erase(found);
}

namespace {

/// CANCEL and the ACK of a failure repeat the request's identification and top Via (RFC 3261 9.1,
/// 17.1.1.3).
sip::Message hop_request(const W2ClientTx& transaction, std::string_view method) {
  const sip::Message& invite = transaction.request;
  sip::Message out = sip::Message::request(method, invite.request_uri());
  out.add("Via", invite.values("Via").front());
  out.add("Max-Forwards", "70");
  for (const std::string_view name : {"From", "To", "Call-ID"}) {
    out.add(name, std::string(invite.value(name)));
  }
  out.add("CSeq", std::to_string(invite.cseq().number) + " " + std::string(method));
  return out;
}

}  // namespace

void Edge::send_cancel(common::TimePoint now, W2ClientTx& transaction) {
  transaction.cancel_wanted = true;
  if (!transaction.provisional || transaction.cancelled) return;  // RFC 3261 9.1
  transaction.cancelled = true;
  sip::Message cancel = hop_request(transaction, "CANCEL");
  if (!transaction.cancel_reason.empty()) cancel.add("Reason", transaction.cancel_reason);
  std::string text = text_for(transaction.flow, cancel);
  send_text(transaction.flow, text);
  if (repeats(transaction.flow)) {
    repeat(now, TimerKind::w2_cancel_again, transaction.id, transaction.cancel_again,
           std::move(text));
  }
}

void Edge::send_ack_for_failure(common::TimePoint now, const W2ClientTx& transaction,
                                const sip::Message& response) {
  sip::Message ack = hop_request(transaction, "ACK");
  ack.set("To", std::string(response.value("To")));
  std::string text = text_for(transaction.flow, ack);
  send_text(transaction.flow, text);
  if (repeats(transaction.flow)) {
    keep_ack_of_failure(now, transaction.flow, transaction.branch, std::move(text));
  }
}

}  // namespace ims
