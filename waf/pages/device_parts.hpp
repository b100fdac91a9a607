// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "common/time.hpp"
#include "waf/pages/layout.hpp"

/// Pieces of the pages for devices and phones. What they are given as text is escaped here; what
/// they are given as HTML is not.
namespace waf::pages {

/// The text, escaped, its placeholders filled with HTML.
[[nodiscard]] std::string filled(std::string_view text,
                                 std::initializer_list<std::string> html = {});
[[nodiscard]] std::string strong(std::string_view text);
/// `<time>`, to the minute, in UTC.
[[nodiscard]] std::string moment(common::SystemTime time);
[[nodiscard]] std::string hidden_field(std::string_view name, std::string_view value);
/// "quiet" is the look of what is not the main way on.
[[nodiscard]] std::string submit(std::string_view label, std::string_view kind = "",
                                 std::string_view name = "", std::string_view value = "");
/// A form of ours with its synchronizer token.
[[nodiscard]] std::string post_form(std::string_view action, std::string_view csrf,
                                    const std::string& content);
/// One line of a `<dl class="facts">`.
[[nodiscard]] std::string fact(std::string_view name, const std::string& html);

/// The whole page with the style sheet of these pages; `body` begins with its h1.
[[nodiscard]] std::string device_document(const Look& look, std::string_view title,
                                          const std::string& body);

[[nodiscard]] std::string_view device_stylesheet();
inline constexpr std::string_view device_stylesheet_path = "/devices.css";

}  // namespace waf::pages
