// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include "wic-gateway/auth/key_proof.hpp"

namespace wic::io {

/// The DPoP proofs that any worker has seen.
class SharedProofs final : public ProofMemory {
 public:
  [[nodiscard]] bool is_first(const common::jose::DpopProof& proof,
                              common::SystemTime now) override {
    const std::scoped_lock lock(mutex_);
    return replays_.is_first(proof, now);
  }

 private:
  std::mutex mutex_;
  common::jose::DpopReplays replays_;
};

}  // namespace wic::io
