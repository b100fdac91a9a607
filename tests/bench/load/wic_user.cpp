// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/wic_user.hpp"

#include <array>
#include <cstdio>

#include "tests/bench/load/session_description.hpp"

namespace bench {

namespace {

std::string numbered_uuid(unsigned index) {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "6f0c2b5e-%04x-4000-8000-%012x", index & 0xffffU, index);
  return text.data();
}

}  // namespace

WicUser::WicUser(WicWorld& world, UserIdentity identity, unsigned index)
    : world_(world),
      identity_(std::move(identity)),
      index_(index),
      domain_(identity_.impu.substr(identity_.impu.find('@') + 1)),
      host_(unique_token() + ".invalid"),
      call_id_(unique_token()),
      tag_(unique_token()) {}

std::string WicUser::via() const {
  return "SIP/2.0/WSS " + host_ + ";branch=z9hG4bK" + unique_token();
}

std::string WicUser::contact() const { return "<sip:u@" + host_ + ";transport=ws;ob>"; }

void WicUser::register_now(Done done) {
  register_done_ = std::move(done);
  if (open_) return send_register();
  connect();
}

void WicUser::connect() {
  connection_ = std::make_unique<WsConnection>(
      world_.loop, world_.target, index_,
      WsConnection::Handlers{[this] {
                               open_ = true;
                               send_register();
                             },
                             [this](std::string_view text) { receive(text); },
                             [this](std::string_view reason) { lost(reason); }});
}

void WicUser::lost(std::string_view reason) {
  world_.complain(reason);
  open_ = registered_ = false;
  close_media();
  if (dialog_) world_.calls.fail(dialog_->call_id);
  if (invite_) world_.calls.fail(std::string(invite_->first("Call-ID")));
  dialog_.reset();
  invite_.reset();
  if (register_done_) std::exchange(register_done_, nullptr)(false);
  if (hang_up_done_) std::exchange(hang_up_done_, nullptr)(false);
}

void WicUser::send_register() {
  SipMessage message;
  message.start_line = "REGISTER sip:" + domain_ + " SIP/2.0";
  const std::string address = "<" + identity_.impu + ">";
  message.add("Via", via()).add("Max-Forwards", "70");
  message.add("From", address + ";tag=" + tag_).add("To", address).add("Call-ID", call_id_);
  message.add("CSeq", std::to_string(++cseq_) + " REGISTER");
  message.add("Contact", "<sip:u@" + host_ + ";transport=ws>;reg-id=1;+sip.instance=\"<urn:uuid:" +
                             numbered_uuid(index_) + ">\";expires=600");
  message.add("Supported", "path, outbound, gruu");
  message.add("Authorization", "Bearer " + identity_.token);
  send(message);
}

void WicUser::receive(std::string_view text) {
  const auto message = SipMessage::parse(text);
  if (!message) return;  // a keep-alive
  if (message->is_request())
    receive_request(*message);
  else
    receive_response(*message);
}

void WicUser::receive_response(const SipMessage& response) {
  const std::string_view method = response.method();
  if (response.status() < 200) return;
  if (method == "REGISTER") return handle_register_response(response);
  if (method == "INVITE") return handle_invite_response(response);
  if (method == "BYE" && hang_up_done_)
    std::exchange(hang_up_done_, nullptr)(response.status() == 200);
}

void WicUser::handle_register_response(const SipMessage& response) {
  registered_ = response.status() == 200;
  if (!registered_) world_.complain("REGISTER answered " + response.start_line);
  if (register_done_) std::exchange(register_done_, nullptr)(registered_);
}

void WicUser::open_media(const std::string& call_id) {
  close_media();
  leg_ = world_.media->open_wic(*world_.dtls, [this, call_id] { world_.calls.wic_hears(call_id); });
}

void WicUser::close_media() {
  if (leg_) world_.media->close_wic(*leg_);
  leg_.reset();
}

void WicUser::call(Done done) {
  const std::string call_id = unique_token();
  world_.calls.expect(call_id, std::move(done));
  open_media(call_id);
  SipMessage invite;
  invite.start_line = "INVITE " + world_.callee + " SIP/2.0";
  invite.add("Via", via()).add("Max-Forwards", "70");
  invite.add("From", "<" + identity_.impu + ">;tag=" + unique_token());
  invite.add("To", "<" + world_.callee + ">").add("Call-ID", call_id).add("CSeq", "1 INVITE");
  invite.add("Contact", contact()).add("Supported", "outbound, gruu");
  invite.add("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE, INFO, UPDATE, REFER, NOTIFY");
  invite.add("Content-Type", "application/sdp");
  invite.body = browser_sdp(world_.media->wic(*leg_).credentials(), world_.fingerprint, "actpass");
  send(invite);
  invite_ = std::move(invite);
}

void WicUser::handle_invite_response(const SipMessage& response) {
  if (!invite_ || response.first("Call-ID") != invite_->first("Call-ID")) return;
  const SipMessage invite = std::move(*std::exchange(invite_, std::nullopt));
  const std::string call_id(invite.first("Call-ID"));
  if (response.status() >= 300) {
    world_.complain("INVITE answered " + response.start_line);
    send(failure_ack(invite, response));
    close_media();
    return world_.calls.fail(call_id);
  }
  dialog_ = SipDialog::of_caller(invite, response);
  send(dialog_->request("ACK", via()));
  const auto remote = read_gateway_sdp(response.body);
  if (!remote) {
    world_.complain("the answer to a browser's offer cannot be used");
    return world_.calls.fail(call_id);
  }
  world_.media->start_wic(*leg_, *remote);
}

void WicUser::receive_request(const SipMessage& request) {
  const std::string_view method = request.method();
  if (method == "INVITE") return answer(request);
  if (method == "ACK") return;
  send(request.response(200, "OK", tag_));
  if (method == "BYE") {
    close_media();
    dialog_.reset();
  }
}

void WicUser::answer(const SipMessage& invite) {
  const std::string call_id(invite.first("Call-ID"));
  const auto remote = read_gateway_sdp(invite.body);
  if (!remote || dialog_ || invite_) {
    world_.complain("a call to a browser cannot be answered");
    send(invite.response(remote ? 486 : 488, "Not Acceptable Here", unique_token()));
    return world_.calls.fail(call_id);
  }
  open_media(call_id);
  SipMessage ok = invite.response(200, "OK", unique_token());
  for (const std::string& route : invite.all("Record-Route")) ok.add("Record-Route", route);
  ok.add("Contact", contact()).add("Content-Type", "application/sdp");
  ok.body = browser_sdp(world_.media->wic(*leg_).credentials(), world_.fingerprint, "active");
  dialog_ = SipDialog::of_callee(invite, ok);
  send(ok);
  world_.media->start_wic(*leg_, *remote);
}

void WicUser::hang_up(Done done) {
  close_media();
  if (!dialog_) return done(false);
  hang_up_done_ = std::move(done);
  SipMessage bye = dialog_->request("BYE", via());
  dialog_.reset();
  send(bye);
}

}  // namespace bench
