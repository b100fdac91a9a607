// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/screen.hpp"

#include <gtest/gtest.h>

#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/message.hpp"

namespace ims::sip {
namespace {

const std::string good =
    "MESSAGE sip:bob@ims.example SIP/2.0\r\n"
    "Via: SIP/2.0/WSS x.invalid;branch=z9hG4bK1\r\n"
    "Max-Forwards: 70\r\n"
    "From: <sip:alice@ims.example>;tag=1\r\n"
    "To: <sip:bob@ims.example>\r\n"
    "Call-ID: c1\r\n"
    "CSeq: 1 MESSAGE\r\n"
    "Content-Type: text/plain\r\n"
    "Content-Length: 5\r\n"
    "\r\n"
    "hello";

std::string with(std::string_view what, std::string_view instead) {
  std::string text = good;
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), instead);
}

void expect_refused(const std::string& text, Errc code) {
  const auto cut = screen(text);
  ASSERT_FALSE(cut) << text;
  EXPECT_EQ(cut.error(), code) << cut.error().message();
}

TEST(Screen, C008_WS02_CutsOneMessageIntoItsParts) {
  const auto cut = screen(good);
  ASSERT_TRUE(cut) << cut.error().message();
  EXPECT_EQ(cut->method, "MESSAGE");
  EXPECT_EQ(cut->request_uri, "sip:bob@ims.example");
  EXPECT_EQ(cut->headers.size(), 7U);
  EXPECT_EQ(cut->body, "hello");
}

TEST(Screen, C010_ContentLengthIsOptional) {
  EXPECT_TRUE(screen(with("Content-Length: 5\r\n", "")));
}

TEST(Screen, EveryPrefixOfAMessageIsRefused) {
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(screen(good.substr(0, size))) << size;
  }
}

TEST(Screen, C008_Attack84_ASecondMessageOrRubbishBehindTheFirstIsRefused) {
  expect_refused(good + good, Errc::trailing_bytes);
  expect_refused(good + "x", Errc::trailing_bytes);
  expect_refused(with("Content-Length: 5", "Content-Length: 6"), Errc::length_mismatch);
  expect_refused(with("Content-Length: 5", "Content-Length: -1"), Errc::malformed_header);
  expect_refused(with("Content-Length: 5", "Content-Length: 5, 5"), Errc::malformed_header);
  expect_refused(with("Content-Length: 5", "Content-Length: 99999999999"), Errc::malformed_header);
  expect_refused(with("Content-Length: 5\r\n", "Content-Length: 5\r\nl: 5\r\n"),
                 Errc::repeated_header);
}

TEST(Screen, Attack85_DoubledSingleHeadersAreRefusedInEverySpelling) {
  for (const char* line :
       {"From: <sip:x@y>;tag=2\r\n", "f: <sip:x@y>;tag=2\r\n", "t: <sip:x@y>\r\n",
        "cseq: 1 MESSAGE\r\n", "I: c2\r\n", "MAX-FORWARDS: 1\r\n", "c: application/sdp\r\n"}) {
    expect_refused(with("Call-ID: c1\r\n", std::string("Call-ID: c1\r\n") + line),
                   Errc::repeated_header);
  }
}

TEST(Screen, Attack85_ControlCharactersAndBareLineEndsAreRefused) {
  expect_refused(with("c1", std::string("c\0x", 3)), Errc::forbidden_character);
  expect_refused(with("Call-ID: c1\r\n", "Call-ID: c1\rX: y\r\n"), Errc::forbidden_character);
  expect_refused(with("Call-ID: c1\r\n", "Call-ID: c1\nX: y\r\n"), Errc::forbidden_character);
  expect_refused(with("c1", "c\x7f"), Errc::forbidden_character);
  expect_refused(with("c1", "c\xff"), Errc::invalid_utf8);
}

TEST(Screen, Attack85_FoldingIsUndoneBeforeAnyCheck) {
  const auto cut = screen(with("Call-ID: c1", "Call-ID:\r\n\t c1"));
  ASSERT_TRUE(cut);
  EXPECT_EQ(Message::from_parts(*cut).call_id(), "c1");
  // A folded second From is still a second From; a folded line is never a header of its own.
  const auto hidden = screen(with("Call-ID: c1\r\n", "Call-ID: c1\r\n From: <sip:x@y>\r\n"));
  ASSERT_TRUE(hidden);
  EXPECT_EQ(Message::from_parts(*hidden).call_id(), "c1 From: <sip:x@y>");
}

TEST(Screen, SEC14_EverythingHasABound) {
  ScreenLimits limits;
  limits.message = 4096;
  limits.headers = 16;
  limits.line = 256;
  limits.body = 64;
  std::string many;
  for (int i = 0; i < 12; ++i) many += "X-Y: y\r\n";
  const auto refused = [&](const std::string& text) {
    const auto cut = screen(text, limits);
    return cut ? std::error_code{} : cut.error().code;
  };
  EXPECT_EQ(refused(with("Call-ID: c1\r\n", "Call-ID: c1\r\n" + many)),
            make_error_code(Errc::too_many_headers));
  EXPECT_EQ(refused(with("c1", std::string(300, 'c'))), make_error_code(Errc::line_too_long));
  EXPECT_EQ(refused(with("Content-Length: 5\r\n", "") + std::string(64, 'x')),
            make_error_code(Errc::too_large));
  EXPECT_EQ(refused(good + std::string(5000, 'x')), make_error_code(Errc::too_large));
}

TEST(Screen, RefusesMalformedStartLinesAndMissingHeaders) {
  expect_refused(with("SIP/2.0\r\n", "SIP/3.0\r\n"), Errc::unsupported_version);
  expect_refused(with("MESSAGE sip", "MES(SAGE sip"), Errc::malformed_start_line);
  expect_refused(with("sip:bob@ims.example SIP", "<sip:bob@ims.example> SIP"),
                 Errc::malformed_start_line);
  expect_refused(with("CSeq: 1 MESSAGE", "CSeq: 1 INVITE"), Errc::malformed_header);
  for (const char* name : {"Via", "From", "To:", "Call-ID", "CSeq"}) {
    expect_refused(with(name, std::string("X-") + name), Errc::missing_header);
  }
}

}  // namespace
}  // namespace ims::sip
