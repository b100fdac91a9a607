// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/printer.hpp"

#include <string_view>

namespace ims::sdp {
namespace {

void line(std::string& out, char type, std::string_view value) {
  out += type;
  out += '=';
  out += value;
  out += "\r\n";
}

std::string text_of(const NetworkAddress& address) {
  return address.network_type + ' ' + address.address_type + ' ' + address.address;
}

void print_common(std::string& out, const std::optional<NetworkAddress>& connection,
                  const std::vector<Bandwidth>& bandwidths) {
  if (connection) line(out, 'c', text_of(*connection));
  for (const Bandwidth& bandwidth : bandwidths) {
    line(out, 'b', bandwidth.type + ':' + std::to_string(bandwidth.value));
  }
}

void print_attributes(std::string& out, const Attributes& attributes) {
  for (const Attribute& attribute : attributes) {
    line(out, 'a', attribute.value ? attribute.name + ':' + *attribute.value : attribute.name);
  }
}

void print_media(std::string& out, const Media& media) {
  std::string head = media.kind + ' ' + std::to_string(media.port);
  if (media.port_count) head += '/' + std::to_string(*media.port_count);
  head += ' ' + media.protocol;
  for (const std::string& format : media.formats) head += ' ' + format;
  line(out, 'm', head);
  if (media.information) line(out, 'i', *media.information);
  print_common(out, media.connection, media.bandwidths);
  print_attributes(out, media.attributes);
}

}  // namespace

std::string print(const Description& description) {
  const Origin& origin = description.origin;
  std::string out = "v=0\r\n";
  line(out, 'o',
       origin.username + ' ' + std::to_string(origin.session_id) + ' ' +
           std::to_string(origin.session_version) + ' ' + text_of(origin.address));
  line(out, 's', description.session_name);
  if (description.information) line(out, 'i', *description.information);
  if (description.uri) line(out, 'u', *description.uri);
  for (const std::string& email : description.emails) line(out, 'e', email);
  for (const std::string& phone : description.phones) line(out, 'p', phone);
  print_common(out, description.connection, description.bandwidths);
  for (const std::string& time : description.times) out += time + "\r\n";
  print_attributes(out, description.attributes);
  for (const Media& media : description.media) print_media(out, media);
  return out;
}

}  // namespace ims::sdp
