// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/sip_message.hpp"

#include <array>
#include <charconv>

#include <strings.h>

namespace bench {

namespace {

bool same_name(std::string_view left, std::string_view right) {
  return left.size() == right.size() && strncasecmp(left.data(), right.data(), left.size()) == 0;
}

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::string_view long_name(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> compact{
      {{"v", "Via"},
       {"f", "From"},
       {"t", "To"},
       {"i", "Call-ID"},
       {"m", "Contact"},
       {"l", "Content-Length"},
       {"c", "Content-Type"},
       {"k", "Supported"}}};
  for (const auto& [letter, name_in_full] : compact)
    if (same_name(letter, name)) return name_in_full;
  return name;
}

}  // namespace

std::optional<SipMessage> SipMessage::parse(std::string_view text) {
  const auto head_end = text.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return std::nullopt;
  std::string_view head = text.substr(0, head_end + 2);
  SipMessage message;
  auto line_end = head.find("\r\n");
  message.start_line = head.substr(0, line_end);
  head.remove_prefix(line_end + 2);
  while (!head.empty()) {
    line_end = head.find("\r\n");
    const std::string_view line = head.substr(0, line_end);
    head.remove_prefix(line_end + 2);
    if (line.starts_with(' ') || line.starts_with('\t')) {
      if (message.fields.empty()) return std::nullopt;
      message.fields.back().second.append(" ").append(trim(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    message.fields.emplace_back(long_name(trim(line.substr(0, colon))),
                                trim(line.substr(colon + 1)));
  }
  message.body = text.substr(head_end + 4);
  return message;
}

std::string SipMessage::print() const {
  std::string text;
  text.reserve(1024 + body.size());
  text.append(start_line).append("\r\n");
  for (const auto& [name, value] : fields)
    text.append(name).append(": ").append(value).append("\r\n");
  text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n");
  return text.append(body);
}

std::string_view SipMessage::method() const {
  if (is_request()) return std::string_view(start_line).substr(0, start_line.find(' '));
  const std::string_view cseq = first("CSeq");
  const auto space = cseq.find(' ');
  return space == std::string_view::npos ? std::string_view{} : trim(cseq.substr(space));
}

int SipMessage::status() const {
  int code = 0;
  if (!is_request() && start_line.size() > 11)
    std::from_chars(start_line.data() + 8, start_line.data() + 11, code);
  return code;
}

std::string_view SipMessage::request_uri() const {
  const auto begin = start_line.find(' ') + 1;
  return std::string_view(start_line).substr(begin, start_line.find(' ', begin) - begin);
}

std::string_view SipMessage::first(std::string_view name) const {
  for (const auto& field : fields)
    if (same_name(field.first, name)) return field.second;
  return {};
}

std::vector<std::string> SipMessage::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& field : fields)
    if (same_name(field.first, name)) values.push_back(field.second);
  return values;
}

std::vector<std::string> SipMessage::list(std::string_view name) const {
  std::vector<std::string> elements;
  for (const std::string& value : all(name)) {
    std::size_t begin = 0;
    bool quoted = false;
    int angle = 0;
    for (std::size_t i = 0; i <= value.size(); ++i) {
      const char c = i < value.size() ? value[i] : ',';
      if (c == '"') quoted = !quoted;
      if (!quoted && c == '<') ++angle;
      if (!quoted && c == '>') --angle;
      if (c != ',' || ((quoted || angle > 0) && i < value.size())) continue;
      elements.emplace_back(trim(std::string_view(value).substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  return elements;
}

SipMessage& SipMessage::add(std::string name, std::string value) {
  fields.emplace_back(std::move(name), std::move(value));
  return *this;
}

SipMessage SipMessage::response(int code, std::string_view reason, std::string_view to_tag) const {
  SipMessage answer;
  answer.start_line =
      std::string("SIP/2.0 ").append(std::to_string(code)).append(" ").append(reason);
  for (const auto& [name, value] : fields) {
    if (same_name(name, "To") && parameter(value, "tag").empty())
      answer.add("To", std::string(value).append(";tag=").append(to_tag));
    else if (same_name(name, "Via") || same_name(name, "From") || same_name(name, "To") ||
             same_name(name, "Call-ID") || same_name(name, "CSeq"))
      answer.add(name, value);
  }
  return answer;
}

std::string_view address_uri(std::string_view value) {
  const auto open = value.find('<');
  if (open == std::string_view::npos) return trim(value.substr(0, value.find(';')));
  return value.substr(open + 1, value.find('>', open) - open - 1);
}

std::string_view parameter(std::string_view value, std::string_view name) {
  const auto close = value.rfind('>');
  if (close != std::string_view::npos) value.remove_prefix(close + 1);
  while (true) {
    const auto semicolon = value.find(';');
    if (semicolon == std::string_view::npos) return {};
    value.remove_prefix(semicolon + 1);
    const std::string_view item = value.substr(0, value.find(';'));
    const auto equals = item.find('=');
    if (same_name(trim(item.substr(0, equals)), name))
      return equals == std::string_view::npos ? std::string_view{} : trim(item.substr(equals + 1));
  }
}

std::string_view host_port(std::string_view uri) {
  const auto colon = uri.find(':');
  if (colon != std::string_view::npos) uri.remove_prefix(colon + 1);
  uri = uri.substr(0, uri.find_first_of(";?>"));
  const auto at = uri.find('@');
  return at == std::string_view::npos ? uri : uri.substr(at + 1);
}

}  // namespace bench
