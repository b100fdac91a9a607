// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/random.hpp"
#include "ims-interface/edge_proxy.hpp"

namespace {

using std::chrono::seconds;

class Counting final : public common::RandomSource {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(++state_ * 31);
  }

 private:
  unsigned state_ = 0;
};

class AnyToken final : public ims::TokenVerifier {
 public:
  std::optional<ims::TokenOutcome> verify(common::TimePoint now, ims::VerificationId,
                                          const ims::PresentedToken& presented,
                                          const ims::FlowPeer&,
                                          const std::vector<std::string>&) override {
    if (presented.token == "later") return std::nullopt;
    ims::Identity identity;
    identity.impi = "alice@ims.example";
    identity.impus = {"sip:alice@ims.example", "tel:+15550101"};
    identity.sub = "u";
    identity.scopes = {"sip.call", "sip.message"};
    identity.expires_at = now + seconds(600);
    return ims::TokenOutcome(identity);
  }
};

class EchoMedia final : public ims::MediaControl {
 public:
  common::Result<std::string> offer(ims::CallHandle, std::string_view, ims::Side,
                                    std::string_view sdp) override {
    return std::string(sdp);
  }
  common::Result<std::string> answer(ims::CallHandle, std::string_view, ims::Side,
                                     std::string_view sdp, bool) override {
    return std::string(sdp);
  }
  common::Result<std::optional<std::string>> answer_alone(ims::CallHandle, std::string_view,
                                                          ims::Side, std::string_view sdp,
                                                          ims::Alone) override {
    if (sdp.size() % 2 == 0) return std::nullopt;
    return std::optional<std::string>(sdp);
  }
  common::Result<void> confirm(ims::CallHandle, std::string_view) override { return {}; }
  void rollback(ims::CallHandle, std::string_view) override {}
  void release(ims::CallHandle) override {}
};

ims::Policy policy() {
  ims::Policy out;
  out.home_domain = "ims.example";
  out.core_uri_host = "127.0.0.1:5070";
  out.w2_via_host = "localhost:7443";
  out.visited_network_id = "ims.example";
  out.ioi = "ims.example";
  out.icid_host = "127.0.0.1";
  return out;
}

/// Everything the proxy puts out must be one well-formed message again: nothing that a stranger
/// sends may become two on the next hop.
void must_parse(const ims::sip::Message& message) {
  const std::string text = message.print();
  auto again = ims::sip::screen(text, {.message = 1 << 20,
                                       .body = 1 << 20,
                                       .headers = 1024,
                                       .line = 1 << 20,
                                       .start_line = 1 << 20});
  // Requests of our own reach nta without a Via.
  if (!again && message.has("Via")) abort();
}

struct Peer {
  common::TimePoint now{std::chrono::hours(1)};
  Counting random;
  AnyToken verifier;
  EchoMedia media;
  ims::EdgeProxy proxy{policy(), ims::FlowTokens::Key{}, random, verifier, media};
  std::uint64_t core_transactions = 0;

  void drain(int depth) {
    while (auto output = proxy.poll_output()) {
      if (auto* request = std::get_if<ims::SendCoreRequest>(&*output)) {
        must_parse(request->request);
        if (depth == 0) continue;
        ims::sip::Message response = request->request.reply(200, {}, "t");
        for (const char* name : {"Contact", "Record-Route"}) {
          for (const std::string& value : request->request.values(name)) response.add(name, value);
        }
        response.add("Service-Route", "<sip:orig@127.0.0.1:6060;lr>");
        if (!request->request.body().empty()) response.set_body("v=0\r\n", "application/sdp");
        proxy.handle_core_response(now, request->transaction, std::move(response));
        drain(depth - 1);
      } else if (auto* lone = std::get_if<ims::SendCoreStateless>(&*output)) {
        must_parse(lone->request);
      } else if (auto* reply = std::get_if<ims::ReplyToCore>(&*output)) {
        must_parse(reply->response);
      }
    }
    while (proxy.poll_event()) {
    }
  }
};

}  // namespace

/// Frames are separated by 0x00; a frame that begins with 0x01 comes from the core instead.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Peer peer;
  const ims::FlowId flow{1};
  peer.proxy.handle_flow_opened(peer.now, flow, {});
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    std::string_view frame = rest.substr(0, end);
    rest.remove_prefix(std::min(rest.size(), frame.size() + 1));
    if (!frame.empty() && frame.front() == '\x01') {
      frame.remove_prefix(1);
      if (auto message = ims::sip::Message::parse(frame)) {
        if (message->is_request()) {
          peer.proxy.handle_core_request(peer.now, {++peer.core_transactions}, std::move(*message));
        }
      }
    } else {
      peer.proxy.handle_w2_message(peer.now, flow, frame);
    }
    peer.drain(3);
    peer.now += seconds(1);
    peer.proxy.handle_timeout(peer.now);
    peer.drain(1);
  }
  peer.proxy.handle_flow_closed(peer.now, flow);
  peer.drain(1);
  for (int i = 0; i < 4; ++i) {
    peer.now += seconds(200);
    peer.proxy.handle_timeout(peer.now);
    peer.drain(1);
  }
  return 0;
}
