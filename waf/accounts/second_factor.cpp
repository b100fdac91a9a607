// SPDX-License-Identifier: Apache-2.0
#include "waf/accounts/second_factor.hpp"

#include "waf/accounts/totp.hpp"

namespace waf {
namespace {

constexpr int recovery_codes = 10;
constexpr std::size_t recovery_octets = 5;  // 40 bits, guessed only through the throttle
constexpr std::size_t recovery_characters = 10;

std::string place_of(const std::string& user_id) { return "totp:" + user_id; }

/// Without what people put between the groups, in lower case.
std::string bare(std::string_view typed) {
  std::string out;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

/// Keyed: 40 bits would be found from a plain hash at once.
std::string digest_of_code(const EndpointContext& context, const std::string& user_id,
                           std::string_view code) {
  return context.devices.box.keyed_digest_of("recovery:" + user_id, code);
}

bool accept_code(EndpointContext& context, const std::string& user_id, std::string_view typed,
                 SystemTime now) {
  if (typed.size() > 64) return false;
  const std::string code = bare(typed);
  if (code.size() == recovery_characters) {
    return context.store.spend_recovery_code(user_id, digest_of_code(context, user_id, code));
  }
  const auto totp = context.store.find_totp(user_id);
  if (!totp) return false;
  const auto secret = context.devices.box.open(place_of(user_id), totp->secret);
  if (!secret) return false;
  const auto step = match_totp(*secret, code, totp->last_step, now);
  return step && context.store.advance_totp(user_id, *step);
}

}  // namespace

bool has_second_factor(EndpointContext& context, std::string_view user_id) {
  return context.store.find_totp(user_id) || !context.store.passkeys_of_user(user_id).empty();
}

CodeOutcome check_code(EndpointContext& context, const std::string& user_id, std::string_view typed,
                       SystemTime now) {
  const std::string account = "code:" + user_id;
  if (const seconds wait = context.throttle.begin(account, now); wait > seconds(0)) {
    context.metrics.login("throttled");
    return {CodeOutcome::Kind::throttled, wait};
  }
  if (!accept_code(context, user_id, typed, now)) {
    context.metrics.login("refused");
    return {};
  }
  context.throttle.succeeded(account);
  context.metrics.login("second_factor");
  return {CodeOutcome::Kind::accepted, {}};
}

std::vector<std::string> with_code(std::vector<std::string> amr) {
  amr.insert(amr.end(), {"otp", "mfa"});
  return amr;
}

std::string seal_totp(EndpointContext& context, const std::string& user_id,
                      std::string_view secret) {
  return context.devices.box.seal(context.random, place_of(user_id), secret);
}

std::vector<std::string> make_recovery_codes(EndpointContext& context, const std::string& user_id) {
  std::vector<std::string> out;
  std::vector<std::string> digests;
  for (int i = 0; i < recovery_codes; ++i) {
    const std::string code = context.random.hex(recovery_octets);
    digests.push_back(digest_of_code(context, user_id, code));
    out.push_back(code.substr(0, 5) + "-" + code.substr(5));
  }
  context.store.put_recovery_codes(user_id, digests);
  return out;
}

}  // namespace waf
