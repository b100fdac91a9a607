// SPDX-License-Identifier: Apache-2.0
#include "waf/io/ldap_connection.hpp"

#include <sys/time.h>

#include <ldap.h>

#include "waf/io/ldap_deadline.hpp"

namespace waf::io {
namespace {

using directory::Entry;

struct MessageReleaser {
  void operator()(LDAPMessage* message) const noexcept { ldap_msgfree(message); }
};
using MessagePtr = std::unique_ptr<LDAPMessage, MessageReleaser>;

timeval to_timeval(std::chrono::milliseconds time) {
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(time);
  timeval out{};
  out.tv_sec = whole.count();
  out.tv_usec = std::chrono::microseconds(time - whole).count();
  return out;
}

void read_values(LDAP* handle, LDAPMessage* message, const char* name, Entry& out) {
  berval** values = ldap_get_values_len(handle, message, name);
  if (values == nullptr) return;
  for (berval** value = values; *value != nullptr; ++value) {
    out.attributes[name].emplace_back((*value)->bv_val, (*value)->bv_len);
  }
  ldap_value_free_len(values);
}

Entry read_entry(LDAP* handle, LDAPMessage* message) {
  Entry out;
  if (char* dn = ldap_get_dn(handle, message)) {
    out.dn = dn;
    ldap_memfree(dn);
  }
  BerElement* position = nullptr;
  char* name = ldap_first_attribute(handle, message, &position);
  while (name != nullptr) {
    read_values(handle, message, name, out);
    ldap_memfree(name);
    name = ldap_next_attribute(handle, message, position);
  }
  ber_free(position, 0);
  return out;
}

}  // namespace

LdapConnection::LdapConnection(const directory::Directory& directory, const std::string& uri,
                               Outcome& outcome)
    : directory_(directory), deadline_(std::make_unique<LdapDeadline>()) {
  // TCP has a time-out of its own; this is for StartTLS and the handshake.
  deadline_->set(directory.connect_timeout + directory.operation_timeout);
  outcome = prepare(uri);
}

LdapConnection::~LdapConnection() {
  deadline_->set(std::chrono::milliseconds(0));  // no waiting for a last word
  if (handle_ != nullptr) ldap_unbind_ext_s(handle_, nullptr, nullptr);
}

LdapConnection::Outcome LdapConnection::outcome_of(int code) const {
  Outcome out{code, {}};
  if (code == LDAP_SUCCESS) return out;
  out.diagnostic = ldap_err2string(code);
  char* text = nullptr;
  ldap_get_option(handle_, LDAP_OPT_DIAGNOSTIC_MESSAGE, &text);
  if (text != nullptr) {
    if (*text != '\0') out.diagnostic += std::string(": ") + text;
    ldap_memfree(text);
  }
  return out;
}

LdapConnection::Outcome LdapConnection::prepare(const std::string& uri) {
  if (const int code = ldap_initialize(&handle_, uri.c_str()); code != LDAP_SUCCESS) {
    return {code, ldap_err2string(code)};
  }
  const int version = LDAP_VERSION3;
  const timeval connect = to_timeval(directory_.connect_timeout);
  const timeval operation = to_timeval(directory_.operation_timeout);
  // Whatever ldap.conf or the environment say, these hold.
  const int demand = LDAP_OPT_X_TLS_DEMAND;
  const int least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;
  bool set = deadline_->attach(handle_) == LDAP_SUCCESS &&
             ldap_set_option(handle_, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_SUCCESS &&
             ldap_set_option(handle_, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_SUCCESS &&
             ldap_set_option(handle_, LDAP_OPT_NETWORK_TIMEOUT, &connect) == LDAP_SUCCESS &&
             ldap_set_option(handle_, LDAP_OPT_TIMEOUT, &operation) == LDAP_SUCCESS &&
             ldap_set_option(handle_, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_SUCCESS &&
             ldap_set_option(handle_, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least) == LDAP_SUCCESS;
  if (set && directory_.ca_file) {
    set = ldap_set_option(handle_, LDAP_OPT_X_TLS_CACERTFILE, directory_.ca_file->c_str()) ==
              LDAP_SUCCESS &&
          ldap_set_option(handle_, LDAP_OPT_X_TLS_CACERTDIR, nullptr) == LDAP_SUCCESS;
  }
  const int client_side = 0;
  set = set && ldap_set_option(handle_, LDAP_OPT_X_TLS_NEWCTX, &client_side) == LDAP_SUCCESS;
  if (!set) return {LDAP_PARAM_ERROR, "TLS options were refused"};
  if (uri.starts_with("ldap://")) {
    return outcome_of(ldap_start_tls_s(handle_, nullptr, nullptr));
  }
  return outcome_of(ldap_connect(handle_));
}

LdapConnection::Outcome LdapConnection::bind(const std::string& dn, const std::string& password) {
  deadline_->set(directory_.operation_timeout);
  std::string secret = password;
  berval credentials{};
  credentials.bv_len = secret.size();
  credentials.bv_val = secret.data();
  return outcome_of(ldap_sasl_bind_s(handle_, dn.c_str(), LDAP_SASL_SIMPLE, &credentials, nullptr,
                                     nullptr, nullptr));
}

LdapConnection::Outcome LdapConnection::search(const Search& search, std::vector<Entry>& found) {
  deadline_->set(directory_.operation_timeout);
  std::vector<char*> names;
  for (const auto& name : search.attributes) names.push_back(const_cast<char*>(name.c_str()));
  names.push_back(nullptr);
  timeval limit = to_timeval(directory_.operation_timeout);
  LDAPMessage* answer = nullptr;
  const int code =
      ldap_search_ext_s(handle_, search.base.c_str(), LDAP_SCOPE_SUBTREE, search.filter.c_str(),
                        names.data(), 0, nullptr, nullptr, &limit, search.size_limit, &answer);
  const MessagePtr owned(answer);
  if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED) return outcome_of(code);
  for (LDAPMessage* one = ldap_first_entry(handle_, answer); one != nullptr;
       one = ldap_next_entry(handle_, one)) {
    found.push_back(read_entry(handle_, one));
  }
  return {};
}

}  // namespace waf::io
