// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "common/random.hpp"
#include "common/result.hpp"

namespace waf {

/// Keeps small secrets at rest with a key of the deployment that does not stand in the store:
/// AES-256-GCM for what must be read again, HMAC-SHA256 for what must only be compared. Its own
/// keys are overwritten when it goes.
class SecretBox {
 public:
  /// `key`: the deployment's secret of at least 32 octets.
  explicit SecretBox(std::string_view key);
  ~SecretBox();
  SecretBox(const SecretBox&) = delete;
  SecretBox& operator=(const SecretBox&) = delete;

  /// `context` names the place the text stands at: it opens nowhere else.
  [[nodiscard]] std::string seal(common::RandomSource& random, std::string_view context,
                                 std::string_view text) const;
  /// Errc::invalid_request for anything that seal() did not make for this context and key.
  [[nodiscard]] common::Result<std::string> open(std::string_view context,
                                                 std::string_view sealed) const;
  /// base64url; texts of different purposes never meet.
  [[nodiscard]] std::string keyed_digest_of(std::string_view purpose, std::string_view text) const;

 private:
  std::array<std::byte, 32> encryption_{};
  std::array<std::byte, 32> pepper_{};
};

/// Overwrites the text and empties it.
void cleanse(std::string& secret);

/// A secret text that is overwritten when it goes.
class SecretText {
 public:
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  ~SecretText() { cleanse(text_); }
  SecretText(SecretText&& other) noexcept : text_(std::move(other.text_)) { cleanse(other.text_); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  [[nodiscard]] const std::string& get() const { return text_; }

 private:
  std::string text_;
};

}  // namespace waf
