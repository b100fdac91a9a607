// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/parser.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "ims-interface/sdp/errc.hpp"
#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

using common::fail;
using common::Result;

/// RFC 8866 token characters: attribute names, media kinds, bandwidth types.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f &&
           std::string_view("\"(),/:;<=>?@[\\]").find(c) == std::string_view::npos;
  });
}

bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    return c == '\t' ? false : (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
  });
}

/// Reads line by line into the section that is open: the session, then each m-line's.
class Reader {
 public:
  explicit Reader(const Limits& limits) : limits_(limits) {}

  Result<Description> read(std::string_view text) {
    if (text.size() > limits_.bytes) {
      return fail(Errc::body_too_large, std::to_string(text.size()) + " bytes");
    }
    while (!text.empty()) {
      std::string_view line = take(text, '\n');
      if (line.ends_with('\r')) line.remove_suffix(1);
      ++number_;
      if (line.empty() && text.find_first_not_of("\r\n") == text.npos) break;  // trailing blanks
      if (Result<void> read_line = handle(line); !read_line) return fail(read_line.error());
    }
    if (stage_ != Stage::body) return fail(Errc::missing_line, missing());
    return std::move(out_);
  }

 private:
  enum class Stage : std::uint8_t { version, origin, name, body };

  [[nodiscard]] tl::unexpected<common::Error> wrong(Errc code, std::string_view why) const {
    return fail(code, "line " + std::to_string(number_) + ": " + std::string(why));
  }
  [[nodiscard]] tl::unexpected<common::Error> malformed(std::string_view why) const {
    return wrong(Errc::malformed_line, why);
  }
  [[nodiscard]] std::string missing() const {
    if (stage_ == Stage::version) return "v=";
    return stage_ == Stage::origin ? "o=" : "s=";
  }

  Result<void> handle(std::string_view line) {
    if (number_ > limits_.lines) return wrong(Errc::too_many_lines, "too many lines");
    if (line.size() > limits_.line_bytes) return wrong(Errc::line_too_long, "line is too long");
    if (line.size() < 2 || line[1] != '=') return malformed("not of the form x=value");
    if (!is_printable(line)) return malformed("control character");
    const char type = line[0];
    const std::string_view value = line.substr(2);
    if (stage_ != Stage::body) return handle_head(type, value);
    if (type == 'm') return handle_media(value);
    return out_.media.empty() ? handle_session(type, value) : handle_section(type, value);
  }

  /// v=, o=, s= begin every description, in this order.
  Result<void> handle_head(char type, std::string_view value) {
    if (type != missing()[0]) return wrong(Errc::missing_line, missing() + " expected here");
    switch (stage_) {
      case Stage::version:
        if (value != "0") return malformed("version is not 0");
        stage_ = Stage::origin;
        return {};
      case Stage::origin:
        stage_ = Stage::name;
        return handle_origin(value);
      default:
        out_.session_name = value;
        stage_ = Stage::body;
        return {};
    }
  }

  Result<void> handle_origin(std::string_view value) {
    out_.origin.username = take_word(value);
    const auto id = number_in<std::uint64_t>(take_word(value));
    const auto version = number_in<std::uint64_t>(take_word(value));
    if (!id || !version) return malformed("session id or version is not a number below 2^64");
    out_.origin.session_id = *id;
    out_.origin.session_version = *version;
    return read_address(value, out_.origin.address);
  }

  Result<void> read_address(std::string_view value, NetworkAddress& address) const {
    address.network_type = take_word(value);
    address.address_type = take_word(value);
    address.address = take_word(value);
    if (address.address.empty() || value.find_first_not_of(' ') != value.npos) {
      return malformed("not a network type, address type and address");
    }
    return {};
  }

  Result<void> handle_session(char type, std::string_view value) {
    switch (type) {
      case 'i':
        return once(out_.information, value);
      case 'u':
        return once(out_.uri, value);
      case 'e':
        out_.emails.emplace_back(value);
        return {};
      case 'p':
        out_.phones.emplace_back(value);
        return {};
      case 't':
      case 'r':
      case 'z':
        out_.times.push_back(std::string(1, type) + "=" + std::string(value));
        return {};
      default:
        return handle_common(type, value, out_.connection, out_.bandwidths, out_.attributes);
    }
  }

  Result<void> handle_section(char type, std::string_view value) {
    Media& media = out_.media.back();
    if (type == 'i') return once(media.information, value);
    return handle_common(type, value, media.connection, media.bandwidths, media.attributes);
  }

  Result<void> handle_common(char type, std::string_view value,
                             std::optional<NetworkAddress>& connection,
                             std::vector<Bandwidth>& bandwidths, Attributes& attributes) const {
    switch (type) {
      case 'c':
        if (connection) return wrong(Errc::unexpected_line, "second c= in this section");
        return read_address(value, connection.emplace());
      case 'b':
        return read_bandwidth(value, bandwidths);
      case 'a':
        return read_attribute(value, attributes);
      case 'k':
        return {};
      default:
        return wrong(Errc::unexpected_line, "type does not belong here");
    }
  }

  Result<void> once(std::optional<std::string>& slot, std::string_view value) const {
    if (slot) return wrong(Errc::unexpected_line, "second line of this type in this section");
    slot = std::string(value);
    return {};
  }

  Result<void> read_bandwidth(std::string_view value, std::vector<Bandwidth>& out) const {
    const std::string_view type = take(value, ':');
    const auto amount = number_in<std::uint64_t>(value);
    if (!is_token(type) || !amount) return malformed("bandwidth is not type:number");
    out.push_back({std::string(type), *amount});
    return {};
  }

  Result<void> read_attribute(std::string_view value, Attributes& out) const {
    const bool flag = value.find(':') == value.npos;
    const std::string_view name = take(value, ':');
    if (!is_token(name)) return malformed("attribute name is not a token");
    out.push_back({std::string(name), flag ? std::nullopt : std::optional(std::string(value))});
    return {};
  }

  Result<void> handle_media(std::string_view value) {
    if (out_.media.size() >= limits_.media) return wrong(Errc::too_many_media, "too many m-lines");
    Media& media = out_.media.emplace_back();
    media.kind = take_word(value);
    if (!is_token(media.kind)) return malformed("media type is not a token");
    std::string_view ports = take_word(value);
    const bool counted = ports.find('/') != ports.npos;
    const auto port = number_in<std::uint16_t>(take(ports, '/'));
    if (!port) return malformed("port is not a number below 65536");
    media.port = *port;
    if (counted) {
      media.port_count = number_in<std::uint32_t>(ports);
      if (!media.port_count) return malformed("number of ports is not a number");
    }
    media.protocol = take_word(value);
    for (std::string_view format = take_word(value); !format.empty(); format = take_word(value)) {
      if (media.formats.size() >= limits_.formats) return malformed("too many formats");
      media.formats.emplace_back(format);
    }
    if (media.formats.empty()) return malformed("m-line without a format");
    return {};
  }

  const Limits& limits_;
  Description out_;
  Stage stage_ = Stage::version;
  std::size_t number_ = 0;
};

}  // namespace

Result<Description> parse(std::string_view text, const Limits& limits) {
  return Reader(limits).read(text);
}

}  // namespace ims::sdp
