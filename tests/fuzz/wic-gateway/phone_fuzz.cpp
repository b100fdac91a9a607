// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "ims-interface/registration/code_body.hpp"
#include "ims-interface/registration/digest.hpp"
#include "ims-interface/sip/message.hpp"
#include "wic-gateway/phone/exchange_form.hpp"
#include "wic-gateway/phone/stream_framer.hpp"
#include "wic-gateway/phone/stun_keepalive.hpp"

namespace {

/// Messages of a stream that comes in pieces of `piece` octets; "!" for its end by an error.
std::vector<std::string> cut(std::string_view stream, std::size_t piece) {
  wic::StreamFramer framer(4096);
  std::vector<std::string> out;
  while (!stream.empty()) {
    framer.append(stream.substr(0, piece));
    stream.remove_prefix(std::min(stream.size(), piece));
    for (;;) {
      auto next = framer.next();
      if (!next) {
        out.emplace_back("!");
        return out;
      }
      if (!*next) break;
      if ((*next)->empty() || (*next)->size() > 4096) std::abort();
      out.push_back(std::move(**next));
    }
  }
  return out;
}

void read_credentials(std::string_view text) {
  const auto digest = ims::read_digest_value(text, "ims.example");
  using State = ims::DigestCredentials::State;
  if (digest.state == State::present) {
    const bool md5 = digest.algorithm == ims::DigestAlgorithm::md5;
    if (digest.username.empty() || digest.response.size() != (md5 ? 32U : 64U)) std::abort();
  }
  auto message = ims::sip::Message::request("REGISTER", "sip:ims.example");
  message.set_body(std::string(text), "application/x-www-form-urlencoded");
  const auto code = ims::read_code_body(message);
  if (code.state == ims::BodyCode::State::present &&
      (code.code.empty() || code.code.size() > 32 ||
       code.code.find_first_not_of("0123456789") != std::string::npos)) {
    std::abort();
  }
}

}  // namespace

/// What phones and the WAF send before anything else has looked at it. A stream must be cut into
/// the same messages wherever the network splits it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size > 0 && size < 4096) {
    const auto whole = cut(text, size);
    if (cut(text, 1) != whole || cut(text, 7) != whole) std::abort();
  }
  read_credentials(text);
  const auto source = common::Endpoint::parse("192.0.2.1:5060");
  const auto reply = wic::answer_stun(text, *source);
  if (reply && (!wic::looks_like_stun(text) || reply->size() != 32)) std::abort();
  static_cast<void>(wic::read_exchange_answer(std::string(text)));
  static_cast<void>(wic::error_of(std::string(text)));
  return 0;
}
