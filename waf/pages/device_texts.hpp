// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

/// Every text of the pages for devices and phones. `{0}`, `{1}` … stand for what the page fills in.
namespace waf::pages::texts {

inline constexpr std::string_view device_title = "Connect a device";
inline constexpr std::string_view device_enter = "Type the code that your device shows.";
inline constexpr std::string_view device_code = "Code";
inline constexpr std::string_view device_code_hint = "Eight letters, such as WDJB-MJHT";
inline constexpr std::string_view device_continue = "Continue";
inline constexpr std::string_view device_wrong =
    "No device waits with this code. Please look again at what your device shows.";
inline constexpr std::string_view device_held_up =
    "Too many codes. Please wait a minute, then try again.";
inline constexpr std::string_view device_late =
    "This device no longer waits. Please start again at the device.";
inline constexpr std::string_view confirm_title = "Connect {0}?";
inline constexpr std::string_view confirm_text = "{0} wants to sign in as {1}.";
inline constexpr std::string_view confirm_code = "Code at the device";
inline constexpr std::string_view confirm_source = "Network address";
inline constexpr std::string_view confirm_asked = "Asked at";
inline constexpr std::string_view confirm_scopes = "What it asks for";
inline constexpr std::string_view confirm_warning =
    "Only go on when the device is in front of you and shows this code. If somebody else gave you "
    "the code, refuse.";
inline constexpr std::string_view confirm_allow = "Connect";
inline constexpr std::string_view confirm_deny = "Refuse";
inline constexpr std::string_view done_title = "Your device is connected";
inline constexpr std::string_view done_text = "You can close this page and go back to your device.";
inline constexpr std::string_view denied_title = "The device was refused";
inline constexpr std::string_view denied_text = "It got nothing. You can close this page.";

inline constexpr std::string_view code_title = "Sign in a phone";
inline constexpr std::string_view code_as = "Signed in as {0}";
inline constexpr std::string_view code_intro =
    "Get a number here and type it into the phone that you want to use.";
inline constexpr std::string_view code_show = "Show a code";
inline constexpr std::string_view code_another = "Show another code";
inline constexpr std::string_view code_cancel = "Cancel the code";
inline constexpr std::string_view code_cancelled = "The code no longer works.";
inline constexpr std::string_view code_waiting =
    "A code waits to be typed until {0}. Another one replaces it.";
inline constexpr std::string_view code_until = "Valid until {0}";
inline constexpr std::string_view code_left = "Valid for {0}";
inline constexpr std::string_view code_over = "This code is no longer valid.";
inline constexpr std::string_view code_user_name = "User name at the phone, one of";
inline constexpr std::string_view code_password = "Password at the phone";
inline constexpr std::string_view code_password_text = "The code, without the hyphens";
inline constexpr std::string_view code_warning =
    "Type the code only into a phone that is in front of you. Nobody has a reason to ask you for "
    "it.";
inline constexpr std::string_view code_too_many =
    "You made many codes within an hour. Please try again later.";
inline constexpr std::string_view code_too_many_phones =
    "As many phones as you may have are signed in. Sign one out first.";
inline constexpr std::string_view phones_title = "Phones that are signed in";
inline constexpr std::string_view phones_unknown = "Phone";
inline constexpr std::string_view phones_address = "Network address";
inline constexpr std::string_view phones_since = "Signed in";
inline constexpr std::string_view phones_until = "Until";
inline constexpr std::string_view phones_sign_out = "Sign out";
inline constexpr std::string_view phones_signed_out = "The phone is signed out.";
inline constexpr std::string_view notices_title = "What happened";
inline constexpr std::string_view notice_signed_in = "{0} signed in from {1} at {2}.";
inline constexpr std::string_view notice_other_device =
    "{0} at {1} tried to use the code of another phone at {2}. If this was not you, sign out the "
    "phone and get a new code.";
inline constexpr std::string_view notice_code_guessed =
    "Wrong codes ended your code; the last came from {1} at {2}.";
inline constexpr std::string_view notice_suspended =
    "{0} at {1} sent wrong passwords and was held up at {2}.";

inline constexpr std::string_view stale_title = "This form is no longer valid";
inline constexpr std::string_view stale_text =
    "It was open for too long or came from another place. Please start again.";
inline constexpr std::string_view missing_title = "Nothing is here";
inline constexpr std::string_view missing_text = "There is no page at this address.";

}  // namespace waf::pages::texts
