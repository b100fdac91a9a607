// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/client_keys.hpp"

#include <nlohmann/json.hpp>

#include "common/jose/json.hpp"

namespace waf {
namespace {

using std::chrono::seconds;

constexpr seconds keys_live{600};
constexpr seconds between_fetches{60};
constexpr seconds longest_fetch{60};  // an answer that never came must not block for ever
constexpr common::jose::JsonLimits document_limits = {.max_bytes = 64 * 1024, .max_depth = 5};

}  // namespace

common::Result<common::jose::KeySet> parse_client_keys(std::string_view text) {
  auto document = common::jose::parse_json(text, document_limits);
  if (!document) return common::fail(document.error());
  if (document->is_object() && document->contains("keys") && document->at("keys").is_array()) {
    std::size_t count = 0;
    for (auto& key : document->at("keys")) {
      ++count;
      if (key.is_object() && !key.contains("kid")) key["kid"] = "without-" + std::to_string(count);
    }
  }
  return common::jose::KeySet::parse(document->dump());
}

std::shared_ptr<const common::jose::KeySet> FetchedKeys::find(std::string_view client_id,
                                                              common::SystemTime now) const {
  const auto found = entries_.find(client_id);
  if (found == entries_.end() || now >= found->second.fetched_at + keys_live) return nullptr;
  return found->second.keys;
}

bool FetchedKeys::is_under_way(std::string_view client_id, common::SystemTime now) const {
  const auto found = entries_.find(client_id);
  return found != entries_.end() && found->second.under_way &&
         now < found->second.began_at + longest_fetch;
}

bool FetchedKeys::begin(std::string_view client_id, common::SystemTime now) {
  if (entries_.size() >= most_ && !entries_.contains(client_id)) {
    std::erase_if(entries_, [now](const auto& entry) {
      return now >= entry.second.fetched_at + keys_live &&
             now >= entry.second.began_at + longest_fetch;
    });
    if (entries_.size() >= most_) return false;
  }
  Entry& entry = entries_[std::string(client_id)];
  if (entry.began_at != common::SystemTime{} && now < entry.began_at + between_fetches)
    return false;
  entry.began_at = now;
  entry.under_way = true;
  return true;
}

void FetchedKeys::put(std::string_view client_id, common::jose::KeySet keys,
                      common::SystemTime now) {
  Entry& entry = entries_[std::string(client_id)];
  entry.keys = std::make_shared<const common::jose::KeySet>(std::move(keys));
  entry.fetched_at = now;
  entry.under_way = false;
}

void FetchedKeys::abandon(std::string_view client_id) {
  const auto found = entries_.find(client_id);
  if (found != entries_.end()) found->second.under_way = false;
}

}  // namespace waf
