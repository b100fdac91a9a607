// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/phone/datagram_flows.hpp"

#include <algorithm>

#include "wic-gateway/phone/stun_keepalive.hpp"

namespace wic {
namespace {

constexpr unsigned eviction_looks = 16;  // bounded work for a datagram of a stranger

bool is_keep_alive(std::string_view datagram) {
  return datagram.size() <= 4 && std::all_of(datagram.begin(), datagram.end(), [](char c) {
           return c == '\r' || c == '\n' || c == '\0' || c == ' ';
         });
}

/// A method or "SIP/2.0"; empty lines in front are allowed (RFC 3261 7.5).
bool may_be_sip(std::string_view datagram) {
  while (datagram.starts_with("\r\n")) datagram.remove_prefix(2);
  return !datagram.empty() &&
         ((datagram[0] >= 'A' && datagram[0] <= 'Z') || (datagram[0] >= 'a' && datagram[0] <= 'z'));
}

}  // namespace

DatagramFlows::Outcome DatagramFlows::handle_datagram(common::TimePoint now, const Address& from,
                                                      std::string_view datagram) {
  Outcome out;
  const auto refuse = [&](const char* cause) {
    out.verdict = Verdict::refused;
    out.cause = cause;
    return out;
  };
  const auto known = by_address_.find(from);
  if (known != by_address_.end()) note_life(now, known->second, flows_.at(known->second));
  if (is_keep_alive(datagram)) return out;
  if (looks_like_stun(datagram)) {
    if (!stun_.allow(limits_.stun, now)) return refuse("stun_rate");
    if (auto reply = answer_stun(datagram, from.source)) {
      out.verdict = Verdict::answer;
      out.reply = std::move(*reply);
    }
    return out;
  }
  if (!may_be_sip(datagram)) return refuse("not_sip");
  if (known != by_address_.end()) {
    out.flow = ims::FlowId{known->second};
  } else {
    open(now, from, out);
    if (out.verdict == Verdict::refused) return out;
  }
  if (!flows_.at(out.flow.value).messages.allow(limits_.messages, now)) {
    return refuse("message_rate");
  }
  out.verdict = Verdict::deliver;
  return out;
}

void DatagramFlows::open(common::TimePoint now, const Address& from, Outcome& out) {
  auto verdict = admission_.admit(from.source.address, now);
  if (verdict == Admission::Verdict::full) {
    out.evicted = evict(now);
    if (out.evicted) verdict = admission_.admit(from.source.address, now);
  }
  if (verdict != Admission::Verdict::admit) {
    out.verdict = Verdict::refused;
    out.cause = verdict == Admission::Verdict::full                  ? "full"
                : verdict == Admission::Verdict::too_many_of_address ? "address_full"
                : verdict == Admission::Verdict::too_fast            ? "new_flow_rate"
                                                                     : "failures";
    return;
  }
  const ims::FlowId id = hooks_.next_flow();
  by_age_.push_back(id.value);
  flows_.emplace(id.value, Flow{from, RateLimit(limits_.messages, now), std::prev(by_age_.end())});
  by_address_.emplace(from, id.value);
  note_life(now, id.value, flows_.at(id.value));
  out.flow = id;
  out.opened = true;
}

std::optional<ims::FlowId> DatagramFlows::evict(common::TimePoint now) {
  unsigned looks = 0;
  for (auto it = by_age_.begin(); it != by_age_.end() && looks < eviction_looks; ++it, ++looks) {
    const ims::FlowId flow{*it};
    if (hooks_.is_registered(flow)) continue;
    close(now, flow);
    return flow;
  }
  return std::nullopt;
}

void DatagramFlows::note_life(common::TimePoint now, std::uint64_t id, Flow& flow) {
  by_age_.splice(by_age_.end(), by_age_, flow.age);
  if (limits_.keep_alive.count() > 0) silence_.set(id, now + limits_.keep_alive);
}

bool DatagramFlows::close(common::TimePoint now, ims::FlowId flow) {
  const auto found = flows_.find(flow.value);
  if (found == flows_.end()) return false;
  admission_.release(found->second.address.source.address, now);
  by_address_.erase(found->second.address);
  by_age_.erase(found->second.age);
  silence_.clear(flow.value);
  flows_.erase(found);
  return true;
}

const DatagramFlows::Address* DatagramFlows::find(ims::FlowId flow) const {
  const auto found = flows_.find(flow.value);
  return found == flows_.end() ? nullptr : &found->second.address;
}

std::vector<ims::FlowId> DatagramFlows::handle_timeout(common::TimePoint now) {
  std::vector<ims::FlowId> out;
  while (const auto silent = silence_.pop(now)) {
    silence_.set(*silent, now + limits_.keep_alive);
    if (hooks_.is_registered(ims::FlowId{*silent})) out.push_back(ims::FlowId{*silent});
  }
  return out;
}

}  // namespace wic
