// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/codec.hpp"

#include <algorithm>
#include <array>

#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

struct StaticFormat {
  std::uint8_t payload;
  const char* name;
  std::uint32_t clock;
};

// RFC 3551 table 4: the static types that voice equipment still sends without an rtpmap.
constexpr std::array static_formats = {
    StaticFormat{0, "PCMU", 8000},  StaticFormat{3, "GSM", 8000},  StaticFormat{4, "G723", 8000},
    StaticFormat{8, "PCMA", 8000},  StaticFormat{9, "G722", 8000}, StaticFormat{13, "CN", 8000},
    StaticFormat{15, "G728", 8000}, StaticFormat{18, "G729", 8000}};

constexpr std::array ends_at_edge = {"red", "rtx", "ulpfec", "flexfec", "flexfec-03", "parityfec"};

/// What follows "<payload> " in the attribute of that name for that payload type.
std::optional<std::string_view> parameter_of(const Media& media, std::string_view name,
                                             std::uint8_t payload) {
  for (const Attribute& attribute : media.attributes) {
    if (attribute.name != name || !attribute.value) continue;
    std::string_view rest = *attribute.value;
    if (number_in<std::uint8_t>(take_word(rest)) == payload) return rest;
  }
  return std::nullopt;
}

std::optional<Codec> from_rtpmap(std::uint8_t payload, std::string_view map) {
  Codec codec{.payload = payload, .name = {}, .parameters = {}};
  codec.name = take(map, '/');
  const auto clock = number_in<std::uint32_t>(take(map, '/'));
  if (codec.name.empty() || !clock || *clock == 0) return std::nullopt;
  codec.clock = *clock;
  if (!map.empty()) {
    const auto channels = number_in<std::uint32_t>(map);
    if (!channels || *channels == 0) return std::nullopt;
    codec.channels = *channels;
  }
  return codec;
}

std::optional<Codec> from_table(std::uint8_t payload) {
  for (const StaticFormat& format : static_formats) {
    if (format.payload == payload) {
      return Codec{
          .payload = payload, .name = format.name, .clock = format.clock, .parameters = {}};
    }
  }
  return std::nullopt;
}

std::optional<Codec> codec_of(const Media& media, std::uint8_t payload) {
  const auto map = parameter_of(media, "rtpmap", payload);
  std::optional<Codec> codec = map ? from_rtpmap(payload, *map) : from_table(payload);
  if (!codec) return std::nullopt;
  if (const auto fmtp = parameter_of(media, "fmtp", payload)) codec->parameters = *fmtp;
  return codec;
}

bool passes(const Codec& codec) {
  return std::none_of(ends_at_edge.begin(), ends_at_edge.end(),
                      [&](const char* name) { return codec.is(name); });
}

}  // namespace

bool Codec::same_format(const Codec& codec) const {
  return clock == codec.clock && channels == codec.channels &&
         equals_ignoring_case(name, codec.name);
}

bool Codec::is(std::string_view name_in_lower_case) const {
  return lower(name) == name_in_lower_case;
}

std::vector<Codec> read_codecs(const Media& media) {
  std::vector<Codec> codecs;
  for (const std::string& format : media.formats) {
    const auto payload = number_in<std::uint8_t>(format);
    if (!payload || *payload > 127) continue;
    const bool repeated = std::any_of(codecs.begin(), codecs.end(), [&](const Codec& known) {
      return known.payload == *payload;
    });
    if (repeated) continue;
    std::optional<Codec> codec = codec_of(media, *payload);
    if (codec && passes(*codec)) codecs.push_back(std::move(*codec));
  }
  return codecs;
}

void add_codec(Media& media, const Codec& codec) {
  const std::string payload = std::to_string(codec.payload);
  media.formats.push_back(payload);
  std::string map = payload + ' ' + codec.name + '/' + std::to_string(codec.clock);
  if (codec.channels > 1) map += '/' + std::to_string(codec.channels);
  media.attributes.push_back({"rtpmap", std::move(map)});
  if (codec.parameters) media.attributes.push_back({"fmtp", payload + ' ' + *codec.parameters});
}

}  // namespace ims::sdp
