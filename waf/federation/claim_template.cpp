// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/claim_template.hpp"

#include <algorithm>
#include <array>

#include "waf/federation/errc.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;

constexpr std::array<std::string_view, 3> known_filters = {"lower", "digits", "local"};

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t end = text.find(at);
    out.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::string filtered(std::string value, std::string_view filter) {
  if (filter == "lower") {
    for (char& c : value) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
  } else if (filter == "digits") {
    std::erase_if(value, [](char c) { return c < '0' || c > '9'; });
  } else {
    value.resize(std::min(value.find('@'), value.size()));
  }
  return value;
}

}  // namespace

Result<ClaimTemplate> ClaimTemplate::parse(std::string_view text) {
  ClaimTemplate out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::string_view literal = text.substr(0, open);
    if (literal.find('}') != std::string_view::npos) {
      return fail(Errc::malformed_identity, "\"}\" without \"{\"");
    }
    if (!literal.empty()) out.parts_.push_back({std::string(literal), false, {}});
    if (open == std::string_view::npos) return out;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos)
      return fail(Errc::malformed_identity, "\"{\" without \"}\"");
    auto words = split(text.substr(open + 1, close - open - 1), '|');
    Part part{words.front(), true, {words.begin() + 1, words.end()}};
    if (part.text.empty()) return fail(Errc::malformed_identity, "a claim without a name");
    for (const auto& filter : part.filters) {
      if (std::find(known_filters.begin(), known_filters.end(), filter) == known_filters.end()) {
        return fail(Errc::malformed_identity, "unknown filter \"" + filter + "\"");
      }
    }
    out.parts_.push_back(std::move(part));
    text.remove_prefix(close + 1);
  }
  return out;
}

Result<std::string> ClaimTemplate::render(const Claims& claims) const {
  std::string out;
  for (const Part& part : parts_) {
    if (!part.is_claim) {
      out += part.text;
      continue;
    }
    auto value = single_claim(claims, part.text);
    if (!value) return fail(Errc::missing_claim, part.text);
    for (const auto& filter : part.filters) *value = filtered(std::move(*value), filter);
    if (value->empty()) return fail(Errc::missing_claim, part.text + " (nothing left of it)");
    out += *value;
  }
  return out;
}

std::vector<std::string> ClaimTemplate::names() const {
  std::vector<std::string> out;
  for (const Part& part : parts_) {
    if (part.is_claim) out.push_back(part.text);
  }
  return out;
}

}  // namespace waf::federation
