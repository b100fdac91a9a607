// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ims-interface/registration/code_body.hpp"
#include "ims-interface/registration/device.hpp"
#include "ims-interface/registration/registrar.hpp"
#include "ims-interface/registration/star_devices.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

bool offers(const PhoneAccess& access, DigestAlgorithm algorithm) {
  return std::find(access.digest.begin(), access.digest.end(), algorithm) != access.digest.end();
}

}  // namespace

void Registrar::handle_codes(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const PhoneAccess& access = *flow.peer.access;
  BodyCode body = read_code_body(transaction.request);
  if (body.state == BodyCode::State::malformed) {
    return refuse(now, flow, transaction, 400, "malformed access code", false);
  }
  if (body.state == BodyCode::State::present) {
    if (!access.body_codes || edge_.codes == nullptr ||
        !access.takes_codes_from(flow.peer.address.address)) {
      return refuse(now, flow, transaction, 403, "access codes are not taken here", false);
    }
    if (body.code.size() < access.least_code_digits) {
      return refuse(now, flow, transaction, 403, "access code too short for this transport", false);
    }
    const auto request = read(now, flow, transaction);
    if (!request) return;
    CodeProof proof;
    proof.mode = CodeProof::Mode::code;
    proof.username = user_of_aor(request->aor);
    proof.code = std::move(body.code);
    proof.device = flow.device = device_of(flow.peer, *request, flow.device);
    return exchange(now, flow, transaction, std::move(proof));
  }
  const DigestCredentials digest = read_digest(transaction.request, edge_.policy.home_domain);
  if (digest.state == DigestCredentials::State::malformed) {
    return refuse(now, flow, transaction, 400, "malformed Digest credentials", false);
  }
  if (digest.state == DigestCredentials::State::present) {
    return handle_digest(now, flow, transaction, digest);
  }
  if (star_.handle_register(now, flow, transaction)) return;
  const bool last = ++flow.challenges > edge_.policy.challenges_per_flow;
  challenge(now, flow, transaction, "", "no credentials", last);
}

void Registrar::handle_digest(common::TimePoint now, Flow& flow, W2ServerTx& transaction,
                              const DigestCredentials& digest) {
  const PhoneAccess& access = *flow.peer.access;
  const common::IpAddress& source = flow.peer.address.address;
  if (!offers(access, digest.algorithm) || !access.takes_codes_from(source) ||
      edge_.codes == nullptr) {
    return challenge(now, flow, transaction, "", "Digest not offered here", ends_connection(flow));
  }
  // Before anything else that costs: a stale answer is no guess, and is asked for again.
  if (!edge_.nonces.take(now, source, digest.nonce, digest.count)) {
    return challenge(now, flow, transaction, "", "nonce expired or used", false, true);
  }
  const auto request = read(now, flow, transaction);
  if (!request) return;
  const auto uri = sip::Uri::parse(digest.uri);
  if (!uri || !sip::equal_ignoring_case(uri->host, edge_.policy.home_domain)) {
    return refuse(now, flow, transaction, 400, "Digest uri is not this domain", false);
  }
  if (!names_aor(digest.username, request->aor, edge_.policy.home_domain)) {
    return refuse(now, flow, transaction, 403, "Digest username is not the address of record",
                  false);
  }
  CodeProof proof = proof_of(digest, "REGISTER");
  proof.device = flow.device = device_of(flow.peer, *request, flow.device);
  exchange(now, flow, transaction, std::move(proof));
}

}  // namespace ims
