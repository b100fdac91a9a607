// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/read_section.hpp"

#include <algorithm>
#include <array>

#include "ims-interface/sdp/core_section.hpp"
#include "ims-interface/sdp/feedback.hpp"
#include "ims-interface/sdp/phone_section.hpp"
#include "ims-interface/sdp/settle.hpp"
#include "ims-interface/sdp/wic_section.hpp"

namespace ims::sdp {
namespace {

// What means the same end to end. All else ends at the edge (23.228 U.1.1, MED-04): each body is
// built anew, so that nothing unknown can upset the other side.
constexpr std::array end_to_end = {"ptime", "maxptime",   "label",     "content",
                                   "lang",  "hlang-send", "hlang-recv"};
constexpr std::array extended_report_lines = {"rtcp-xr"};
constexpr std::array precondition_lines = {"curr", "des", "conf"};

template <class Names>
void append_named(Attributes& out, const Attributes& from, const Names& names) {
  for (const Attribute& attribute : from) {
    const bool named = std::any_of(names.begin(), names.end(),
                                   [&](const char* name) { return attribute.name == name; });
    if (named) out.push_back(attribute);
  }
}

void read_passing(const Section& section, const Policy& policy, Stream& stream) {
  StreamSide& side = stream.on(section.from);
  side.passing.clear();
  append_named(side.passing, section.media.attributes, end_to_end);
  side.extended_reports = policy.extended_reports && has(section.media.attributes, "rtcp-xr");
  if (side.extended_reports) {
    append_named(side.passing, section.media.attributes, extended_report_lines);
  }
  Attributes lines;
  append_named(lines, section.media.attributes, precondition_lines);
  if (lines.empty()) append_named(lines, section.description.attributes, precondition_lines);
  if (section.from == Side::core) stream.preconditions = lines;
  if (policy.preconditions == Preconditions::pass) {
    side.passing.insert(side.passing.end(), lines.begin(), lines.end());
  }
}

std::optional<Refusal> read_codecs_of(const Section& section, const Policy& policy,
                                      Stream& stream) {
  StreamSide& side = stream.on(section.from);
  side.codecs = read_codecs(section.media);
  if (section.is_answer) {
    return settle(stream, section.from, side.codecs) ? std::nullopt
                                                     : std::optional(Refusal::no_common_codec);
  }
  static const std::vector<std::string> none;
  stream.offered = stream.payload_table.translate(
      section.from, side.codecs, stream.kind == "audio" ? policy.transcoding : none);
  const bool usable = std::any_of(stream.offered.begin(), stream.offered.end(),
                                  [](const OfferedCodec& codec) { return codec.in.is_medium(); });
  return usable ? std::nullopt : std::optional(Refusal::no_common_codec);
}

}  // namespace

std::optional<Refusal> read_section(const Section& section, const Policy& policy, Stream& stream) {
  const Media& media = section.media;
  if (media.kind != "audio" && !(media.kind == "video" && policy.video)) {
    return Refusal::unsupported_media;
  }
  StreamSide& side = stream.on(section.from);
  side.direction = read_direction(section.description, media);
  const auto refusal =
      section.from == Side::wic && policy.access == Access::phone
          ? read_phone_section(section.description, media, section.is_answer, policy.phone, stream)
      : section.from == Side::wic
          ? read_wic_section(section.description, media, section.is_answer, stream)
          : read_core_section(section.description, media, stream);
  if (refusal) return refusal;
  side.protocol = media.protocol;
  side.formats = media.formats;
  if (media.kind == "video") side.feedback = read_feedback(media);
  read_passing(section, policy, stream);
  return read_codecs_of(section, policy, stream);
}

}  // namespace ims::sdp
