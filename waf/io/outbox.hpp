// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "common/io/http_server.hpp"

namespace waf::io {

/// What a batch of requests has led to, held back until its writes are durable: nobody is told of
/// a token that a crash could take back.
class Outbox {
 public:
  using Reply = common::io::HttpServer::Reply;

  void reply(Reply to, common::HttpResponse response) {
    replies_.push_back({std::move(to), std::move(response)});
  }
  /// Work that goes on elsewhere; `refused` is called instead when the batch failed.
  void then(std::function<void()> work, std::function<void()> refused) {
    works_.push_back({std::move(work), std::move(refused)});
  }

  void release();
  /// Nothing of the batch stayed: everybody is asked to try again.
  void refuse(const common::HttpResponse& response);

 private:
  struct Held {
    Reply to;
    common::HttpResponse response;
  };
  struct Work {
    std::function<void()> start;
    std::function<void()> refused;
  };

  std::vector<Held> replies_;
  std::vector<Work> works_;
};

}  // namespace waf::io
