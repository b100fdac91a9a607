// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/ws/admission.hpp"

#include <algorithm>

namespace wic {
namespace {

constexpr std::chrono::seconds sweep_interval{10};

common::IpAddress client_of(common::IpAddress address) {
  if (address.is_v6()) std::fill(address.octets.begin() + 8, address.octets.end(), std::uint8_t{0});
  return address;
}

}  // namespace

bool Admission::is_forgettable(const Client& client, common::TimePoint now) const {
  return client.connections == 0 && client.handshakes.is_idle(limits_.handshakes, now) &&
         client.failures.is_idle(limits_.token_failures, now);
}

void Admission::forget_idle(common::TimePoint now) {
  if (now < next_sweep_) return;
  next_sweep_ = now + sweep_interval;
  std::erase_if(clients_, [&](const auto& entry) { return is_forgettable(entry.second, now); });
}

Admission::Client* Admission::find_or_make(const common::IpAddress& client, common::TimePoint now) {
  const common::IpAddress key = client_of(client);
  if (const auto known = clients_.find(key); known != clients_.end()) return &known->second;
  forget_idle(now);
  if (clients_.size() >= limits_.remembered_addresses) return nullptr;
  Client fresh{0, RateLimit(limits_.handshakes, now), RateLimit(limits_.token_failures, now)};
  return &clients_.emplace(key, fresh).first->second;
}

Admission::Verdict Admission::admit(const common::IpAddress& address, common::TimePoint now) {
  if (connections_ >= limits_.connections) return Verdict::full;
  Client* client = find_or_make(address, now);
  if (client == nullptr) return Verdict::full;
  if (client->connections >= limits_.connections_per_address) return Verdict::too_many_of_address;
  if (!client->failures.would_allow(limits_.token_failures, now)) {
    return Verdict::too_many_failures;
  }
  if (!client->handshakes.allow(limits_.handshakes, now)) return Verdict::too_fast;
  ++client->connections;
  ++connections_;
  return Verdict::admit;
}

void Admission::release(const common::IpAddress& address, common::TimePoint now) {
  const auto client = clients_.find(client_of(address));
  if (client == clients_.end() || client->second.connections == 0) return;
  --connections_;
  --client->second.connections;
  if (is_forgettable(client->second, now)) clients_.erase(client);
}

void Admission::count_token_failure(const common::IpAddress& address, common::TimePoint now) {
  if (Client* client = find_or_make(address, now)) {
    static_cast<void>(client->failures.allow(limits_.token_failures, now));
  }
}

}  // namespace wic
