// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/ims-interface/edge_bench.hpp"

#include <gtest/gtest.h>

#include "ims-interface/sip/errc.hpp"

namespace test {

using ims::sip::Message;

std::optional<ims::TokenOutcome> TableVerifier::verify(common::TimePoint now,
                                                       ims::VerificationId id,
                                                       const ims::PresentedToken& presented,
                                                       const ims::FlowPeer& peer,
                                                       const std::vector<std::string>& scopes) {
  static_cast<void>(now);
  static_cast<void>(peer);
  static_cast<void>(scopes);
  ++checks;
  dpop = presented.dpop;
  uri = presented.uri;
  asked = id;
  if (later) return std::nullopt;
  if (const auto failure = failures.find(presented.token); failure != failures.end()) {
    return ims::TokenOutcome(tl::unexpected(failure->second));
  }
  const auto found = tokens.find(presented.token);
  if (found == tokens.end()) {
    return ims::TokenOutcome(tl::unexpected(ims::TokenFailure::invalid_token));
  }
  return ims::TokenOutcome(found->second);
}

namespace {

/// What the shell's transactions put on top.
constexpr const char* nta_via = "SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKnta";

std::string side_name(ims::Side side) { return side == ims::Side::wic ? "wic" : "core"; }

Message parsed(const std::string& text) {
  auto message = Message::parse(text);
  EXPECT_TRUE(message) << message.error().message() << "\n" << text;
  return std::move(*message);
}

}  // namespace

common::Result<std::string> MarkingMedia::offer(ims::CallHandle call, std::string_view dialog,
                                                ims::Side from, std::string_view sdp) {
  log.push_back("offer " + side_name(from));
  dialogs.emplace_back(dialog);
  open[call.value] = 1;
  if (std::exchange(refuse_next, false)) {
    return common::fail(ims::sip::Errc::malformed_value, "m-line 1 refused");
  }
  return std::string(sdp) + "a=offered-by:" + side_name(from) + "\r\n";
}

common::Result<std::string> MarkingMedia::answer(ims::CallHandle call, std::string_view dialog,
                                                 ims::Side from, std::string_view sdp, bool final) {
  EXPECT_EQ(open.count(call.value), 1U);
  log.push_back("answer " + side_name(from) + (final ? " final" : ""));
  dialogs.emplace_back(dialog);
  if (std::exchange(refuse_next, false)) {
    return common::fail(ims::sip::Errc::malformed_value, "answer refused");
  }
  return std::string(sdp) + "a=answered-by:" + side_name(from) + "\r\n";
}

common::Result<std::optional<std::string>> MarkingMedia::answer_alone(ims::CallHandle call,
                                                                      std::string_view dialog,
                                                                      ims::Side from,
                                                                      std::string_view sdp,
                                                                      ims::Alone what) {
  EXPECT_EQ(open.count(call.value), 1U);
  EXPECT_EQ(from, ims::Side::wic);
  EXPECT_FALSE(dialog.empty());
  const bool restarts = sdp.find("restart") != std::string_view::npos;
  const bool same = sdp.find("same") != std::string_view::npos;
  if (!restarts && !(same && what == ims::Alone::unchanged)) return std::nullopt;
  if (std::exchange(refuse_next, false)) {
    return common::fail(ims::sip::Errc::malformed_value, "no room");
  }
  log.emplace_back("alone");
  return std::optional<std::string>("v=0\r\na=answered-here\r\n");
}

common::Result<void> MarkingMedia::confirm(ims::CallHandle call, std::string_view dialog) {
  EXPECT_EQ(open.count(call.value), 1U);
  confirmed.emplace_back(dialog);
  return {};
}

void MarkingMedia::rollback(ims::CallHandle call, std::string_view dialog) {
  static_cast<void>(dialog);
  EXPECT_EQ(open.count(call.value), 1U);
  log.emplace_back("rollback");
}

void MarkingMedia::set_access(ims::CallHandle call, const ims::AccessSide& side) {
  access[call.value] = side;
}

common::Result<std::string> MarkingMedia::announce(ims::CallHandle call, std::string_view sdp,
                                                   ims::Announcement what) {
  static_cast<void>(sdp);
  if (!can_announce) return common::fail(ims::sip::Errc::no_announcements);
  open[call.value] = 1;
  log.emplace_back(what == ims::Announcement::accepted ? "announce accepted" : "announce refused");
  return std::string("v=0\r\na=announcement\r\n");
}

std::optional<ims::TokenOutcome> TableCodes::exchange(common::TimePoint now, ims::VerificationId id,
                                                      const ims::CodeProof& proof,
                                                      const ims::FlowPeer& peer) {
  static_cast<void>(now);
  static_cast<void>(peer);
  asked.emplace_back(id, proof);
  return std::nullopt;
}

std::optional<ims::Identity> TableCodes::resume(common::TimePoint now, const std::string& device) {
  static_cast<void>(now);
  const auto found = devices.find(device);
  return found == devices.end() ? std::nullopt : std::optional(found->second);
}

void MarkingMedia::release(ims::CallHandle call) {
  log.emplace_back("release");
  open.erase(call.value);
}

ims::Policy EdgeBench::default_policy() {
  ims::Policy policy;
  policy.home_domain = "ims.example";
  policy.core_uri_host = "127.0.0.1:5070";
  policy.w2_via_host = "localhost:7443";
  policy.visited_network_id = "ims.example";
  policy.ioi = "ims.example";
  policy.icid_host = "127.0.0.1";
  policy.register_next_hop = "sip:127.0.0.1:5060;lr";
  policy.authz_server = "https://localhost:8443";
  policy.operator_waf_domains = {"ims.example"};
  policy.subscribe_reg_event = false;
  return policy;
}

EdgeBench::EdgeBench(ims::Policy policy)
    : proxy(std::move(policy), ims::FlowTokens::Key{}, random, verifier, media, &codes) {
  for (const std::string user : {"alice", "carol"}) {
    verifier.tokens["token-" + user] = identity(user);
  }
}

ims::Identity EdgeBench::identity(const std::string& user) const {
  ims::Identity id;
  id.impi = user + "@ims.example";
  id.impus = {"sip:" + user + "@ims.example", user == "alice" ? "tel:+15550101" : "tel:+15550103"};
  id.sub = "u-" + user;
  id.client_id = "demo";
  id.sid = "s-" + user;
  id.jti = "j-" + user;
  id.scopes = {"sip.register", "sip.call", "sip.message"};
  id.expires_at = now + std::chrono::seconds(600);
  id.waf = "waf.ims.example";
  id.wwsf = "wwsf.ims.example";
  return id;
}

ims::FlowId EdgeBench::open(std::string origin) {
  const ims::FlowId flow{++flows_};
  ims::FlowPeer peer;
  peer.address = *common::Endpoint::parse("198.51.100.7:40000");
  peer.origin = std::move(origin);
  proxy.handle_flow_opened(now, flow, peer);
  drain();
  return flow;
}

void EdgeBench::send(ims::FlowId flow, const std::string& text) {
  proxy.handle_w2_message(now, flow, text);
  drain();
}

void EdgeBench::close(ims::FlowId flow) {
  proxy.handle_flow_closed(now, flow);
  drain();
}

std::string EdgeBench::register_text(const std::string& user, const std::string& token, int expires,
                                     const std::string& extra) {
  const auto cseq = ++register_cseq_[user];
  return "REGISTER sip:ims.example SIP/2.0\r\n"
         "Via: SIP/2.0/WSS " +
         user + ".invalid;branch=z9hG4bKr" + std::to_string(++branches_) +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:" + user + "@ims.example>;tag=rt\r\nTo: <sip:" + user +
         "@ims.example>\r\nCall-ID: reg-" + user + "\r\nCSeq: " + std::to_string(cseq) +
         " REGISTER\r\nContact: <sip:" + user + "-c@" + user +
         ".invalid;transport=ws>;reg-id=1;+sip.instance=\"<urn:uuid:" + user + ">\"" +
         (expires < 0 ? "" : ";expires=" + std::to_string(expires)) +
         "\r\nSupported: path, outbound, gruu\r\n" +
         (token.empty() ? "" : "Authorization: Bearer " + token + "\r\n") + extra +
         "Content-Length: 0\r\n\r\n";
}

void EdgeBench::core_accepts_register(std::uint32_t granted) {
  const Message& request = last_to_core();
  path_ = request.value("Path");
  Message response = request.reply(200, {}, "s");
  auto contact = std::string(request.value("Contact"));
  const auto at = contact.find("expires=");
  contact = contact.substr(0, at) + "expires=" + std::to_string(granted);
  response.add("Contact", contact);
  response.add("Service-Route", "<sip:orig@127.0.0.1:6060;lr>");
  const std::string aor(request.value("To"));
  response.add(
      "P-Associated-URI",
      aor + (aor.find("alice") != std::string::npos ? ", <tel:+15550101>" : ", <tel:+15550103>"));
  response.add("P-Charging-Vector", "icid-value=\"x\";term-ioi=\"Type 1ims.example\"");
  response.add("P-Charging-Function-Addresses", "ccf=192.0.2.1");
  proxy.handle_core_response(now, to_core.back().transaction, std::move(response));
  drain();
}

ims::FlowId EdgeBench::registered(const std::string& user) {
  const ims::FlowId flow = open();
  send(flow, register_text(user, "token-" + user));
  EXPECT_FALSE(to_core.empty());
  core_accepts_register();
  EXPECT_EQ(last_to_wic().status(), 200);
  return flow;
}

std::string EdgeBench::request_text(const std::string& method, const std::string& uri,
                                    const std::string& user, const std::string& call_id,
                                    const std::string& extra, const std::string& sdp,
                                    const std::string& to_tag, std::uint32_t cseq,
                                    const std::string& branch) {
  return method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/WSS " + user + ".invalid;branch=z9hG4bK" +
         (branch.empty() ? "b" + std::to_string(++branches_) : branch) +
         "\r\nMax-Forwards: 70\r\nFrom: <sip:" + user + "@ims.example>;tag=wic-tag\r\nTo: <" +
         (to_tag.empty() ? uri : "sip:bob@ims.example") + ">" +
         (to_tag.empty() ? "" : ";tag=" + to_tag) + "\r\nCall-ID: " + call_id +
         "\r\nCSeq: " + std::to_string(cseq) + " " + method + "\r\nContact: <sip:" + user + "-c@" +
         user + ".invalid;transport=ws;ob>\r\n" + extra +
         (sdp.empty() ? "" : "Content-Type: application/sdp\r\n") +
         "Content-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" + sdp;
}

Message EdgeBench::core_request(const std::string& method, const std::string& route,
                                const std::string& uri, const std::string& call_id,
                                const std::string& sdp, const std::string& to_tag,
                                std::uint32_t cseq) {
  return parsed(method + " " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:6060;branch=z9hG4bKc" +
                std::to_string(++branches_) +
                "\r\nVia: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bKp\r\n" +
                (route.empty() ? "" : "Route: " + route + "\r\n") +
                (to_tag.empty() ? "Record-Route: <sip:mt@127.0.0.1:6060;lr>\r\n" : "") +
                "Max-Forwards: 66\r\nFrom: <sip:bob@ims.example>;tag=core-tag\r\n"
                "To: <sip:alice@ims.example>" +
                (to_tag.empty() ? "" : ";tag=" + to_tag) + "\r\nCall-ID: " + call_id +
                "\r\nCSeq: " + std::to_string(cseq) + " " + method +
                "\r\nContact: <sip:bob@127.0.0.1:5090>\r\n"
                "P-Asserted-Identity: <sip:bob@ims.example>\r\n"
                "P-Called-Party-ID: <tel:+15550101>\r\n"
                "P-Charging-Vector: icid-value=\"abc\";orig-ioi=\"Type 1ims.example\"\r\n"
                "P-Served-User: <sip:alice@ims.example>\r\n" +
                (sdp.empty() ? "" : "Content-Type: application/sdp\r\n") +
                "Content-Length: " + std::to_string(sdp.size()) + "\r\n\r\n" + sdp);
}

ims::CoreServerTx EdgeBench::from_core(Message request) {
  const ims::CoreServerTx transaction{++server_transactions_};
  proxy.handle_core_request(now, transaction, std::move(request));
  drain();
  return transaction;
}

void EdgeBench::core_answers(ims::CoreClientTx transaction, const Message& request, int status,
                             const std::string& to_tag, const std::string& sdp,
                             const std::string& extra) {
  Message response = request.reply(status, {}, to_tag);
  response.add("Contact", "<sip:bob@127.0.0.1:5090>");
  for (const std::string& route : request.values("Record-Route")) {
    response.add("Record-Route", route);
  }
  if (request.has("Record-Route")) {
    response.prepend("Record-Route", "<sip:mo@127.0.0.1:6060;lr>");
  }
  response.add("P-Charging-Vector", "icid-value=\"x\"");
  if (!extra.empty())
    response.add(extra.substr(0, extra.find(':')), extra.substr(extra.find(':') + 2));
  if (!sdp.empty()) response.set_body(sdp, "application/sdp");
  proxy.handle_core_response(now, transaction, std::move(response));
  drain();
}

void EdgeBench::core_answers(int status, const std::string& to_tag, const std::string& sdp,
                             const std::string& extra) {
  const Message request = to_core.back().request.clone();
  core_answers(to_core.back().transaction, request, status, to_tag, sdp, extra);
}

void EdgeBench::wic_answers(ims::FlowId flow, int status, const std::string& to_tag,
                            const std::string& sdp) {
  const Message* request = nullptr;
  for (const auto& [to, message] : to_wic) {
    if (to == flow && message.is_request() && !message.is("CANCEL") && !message.is("ACK")) {
      request = &message;
    }
  }
  ASSERT_NE(request, nullptr);
  Message response = request->reply(status, {}, to_tag);
  response.add("Contact", "<sip:alice-c@alice.invalid;transport=ws;ob>");
  response.add("P-Asserted-Identity", "<sip:mallory@ims.example>");
  if (!sdp.empty()) response.set_body(sdp, "application/sdp");
  send(flow, response.print());
}

void EdgeBench::advance(std::chrono::milliseconds by) {
  const auto until = now + by;
  for (auto next = proxy.poll_timeout(); next && *next <= until; next = proxy.poll_timeout()) {
    now = *next;
    proxy.handle_timeout(now);
    drain();
  }
  now = until;
}

void EdgeBench::drain() {
  while (auto output = proxy.poll_output()) {
    if (auto* text = std::get_if<ims::SendToFlow>(&*output)) {
      if (text->text != "\r\n") sent_texts.push_back(text->text);
      if (text->text != "\r\n") to_wic.emplace_back(text->flow, parsed(text->text));
    } else if (auto* closing = std::get_if<ims::CloseFlow>(&*output)) {
      closed.push_back(*closing);
    } else if (auto* exposed = std::get_if<ims::RevokeToken>(&*output)) {
      revoked.push_back(std::move(*exposed));
    } else if (auto* request = std::get_if<ims::SendCoreRequest>(&*output)) {
      request->request.prepend("Via", nta_via);
      parsed(request->request.print());
      to_core.push_back(
          {request->transaction, std::move(request->request), std::move(request->next_hop)});
    } else if (auto* cancel = std::get_if<ims::CancelCoreRequest>(&*output)) {
      cancels.push_back(*cancel);
    } else if (auto* reply = std::get_if<ims::ReplyToCore>(&*output)) {
      parsed(reply->response.print());
      replies.push_back(std::move(*reply));
    } else if (auto* lone = std::get_if<ims::SendCoreStateless>(&*output)) {
      lone->request.prepend("Via", nta_via);
      parsed(lone->request.print());
      stateless.push_back(std::move(*lone));
    }
  }
  while (auto event = proxy.poll_event()) events.push_back(std::move(*event));
}

bool EdgeBench::happened(ims::Event::Kind kind) const {
  for (const ims::Event& event : events) {
    if (event.kind == kind) return true;
  }
  return false;
}

void EdgeBench::forget_traffic() {
  to_wic.clear();
  to_core.clear();
  replies.clear();
  cancels.clear();
  stateless.clear();
  closed.clear();
  events.clear();
}

}  // namespace test
