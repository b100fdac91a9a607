// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/feedback.hpp"

#include "ims-interface/sdp/text.hpp"

namespace ims::sdp {

Feedback read_feedback(const Media& media) {
  Feedback out;
  for (const Attribute& attribute : media.attributes) {
    if (attribute.name != "rtcp-fb" || !attribute.value) continue;
    std::string_view rest = *attribute.value;
    (void)take_word(rest);  // the format, or * for all
    const std::string_view type = take_word(rest);
    const std::string_view parameter = take_word(rest);
    out.nack = out.nack || (type == "nack" && parameter.empty());
    out.pli = out.pli || (type == "nack" && parameter == "pli");
    out.fir = out.fir || (type == "ccm" && parameter == "fir");
  }
  return out;
}

void add_feedback(Media& media, const std::vector<Codec>& codecs, const Feedback& feedback) {
  for (const Codec& codec : codecs) {
    const auto add = [&](bool wanted, const char* what) {
      if (wanted) media.attributes.push_back({"rtcp-fb", std::to_string(codec.payload) + what});
    };
    add(feedback.nack, " nack");
    add(feedback.pli, " nack pli");
    add(feedback.fir, " ccm fir");
  }
}

}  // namespace ims::sdp
