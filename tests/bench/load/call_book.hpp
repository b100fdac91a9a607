// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

namespace bench {

/// Joins what both ends of a call see: a call is up when each end has received the other's media.
class CallBook {
 public:
  using Done = std::function<void(bool up)>;

  void expect(const std::string& call_id, Done done) { calls_[call_id].done = std::move(done); }
  void wic_hears(const std::string& call_id) { hear(call_id, &Progress::wic); }
  void core_hears(const std::string& call_id) { hear(call_id, &Progress::core); }
  void fail(const std::string& call_id) { finish(call_id, false); }

 private:
  struct Progress {
    bool wic = false;
    bool core = false;
    Done done;
  };

  void hear(const std::string& call_id, bool Progress::*side) {
    const auto call = calls_.find(call_id);
    if (call == calls_.end()) return;
    call->second.*side = true;
    if (call->second.wic && call->second.core) finish(call_id, true);
  }
  void finish(const std::string& call_id, bool up) {
    auto call = calls_.extract(call_id);
    if (call && call.mapped().done) call.mapped().done(up);
  }

  std::unordered_map<std::string, Progress> calls_;
};

}  // namespace bench
