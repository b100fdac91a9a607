// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/claims.hpp"

#include <nlohmann/json.hpp>

namespace waf::federation {
namespace {

constexpr std::size_t max_value = 1024;
constexpr int max_depth = 4;

std::optional<std::string> text_of(const nlohmann::json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
  if (value.is_number()) return value.dump();
  if (!value.is_string()) return std::nullopt;
  auto text = value.get<std::string>();
  if (text.empty() || text.size() > max_value) return std::nullopt;
  return text;
}

void collect(Claims& out, const std::string& name, const nlohmann::json& value, int depth) {
  if (depth > max_depth) return;
  if (value.is_object()) {
    for (const auto& [inner, member] : value.items()) {
      collect(out, name.empty() ? inner : name + "." + inner, member, depth + 1);
    }
    return;
  }
  if (value.is_array()) {
    for (const auto& element : value) {
      if (auto text = text_of(element)) out[name].push_back(std::move(*text));
    }
    return;
  }
  if (auto text = text_of(value)) out[name].push_back(std::move(*text));
}

}  // namespace

Claims claims_of(const nlohmann::json& object) {
  Claims out;
  if (object.is_object()) collect(out, "", object, 0);
  return out;
}

std::optional<std::string> single_claim(const Claims& claims, std::string_view name) {
  const auto found = claims.find(name);
  if (found == claims.end() || found->second.size() != 1) return std::nullopt;
  return found->second.front();
}

}  // namespace waf::federation
