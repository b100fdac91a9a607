// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "waf/federation/claim_template.hpp"
#include "waf/federation/claims.hpp"

namespace waf::federation {

/// A variable made from a claim by a pattern that the whole claim must match. A claim that does not
/// match refuses the login, so that a pattern is also a filter.
struct Extraction {
  std::string variable;
  std::string claim;
  std::string pattern_text;
  std::regex pattern;  // ECMAScript
  std::string value;   // "$1"
};

/// Rows of a table file: identities that do not follow from claims.
struct IdentityTable {
  struct Row {
    std::string impi;
    std::vector<std::string> impus;
  };
  std::string claim;  // the key
  std::map<std::string, Row, std::less<>> rows;
};

/// Members of a group may have these scopes.
struct ScopeRule {
  std::string group;
  std::vector<std::string> scopes;
};

/// How one provider's or directory's claims become an identity of the IMS (token-auth 5.1).
struct Mapping {
  std::vector<std::string> claims;  // what rules may name: nothing else is looked at
  std::vector<Extraction> extractions;
  std::optional<ClaimTemplate> impi;  // required without a table
  std::vector<ClaimTemplate> impus;
  std::vector<ClaimTemplate> optional_impus;  // left out when a claim is missing
  std::optional<ClaimTemplate> display_name;
  std::optional<IdentityTable> table;
  std::vector<std::string> domains;  // that we serve
  std::string groups_claim;
  std::vector<std::string> scopes;  // everybody's
  std::vector<ScopeRule> scope_rules;
  std::vector<std::string> required_groups;  // at least one of them; empty: nobody is asked
};

/// What came out; checked for syntax and served domains.
struct MappedIdentity {
  std::string impi;
  std::vector<std::string> impus;
  std::string display_name;          // empty when no claim gives one
  std::vector<std::string> scopes;   // beyond OpenID Connect's own
  std::vector<std::string> skipped;  // why optional identities are missing
};

/// Fails closed: a missing claim, a pattern that does not fit or an identity outside the served
/// domains is a refusal with its reason.
[[nodiscard]] common::Result<MappedIdentity> map_identity(const Mapping& mapping,
                                                          const Claims& claims);

/// "key,impi,impu[,impu…]" lines; '#' begins a comment. Errc::malformed_identity names the line.
[[nodiscard]] common::Result<std::map<std::string, IdentityTable::Row, std::less<>>>
parse_identity_table(std::string_view text);

/// Names that templates and rules use but `claims` does not list.
[[nodiscard]] std::vector<std::string> unlisted_claims(const Mapping& mapping);

}  // namespace waf::federation
