// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "waf/admin/key_administration.hpp"
#include "waf/admin/representation.hpp"

namespace waf::admin {
namespace {

using common::HttpResponse;
using nlohmann::json;

/// A refusal of the keys' keeper, such as an unknown kid.
template <class Work>
HttpResponse attempt(const Call& call, Work work) {
  if (call.context.key_administration == nullptr) {
    return problem(503, "temporarily_unavailable", "the keys are managed elsewhere");
  }
  try {
    return work(*call.context.key_administration);
  } catch (const StoreError&) {
    throw;
  } catch (const std::runtime_error& error) {
    return problem(409, "conflict", error.what());
  }
}

bool is_known(const Call& call) {
  for (const KeyRecord& key : call.context.store.keys()) {
    if (key.kid == call.arguments[0]) return true;
  }
  return false;
}

}  // namespace

HttpResponse list_keys(const Call& call) {
  json items = json::array();
  for (const KeyRecord& key : call.context.store.keys()) items.push_back(shown(key, call.now));
  return show(call, {{"items", std::move(items)}});
}

HttpResponse rotate_key(const Call& call) {
  const auto object = read_object(call, {"algorithm"});
  if (!object) return problem(400, "invalid_request", object.error().detail);
  const json name = object->value("algorithm", json("ES256"));
  const auto algorithm =
      name.is_string() ? common::jose::algorithm_from(name.get<std::string>()) : std::nullopt;
  if (!algorithm || algorithm == common::jose::Algorithm::ps256) {
    return problem(400, "invalid_request", "algorithm: expected ES256, RS256 or EdDSA");
  }
  return attempt(call, [&](KeyAdministration& keys) {
    return changed(201, shown(keys.rotate(*algorithm, call.now), call.now));
  });
}

HttpResponse retire_key(const Call& call) {
  if (!is_known(call)) return not_found();
  return attempt(call, [&](KeyAdministration& keys) {
    keys.retire(call.arguments[0], call.now);
    return no_content();
  });
}

HttpResponse drop_key(const Call& call) {
  if (!is_known(call)) return not_found();
  return attempt(call, [&](KeyAdministration& keys) {
    keys.drop(call.arguments[0], call.now);
    return no_content();
  });
}

}  // namespace waf::admin
