// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.hpp"
#include "ims-interface/sip/screen.hpp"

namespace ims::sip {

struct CSeq {
  std::uint32_t number = 0;
  std::string method;
  bool operator==(const CSeq&) const = default;
};

/// One SIP request or response. Owns its text; move-only, clone() copies on purpose. Headers keep
/// their order and what no policy names passes unchanged. sofia-sip's parser is the judge of
/// syntax for what strangers send (parse), and sip/sofia.hpp turns a Message into sofia's msg_t
/// and back for nta; no sofia type shows here.
class Message {
 public:
  /// screen(), then sofia-sip's parser must accept every header that routing depends on.
  [[nodiscard]] static common::Result<Message> parse(std::string_view bytes,
                                                     const ScreenLimits& limits = {});
  /// Of parts that screen() has cut; sofia's parser is not asked.
  [[nodiscard]] static Message from_parts(ScreenedMessage parts);
  [[nodiscard]] static Message request(std::string_view method, std::string_view request_uri);
  [[nodiscard]] static Message response(int status, std::string_view reason);
  /// A response to this request: Via, From, To, Call-ID and CSeq are copied (RFC 3261 8.2.6).
  /// An empty reason gives the usual phrase. `to_tag` is added where the To has none.
  [[nodiscard]] Message reply(int status, std::string_view reason = {},
                              std::string_view to_tag = {}) const;

  Message(Message&&) noexcept = default;
  Message& operator=(Message&&) noexcept = default;
  Message& operator=(const Message&) = delete;
  ~Message() = default;
  [[nodiscard]] Message clone() const { return *this; }

  /// The message as bytes, with a Content-Length of its own.
  [[nodiscard]] std::string print() const;
  /// The same with compact header names (RFC 3261 7.3.3).
  [[nodiscard]] std::string print_compact() const;

  [[nodiscard]] bool is_request() const { return parts_.request; }
  [[nodiscard]] const std::string& method() const { return parts_.method; }
  [[nodiscard]] bool is(std::string_view method) const { return parts_.method == method; }
  [[nodiscard]] const std::string& request_uri() const { return parts_.request_uri; }
  void set_request_uri(std::string uri) { parts_.request_uri = std::move(uri); }
  [[nodiscard]] int status() const { return parts_.status; }
  [[nodiscard]] const std::string& reason() const { return parts_.reason; }
  void set_status(int status, std::string_view reason = {});

  [[nodiscard]] const std::vector<Header>& headers() const { return parts_.headers; }
  [[nodiscard]] bool has(std::string_view name) const;
  /// The first header field of that name (full name, any case); empty when there is none.
  [[nodiscard]] std::string_view value(std::string_view name) const;
  /// Every value of that name, with comma-separated ones taken apart (quotes and <> respected).
  /// For headers that are defined as lists: Via, Route, Record-Route, Contact, Supported, …
  [[nodiscard]] std::vector<std::string> values(std::string_view name) const;
  /// True when the list header carries that option tag or token (case-insensitive).
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;

  void set(std::string_view name, std::string value);      // replaces all, in the first's place
  void add(std::string_view name, std::string value);      // behind the last of that name
  void prepend(std::string_view name, std::string value);  // in front of the first of that name
  void set_values(std::string_view name, std::span<const std::string> values);  // one line each
  void remove(std::string_view name);
  /// Takes one token out of a list header; the header goes when nothing is left.
  void remove_token(std::string_view name, std::string_view token);

  [[nodiscard]] const std::string& body() const { return parts_.body; }
  void set_body(std::string body, std::string_view content_type);
  /// Replaces the body under its present Content-Type.
  void set_body(std::string body) { parts_.body = std::move(body); }
  void clear_body();
  [[nodiscard]] bool has_sdp() const;  // non-empty body of type application/sdp

  // What almost every rule asks for. Empty or zero when the header cannot be read.
  [[nodiscard]] std::string_view call_id() const { return value("Call-ID"); }
  [[nodiscard]] CSeq cseq() const;
  [[nodiscard]] std::string from_tag() const;
  [[nodiscard]] std::string to_tag() const;
  [[nodiscard]] std::string top_branch() const;  // branch parameter of the topmost Via
  [[nodiscard]] std::optional<std::uint32_t> number(std::string_view name) const;

 private:
  explicit Message(ScreenedMessage parts) : parts_(std::move(parts)) {}
  Message(const Message&) = default;

  [[nodiscard]] std::string print_with(std::string_view (*name_of)(std::string_view)) const;

  ScreenedMessage parts_;
};

/// The usual reason phrase of a status code.
[[nodiscard]] std::string_view reason_phrase(int status);

}  // namespace ims::sip
