// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/request_guard.hpp"

#include <algorithm>

#include "ims-interface/dialog/sessions.hpp"
#include "ims-interface/identity/emergency.hpp"
#include "ims-interface/printable.hpp"
#include "ims-interface/registration/bearer.hpp"
#include "ims-interface/registration/challenge.hpp"
#include "ims-interface/registration/device.hpp"
#include "ims-interface/registration/digest.hpp"

namespace ims {

void RequestGuard::challenge(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                             std::string_view error, bool stale) {
  sip::Message response = transaction.request.reply(407, {}, transaction.to_tag);
  const std::string nonce = edge_.nonces.make(now, flow.peer.address.address, edge_.random);
  response.set_values("Proxy-Authenticate",
                      challenges_for(flow.peer, edge_.policy, nonce, stale, error));
  edge_.respond(now, transaction, std::move(response));
}

void RequestGuard::refuse(common::TimePoint now, const Flow& flow, W2ServerTx& transaction,
                          int status, std::string_view why) {
  edge_.report({.kind = Event::Kind::request_refused,
                .flow = flow.id,
                .call = {},
                .impi = flow.impi,
                .impu = uri_of(transaction.request.value("From")),
                .peer = without_code(transaction.request.request_uri()),
                .call_id = std::string(transaction.request.call_id()),
                .method = transaction.request.method(),
                .originating = true,
                .status = status,
                .why = std::string(why)});
  edge_.refuse(now, transaction, status, why);
}

template <class Ask>
void RequestGuard::check(common::TimePoint now, W2ServerTx& transaction, Ask ask) {
  const VerificationId id{edge_.next_id()};
  edge_.request_checks.emplace(id.value, transaction.id);
  const std::optional<TokenOutcome> outcome = ask(id);
  if (outcome) {
    static_cast<void>(handle_outcome(now, id, *outcome));
    return;
  }
  edge_.timers.set(TimerKind::request_check, id.value, now + edge_.policy.verification_timeout);
}

bool RequestGuard::pass(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const sip::Message& request = transaction.request;
  if (!flow.peer.secure && flow.peer.is_phone()) {
    BearerCredentials exposed = read_bearer(request);
    if (exposed.state == BearerCredentials::State::present) {  // B18
      edge_.outputs.emplace_back(RevokeToken{std::move(exposed.token)});
      refuse(now, flow, transaction, 403, "tokens are accepted over TLS only");
      return false;
    }
  }
  if (!flow.peer.is_phone() || !flow.peer.access->challenge_requests || flow.impi.empty() ||
      !request.to_tag().empty() || (flow.star && flow.star->identity) ||
      is_emergency(request, edge_.policy)) {
    return true;
  }
  const BearerCredentials token = read_bearer(request);
  const DigestCredentials digest = read_digest(request, edge_.policy.home_domain);
  if (token.state == BearerCredentials::State::malformed ||
      digest.state == DigestCredentials::State::malformed) {
    refuse(now, flow, transaction, 400, "malformed credentials");
    return false;
  }
  if (token.state == BearerCredentials::State::present && flow.peer.access->tokens) {
    const PresentedToken presented{token.token, request.method(), request.request_uri(),
                                   request.value("DPoP")};
    check(now, transaction, [&](VerificationId id) {
      return edge_.verifier.verify(now, id, presented, flow.peer,
                                   register_scopes(flow.peer, edge_.policy));
    });
    return false;
  }
  const auto& offered = flow.peer.access->digest;
  const common::IpAddress& source = flow.peer.address.address;
  if (digest.state == DigestCredentials::State::absent || edge_.codes == nullptr ||
      std::find(offered.begin(), offered.end(), digest.algorithm) == offered.end()) {
    challenge(now, flow, transaction, "", false);
    return false;
  }
  if (!edge_.nonces.take(now, source, digest.nonce, digest.count)) {
    challenge(now, flow, transaction, "", true);
    return false;
  }
  const Registration* registration = edge_.registration_for(flow, uri_of(request.value("From")));
  if (registration == nullptr ||
      !names_aor(digest.username, registration->aor, edge_.policy.home_domain)) {
    refuse(now, flow, transaction, 403, "Digest username is not the registered user");
    return false;
  }
  CodeProof proof = proof_of(digest, std::string(request.method()));
  proof.device = flow.device;
  proof.realm = edge_.policy.home_domain;
  proof.flow = flow.id;
  check(now, transaction,
        [&](VerificationId id) { return edge_.codes->exchange(now, id, proof, flow.peer); });
  return false;
}

void RequestGuard::handle_timeout(common::TimePoint now, std::uint64_t id) {
  static_cast<void>(handle_outcome(now, {id}, tl::unexpected(TokenFailure::unavailable)));
}

bool RequestGuard::handle_outcome(common::TimePoint now, VerificationId id,
                                  const TokenOutcome& outcome) {
  const auto found = edge_.request_checks.find(id.value);
  if (found == edge_.request_checks.end()) return false;
  const std::uint64_t server = found->second;
  edge_.request_checks.erase(found);
  edge_.timers.clear(TimerKind::request_check, id.value);
  const auto waiting = edge_.w2_servers.find(server);
  if (waiting == edge_.w2_servers.end() || waiting->second.state != W2ServerTx::State::proceeding) {
    return true;  // given up meanwhile
  }
  W2ServerTx& transaction = waiting->second;
  Flow* flow = edge_.flow(transaction.flow);
  if (flow == nullptr) return true;
  if (!outcome) {
    switch (outcome.error()) {
      case TokenFailure::unavailable:
        refuse(now, *flow, transaction, 503, "credentials cannot be checked now");
        break;
      case TokenFailure::malformed:
        refuse(now, *flow, transaction, 400, "malformed token");
        break;
      case TokenFailure::client_refused:
        refuse(now, *flow, transaction, 403, "client not allowed here");
        break;
      case TokenFailure::invalid_code:
        challenge(now, *flow, transaction, "", false);
        break;
      case TokenFailure::invalid_scope:
        challenge(now, *flow, transaction, "invalid_scope", false);
        break;
      case TokenFailure::invalid_token:
        challenge(now, *flow, transaction, "invalid_token", false);
        break;
    }
  } else if (outcome->impi != flow->impi) {
    refuse(now, *flow, transaction, 403, "credentials of another user");
  } else {
    sessions_.handle_wic_request(now, *flow, transaction);
  }
  return true;
}

}  // namespace ims
