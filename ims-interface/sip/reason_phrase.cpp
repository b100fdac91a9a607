// SPDX-License-Identifier: Apache-2.0
#include <sofia-sip/sip_status.h>

#include "ims-interface/sip/message.hpp"

namespace ims::sip {

std::string_view reason_phrase(int status) {
  if (status == 430) return "Flow Failed";  // RFC 5626; newer than sofia's table
  if (status == 439) return "First Hop Lacks Outbound Support";
  if (const char* phrase = sip_status_phrase(status)) return phrase;
  return "Unknown";
}

}  // namespace ims::sip
