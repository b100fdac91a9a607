// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"

namespace ims::sip {

/// One header field: full name as RFC 3261 spells it, value unfolded and trimmed.
struct Header {
  std::string name;
  std::string value;
};

/// Bounds on what a peer may send in one message (SEC-14).
struct ScreenLimits {
  std::size_t message = 64 * 1024;
  std::size_t body = 48 * 1024;
  std::size_t headers = 128;
  std::size_t line = 8 * 1024;  // one header field, unfolded
  std::size_t start_line = 2 * 1024;
};

/// A message cut into its parts, nothing interpreted yet.
struct ScreenedMessage {
  bool request = true;
  std::string method;           // requests
  std::string request_uri;      // requests
  int status = 0;               // responses
  std::string reason;           // responses
  std::vector<Header> headers;  // Content-Length is checked and left out
  std::string body;
};

/// Cuts exactly one SIP message out of `bytes`: our own size and shape checks, before any other
/// parser sees what a stranger sent. Folding is undone, compact names are expanded, names get
/// their usual spelling. Refused are: control characters, invalid UTF-8 in front of the body, bare
/// CR or LF, a doubled single header, a missing mandatory one, a Content-Length that does not fit
/// the body, and bytes behind the body (RFC 7118 section 5, WS-02, WS-04).
/// `partial`, when given, keeps what was cut before the refusal, so that a 400 can be addressed.
[[nodiscard]] common::Result<ScreenedMessage> screen(std::string_view bytes,
                                                     const ScreenLimits& limits = {},
                                                     ScreenedMessage* partial = nullptr);

/// RFC 3261 token.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace ims::sip
