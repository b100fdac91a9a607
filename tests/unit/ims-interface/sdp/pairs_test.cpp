// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "tests/unit/ims-interface/sdp/support.hpp"

// tests/data/sdp/<case>/{wic,ims}.sdp: an offer and what the other side sees of it. The first word
// of the case says who offers; a phone, not a browser, is on the client's side of "phone-" and
// "ims-to-phone-".
namespace {

using namespace ims::sdp;

std::vector<std::string> cases() {
  std::vector<std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA_DIR "/sdp")) {
    out.push_back(entry.path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Pairs : public testing::TestWithParam<std::string> {};

TEST_P(Pairs, MED01_MED03_MED04_MED11_OfferCrossesTheEdge) {
  const std::string& name = GetParam();
  const bool phone = name.starts_with("phone-") || name.starts_with("ims-to-phone-");
  const bool from_wic = name.starts_with("wic-") || name.starts_with("phone-");
  const std::string input = name + (from_wic ? "/wic.sdp" : "/ims.sdp");
  const std::string output = name + (from_wic ? "/ims.sdp" : "/wic.sdp");
  sdp_test::Edge edge(phone ? sdp_test::phone_policy() : Policy{});
  const std::string written = edge.offer(from_wic ? Side::wic : Side::core, sdp_test::file(input));
  if (sdp_test::file(output) != written) {
    // Beside the test program, for comparing and taking over.
    std::ofstream("sdp-" + name + ".actual.sdp", std::ios::binary) << written;
  }
  EXPECT_EQ(written, sdp_test::file(output)) << edge.error.message();
  if (from_wic) {
    EXPECT_LT(written.size(), 900U);
  }
}

TEST_P(Pairs, PrintedBodyIsTheParsedOne) {
  for (const char* side : {"/wic.sdp", "/ims.sdp"}) {
    const std::string text = sdp_test::file(GetParam() + side);
    auto parsed = parse(text);
    ASSERT_TRUE(parsed) << parsed.error().message();
    EXPECT_EQ(parse(print(*parsed)).value(), *parsed);
  }
}

INSTANTIATE_TEST_SUITE_P(Sdp, Pairs, testing::ValuesIn(cases()), [](const auto& one) {
  std::string name = one.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
