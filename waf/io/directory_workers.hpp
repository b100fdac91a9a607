// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/metrics.hpp"
#include "waf/directory/directory.hpp"
#include "waf/io/directory_client.hpp"
#include "waf/io/work_queue.hpp"

namespace waf::io {

/// The threads that ask directories, with a bounded queue: a directory that hangs takes these
/// threads for the length of its time-outs and nothing else.
class DirectoryWorkers {
 public:
  struct Options {
    std::size_t threads = 4;
    std::size_t queue = 64;
  };

  DirectoryWorkers(const std::vector<directory::Directory>& directories, const Options& options,
                   common::Metrics& metrics);

  /// `done` is called exactly once: on a worker, or at once when the queue is full.
  void start(const directory::DirectoryLogin& login,
             std::function<void(directory::DirectoryVerdict)> done);
  void stop();

 private:
  void note(const directory::DirectoryLogin& login, const directory::DirectoryVerdict& verdict);

  common::Metrics& metrics_;
  std::map<std::string, std::unique_ptr<DirectoryClient>> clients_;
  WorkQueue queue_;
};

}  // namespace waf::io
