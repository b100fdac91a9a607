// SPDX-License-Identifier: Apache-2.0
#include "waf/clients/client.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace waf {
namespace {

template <class T, std::size_t size>
using Names = std::array<std::pair<T, std::string_view>, size>;

constexpr Names<ClientAuthentication, 6> authentications = {{
    {ClientAuthentication::none, "none"},
    {ClientAuthentication::client_secret_basic, "client_secret_basic"},
    {ClientAuthentication::client_secret_post, "client_secret_post"},
    {ClientAuthentication::private_key_jwt, "private_key_jwt"},
    {ClientAuthentication::tls_client_auth, "tls_client_auth"},
    {ClientAuthentication::self_signed_tls_client_auth, "self_signed_tls_client_auth"},
}};
constexpr Names<SenderConstraint, 3> constraints = {{
    {SenderConstraint::none, "none"},
    {SenderConstraint::dpop, "dpop"},
    {SenderConstraint::mtls, "mtls"},
}};
constexpr Names<TokenFormat, 2> formats = {{
    {TokenFormat::jwt, "jwt"},
    {TokenFormat::opaque, "opaque"},
}};

template <class T, std::size_t size>
std::string_view name_in(const Names<T, size>& names, T value) {
  const auto* found = std::find_if(names.begin(), names.end(),
                                   [value](const auto& one) { return one.first == value; });
  return found == names.end() ? std::string_view() : found->second;
}

template <class T, std::size_t size>
std::optional<T> value_in(const Names<T, size>& names, std::string_view name) {
  const auto* found = std::find_if(names.begin(), names.end(),
                                   [name](const auto& one) { return one.second == name; });
  return found == names.end() ? std::nullopt : std::optional(found->first);
}

bool holds(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

}  // namespace

bool Client::may_use_grant(std::string_view grant_type) const {
  return holds(grant_types, grant_type);
}

bool Client::may_ask_for(std::string_view scope) const { return holds(scopes, scope); }

std::string_view name_of(ClientAuthentication method) { return name_in(authentications, method); }

std::optional<ClientAuthentication> client_authentication_from(std::string_view name) {
  return value_in(authentications, name);
}

std::string_view name_of(SenderConstraint constraint) { return name_in(constraints, constraint); }

std::optional<SenderConstraint> sender_constraint_from(std::string_view name) {
  return value_in(constraints, name);
}

std::string_view name_of(TokenFormat format) { return name_in(formats, format); }

std::optional<TokenFormat> token_format_from(std::string_view name) {
  return value_in(formats, name);
}

}  // namespace waf
