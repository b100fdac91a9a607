// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/ws/handshake.hpp"

#include <gtest/gtest.h>

namespace wic {
namespace {

const std::vector<std::string> origins = {"https://localhost:8443"};

HandshakeVerdict check(std::string_view origin, std::string_view protocols,
                       std::string_view version = "13") {
  return check_handshake({origin, protocols, version}, origins);
}

TEST(Handshake, R11_C001_AcceptsSipFromAListedOrigin) {
  EXPECT_EQ(check("https://localhost:8443", "sip"), HandshakeVerdict::accept);
  EXPECT_EQ(check("https://localhost:8443", "chat, sip"), HandshakeVerdict::accept);
  EXPECT_EQ(check("https://localhost:8443", "msrp ,\tsip "), HandshakeVerdict::accept);
}

TEST(Handshake, R11_C002_RefusesWithoutTheSipSubprotocol) {
  for (const auto* offered : {"", "chat", "SIP", "sips", "sip;x", "xsip,"}) {
    EXPECT_EQ(status_of(check("https://localhost:8443", offered)), 400U) << offered;
  }
}

TEST(Handshake, R11_C003_RefusesForeignAndMissingOrigins) {
  for (const auto* origin : {"", "null", "https://evil.example", "http://localhost:8443",
                             "https://localhost", "https://localhost:8443/",
                             "https://localhost:8443.evil.example", "https://LOCALHOST:8443"}) {
    EXPECT_EQ(status_of(check(origin, "sip")), 403U) << origin;
  }
}

TEST(Handshake, WS01_RefusesOtherVersions) {
  EXPECT_EQ(status_of(check("https://localhost:8443", "sip", "8")), 426U);
  EXPECT_EQ(status_of(check("https://localhost:8443", "sip", "")), 426U);
}

TEST(Handshake, ConfiguredOriginsHaveTheFormThatBrowsersSend) {
  EXPECT_TRUE(is_serialized_origin("https://phone.example"));
  EXPECT_TRUE(is_serialized_origin("https://[::1]:8443"));
  for (const auto* text : {"", "phone.example", "https://", "https://a/", "https://A.example",
                           "https://a?b", "https://u@a"}) {
    EXPECT_FALSE(is_serialized_origin(text)) << text;
  }
}

}  // namespace
}  // namespace wic
