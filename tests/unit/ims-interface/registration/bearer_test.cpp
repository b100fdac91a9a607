// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/bearer.hpp"

#include <gtest/gtest.h>

namespace ims {
namespace {

using State = BearerCredentials::State;

void expect_token(std::string_view value, std::string_view token) {
  const auto read = read_bearer_value(value);
  EXPECT_EQ(read.state, State::present) << value;
  EXPECT_EQ(read.token, token) << value;
}

void expect_malformed(std::string_view value) {
  EXPECT_EQ(read_bearer_value(value).state, State::malformed) << value;
}

TEST(Bearer, C022_B08_PlainTokenWithAnySpellingOfTheScheme) {
  expect_token("Bearer abc.def-_~+/", "abc.def-_~+/");
  expect_token("bEaReR   abc==", "abc==");
}

TEST(Bearer, B09_B10_B11_TheOtherDialects) {
  expect_token("Bearer access_token=\"O91G451HZ0V83opz6udiSEjchPynd2Ss9\"",
               "O91G451HZ0V83opz6udiSEjchPynd2Ss9");
  expect_token("Bearer abc, realm=\"x, y\", foo=bar", "abc");
  expect_token("Bearer abc=, realm=\"x\"", "abc=");
  expect_token("Bearer token=\"abc\", username=\"u\", realm=\"r\"", "abc");
  expect_token("Bearer realm=\"r\", access_token=\"abc\", token_type=\"x\"", "abc");
}

TEST(Bearer, Attack26_MoreOrLessThanOneTokenIsMalformed) {
  expect_malformed("Bearer");
  expect_malformed("Bearer ");
  expect_malformed("Bearer access_token=\"\"");
  expect_malformed("Bearer access_token=\"a\", access_token=\"b\"");
  expect_malformed("Bearer abc, token=\"b\"");
  expect_malformed("Bearer abc, def");
  expect_malformed("Bearer realm=\"x\"");
  expect_malformed("Bearer " + std::string(longest_token + 1, 'a'));
}

TEST(Bearer, Attack28_NothingButTokenCharactersInQuotes) {
  expect_malformed("Bearer access_token=\"a b\"");
  expect_malformed("Bearer access_token=\"a\\\"b\"");
  expect_malformed("Bearer a b");
}

TEST(Bearer, OtherSchemesDoNotCount) {
  EXPECT_EQ(read_bearer_value("Digest username=\"x\"").state, State::absent);
  EXPECT_EQ(read_bearer_value("Bearerx abc").state, State::absent);
  auto request = sip::Message::request("REGISTER", "sip:h");
  request.add("Authorization", "Digest username=\"x\"");
  request.add("Proxy-Authorization", "Bearer abc");
  EXPECT_EQ(read_bearer(request).state, State::absent);
  request.add("Authorization", "Bearer abc");
  EXPECT_EQ(read_bearer(request).state, State::present);
  request.add("Authorization", "Bearer abc");
  EXPECT_EQ(read_bearer(request).state, State::malformed);
}

}  // namespace
}  // namespace ims
