// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/auth/revocation_feed.hpp"

#include <nlohmann/json.hpp>

#include "common/http.hpp"
#include "common/jose/json.hpp"
#include "wic-gateway/errc.hpp"

namespace wic {
namespace {

using common::fail;
using nlohmann::json;

std::optional<json> object_of(const std::string& data) {
  auto parsed = common::jose::parse_json(data, {.max_bytes = 1024, .max_depth = 2});
  if (!parsed || !parsed->is_object()) return std::nullopt;
  if (!parsed->contains("seq") || !parsed->at("seq").is_number_integer()) return std::nullopt;
  return std::move(*parsed);
}

}  // namespace

std::string RevocationFeed::begin() {
  stream_ = EventStream();
  greeted_ = false;
  caught_up_ = false;
  return common::encode_form({{"feed", feed_}, {"after", std::to_string(sequence_)}});
}

common::Result<void> RevocationFeed::handle_text(common::TimePoint now, std::string_view text,
                                                 const common::jose::KeySet* keys) {
  if (!stream_.handle_text(text)) return fail(Errc::untrusted_event, "an endless event");
  while (const auto event = stream_.poll_event()) {
    if (auto handled = handle_event(now, *event, keys); !handled) return handled;
  }
  return {};
}

common::Result<void> RevocationFeed::handle_event(common::TimePoint now, const StreamEvent& event,
                                                  const common::jose::KeySet* keys) {
  if (event.type == "hello") return handle_hello(event.data);
  if (!greeted_) return fail(Errc::untrusted_event, "a feed without its name");
  if (event.type == "heartbeat") return handle_heartbeat(now, event.data);
  if (event.type != "revocation") return {};  // of a later version
  auto notice = read_revocation_event(event.data, keys, issuer_, algorithms_);
  if (!notice) return fail(notice.error());
  if (notice->sequence <= sequence_) return fail(Errc::feed_broken, "events out of order");
  sequence_ = notice->sequence;
  if (caught_up_) complete_at_ = now;
  notices_.push_back(std::move(*notice));
  return {};
}

common::Result<void> RevocationFeed::handle_hello(const std::string& data) {
  const auto hello = object_of(data);
  if (!hello || !hello->contains("feed") || !hello->at("feed").is_string() ||
      !hello->contains("snapshot") || !hello->at("snapshot").is_boolean()) {
    return fail(Errc::untrusted_event, "no greeting");
  }
  const auto sequence = hello->at("seq").get<std::int64_t>();
  const bool snapshot = hello->at("snapshot").get<bool>();
  const auto feed = hello->at("feed").get<std::string>();
  if (!snapshot && (feed != feed_ || sequence != sequence_)) {
    return fail(Errc::feed_broken, "resumed at another place");
  }
  feed_ = feed;
  sequence_ = sequence;
  greeted_ = true;
  return {};
}

common::Result<void> RevocationFeed::handle_heartbeat(common::TimePoint now,
                                                      const std::string& data) {
  const auto beat = object_of(data);
  if (!beat) return fail(Errc::untrusted_event, "no heartbeat");
  const auto sequence = beat->at("seq").get<std::int64_t>();
  // It may be ahead: events past their end are not sent. Behind would mean that one came twice.
  if (sequence < sequence_) return fail(Errc::feed_broken, "heartbeat of an older feed");
  sequence_ = sequence;
  caught_up_ = true;
  complete_at_ = now;
  return {};
}

std::vector<RevocationNotice> RevocationFeed::take_notices() { return std::exchange(notices_, {}); }

}  // namespace wic
