// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ims-interface/sdp.hpp"

// Bodies parted by a zero octet play the two ends of one call: each is an offer from a side, or the
// answer to the last one, as its first octet says. Whatever we write must be readable again.
namespace {

using namespace ims::sdp;

class Counting final : public common::RandomSource {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = std::byte{7};
  }
};

void must_parse(const common::Result<std::string>& text) {
  if (text && !parse(*text, Limits{.bytes = 1U << 20U, .lines = 20000})) std::abort();
}

common::Endpoint endpoint(const char* text) { return common::Endpoint::parse(text).value(); }

void set_anchors(Interworker& call, const OfferPlan& plan) {
  for (const StreamPlan& stream : plan.streams) {
    if (stream.needs_wic_anchor || stream.ice_restarted) {
      call.set_anchor(stream.stream,
                      WicAnchor{stream.ice_restarted && stream.wic ? "new" + stream.wic->ice_ufrag
                                                                   : std::string("ufrag"),
                                "passwordpasswordpassword",
                                {"sha-256", "00"},
                                "tlsid",
                                {endpoint("192.0.2.1:7500")}});
    }
    if (stream.needs_core_anchor) {
      call.set_anchor(stream.stream,
                      CoreAnchor{endpoint("192.0.2.2:20000"), endpoint("192.0.2.2:20001")});
    }
  }
}

void step(Interworker& call, std::string_view body) {
  const auto control = static_cast<unsigned char>(body.empty() ? '\0' : body.front());
  if (!body.empty()) body.remove_prefix(1);
  if ((control & 2U) != 0) {
    if (call.read_answer(body)) must_parse(call.write_answer());
    return;
  }
  if ((control & 4U) != 0) call.rollback();
  auto plan = call.read_offer((control & 1U) != 0 ? Side::core : Side::wic, body);
  if (!plan) return;
  set_anchors(call, *plan);
  if (plan->local_only && (control & 8U) != 0) {
    if (call.answer_locally()) must_parse(call.write_answer());
    return;
  }
  must_parse(call.write_offer());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  auto body = parse(rest);
  if (body && parse(print(*body)).value() != *body) std::abort();
  Counting random;
  const Policy policy{.video = true,
                      .transcoding = {"amr-wb", "opus", "g722", "amr", "pcma", "pcmu"},
                      .limits = {}};
  Interworker call(policy, random);
  while (!rest.empty()) {
    const std::size_t at = rest.find('\0');
    step(call, rest.substr(0, at));
    rest = at == rest.npos ? std::string_view{} : rest.substr(at + 1);
  }
  return 0;
}
