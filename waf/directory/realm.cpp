// SPDX-License-Identifier: Apache-2.0
#include "waf/directory/realm.hpp"

#include <algorithm>

namespace waf::directory {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_realm(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

const Directory* directory_of(const std::vector<Directory>& directories, std::string_view realm) {
  for (const Directory& one : directories) {
    for (const auto& known : one.realms) {
      if (same_realm(known, realm)) return &one;
    }
  }
  return nullptr;
}

std::optional<RealmMatch> match(const std::vector<Directory>& directories, std::string_view realm,
                                std::string_view user_name) {
  const Directory* found = directory_of(directories, realm);
  if (found == nullptr || user_name.empty()) return std::nullopt;
  return RealmMatch{found, std::string(user_name), true};
}

}  // namespace

std::optional<RealmMatch> find_realm(const std::vector<Directory>& directories,
                                     std::string_view typed) {
  if (const std::size_t slash = typed.find('\\'); slash != std::string_view::npos) {
    return match(directories, typed.substr(0, slash), typed.substr(slash + 1));
  }
  if (const std::size_t at = typed.rfind('@'); at != std::string_view::npos) {
    if (auto out = match(directories, typed.substr(at + 1), typed.substr(0, at))) return out;
  }
  const auto open = std::find_if(directories.begin(), directories.end(),
                                 [](const Directory& one) { return one.realms.empty(); });
  if (open == directories.end() || typed.empty()) return std::nullopt;
  return RealmMatch{&*open, std::string(typed), false};
}

}  // namespace waf::directory
