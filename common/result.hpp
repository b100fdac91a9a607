// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>

#include <tl/expected.hpp>

namespace common {

/// Why an operation failed: one code per distinct cause, and a detail for the log (never a secret).
struct Error {
  std::error_code code;
  std::string detail;

  /// "expired: token is 31 s too old", for logs and start-up messages.
  [[nodiscard]] std::string message() const {
    return detail.empty() ? code.message() : code.message() + ": " + detail;
  }
  template <class E>
  requires std::is_error_code_enum_v<E>
  [[nodiscard]] bool operator==(E other) const { return code == std::error_code(other); }
};

/// A value or the reason why there is none. Peers' and users' mistakes travel this way.
template <class T>
using Result = tl::expected<T, Error>;

template <class E>
requires std::is_error_code_enum_v<E>
[[nodiscard]] tl::unexpected<Error> fail(E code, std::string detail = {}) {
  return tl::unexpected<Error>(Error{std::error_code(code), std::move(detail)});
}

[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

/// Makes an enumeration usable as an error code. A module's errc.hpp defines `enum class Errc`,
/// `std::string_view name_of(Errc)`, `make_error_code` by `error_code_of`, and specializes
/// std::is_error_code_enum.
template <class E>
class EnumCategory final : public std::error_category {
 public:
  explicit EnumCategory(const char* module) : module_(module) {}
  [[nodiscard]] const char* name() const noexcept override { return module_; }
  [[nodiscard]] std::string message(int value) const override {
    return std::string(name_of(static_cast<E>(value)));
  }

 private:
  const char* module_;
};

}  // namespace common
