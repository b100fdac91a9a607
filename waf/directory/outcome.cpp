// SPDX-License-Identifier: Apache-2.0
#include "waf/directory/outcome.hpp"

#include <algorithm>
#include <array>

#include "common/encoding.hpp"

namespace waf::directory {
namespace {

// RFC 4511 4.1.9.
constexpr int success = 0;
constexpr int constraint_violation = 19;
constexpr int no_such_object = 32;
constexpr int invalid_dn = 34;
constexpr int inappropriate_authentication = 48;
constexpr int invalid_credentials = 49;
constexpr int insufficient_access = 50;
constexpr int unwilling_to_perform = 53;

struct SubCode {
  std::string_view code;
  Refusal refusal;
};
constexpr std::array<SubCode, 10> sub_codes = {{
    {"525", Refusal::no_such_user},
    {"52e", Refusal::wrong_password},
    {"52f", Refusal::not_now},
    {"530", Refusal::not_now},
    {"531", Refusal::not_now},
    {"532", Refusal::expired},
    {"533", Refusal::account_disabled},
    {"701", Refusal::account_expired},
    {"773", Refusal::expired},
    {"775", Refusal::locked},
}};

Refusal sub_code_of(std::string_view diagnostic) {
  constexpr std::string_view mark = "data ";
  const std::size_t at = diagnostic.find(mark);
  if (at == std::string_view::npos) return Refusal::wrong_password;
  const std::string_view code = diagnostic.substr(at + mark.size(), 3);
  const auto* found = std::find_if(sub_codes.begin(), sub_codes.end(),
                                   [code](const SubCode& one) { return one.code == code; });
  return found == sub_codes.end() ? Refusal::wrong_password : found->refusal;
}

}  // namespace

BindOutcome outcome_of_bind(int code, std::string_view diagnostic) {
  using Outcome = DirectoryVerdict::Outcome;
  switch (code) {
    case success:
      return {Outcome::accepted, Refusal::none};
    case invalid_credentials:
      return {Outcome::refused, sub_code_of(diagnostic)};
    // OpenLDAP's password policy answers locked accounts so when it hides why.
    case no_such_object:
    case invalid_dn:
      return {Outcome::refused, Refusal::no_such_user};
    case inappropriate_authentication:  // an entry without a password
    case insufficient_access:           // Directory servers' "inactivated"
      return {Outcome::refused, Refusal::account_disabled};
    case constraint_violation:  // too many attempts
    case unwilling_to_perform:
      return {Outcome::refused, Refusal::locked};
    default:
      return {};  // busy, unavailable, time-out, referral: nothing is known about the password
  }
}

std::string_view name_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return "none";
    case Refusal::no_such_user:
      return "no_such_user";
    case Refusal::several_users:
      return "several_users";
    case Refusal::wrong_password:
      return "wrong_password";
    case Refusal::not_now:
      return "not_now";
    case Refusal::expired:
      return "expired";
    case Refusal::account_disabled:
      return "account_disabled";
    case Refusal::account_expired:
      return "account_expired";
    case Refusal::locked:
      return "locked";
  }
  return "";
}

std::string key_text(std::string_view attribute, std::string_view value) {
  constexpr std::size_t guid_octets = 16;
  if (attribute == "objectGUID" && value.size() == guid_octets) {
    // The first three fields are little-endian on the wire.
    constexpr std::array<std::size_t, guid_octets> order = {3, 2, 1,  0,  5,  4,  7,  6,
                                                            8, 9, 10, 11, 12, 13, 14, 15};
    std::string out;
    for (std::size_t i = 0; i < guid_octets; ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
      out += common::hex_encode(common::bytes_of(value.substr(order[i], 1)));
    }
    return out;
  }
  const bool printable =
      std::all_of(value.begin(), value.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return printable ? std::string(value) : common::hex_encode(common::bytes_of(value));
}

}  // namespace waf::directory
