// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/uri.hpp"

#include <gtest/gtest.h>

#include "ims-interface/sip/name_addr.hpp"
#include "ims-interface/sip/via.hpp"

namespace ims::sip {
namespace {

TEST(Uri, KeepsEveryPartThroughParsingAndPrinting) {
  for (const char* text :
       {"sip:alice@ims.example", "sips:a%20b@[2001:db8::1]:5061;transport=tcp;lr",
        "sip:ims.example:5060", "tel:+15550100", "urn:service:sos.fire", "sip:a@h?Subject=x"}) {
    const auto uri = Uri::parse(text);
    ASSERT_TRUE(uri) << text;
    EXPECT_EQ(uri->to_string(), text);
  }
}

TEST(Uri, RefusesWhatCannotBeRouted) {
  for (const char* text : {"", "sip:", "alice", "sip:@host", "sip:a@", "sip:a@b:0", "sip:a@b:70000",
                           "sip:a@[::1", "sip:a@b c", "sip:%0d@b", "sip:%zz@b", "sip:a@b<c"}) {
    EXPECT_FALSE(Uri::parse(text)) << text;
  }
}

TEST(Uri, R01_AddressesOfRecordCompareNormalized) {
  EXPECT_EQ(normalized_aor("sips:alice@IMS.example:5061;user=phone"), "sip:alice@ims.example");
  EXPECT_EQ(normalized_aor("sip:%61lice@ims.example"), "sip:alice@ims.example");
  EXPECT_NE(normalized_aor("sip:Alice@ims.example"), "sip:alice@ims.example");
  EXPECT_EQ(normalized_aor("tel:+1-555-0100;phone-context=x"), "tel:+15550100");
  EXPECT_EQ(normalized_aor("http://ims.example"), "");
  // An address inside the user part is no way to another user's name.
  EXPECT_EQ(normalized_aor("sip:bob%40ims.example@evil.example"),
            "sip:bob%40ims.example@evil.example");
}

TEST(NameAddr, ParametersOutsideBracketsBelongToTheHeader) {
  const auto bare = NameAddr::parse("sip:a@b;tag=1");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->uri, "sip:a@b");
  EXPECT_EQ(bare->parameters.get("tag"), "1");
  const auto full = NameAddr::parse(R"("A \" <x>, y" <sip:a@b;lr> ; tag=2)");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->uri, "sip:a@b;lr");
  EXPECT_EQ(full->parameters.get("TAG"), "2");
  EXPECT_EQ(full->to_string(), R"("A \" <x>, y" <sip:a@b;lr>;tag=2)");
  EXPECT_FALSE(NameAddr::parse("<sip:a@b"));
  EXPECT_FALSE(NameAddr::parse("<sip:a@b> x"));
}

TEST(Via, C012_WS06_InvalidHostsAreTextOnly) {
  const auto via = Via::parse("SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK1;keep");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->branch(), "z9hG4bK1");
  EXPECT_EQ(via->to_string(), "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK1;keep");
  EXPECT_FALSE(Via::parse("SIP/2.0/WSS"));
  EXPECT_FALSE(Via::parse("HTTP/1.1/WSS x"));
}

}  // namespace
}  // namespace ims::sip
