// SPDX-License-Identifier: Apache-2.0
#include "waf/io/outbox.hpp"

#include <utility>

namespace waf::io {

void Outbox::release() {
  const common::io::ReplyBatch batch;
  for (Held& held : replies_) held.to(std::move(held.response));
  replies_.clear();
  for (Work& work : std::exchange(works_, {})) work.start();
}

void Outbox::refuse(const common::HttpResponse& response) {
  const common::io::ReplyBatch batch;
  for (Held& held : replies_) held.to(response);
  replies_.clear();
  for (Work& work : std::exchange(works_, {})) work.refused();
}

}  // namespace waf::io
