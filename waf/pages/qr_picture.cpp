// SPDX-License-Identifier: Apache-2.0
#include "waf/pages/qr_picture.hpp"

#include <memory>

#include <qrencode.h>

#include "common/openssl.hpp"

namespace waf::pages {

std::string qr_picture(const std::string& text) {
  const std::unique_ptr<QRcode, common::Releaser<QRcode_free>> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M));
  if (!code) return {};
  constexpr int quiet = 4;  // ISO/IEC 18004 wants four modules around it
  const std::string side = std::to_string(code->width + 2 * quiet);
  std::string path;
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x) {
      if ((code->data[y * code->width + x] & 1) == 0) continue;
      path += "M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h1v1h-1z";
    }
  }
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
         "\" width=\"224\" height=\"224\" aria-hidden=\"true\"><rect width=\"" + side +
         "\" height=\"" + side + "\" fill=\"#fff\"/><path d=\"" + path + "\" fill=\"#000\"/></svg>";
}

}  // namespace waf::pages
