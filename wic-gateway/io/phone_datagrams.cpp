// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/phone_server_state.hpp"

namespace wic::io {
namespace {

common::TimePoint now() { return common::SteadyClock::now(); }

}  // namespace

void PhoneServer::State::handle_datagram(std::size_t index, const common::Endpoint& source,
                                         std::string_view datagram) {
  const PhoneListener& listener = listeners[index];
  if (datagram.size() > config.streams.max_message) return count_refusal(listener, "too_large");
  auto outcome = datagrams.handle_datagram(now(), {index, source}, datagram);
  if (outcome.evicted) handler.on_phone_closed(*outcome.evicted, "made room");
  if (outcome.opened) {
    open_datagram_flows.set(static_cast<double>(datagrams.size()));
    handler.on_phone_opened(outcome.flow, {.address = source,
                                           .origin = {},
                                           .secure = false,
                                           .transport = ims::Transport::udp,
                                           .own_host = listener.config->own_host,
                                           .access = listener.config->access});
    set_timer();
  }
  switch (outcome.verdict) {
    case DatagramFlows::Verdict::ignore:
      return;
    case DatagramFlows::Verdict::refused:
      return count_refusal(listener, outcome.cause);
    case DatagramFlows::Verdict::answer:
      listener.datagrams->send(source, outcome.reply);
      return;
    case DatagramFlows::Verdict::deliver:
      if (!accepting && outcome.opened) return;
      messages_in.add();
      handler.on_phone_message(outcome.flow, datagram);
  }
}

bool PhoneServer::State::send_datagram(ims::FlowId flow, std::string_view text) {
  const DatagramFlows::Address* to = datagrams.find(flow);
  if (to == nullptr) return false;
  const PhoneListener& listener = listeners[to->listener];
  if (listener.datagrams->send(to->source, text)) {
    messages_out.add();
  } else {
    count_refusal(listener, "not_sent");
  }
  return true;
}

bool PhoneServer::State::close_datagram_flow(ims::FlowId flow, std::string_view reason) {
  if (!datagrams.close(now(), flow)) return false;
  open_datagram_flows.set(static_cast<double>(datagrams.size()));
  handler.on_phone_closed(flow, reason);
  return true;
}

}  // namespace wic::io
