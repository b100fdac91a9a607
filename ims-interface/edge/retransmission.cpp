// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/edge/retransmission.hpp"

#include <algorithm>

#include "ims-interface/edge/edge.hpp"

namespace ims {
namespace {

std::string accepted_key(FlowId flow, const sip::Message& message) {
  return std::to_string(flow.value) + " " + std::string(message.call_id()) + " " +
         message.from_tag() + " " + std::to_string(message.cseq().number);
}

}  // namespace

std::chrono::milliseconds Edge::patience(const Flow* flow) const {
  if (flow == nullptr || flow->peer.is_reliable()) return policy.transaction_timeout;
  return 64 * policy.phone_t1;
}

bool Edge::repeats(FlowId id) const {
  const auto found = flows.find(id.value);
  return found != flows.end() && !found->second.peer.is_reliable();
}

void Edge::repeat(common::TimePoint now, TimerKind kind, std::uint64_t id, Retransmission& again,
                  std::string text) {
  again.text = std::move(text);
  again.interval = policy.phone_t1;
  timers.set(kind, id, now + again.interval);
}

void Edge::handle_repeat(common::TimePoint now, TimerKind kind, std::uint64_t id) {
  Retransmission* again = nullptr;
  FlowId carrier;
  bool capped = true;
  if (kind == TimerKind::w2_server_again) {
    const auto found = w2_servers.find(id);
    if (found == w2_servers.end()) return;
    again = &found->second.again;
    carrier = found->second.flow;
  } else {
    const auto found = w2_clients.find(id);
    if (found == w2_clients.end()) return;
    W2ClientTx& client = found->second;
    again = kind == TimerKind::w2_cancel_again ? &client.cancel_again : &client.again;
    carrier = client.flow;
    // RFC 3261 17.1.1.2: timer A has no ceiling, timer B ends it.
    capped = kind == TimerKind::w2_cancel_again || !client.request.is("INVITE");
  }
  if (again->text.empty()) return;
  send_text(carrier, again->text);
  again->interval *= 2;
  if (capped) again->interval = std::min(again->interval, policy.phone_t2);
  timers.set(kind, id, now + again->interval);
}

void Edge::repeat_last_response(const W2ServerTx& transaction) {
  if (!transaction.last_response.empty()) send_text(transaction.flow, transaction.last_response);
}

void Edge::keep_accepted(const W2ServerTx& transaction) {
  w2_accepted[accepted_key(transaction.flow, transaction.request)] = transaction.id;
}

void Edge::forget_accepted(const W2ServerTx& transaction) {
  w2_accepted.erase(accepted_key(transaction.flow, transaction.request));
}

void Edge::handle_ack_of_2xx(FlowId flow, const sip::Message& ack) {
  const auto known = w2_accepted.find(accepted_key(flow, ack));
  if (known == w2_accepted.end()) return;
  const auto found = w2_servers.find(known->second);
  if (found == w2_servers.end()) return;
  found->second.again = {};
  timers.clear(TimerKind::w2_server_again, found->first);
}

void Edge::keep_ack_of_failure(common::TimePoint now, FlowId flow, const std::string& branch,
                               std::string ack) {
  if (acked_failures.size() >= policy.transactions) return;
  const std::uint64_t id = next_id();
  acked_failures.emplace(id, AckedFailure{flow, branch, std::move(ack)});
  acked_branches[branch] = id;
  timers.set(TimerKind::acked_failure, id, now + 64 * policy.phone_t1);
}

void Edge::forget_acked_failure(std::uint64_t id) {
  const auto found = acked_failures.find(id);
  if (found == acked_failures.end()) return;
  acked_branches.erase(found->second.branch);
  acked_failures.erase(found);
}

void Edge::repeat_ack_of_failure(FlowId flow, const sip::Message& response) {
  const auto known = acked_branches.find(response.top_branch());
  if (known == acked_branches.end() || response.status() < 300) return;
  const AckedFailure& failure = acked_failures.at(known->second);
  if (failure.flow == flow && response.cseq().method == "INVITE") send_text(flow, failure.ack);
}

}  // namespace ims
