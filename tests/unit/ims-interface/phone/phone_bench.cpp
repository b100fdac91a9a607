// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/ims-interface/phone/phone_bench.hpp"

#include <gtest/gtest.h>

namespace test {

PhoneBench::PhoneBench(ims::Transport given, ims::Policy policy)
    : EdgeBench(std::move(policy)), transport(given), via(ims::via_name(given)) {
  const bool secure = transport == ims::Transport::tls;
  access.tokens = secure;
  if (secure) {
    access.digest = {ims::DigestAlgorithm::sha256, ims::DigestAlgorithm::md5};
    access.body_codes = true;
  }
}

ims::FlowId PhoneBench::open_phone(const std::string& address, const std::string& certificate) {
  const ims::FlowId flow = next_flow();
  ims::FlowPeer peer;
  peer.address = *common::Endpoint::parse(address);
  peer.secure = transport == ims::Transport::tls;
  peer.transport = transport;
  peer.own_host = "gw.ims.example:5061";
  peer.certificate = certificate;
  peer.access = std::make_shared<ims::PhoneAccess>(access);
  proxy.handle_flow_opened(now, flow, peer);
  drain();
  return flow;
}

std::string PhoneBench::phone_register(const std::string& user, const std::string& extra,
                                       int expires, const std::string& body) {
  return "REGISTER sip:ims.example SIP/2.0\r\nVia: SIP/2.0/" + via +
         " 192.168.1.5:5060;rport;branch=z9hG4bKp" + std::to_string(++branch) +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:" + user + "@ims.example>;tag=p\r\nTo: <sip:" + user +
         "@ims.example>\r\nCall-ID: phone-" + user + "\r\nCSeq: " + std::to_string(++cseq) +
         " REGISTER\r\nContact: <sip:" + user +
         "@192.168.1.5:5060>;expires=" + std::to_string(expires) + "\r\nUser-Agent: Desk 3\r\n" +
         extra + (body.empty() ? "" : "Content-Type: application/x-www-form-urlencoded\r\n") +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string PhoneBench::digest(const std::string& username, const std::string& algorithm,
                               const std::string& nc, char fill, const std::string& header,
                               const std::string& method) {
  static_cast<void>(method);
  std::string challenge(
      last_to_wic().value(header == "Authorization" ? "WWW-Authenticate" : "Proxy-Authenticate"));
  const auto at = challenge.find("nonce=\"");
  const std::string nonce = at == std::string::npos
                                ? "none"
                                : challenge.substr(at + 7, challenge.find('"', at + 7) - at - 7);
  const std::string name = algorithm.empty() ? "SHA-256" : algorithm;
  return header + ": Digest username=\"" + username + "\", realm=\"ims.example\", nonce=\"" +
         nonce + "\", uri=\"sip:ims.example\", algorithm=" + name + ", qop=auth, nc=" + nc +
         ", cnonce=\"0a4f113b\", response=\"" + std::string(name == "MD5" ? 32 : 64, fill) +
         "\"\r\n";
}

ims::Identity PhoneBench::phone_identity(const std::string& user, const std::string& credential) {
  ims::Identity id = identity(user);
  id.expires_at = now + std::chrono::seconds(1800);
  id.credential = credential;
  return id;
}

void PhoneBench::waf_accepts(const std::string& user, const std::string& credential) {
  ASSERT_FALSE(codes.asked.empty());
  const ims::VerificationId id = codes.asked.front().first;
  codes.asked.pop_front();
  proxy.handle_token_outcome(now, id, phone_identity(user, credential));
  drain();
}

void PhoneBench::waf_refuses(ims::TokenFailure failure) {
  ASSERT_FALSE(codes.asked.empty());
  const ims::VerificationId id = codes.asked.front().first;
  codes.asked.pop_front();
  proxy.handle_token_outcome(now, id, tl::unexpected(failure));
  drain();
}

ims::FlowId PhoneBench::registered_phone(const std::string& user, const std::string& address) {
  const ims::FlowId flow = open_phone(address);
  send(flow, phone_register(user));
  EXPECT_EQ(last_to_wic().status(), 401);
  send(flow, phone_register(user, digest(user)));
  waf_accepts(user);
  EXPECT_FALSE(to_core.empty());
  core_accepts_register();
  EXPECT_EQ(last_to_wic().status(), 200);
  return flow;
}

std::string PhoneBench::phone_request(const std::string& method, const std::string& uri,
                                      const std::string& call_id, const std::string& extra,
                                      const std::string& sdp, const std::string& with_branch) {
  return method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/" + via +
         " 192.168.1.5:5060;rport;branch=z9hG4bK" +
         (with_branch.empty() ? "q" + std::to_string(++branch) : with_branch) +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:alice@ims.example>;tag=phone\r\nTo: <" + uri +
         ">\r\nCall-ID: " + call_id + "\r\nCSeq: 1 " + method +
         "\r\nContact: <sip:alice@192.168.1.5:5060>\r\n" + extra +
         (sdp.empty() ? "" : "Content-Type: application/sdp\r\n") +
         "Content-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" + sdp;
}

std::vector<std::string> PhoneBench::texts(ims::FlowId flow) const {
  std::vector<std::string> out;
  for (const auto& [to, message] : to_wic) {
    if (to == flow) out.push_back(message.print());
  }
  return out;
}

}  // namespace test
