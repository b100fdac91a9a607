// SPDX-License-Identifier: Apache-2.0
#include <random>

#include <gmock/gmock.h>

#include "tests/unit/ims-interface/sdp/support.hpp"

namespace {

using namespace ims::sdp;
using testing::HasSubstr;

const std::string head = "v=0\r\no=- 1 2 IN IP4 192.0.2.1\r\ns=-\r\n";

TEST(SdpParser, ReadsEveryPartOfABody) {
  auto body = parse(head +
                    "i=x\r\nc=IN IP4 192.0.2.1\r\nb=AS:64\r\nt=0 0\r\na=recvonly\r\n"
                    "m=audio 5000/2 RTP/AVP 0 8\r\nc=IN IP6 ::1\r\na=rtpmap:0 PCMU/8000\r\n");
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(body->origin.session_version, 2U);
  EXPECT_EQ(body->bandwidths.front(), (Bandwidth{"AS", 64}));
  ASSERT_EQ(body->media.size(), 1U);
  EXPECT_EQ(body->media[0].port_count, 2U);
  EXPECT_EQ(body->media[0].connection->address, "::1");
  EXPECT_EQ(value_of(body->media[0].attributes, "rtpmap"), "0 PCMU/8000");
}

TEST(SdpParser, AcceptsBareLineFeedsAndTrailingBlankLines) {
  EXPECT_TRUE(parse("v=0\no=- 1 1 IN IP4 1.2.3.4\ns=-\nt=0 0\nm=audio 1 RTP/AVP 0\n\n\n"));
}

struct Broken {
  std::string text;
  Errc code;
  std::string detail;
};

TEST(SdpParser, ErrorsNameTheLine) {
  const std::vector<Broken> all = {
      {"", Errc::missing_line, "v="},
      {"v=1\r\n", Errc::malformed_line, "line 1"},
      {"v=0\r\ns=-\r\n", Errc::missing_line, "line 2: o="},
      {"v=0\r\no=- x 1 IN IP4 1.2.3.4\r\n", Errc::malformed_line, "line 2: session id"},
      {"v=0\r\no=- 1 1 IN IP4\r\n", Errc::malformed_line, "line 2"},
      {head + "m=audio 65536 RTP/AVP 0\r\n", Errc::malformed_line, "line 4: port"},
      {head + "m=audio -1 RTP/AVP 0\r\n", Errc::malformed_line, "line 4: port"},
      {head + "m=audio 1 RTP/AVP\r\n", Errc::malformed_line, "line 4"},
      {head + "a=\r\n", Errc::malformed_line, "line 4: attribute"},
      {head + "b=AS\r\n", Errc::malformed_line, "line 4: bandwidth"},
      {head + "x=1\r\n", Errc::unexpected_line, "line 4"},
      {head + "c=IN IP4 1.1.1.1\r\nc=IN IP4 1.1.1.1\r\n", Errc::unexpected_line, "line 5"},
      {head + "a=x\x01\r\n", Errc::malformed_line, "line 4: control"},
      {head + "\r\na=x\r\n", Errc::malformed_line, "line 4"},
      {head + "m=audio 1 RTP/AVP 0\r\nt=0 0\r\n", Errc::unexpected_line, "line 5"}};
  for (const Broken& broken : all) {
    auto body = parse(broken.text);
    ASSERT_FALSE(body) << broken.text;
    EXPECT_TRUE(body.error() == broken.code) << broken.text << body.error().message();
    EXPECT_THAT(body.error().detail, HasSubstr(broken.detail));
  }
}

TEST(SdpParser, SEC14_EveryLimitHolds) {
  Limits limits{.bytes = 400, .lines = 8, .line_bytes = 60, .media = 2, .formats = 3};
  EXPECT_TRUE(parse(std::string(401, 'a'), limits).error() == Errc::body_too_large);
  EXPECT_TRUE(parse(head + "a=" + std::string(60, 'a') + "\r\n", limits).error() ==
              Errc::line_too_long);
  EXPECT_TRUE(parse(head + "a=a\r\na=a\r\na=a\r\na=a\r\na=a\r\na=a\r\n", limits).error() ==
              Errc::too_many_lines);
  const std::string media = "m=audio 1 RTP/AVP 0\r\n";
  EXPECT_TRUE(parse(head + media + media, limits));
  EXPECT_TRUE(parse(head + media + media + media, limits).error() == Errc::too_many_media);
  EXPECT_FALSE(parse(head + "m=audio 1 RTP/AVP 0 1 2 3\r\n", limits));
}

TEST(SdpParser, SurvivesInputCutAtEveryByte) {
  const std::string text = sdp_test::file("wic-chromium-audio-video-data/wic.sdp");
  for (std::size_t size = 0; size <= text.size(); ++size) {
    auto body = parse(text.substr(0, size));
    if (body) {
      EXPECT_EQ(parse(print(*body)).value(), *body);
    }
    sdp_test::Edge edge;
    (void)edge.offer(Side::wic, text.substr(0, size));
  }
}

class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}

  Description description() {
    Description out;
    out.origin = {word(), engine_(), engine_(), address()};
    out.session_name = word();
    if (chance()) out.information = word();
    if (chance()) out.uri = word();
    if (chance()) out.emails = {word(), word()};
    if (chance()) out.phones = {word()};
    if (chance()) out.connection = address();
    if (chance()) out.bandwidths = {{word(), engine_()}};
    if (chance()) out.times = {"t=0 0", "r=1 2"};
    out.attributes = attributes();
    for (std::uint64_t i = below(4); i > 0; --i) out.media.push_back(media());
    return out;
  }

 private:
  std::uint64_t below(std::uint64_t limit) { return engine_() % limit; }
  bool chance() { return below(2) == 0; }
  std::string word() {
    std::string out(1 + below(8), 'a');
    for (char& c : out) c = "abcXYZ019-.+_"[below(13)];
    return out;
  }
  NetworkAddress address() { return {word(), word(), word()}; }
  Attributes attributes() {
    Attributes out;
    for (std::uint64_t i = below(5); i > 0; --i) {
      out.push_back({word(), chance() ? std::optional(word() + " :=/" + word()) : std::nullopt});
    }
    return out;
  }
  Media media() {
    Media out;
    out.kind = word();
    out.port = static_cast<std::uint16_t>(below(65536));
    if (chance()) out.port_count = static_cast<std::uint32_t>(below(9));
    out.protocol = word() + '/' + word();
    for (std::uint64_t i = 1 + below(5); i > 0; --i) out.formats.push_back(word());
    if (chance()) out.information = word();
    if (chance()) out.connection = address();
    if (chance()) out.bandwidths = {{word(), engine_()}, {word(), 0}};
    out.attributes = attributes();
    return out;
  }

  std::mt19937_64 engine_;
};

TEST(SdpPrinter, ParsingWhatWasPrintedGivesTheSame) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    const Description made = Generator(seed).description();
    auto read = parse(print(made));
    ASSERT_TRUE(read) << read.error().message() << print(made);
    ASSERT_EQ(*read, made) << print(made);
  }
}

}  // namespace
