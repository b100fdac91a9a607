// SPDX-License-Identifier: Apache-2.0
#include "waf/io/mapping_config.hpp"

#include <fstream>
#include <sstream>

namespace waf::io {
namespace {

using common::ConfigTable;
using federation::ClaimTemplate;
using federation::Extraction;
using federation::Mapping;

constexpr std::size_t max_file = 1 << 20;

ClaimTemplate read_template(const ConfigTable& table, const char* key, const std::string& text) {
  auto out = ClaimTemplate::parse(text);
  if (!out) table.refuse(key, out.error().detail);
  return std::move(*out);
}

std::vector<ClaimTemplate> read_templates(const ConfigTable& table, const char* key) {
  std::vector<ClaimTemplate> out;
  for (const auto& text : table.strings(key, {})) out.push_back(read_template(table, key, text));
  return out;
}

Extraction read_extraction(const ConfigTable& table) {
  Extraction out;
  out.variable = table.string("variable");
  out.claim = table.string("claim");
  out.pattern_text = table.string("pattern");
  out.value = table.string("value", "$1");
  try {
    out.pattern = std::regex(out.pattern_text, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error& error) {
    table.refuse("pattern", error.what());
  }
  return out;
}

federation::IdentityTable read_identity_table(const ConfigTable& table) {
  federation::IdentityTable out;
  out.claim = table.string("claim");
  auto rows = federation::parse_identity_table(read_text_file(table, "file"));
  if (!rows) table.refuse("file", rows.error().detail);
  out.rows = std::move(*rows);
  return out;
}

}  // namespace

std::string read_text_file(const ConfigTable& table, const char* key) {
  const auto path = table.path(key);
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  if (!file || text.str().size() > max_file) {
    table.refuse(key, "cannot read " + path.string() + ", or it is larger than 1 MiB");
  }
  return text.str();
}

Mapping read_mapping(const ConfigTable& table) {
  Mapping out;
  out.claims = table.strings("claims");
  out.domains = table.strings("domains");
  if (out.domains.empty()) table.refuse("domains", "expected the domains that the core serves");
  for (const auto& one : table.tables("extract")) out.extractions.push_back(read_extraction(one));
  if (table.has("table")) out.table = read_identity_table(table.table("table"));
  if (table.has("impi")) out.impi = read_template(table, "impi", table.string("impi"));
  out.impus = read_templates(table, "impus");
  out.optional_impus = read_templates(table, "optional_impus");
  if (out.table.has_value() == out.impi.has_value()) {
    table.refuse("impi", "expected either impi and impus, or a table");
  }
  if (out.impi && out.impus.empty()) table.refuse("impus", "expected at least one");
  if (table.has("display_name")) {
    out.display_name = read_template(table, "display_name", table.string("display_name"));
  }
  out.groups_claim = table.string("groups", "");
  out.scopes = table.strings("scopes", {});
  out.required_groups = table.strings("required_groups", {});
  for (const auto& one : table.tables("group_scopes")) {
    out.scope_rules.push_back({one.string("group"), one.strings("scopes")});
  }
  if (out.groups_claim.empty() && (!out.required_groups.empty() || !out.scope_rules.empty())) {
    table.refuse("groups", "expected the claim with the groups' names");
  }
  const auto unlisted = federation::unlisted_claims(out);
  if (!unlisted.empty()) {
    table.refuse("claims", "expected \"" + unlisted.front() + "\" among them: a rule names it");
  }
  return out;
}

}  // namespace waf::io
