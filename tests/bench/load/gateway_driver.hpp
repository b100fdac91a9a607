// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "tests/bench/load/call_driver.hpp"
#include "tests/bench/load/core_responder.hpp"
#include "tests/bench/load/dtls_contexts.hpp"
#include "tests/bench/load/wic_user.hpp"

namespace bench {

/// Calls through the gateway: users with an even index call the core, the others are called by it.
class GatewayDriver final : public CallDriver {
 public:
  GatewayDriver(WicWorld& world, CoreResponder& core, const DtlsContexts& contexts,
                std::vector<std::unique_ptr<WicUser>>& users);

  void use_profile(media::srtp::Profile profile) override;
  void open(std::size_t index, Done done) override;
  void close(std::size_t index, Done done) override;
  [[nodiscard]] std::size_t capacity() const override { return users_.size(); }

 private:
  WicWorld& world_;
  CoreResponder& core_;
  const DtlsContexts& contexts_;
  std::vector<std::unique_ptr<WicUser>>& users_;
};

}  // namespace bench
