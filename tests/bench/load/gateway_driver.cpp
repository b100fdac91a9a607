// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/load/gateway_driver.hpp"

namespace bench {

GatewayDriver::GatewayDriver(WicWorld& world, CoreResponder& core, const DtlsContexts& contexts,
                             std::vector<std::unique_ptr<WicUser>>& users)
    : world_(world), core_(core), contexts_(contexts), users_(users) {}

void GatewayDriver::use_profile(media::srtp::Profile profile) {
  world_.dtls = &contexts_.of(profile);
}

void GatewayDriver::open(std::size_t index, Done done) {
  if (index % 2 == 0) return users_[index]->call(std::move(done));
  core_.call(users_[index]->identity().impu, std::move(done));
}

void GatewayDriver::close(std::size_t index, Done done) { users_[index]->hang_up(std::move(done)); }

}  // namespace bench
