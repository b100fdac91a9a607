// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "media/codec/amr_payload.hpp"
#include "media/codec/format.hpp"

namespace media::codec {

/// Which mode an AMR encoder uses next: what the peer asked for (CMR), within the negotiated
/// mode-set, mode-change-period and mode-change-neighbor (RFC 4867 4.3.1, 8.1).
class AmrMode {
 public:
  AmrMode(AmrBand band, const AmrOptions& options);

  void request(std::uint8_t mode);  // what is not in the set takes the next lower one
  /// The mode of the next frame.
  [[nodiscard]] std::uint8_t next();

 private:
  [[nodiscard]] bool allowed(std::uint8_t mode) const { return (modes_ >> mode & 1U) != 0; }
  [[nodiscard]] std::uint8_t neighbor_toward(std::uint8_t wanted) const;

  std::uint16_t modes_;
  std::uint8_t count_;
  std::uint8_t period_;
  bool neighbor_;
  std::uint8_t wanted_;
  std::uint8_t current_;
  std::uint8_t since_ = 0;  // frames in the present period
};

}  // namespace media::codec
