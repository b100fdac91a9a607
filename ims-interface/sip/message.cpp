// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sip/message.hpp"

#include <algorithm>

#include "ims-interface/sip/errc.hpp"
#include "ims-interface/sip/header_names.hpp"
#include "ims-interface/sip/name_addr.hpp"
#include "ims-interface/sip/sofia.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/via.hpp"

namespace ims::sip {
namespace {

auto named(std::string_view name) {
  return [name](const Header& header) { return equal_ignoring_case(header.name, name); };
}

std::string tag_of(std::string_view value) {
  const auto address = NameAddr::parse(value);
  return address ? address->parameters.get("tag").value_or("") : std::string{};
}

}  // namespace

common::Result<Message> Message::parse(std::string_view bytes, const ScreenLimits& limits) {
  auto parts = screen(bytes, limits);
  if (!parts) return common::fail(parts.error());
  Message message(std::move(*parts));
  if (auto judged = to_sofia(message); !judged) return common::fail(judged.error());
  return message;
}

Message Message::from_parts(ScreenedMessage parts) { return Message(std::move(parts)); }

Message Message::request(std::string_view method, std::string_view request_uri) {
  ScreenedMessage parts;
  parts.method = method;
  parts.request_uri = request_uri;
  return Message(std::move(parts));
}

Message Message::response(int status, std::string_view reason) {
  ScreenedMessage parts;
  parts.request = false;
  parts.status = status;
  parts.reason = reason.empty() ? reason_phrase(status) : reason;
  return Message(std::move(parts));
}

Message Message::reply(int status, std::string_view reason, std::string_view to_tag) const {
  Message out = response(status, reason);
  for (const Header& header : parts_.headers) {
    for (const std::string_view copied : {"Via", "From", "To", "Call-ID", "CSeq"}) {
      if (header.name == copied) out.parts_.headers.push_back(header);
    }
  }
  if (status > 100 && !to_tag.empty() && out.to_tag().empty()) {
    out.set("To", std::string(out.value("To")) + ";tag=" + std::string(to_tag));
  }
  return out;
}

std::string Message::print() const {
  return print_with([](std::string_view name) { return name; });
}

std::string Message::print_compact() const { return print_with(compact_name); }

std::string Message::print_with(std::string_view (*name_of)(std::string_view)) const {
  std::string out;
  out.reserve(1024 + parts_.body.size());
  if (parts_.request) {
    out.append(parts_.method).append(" ").append(parts_.request_uri).append(" SIP/2.0\r\n");
  } else {
    out.append("SIP/2.0 ").append(std::to_string(parts_.status)).append(" ");
    out.append(parts_.reason).append("\r\n");
  }
  for (const Header& header : parts_.headers) {
    out.append(name_of(header.name)).append(": ").append(header.value).append("\r\n");
  }
  out.append(name_of("Content-Length"))
      .append(": ")
      .append(std::to_string(parts_.body.size()))
      .append("\r\n\r\n");
  return out.append(parts_.body);
}

void Message::set_status(int status, std::string_view reason) {
  parts_.status = status;
  parts_.reason = reason.empty() ? reason_phrase(status) : reason;
}

bool Message::has(std::string_view name) const {
  return std::any_of(parts_.headers.begin(), parts_.headers.end(), named(name));
}

std::string_view Message::value(std::string_view name) const {
  const auto found = std::find_if(parts_.headers.begin(), parts_.headers.end(), named(name));
  return found == parts_.headers.end() ? std::string_view{} : std::string_view(found->value);
}

std::vector<std::string> Message::values(std::string_view name) const {
  std::vector<std::string> out;
  for (const Header& header : parts_.headers) {
    if (!equal_ignoring_case(header.name, name)) continue;
    for (const std::string_view part : split(header.value, ',')) {
      if (!part.empty()) out.emplace_back(part);
    }
  }
  return out;
}

bool Message::lists(std::string_view name, std::string_view token) const {
  for (const std::string& entry : values(name)) {
    if (equal_ignoring_case(entry, token)) return true;
  }
  return false;
}

void Message::set(std::string_view name, std::string value) {
  auto& headers = parts_.headers;
  const auto found = std::find_if(headers.begin(), headers.end(), named(name));
  if (found == headers.end()) {
    headers.push_back({std::string(name), std::move(value)});
    return;
  }
  found->value = std::move(value);
  headers.erase(std::remove_if(found + 1, headers.end(), named(name)), headers.end());
}

void Message::add(std::string_view name, std::string value) {
  auto& headers = parts_.headers;
  const auto last = std::find_if(headers.rbegin(), headers.rend(), named(name));
  headers.insert(last == headers.rend() ? headers.end() : last.base(),
                 Header{std::string(name), std::move(value)});
}

void Message::prepend(std::string_view name, std::string value) {
  auto& headers = parts_.headers;
  auto place = std::find_if(headers.begin(), headers.end(), named(name));
  if (place == headers.end()) place = headers.begin();
  headers.insert(place, Header{std::string(name), std::move(value)});
}

void Message::set_values(std::string_view name, std::span<const std::string> values) {
  auto& headers = parts_.headers;
  const auto first = std::find_if(headers.begin(), headers.end(), named(name));
  const auto at = first - headers.begin();
  std::erase_if(headers, named(name));
  std::vector<Header> lines;
  for (const std::string& value : values) lines.push_back({std::string(name), value});
  headers.insert(headers.begin() + at, lines.begin(), lines.end());
}

void Message::remove(std::string_view name) { std::erase_if(parts_.headers, named(name)); }

void Message::remove_token(std::string_view name, std::string_view token) {
  if (!lists(name, token)) return;
  std::string kept;
  for (const std::string& entry : values(name)) {
    if (equal_ignoring_case(entry, token)) continue;
    if (!kept.empty()) kept += ", ";
    kept += entry;
  }
  if (kept.empty()) {
    remove(name);
  } else {
    set(name, std::move(kept));
  }
}

void Message::set_body(std::string body, std::string_view content_type) {
  parts_.body = std::move(body);
  set("Content-Type", std::string(content_type));
}

void Message::clear_body() {
  parts_.body.clear();
  remove("Content-Type");
  remove("Content-Disposition");
}

bool Message::has_sdp() const {
  const std::string_view type = value("Content-Type");
  return !parts_.body.empty() &&
         equal_ignoring_case(trim(type.substr(0, type.find(';'))), "application/sdp");
}

CSeq Message::cseq() const {
  const std::string_view text = value("CSeq");
  const auto space = text.find_first_of(" \t");
  if (space == std::string_view::npos) return {};
  const auto number_part = parse_number(text.substr(0, space));
  if (!number_part) return {};
  return {*number_part, std::string(trim(text.substr(space)))};
}

std::string Message::from_tag() const { return tag_of(value("From")); }
std::string Message::to_tag() const { return tag_of(value("To")); }

std::string Message::top_branch() const {
  const std::string_view line = value("Via");
  const auto via = Via::parse(line.substr(0, line.find(',')));
  return via ? via->branch() : std::string{};
}

std::optional<std::uint32_t> Message::number(std::string_view name) const {
  const std::string_view text = value(name);
  return parse_number(trim(text.substr(0, text.find_first_of(";( "))));
}

}  // namespace ims::sip
