// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "common/time.hpp"
#include "waf/federation/logout_queue.hpp"
#include "waf/io/fetcher.hpp"
#include "waf/io/logic_loop.hpp"

namespace waf::io {

/// Posts what is due to the clients; how it went is noted on the logic thread, which calls this.
void send_logouts(federation::LogoutQueue& queue, Fetcher& fetcher, LogicLoop& logic,
                  common::SystemTime time);

}  // namespace waf::io
