// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/audio_format.hpp"

#include <algorithm>
#include <array>

#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {
namespace {

using namespace std::chrono_literals;

struct Known {
  const char* name;
  const char* spelling;
  std::uint32_t clock;
  std::uint32_t channels;
};

constexpr std::array known = {Known{"pcmu", "PCMU", 8000, 1},      Known{"pcma", "PCMA", 8000, 1},
                              Known{"g722", "G722", 8000, 1},      Known{"amr", "AMR", 8000, 1},
                              Known{"amr-wb", "AMR-WB", 16000, 1}, Known{"opus", "opus", 48000, 2}};

/// Value of a parameter of fmtp, blanks taken off; nothing when it is not there.
std::optional<std::string_view> parameter(const Codec& codec, std::string_view name) {
  if (!codec.parameters) return std::nullopt;
  for (std::string_view rest = *codec.parameters; !rest.empty();) {
    std::string_view one = take(rest, ';');
    const std::size_t begin = one.find_first_not_of(' ');
    if (begin == std::string_view::npos) continue;
    one.remove_prefix(begin);
    one = one.substr(0, one.find_last_not_of(' ') + 1);
    const std::string_view found = take(one, '=');
    if (equals_ignoring_case(found, name)) return one;
  }
  return std::nullopt;
}

bool is_set(const Codec& codec, std::string_view name) { return parameter(codec, name) == "1"; }

/// The packet time that comes nearest of those every encoder here makes.
std::chrono::milliseconds packet_time_of(std::string_view text) {
  const auto wished = number_in<unsigned>(text).value_or(20);
  if (wished >= 60) return 60ms;
  return wished >= 40 ? 40ms : 20ms;
}

/// mode-set as bits; nothing when one is no mode of the codec.
std::optional<std::uint16_t> modes_of(std::string_view text, unsigned count) {
  std::uint16_t modes = 0;
  while (!text.empty()) {
    const auto mode = number_in<unsigned>(take(text, ','));
    if (!mode || *mode >= count) return std::nullopt;
    modes = static_cast<std::uint16_t>(modes | 1U << *mode);
  }
  return modes == 0 ? std::nullopt : std::optional(modes);
}

bool read_amr(const Codec& codec, AudioFormat& out) {
  for (const char* unspoken : {"crc", "robust-sorting"}) {
    if (is_set(codec, unspoken)) return false;
  }
  if (parameter(codec, "interleaving")) return false;
  out.octet_align = is_set(codec, "octet-align");
  out.mode_change_period = parameter(codec, "mode-change-period") == "2" ? 2 : 1;
  out.mode_change_neighbor = is_set(codec, "mode-change-neighbor");
  const auto modes = parameter(codec, "mode-set");
  if (!modes) return true;
  const auto read = modes_of(*modes, codec.is("amr") ? 8 : 9);
  if (!read) return false;
  out.modes = *read;
  return true;
}

void read_opus(const Codec& codec, AudioFormat& out) {
  out.in_band_fec = is_set(codec, "useinbandfec");
  out.dtx = is_set(codec, "usedtx");
  const auto bitrate =
      number_in<std::uint32_t>(parameter(codec, "maxaveragebitrate").value_or(std::string_view{}));
  if (bitrate && *bitrate >= 6000) out.max_bitrate = std::min(*bitrate, out.max_bitrate);
}

const Known* find(const Codec& codec) {
  const auto at = std::find_if(known.begin(), known.end(), [&](const Known& one) {
    return codec.is(one.name) && codec.clock == one.clock && codec.channels == one.channels;
  });
  return at == known.end() ? nullptr : &*at;
}

bool is_amr(const Codec& codec) { return codec.is("amr") || codec.is("amr-wb"); }

}  // namespace

std::optional<AudioFormat> audio_format_of(const Codec& codec, std::string_view packet_time) {
  const Known* one = find(codec);
  if (one == nullptr) return std::nullopt;
  AudioFormat out;
  out.codec = one->name;
  out.packet_time = packet_time_of(packet_time);
  if (is_amr(codec) && !read_amr(codec, out)) return std::nullopt;
  if (codec.is("opus")) read_opus(codec, out);
  return out;
}

std::vector<Codec> own_formats(std::string_view name) {
  const auto one = std::find_if(known.begin(), known.end(),
                                [&](const Known& codec) { return codec.name == name; });
  if (one == known.end()) return {};
  Codec codec{.name = one->spelling,
              .clock = one->clock,
              .channels = one->channels,
              .parameters = std::nullopt};
  if (name == "pcma") codec.payload = 8;
  if (name == "g722") codec.payload = 9;
  if (name == "opus") {
    codec.payload = 111;
    codec.parameters = "minptime=10;useinbandfec=1";
  }
  if (!is_amr(codec)) return {codec};
  // RFC 4867 8.3.1: who can receive only one payload format must find it in the offer.
  codec.payload = 96;
  codec.parameters = "mode-change-capability=2;max-red=0";
  Codec aligned = codec;
  aligned.parameters = "octet-align=1;mode-change-capability=2;max-red=0";
  return {codec, aligned};
}

bool same_framing(const Codec& left, const Codec& right) {
  return left.same_format(right) &&
         (!is_amr(left) || is_set(left, "octet-align") == is_set(right, "octet-align"));
}

Codec answer_to(const Codec& offered, const AudioFormat& far) {
  Codec out = offered;
  out.parameters.reset();
  if (offered.is("opus")) {
    // Sound beyond what the far end can hear would be sent for nothing.
    const bool wide = far.codec == "amr-wb" || far.codec == "g722";
    const std::string rate = wide ? "16000" : "8000";
    out.parameters = "useinbandfec=1;maxplaybackrate=" + rate + ";sprop-maxcapturerate=" + rate;
  }
  if (!is_amr(offered)) return out;
  std::string text = is_set(offered, "octet-align") ? "octet-align=1;" : "";
  for (const char* echoed : {"mode-set", "mode-change-period", "mode-change-neighbor"}) {
    if (const auto value = parameter(offered, echoed)) {
      text += std::string(echoed) + '=' + std::string(*value) + ';';
    }
  }
  out.parameters = text + "mode-change-capability=2;max-red=0";
  return out;
}

}  // namespace ims::sdp
