// SPDX-License-Identifier: Apache-2.0
#include "common/encoding.hpp"

#include <gtest/gtest.h>

#include "common/errc.hpp"

namespace common {
namespace {

TEST(Base64Url, EncodesRfc4648VectorsWithoutPadding) {
  EXPECT_EQ(base64url_encode(bytes_of("")), "");
  EXPECT_EQ(base64url_encode(bytes_of("f")), "Zg");
  EXPECT_EQ(base64url_encode(bytes_of("fo")), "Zm8");
  EXPECT_EQ(base64url_encode(bytes_of("foobar")), "Zm9vYmFy");
  EXPECT_EQ(base64url_encode(bytes_of("\xfb\xff")), "-_8");
}

TEST(Base64Url, DecodesWhatItEncodes) {
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text.push_back(static_cast<char>(i * 7));
    const auto decoded = base64url_decode(base64url_encode(bytes_of(text)));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(text_of(*decoded), text);
  }
}

TEST(Base64Url, RefusesPaddingForeignCharactersAndUnusedBits) {
  for (const char* bad : {"Zg==", "Zg=", "Z", "Z g", "Zm+v", "Zm/v", "Zh", "Zm8\n"}) {
    EXPECT_EQ(base64url_decode(bad).error().code, Errc::invalid_encoding) << bad;
  }
}

TEST(Base64, EncodesWithPaddingAndRefusesItsAbsence) {
  EXPECT_EQ(base64_encode(bytes_of("fo")), "Zm8=");
  EXPECT_TRUE(base64_decode("Zm8="));
  EXPECT_FALSE(base64_decode("Zm8"));
  EXPECT_FALSE(base64_decode("Zm8=="));
}

TEST(Hex, RoundTripsAndRefusesOddLength) {
  EXPECT_EQ(hex_encode(bytes_of("\x01\xab")), "01ab");
  EXPECT_EQ(text_of(*hex_decode("01AB")), "\x01\xab");
  EXPECT_FALSE(hex_decode("0"));
  EXPECT_FALSE(hex_decode("0g"));
}

TEST(EqualSecrets, ComparesContentAndLength) {
  EXPECT_TRUE(equal_secrets("abc", "abc"));
  EXPECT_FALSE(equal_secrets("abc", "abd"));
  EXPECT_FALSE(equal_secrets("abc", "ab"));
}

TEST(Utf8, AcceptsWellFormedAndRefusesOverlongSurrogateAndCutForms) {
  EXPECT_TRUE(is_utf8("plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(is_utf8("\xe2\x82"));
  EXPECT_FALSE(is_utf8("\xff"));
}

}  // namespace
}  // namespace common
