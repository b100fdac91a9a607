// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/acr.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace waf {
namespace {

constexpr std::array<std::string_view, 3> names = {"urn:acr:pwd", "urn:acr:mfa", "urn:acr:phr"};

std::optional<std::size_t> rank(std::string_view acr) {
  const auto* found = std::find(names.begin(), names.end(), acr);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::string_view acr_of(Assurance assurance) { return names[static_cast<std::size_t>(assurance)]; }

Assurance assurance_of(const std::vector<std::string>& amr) {
  const auto has = [&amr](std::string_view one) {
    return std::find(amr.begin(), amr.end(), one) != amr.end();
  };
  if (!has("mfa")) return Assurance::password;
  return has("pop") || has("hwk") || has("swk") ? Assurance::phishing_resistant
                                                : Assurance::several_factors;
}

bool satisfies(std::string_view acr, const std::vector<std::string>& wanted) {
  std::optional<std::size_t> least;
  for (const auto& one : wanted) {
    const auto value = rank(one);
    if (value && (!least || *value < *least)) least = value;
  }
  return !least || rank(acr).value_or(0) >= *least;
}

std::vector<std::string> known_acrs() { return {names.begin(), names.end()}; }

}  // namespace waf
