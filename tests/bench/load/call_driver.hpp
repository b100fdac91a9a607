// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>

#include "media/srtp/profile.hpp"

namespace bench {

/// Sets calls up and takes them down, one per index, through whatever is measured.
class CallDriver {
 public:
  using Done = std::function<void(bool ok)>;

  virtual ~CallDriver() = default;
  virtual void use_profile(media::srtp::Profile profile) = 0;
  /// `done(true)` when each end has heard the other.
  virtual void open(std::size_t index, Done done) = 0;
  virtual void close(std::size_t index, Done done) = 0;
  [[nodiscard]] virtual std::size_t capacity() const = 0;
};

}  // namespace bench
