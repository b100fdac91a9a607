// SPDX-License-Identifier: Apache-2.0
#include "waf/webauthn/cbor.hpp"

#include <limits>
#include <optional>

#include "common/encoding.hpp"
#include "common/errc.hpp"

namespace waf::webauthn {
namespace {

using common::fail;
using common::Result;

constexpr int most_levels = 8;
constexpr std::uint64_t most_items = 64;
constexpr std::uint64_t most_octets = 64 * 1024;

enum Major : unsigned { positive, negative, byte_string, text_string, array, map, tag, simple };

struct Head {
  unsigned major = 0;
  std::uint64_t argument = 0;
};

tl::unexpected<common::Error> malformed(const char* why) {
  return fail(common::Errc::invalid_encoding, why);
}

std::optional<std::uint64_t> take_number(std::span<const std::byte>& input, std::size_t octets) {
  if (input.size() < octets) return std::nullopt;
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < octets; ++i) {
    out = (out << 8U) | std::to_integer<std::uint64_t>(input[i]);
  }
  input = input.subspan(octets);
  return out;
}

Result<Head> read_head(std::span<const std::byte>& input) {
  const auto first = take_number(input, 1);
  if (!first) return malformed("cut off");
  Head out{static_cast<unsigned>(*first >> 5U), *first & 31U};
  if (out.argument < 24) return out;
  if (out.argument > 27) return malformed("indefinite length or reserved");
  const std::size_t octets = std::size_t{1} << (out.argument - 24);
  const auto argument = take_number(input, octets);
  if (!argument) return malformed("cut off");
  const std::uint64_t least = octets == 1 ? 24 : std::uint64_t{1} << (4 * octets);
  if (*argument < least) return malformed("length is not the shortest");
  out.argument = *argument;
  return out;
}

Result<std::span<const std::byte>> take(std::span<const std::byte>& input, std::uint64_t size) {
  if (size > most_octets || size > input.size()) return malformed("cut off or too long");
  const auto out = input.first(static_cast<std::size_t>(size));
  input = input.subspan(static_cast<std::size_t>(size));
  return out;
}

Result<std::int64_t> integer_of(const Head& head) {
  if (head.argument > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return malformed("number is too large");
  }
  const auto value = static_cast<std::int64_t>(head.argument);
  return head.major == positive ? value : -1 - value;
}

Result<std::string> text_of(std::span<const std::byte>& input, std::uint64_t size) {
  const auto octets = take(input, size);
  if (!octets) return fail(octets.error());
  std::string out(common::text_of(*octets));
  if (!common::is_utf8(out)) return malformed("text is not UTF-8");
  return out;
}

Result<CborValue> read(std::span<const std::byte>& input, int level);

Result<CborKey> read_key(std::span<const std::byte>& input) {
  const auto head = read_head(input);
  if (!head) return fail(head.error());
  if (head->major == positive || head->major == negative) {
    const auto number = integer_of(*head);
    if (!number) return fail(number.error());
    return CborKey(*number);
  }
  if (head->major != text_string) return malformed("key of a kind we do not take");
  auto text = text_of(input, head->argument);
  if (!text) return fail(text.error());
  return CborKey(std::move(*text));
}

Result<CborValue> read_map(std::span<const std::byte>& input, std::uint64_t items, int level) {
  CborMap out;
  for (std::uint64_t i = 0; i < items; ++i) {
    auto key = read_key(input);
    if (!key) return fail(key.error());
    auto value = read(input, level + 1);
    if (!value) return value;
    if (!out.emplace(std::move(*key), std::move(*value)).second) return malformed("key repeated");
  }
  return CborValue{std::move(out)};
}

Result<CborValue> read_array(std::span<const std::byte>& input, std::uint64_t items, int level) {
  CborArray out;
  for (std::uint64_t i = 0; i < items; ++i) {
    auto value = read(input, level + 1);
    if (!value) return value;
    out.push_back(std::move(*value));
  }
  return CborValue{std::move(out)};
}

Result<CborValue> read_simple(std::uint64_t argument) {
  if (argument == 20 || argument == 21) return CborValue{argument == 21};
  if (argument == 22) return CborValue{};
  return malformed("floating point or unknown value");
}

Result<CborValue> read(std::span<const std::byte>& input, int level) {
  if (level > most_levels) return malformed("too deep");
  const auto head = read_head(input);
  if (!head) return fail(head.error());
  if (head->major == array || head->major == map) {
    if (head->argument > most_items) return malformed("too many items");
    return head->major == map ? read_map(input, head->argument, level)
                              : read_array(input, head->argument, level);
  }
  if (head->major == byte_string) {
    const auto octets = take(input, head->argument);
    if (!octets) return fail(octets.error());
    return CborValue{CborBytes(octets->begin(), octets->end())};
  }
  if (head->major == text_string) {
    auto text = text_of(input, head->argument);
    if (!text) return fail(text.error());
    return CborValue{std::move(*text)};
  }
  if (head->major == simple) return read_simple(head->argument);
  if (head->major == tag) return malformed("tagged item");
  const auto number = integer_of(*head);
  if (!number) return fail(number.error());
  return CborValue{*number};
}

}  // namespace

const CborValue* find(const CborValue& map, const CborKey& key) {
  const CborMap* members = map.map();
  if (members == nullptr) return nullptr;
  const auto found = members->find(key);
  return found == members->end() ? nullptr : &found->second;
}

Result<CborValue> read_cbor(std::span<const std::byte>& input) { return read(input, 0); }

Result<CborValue> parse_cbor(std::span<const std::byte> input) {
  auto out = read(input, 0);
  if (out && !input.empty()) return malformed("octets after the item");
  return out;
}

}  // namespace waf::webauthn
