// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/core_responder.hpp"

#include "tests/bench/load/session_description.hpp"

namespace bench {

namespace {

using namespace std::chrono_literals;
constexpr auto t1 = 500ms;
constexpr auto give_up = 16s;

std::string text_of(const SipMessage& message, std::string_view name) {
  return std::string(message.first(name));
}

std::string branch_of(const SipMessage& message) {
  return std::string(parameter(message.list("Via").front(), "branch"));
}

std::string acknowledgement_key(std::string_view call_id) { return "ACK " + std::string(call_id); }

}  // namespace

CoreResponder::CoreResponder(EventLoop& loop, const sockaddr_in& local, MediaPlane* media,
                             CallBook& calls, std::function<void(std::string_view)> complain)
    : loop_(loop),
      address_(print_address(local)),
      media_(media),
      calls_(calls),
      complain_(std::move(complain)),
      transport_(loop, local,
                 [this](std::string_view text, const CorePeer& from) { receive(text, from); }) {}

std::string CoreResponder::via() const {
  return "SIP/2.0/UDP " + address_ + ";rport;branch=z9hG4bK" + unique_token();
}

void CoreResponder::receive(std::string_view text, const CorePeer& from) {
  const auto message = SipMessage::parse(text);
  if (!message || message->first("Via").empty()) return;
  if (message->is_request())
    receive_request(*message, from);
  else
    receive_response(*message);
}

void CoreResponder::receive_request(const SipMessage& request, const CorePeer& from) {
  const std::string_view method = request.method();
  if (method == "REGISTER") return handle_register(request, from);
  if (method == "INVITE") return handle_invite(request, from);
  if (method == "BYE") return handle_bye(request, from);
  if (method == "ACK") {
    pending_.erase(acknowledgement_key(request.first("Call-ID")));
  } else if (method == "SUBSCRIBE") {
    reply(request.response(489, "Bad Event", unique_token()), from);
  } else {
    reply(request.response(200, "OK", unique_token()), from);
  }
}

void CoreResponder::handle_register(const SipMessage& request, const CorePeer& from) {
  const std::string impu(address_uri(request.first("To")));
  const std::string contact = text_of(request, "Contact");
  bindings_[impu] = {std::string(address_uri(contact)), request.list("Path")};
  SipMessage ok = request.response(200, "OK", unique_token());
  for (const std::string& path : request.all("Path")) ok.add("Path", path);
  if (!parameter(contact, "expires").empty())
    ok.add("Contact", contact);
  else
    ok.add("Contact", contact + ";expires=600");
  ok.add("Service-Route", "<sip:orig@" + address_ + ";lr>");
  ok.add("P-Associated-URI", "<" + impu + ">");
  if (contact.find("reg-id") != std::string::npos) ok.add("Require", "outbound");
  reply(ok, from);
}

void CoreResponder::handle_invite(const SipMessage& request, const CorePeer& from) {
  const std::string call_id = text_of(request, "Call-ID");
  if (active_.contains(call_id)) return;  // a retransmission: the 200 is repeated by its own timer
  if (media_ == nullptr || !read_core_sdp(request.body)) {
    complain_("an INVITE from the gateway has no usable SDP");
    return reply(request.response(488, "Not Acceptable Here", unique_token()), from);
  }
  reply(request.response(100, "Trying", {}), from);
  SipMessage ok = request.response(200, "OK", unique_token());
  for (const std::string& route : request.all("Record-Route")) ok.add("Record-Route", route);
  ok.add("Contact", "<sip:core@" + address_ + ">").add("Content-Type", "application/sdp");
  ok.body = core_sdp(media_->core_address());
  active_[call_id].dialog = SipDialog::of_callee(request, ok);
  start_media(call_id, request.body);
  send_reliably(acknowledgement_key(call_id), {ok.print(), from, {}});
}

void CoreResponder::handle_bye(const SipMessage& request, const CorePeer& from) {
  drop_call(text_of(request, "Call-ID"));
  reply(request.response(200, "OK", unique_token()), from);
}

void CoreResponder::start_media(const std::string& call_id, std::string_view sdp) {
  const auto gateway = read_core_sdp(sdp);
  if (!gateway) {
    complain_("the gateway's SDP toward the core cannot be used");
    return calls_.fail(call_id);
  }
  active_[call_id].gateway_rtp = gateway;
  media_->open_core(media_->core_address(), *gateway,
                    [this, call_id] { calls_.core_hears(call_id); });
}

void CoreResponder::drop_call(const std::string& call_id) {
  const auto call = active_.find(call_id);
  if (call == active_.end()) return;
  if (call->second.gateway_rtp)
    media_->close_core(media_->core_address(), *call->second.gateway_rtp);
  active_.erase(call);
}

void CoreResponder::call(const std::string& impu, CallBook::Done done) {
  const std::string call_id = unique_token();
  calls_.expect(call_id, std::move(done));
  const auto binding = bindings_.find(impu);
  if (binding == bindings_.end()) return calls_.fail(call_id);
  SipMessage invite;
  invite.start_line = "INVITE " + binding->second.contact + " SIP/2.0";
  invite.add("Via", via()).add("Max-Forwards", "60");
  for (const std::string& route : binding->second.path) invite.add("Route", route);
  invite.add("From", "<sip:core@ims.example>;tag=" + unique_token());
  invite.add("To", "<" + impu + ">").add("Call-ID", call_id).add("CSeq", "1 INVITE");
  invite.add("Contact", "<sip:core@" + address_ + ">");
  invite.add("P-Called-Party-ID", "<" + impu + ">");
  invite.add("P-Asserted-Identity", "<sip:core@ims.example>");
  invite.add("P-Charging-Vector", "icid-value=\"" + call_id + "\";orig-ioi=\"Type 1ims.example\"");
  invite.add("Allow", "INVITE, ACK, CANCEL, BYE").add("Content-Type", "application/sdp");
  invite.body = core_sdp(media_->core_address());
  const std::string branch = branch_of(invite);
  // Over UDP although it may exceed 1300 octets: nothing is fragmented on loopback.
  const CorePeer gateway{parse_address(host_port(address_uri(binding->second.path.front())))};
  std::string text = invite.print();
  send_reliably(branch, {std::move(text), gateway, std::move(invite)});
}

void CoreResponder::receive_response(const SipMessage& response) {
  const std::string branch = branch_of(response);
  if (response.status() < 200) {
    // Timer A ends with a provisional response; the call's own limit is the bench's.
    if (const auto found = pending_.find(branch); found != pending_.end()) found->second.text = {};
    return;
  }
  const auto transaction = pending_.extract(branch);
  const std::string call_id = text_of(response, "Call-ID");
  if (response.method() != "INVITE") return;
  if (!transaction) return;  // a 200 whose ACK is under way
  const SipMessage& invite = transaction.mapped().request;
  if (response.status() >= 300) {
    complain_("a call from the core was answered " + response.start_line);
    transport_.send(failure_ack(invite, response).print(), transaction.mapped().to);
    return calls_.fail(call_id);
  }
  Call& call = active_[call_id];
  call.dialog = SipDialog::of_caller(invite, response);
  transport_.send(call.dialog->request("ACK", via()).print(), transaction.mapped().to);
  start_media(call_id, response.body);
}

void CoreResponder::reply(const SipMessage& response, const CorePeer& to) {
  transport_.send(response.print(), to);
}

void CoreResponder::send_reliably(const std::string& key, Retransmission message) {
  transport_.send(message.text, message.to);
  pending_[key] = std::move(message);
  resend(key, t1);
}

void CoreResponder::resend(const std::string& key, common::SteadyClock::duration after) {
  loop_.at(common::SteadyClock::now() + after, [this, key, after] {
    const auto found = pending_.find(key);
    if (found == pending_.end()) return;
    if (after > give_up) {
      complain_("the gateway did not answer the core");
      pending_.erase(found);
      return;
    }
    if (!found->second.text.empty() && found->second.to.connection < 0)
      transport_.send(found->second.text, found->second.to);
    resend(key, after * 2);
  });
}

}  // namespace bench
