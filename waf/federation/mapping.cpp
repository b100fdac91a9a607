// SPDX-License-Identifier: Apache-2.0
#include "waf/federation/mapping.hpp"

#include <algorithm>

#include "waf/federation/errc.hpp"
#include "waf/federation/identity_syntax.hpp"

namespace waf::federation {
namespace {

using common::fail;
using common::Result;

// std::regex recurses for each character: a longer text could end the stack.
constexpr std::size_t max_matched = 256;
constexpr std::size_t max_display_name = 128;

bool has(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

Claims allowed_claims(const Mapping& mapping, const Claims& claims) {
  Claims out;
  for (const auto& name : mapping.claims) {
    if (const auto found = claims.find(name); found != claims.end()) out.insert(*found);
  }
  return out;
}

Result<void> extract(const std::vector<Extraction>& extractions, Claims& claims) {
  for (const Extraction& rule : extractions) {
    const auto value = single_claim(claims, rule.claim);
    if (!value) return fail(Errc::missing_claim, rule.claim);
    std::smatch match;
    if (value->size() > max_matched || !std::regex_match(*value, match, rule.pattern)) {
      return fail(Errc::filtered_claim, rule.claim + " does not match " + rule.pattern_text);
    }
    claims[rule.variable] = {match.format(rule.value)};
  }
  return {};
}

Result<void> from_table(const IdentityTable& table, const Claims& claims, MappedIdentity& out) {
  const auto key = single_claim(claims, table.claim);
  if (!key) return fail(Errc::missing_claim, table.claim);
  const auto row = table.rows.find(*key);
  if (row == table.rows.end())
    return fail(Errc::filtered_claim, table.claim + " is not in the table");
  out.impi = row->second.impi;
  out.impus = row->second.impus;
  return {};
}

Result<void> from_templates(const Mapping& mapping, const Claims& claims, MappedIdentity& out) {
  auto impi = mapping.impi->render(claims);
  if (!impi) return fail(impi.error());
  out.impi = std::move(*impi);
  for (const auto& one : mapping.impus) {
    auto impu = one.render(claims);
    if (!impu) return fail(impu.error());
    out.impus.push_back(std::move(*impu));
  }
  for (const auto& one : mapping.optional_impus) {
    auto impu = one.render(claims);
    if (impu) {
      if (!has(out.impus, *impu)) out.impus.push_back(std::move(*impu));
    } else {
      out.skipped.push_back(impu.error().message());
    }
  }
  return {};
}

Result<void> check(const Mapping& mapping, const MappedIdentity& identity) {
  if (auto good = check_impi(identity.impi, mapping.domains); !good) return good;
  if (identity.impus.empty()) return fail(Errc::malformed_identity, "no public identity");
  for (const auto& impu : identity.impus) {
    if (auto good = check_impu(impu, mapping.domains); !good) return good;
  }
  return {};
}

Result<void> add_scopes(const Mapping& mapping, const Claims& claims, MappedIdentity& out) {
  static const std::vector<std::string> none;
  const auto found = claims.find(mapping.groups_claim);
  const auto& groups = found == claims.end() ? none : found->second;
  const auto& required = mapping.required_groups;
  if (!required.empty() && std::none_of(required.begin(), required.end(),
                                        [&](const auto& group) { return has(groups, group); })) {
    return fail(Errc::filtered_claim, "in none of the required groups");
  }
  out.scopes = mapping.scopes;
  for (const ScopeRule& rule : mapping.scope_rules) {
    if (!has(groups, rule.group)) continue;
    for (const auto& scope : rule.scopes) {
      if (!has(out.scopes, scope)) out.scopes.push_back(scope);
    }
  }
  return {};
}

/// Text that pages and phones show: no control characters, bounded.
std::string shown(std::string text) {
  std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (text.size() > max_display_name) {
    std::size_t end = max_display_name;  // never inside a character
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text.resize(end);
  }
  return text;
}

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t end = line.find(',');
    std::string_view field = line.substr(0, end);
    while (!field.empty() && (field.front() == ' ' || field.front() == '\t'))
      field.remove_prefix(1);
    while (!field.empty() &&
           (field.back() == ' ' || field.back() == '\t' || field.back() == '\r')) {
      field.remove_suffix(1);
    }
    out.emplace_back(field);
    if (end == std::string_view::npos) return out;
    line.remove_prefix(end + 1);
  }
}

}  // namespace

Result<MappedIdentity> map_identity(const Mapping& mapping, const Claims& claims) {
  Claims allowed = allowed_claims(mapping, claims);
  MappedIdentity out;
  if (auto done = extract(mapping.extractions, allowed); !done) return fail(done.error());
  const auto mapped = mapping.table ? from_table(*mapping.table, allowed, out)
                                    : from_templates(mapping, allowed, out);
  if (!mapped) return fail(mapped.error());
  if (auto good = check(mapping, out); !good) return fail(good.error());
  if (auto done = add_scopes(mapping, allowed, out); !done) return fail(done.error());
  if (mapping.display_name) {
    if (auto name = mapping.display_name->render(allowed)) out.display_name = shown(*name);
  }
  return out;
}

Result<std::map<std::string, IdentityTable::Row, std::less<>>> parse_identity_table(
    std::string_view text) {
  std::map<std::string, IdentityTable::Row, std::less<>> out;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    std::string_view row = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    row = row.substr(0, row.find('#'));
    auto fields = fields_of(row);
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() < 3 || has(fields, "")) {
      return fail(Errc::malformed_identity,
                  "line " + std::to_string(line) + ": expected key,impi,impu[,impu…]");
    }
    IdentityTable::Row identity{fields[1], {fields.begin() + 2, fields.end()}};
    if (!out.emplace(fields[0], std::move(identity)).second) {
      return fail(Errc::malformed_identity, "line " + std::to_string(line) + ": key stands twice");
    }
  }
  return out;
}

std::vector<std::string> unlisted_claims(const Mapping& mapping) {
  std::vector<std::string> known = mapping.claims;
  std::vector<std::string> out;
  const auto note = [&](const std::string& name) {
    if (!name.empty() && !has(known, name) && !has(out, name)) out.push_back(name);
  };
  for (const auto& rule : mapping.extractions) {
    note(rule.claim);
    known.push_back(rule.variable);
  }
  const auto note_all = [&](const ClaimTemplate& one) {
    for (const auto& name : one.names()) note(name);
  };
  if (mapping.impi) note_all(*mapping.impi);
  for (const auto& one : mapping.impus) note_all(one);
  for (const auto& one : mapping.optional_impus) note_all(one);
  if (mapping.display_name) note_all(*mapping.display_name);
  if (mapping.table) note(mapping.table->claim);
  note(mapping.groups_claim);
  return out;
}

}  // namespace waf::federation
