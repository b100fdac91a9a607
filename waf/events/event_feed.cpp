// SPDX-License-Identifier: Apache-2.0
#include "waf/events/event_feed.hpp"

#include <algorithm>

#include "common/log.hpp"
#include "waf/events/revocation_event.hpp"

namespace waf {
namespace {

// A follower that is far behind is brought up a piece at a time: neither the store's thread nor its
// stream is to choke on it.
constexpr std::size_t events_a_tick = 200;
constexpr std::size_t most_signed = 1000;

std::string with_sequence(std::string_view event, std::int64_t sequence) {
  return "event: " + std::string(event) + "\ndata: {\"seq\":" + std::to_string(sequence) + "}\n\n";
}

}  // namespace

EventFeed::EventFeed(EventSettings settings, std::string issuer, std::string id, Store& store,
                     Sign sign, common::Metrics& metrics)
    : settings_(settings),
      issuer_(std::move(issuer)),
      id_(std::move(id)),
      store_(store),
      sign_(std::move(sign)),
      following_(metrics.gauge("waf_event_followers", "Gateways that follow the revocations")),
      announced_(metrics.counter("waf_events_signed_total", "Revocations announced to followers")),
      cut_(metrics.counter("waf_event_followers_lost_total",
                           "Followers that went or did not keep up")) {}

std::shared_ptr<common::BodyStream> EventFeed::follow(std::string_view feed, std::int64_t after,
                                                      SystemTime until, SystemTime now) {
  if (followers_.size() >= settings_.max_followers) return nullptr;
  const bool resumes = feed == id_ && after >= 0 && after <= store_.last_event();
  Follower follower;
  follower.stream = std::make_shared<common::BodyStream>(settings_.max_unsent_bytes);
  follower.sent = resumes ? after : 0;
  follower.until = until;
  follower.last_words = now;
  follower.stream->write("event: hello\ndata: {\"feed\":\"" + id_ +
                         "\",\"seq\":" + std::to_string(follower.sent) +
                         ",\"snapshot\":" + (resumes ? "false" : "true") + "}\n\n");
  // What it lacks comes with the next tick: outside of the transaction that may be open now.
  followers_.push_back(std::move(follower));
  following_.set(static_cast<double>(followers_.size()));
  return followers_.back().stream;
}

const std::string& EventFeed::text_of(const RevocationEvent& event, SystemTime now) {
  const auto known = signed_.find(event.sequence);
  if (known != signed_.end()) return known->second;
  std::string text = "id: " + std::to_string(event.sequence) +
                     "\nevent: revocation\ndata: " + sign_(event_claims(event, issuer_, now)) +
                     "\n\n";
  announced_.add();
  if (signed_.size() >= most_signed) signed_.erase(signed_.begin());
  return signed_.insert_or_assign(event.sequence, std::move(text)).first->second;
}

bool EventFeed::advance(Follower& follower, std::int64_t last, SystemTime now) {
  if (follower.until <= now) {
    follower.stream->finish();  // it comes back with a new token
    return false;
  }
  std::string text;
  if (follower.sent < last) {
    for (const RevocationEvent& event : store_.events_after(follower.sent, events_a_tick)) {
      follower.sent = event.sequence;
      if (event.revocation.expires_at > now) text += text_of(event, now);
    }
  }
  // The first one says that nothing is missing any more.
  const bool arrived = !follower.caught_up && follower.sent >= last;
  if (arrived || (text.empty() && now >= follower.last_words + settings_.heartbeat)) {
    text += with_sequence("heartbeat", follower.sent);
    follower.caught_up = true;
  }
  if (!text.empty()) {
    follower.last_words = now;
    follower.stream->write(text);
  }
  if (!follower.stream->closed()) return true;
  cut_.add();
  return false;
}

void EventFeed::handle_tick(SystemTime now) {
  if (followers_.empty()) return;
  const std::int64_t last = store_.last_event();
  const auto gone =
      std::erase_if(followers_, [&](Follower& follower) { return !advance(follower, last, now); });
  if (gone > 0) following_.set(static_cast<double>(followers_.size()));
}

}  // namespace waf
