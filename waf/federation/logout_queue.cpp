// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/logout_queue.hpp"

#include <algorithm>

#include "common/http.hpp"
#include "common/log.hpp"
#include "waf/federation/logout_token.hpp"

namespace waf::federation {
namespace {

constexpr std::size_t id_octets = 16;
constexpr std::size_t at_once = 16;
constexpr seconds longest_pause{300};

/// 1, 2, 4, … seconds.
seconds pause_after(std::int64_t attempts) {
  return attempts >= 9 ? longest_pause : std::min(longest_pause, seconds(1LL << attempts));
}

}  // namespace

LogoutQueue::LogoutQueue(const Settings& settings, Store& store, KeyRing& keys,
                         common::RandomSource& random, common::Metrics& metrics)
    : settings_(settings),
      store_(store),
      keys_(keys),
      random_(random),
      metrics_(metrics),
      waiting_(metrics.gauge("waf_logout_queue", "Logout tokens that clients are still to get")) {}

void LogoutQueue::drop(const LogoutDelivery& delivery, const char* result) {
  store_.remove_logout_delivery(delivery.id);
  metrics_
      .counter("waf_logout_tokens_total", "Logout tokens for clients by result",
               {{"result", result}})
      .add();
}

void LogoutQueue::queue(const std::string& user_id, const std::string& sid,
                        const std::vector<std::string>& client_ids, SystemTime now) {
  for (const auto& client_id : client_ids) {
    const auto client = store_.find_client(client_id);
    if (!client || client->backchannel_logout_uri.empty()) continue;
    LogoutDelivery delivery;
    delivery.id = random_.base64url(id_octets);
    delivery.client_id = client_id;
    delivery.user_id = user_id;
    delivery.sid = sid;
    delivery.next_attempt = now;
    delivery.expires_at = now + settings_.federation.logout_lifetime;
    if (store_.logout_deliveries() >= settings_.federation.logout_queue) {
      common::log::warn("logout of client {}: the queue is full", client_id);
      drop(delivery, "queue_full");
      continue;
    }
    store_.put_logout_delivery(delivery);
  }
}

std::vector<LogoutQueue::Post> LogoutQueue::begin(SystemTime now) {
  std::vector<Post> out;
  if (under_way_.size() >= at_once) return out;
  for (const auto& delivery : store_.due_logout_deliveries(now, at_once)) {
    if (under_way_.contains(delivery.id)) continue;
    const auto client = store_.find_client(delivery.client_id);
    if (!client || client->backchannel_logout_uri.empty()) {
      drop(delivery, "client_gone");
      continue;
    }
    const std::string token = keys_.sign_logout_token(logout_claims(
        {settings_.issuer, delivery.client_id, delivery.user_id, delivery.sid, delivery.id}, now));
    under_way_.insert(delivery.id);
    out.push_back({delivery, client->backchannel_logout_uri,
                   common::encode_form({{"logout_token", token}}),
                   !client->registration_digest.empty()});
  }
  waiting_.set(static_cast<double>(store_.logout_deliveries()));
  return out;
}

void LogoutQueue::finish(const LogoutDelivery& delivery, const common::Result<unsigned>& status,
                         SystemTime now) {
  under_way_.erase(delivery.id);
  if (status && (*status == 200 || *status == 204)) return drop(delivery, "delivered");
  const std::string why = status ? "status " + std::to_string(*status) : status.error().message();
  common::log::warn("logout of client {}: {}", delivery.client_id, why);
  // 2.8: with 400 the client says that it understood and refuses; asking again changes nothing.
  if (status && *status == 400) return drop(delivery, "refused");
  LogoutDelivery next = delivery;
  ++next.attempts;
  next.next_attempt = now + pause_after(next.attempts - 1);
  if (next.next_attempt >= next.expires_at) return drop(delivery, "given_up");
  store_.put_logout_delivery(next);
}

}  // namespace waf::federation
