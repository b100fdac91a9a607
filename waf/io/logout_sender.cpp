// SPDX-License-Identifier: Apache-2.0
#include "waf/io/logout_sender.hpp"

#include "common/log.hpp"
#include "waf/io/clock.hpp"

namespace waf::io {

void send_logouts(federation::LogoutQueue& queue, Fetcher& fetcher, LogicLoop& logic,
                  common::SystemTime time) {
  for (auto& post : queue.begin(time)) {
    Fetch fetch;
    fetch.url = post.url;
    // Some clients register their addresses themselves.
    fetch.reach = post.by_stranger ? Fetch::Reach::named_by_stranger : Fetch::Reach::configured;
    fetch.post = true;
    fetch.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    fetch.body = std::move(post.body);
    fetcher.start(fetch, [&queue, &logic, delivery = post.delivery](const FetchResult& result) {
      const auto status = result ? common::Result<unsigned>(result->status)
                                 : common::Result<unsigned>(common::fail(result.error()));
      logic.post_always([&queue, delivery, status] {
        try {
          queue.finish(delivery, status, now());
        } catch (const std::exception& error) {
          common::log::error("logout tokens: {}", error.what());
        }
      });
    });
  }
}

}  // namespace waf::io
