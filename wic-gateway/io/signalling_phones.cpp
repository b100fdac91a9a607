// SPDX-License-Identifier: Apache-2.0
// Signalling: what phones and their sessions at the WAF tell the other parts.
#include "common/log.hpp"
#include "wic-gateway/admin/trace.hpp"
#include "wic-gateway/errc.hpp"
#include "wic-gateway/io/signalling.hpp"

namespace wic::io {

namespace log = common::log;

bool Signalling::drain_phones() {
  bool busy = false;
  while (auto form = phones_.poll_form()) {
    ask_waf(std::move(*form));
    busy = true;
  }
  while (auto outcome = phones_.poll_outcome()) {
    if (!outcome->outcome) {
      note_refusal(outcome->peer, outcome->outcome.error(), outcome->refusal);
    }
    proxy_.handle_token_outcome(tick(), outcome->id, std::move(outcome->outcome));
    busy = true;
  }
  while (const auto identity = phones_.poll_renewal()) {
    proxy_.renew(tick(), *identity);
    busy = true;
  }
  while (auto end = phones_.poll_end()) {
    proxy_.revoke(tick(), {ims::Revocation::Kind::credential, std::move(end->credential),
                           std::move(end->why)});
    busy = true;
  }
  return busy;
}

void Signalling::ask_waf(WafForm form) {
  const std::uint64_t id = form.id;
  if (waf_ == nullptr) {
    phones_.handle_answer(tick(), id, common::fail(Errc::unusable_answer, "no WAF configured"));
    return;
  }
  const auto endpoint =
      form.to == WafForm::To::token ? WafEndpoint::token : WafEndpoint::revocation;
  waf_->post_form(endpoint, std::move(form.fields), mailbox_,
                  [id](Signalling& self, common::Result<WafAnswer> answer) {
                    self.handle_waf_answer(id, std::move(answer));
                  });
}

void Signalling::handle_waf_answer(std::uint64_t form, common::Result<WafAnswer> answer) {
  if (!answer) return phones_.handle_answer(tick(), form, common::fail(answer.error()));
  phones_.handle_answer(tick(), form, WafFormAnswer{answer->status, std::move(answer->body)});
}

void Signalling::on_phone_opened(ims::FlowId flow, ims::FlowPeer peer) {
  proxy_.handle_flow_opened(tick(), flow, std::move(peer));
}

void Signalling::on_phone_message(ims::FlowId flow, std::string_view message) {
  log::debug("flow {} -> {}", flow.value, first_line(message));
  proxy_.handle_w2_message(tick(), flow, message);
}

void Signalling::on_phone_closed(ims::FlowId flow, std::string_view why) {
  log::debug("flow {} closed: {}", flow.value, why);
  proxy_.handle_flow_closed(tick(), flow);
}

bool Signalling::is_phone_registered(ims::FlowId flow) const { return proxy_.is_registered(flow); }

}  // namespace wic::io
