// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>

#include "media/engine.hpp"
#include "tests/bench/load/call_driver.hpp"
#include "tests/bench/load/dtls_contexts.hpp"
#include "tests/bench/load/media_plane.hpp"

namespace bench {

/// Calls straight on the media engine, without signalling: measures the relay alone.
class EngineDriver final : public CallDriver {
 public:
  EngineDriver(media::Engine& engine, media::EventSink& sink, MediaPlane& plane,
               const DtlsContexts& contexts, std::size_t capacity);

  void use_profile(media::srtp::Profile profile) override { profile_ = profile; }
  void open(std::size_t index, Done done) override;
  void close(std::size_t index, Done done) override;
  [[nodiscard]] std::size_t capacity() const override { return capacity_; }

 private:
  struct Call {
    media::CallId call;
    MediaPlane::WicId wic = 0;
    sockaddr_in core_side{};
    sockaddr_in gateway_rtp{};
    bool wic_heard = false;
    bool core_heard = false;
    Done done;
  };

  common::Result<void> try_open(std::size_t index, Call& call);
  void hear(std::size_t index, bool Call::*side);

  media::Engine& engine_;
  media::EventSink& sink_;
  MediaPlane& plane_;
  const DtlsContexts& contexts_;
  std::size_t capacity_;
  media::srtp::Profile profile_ = media::srtp::Profile::aead_aes_128_gcm;
  std::map<std::size_t, Call> calls_;
};

}  // namespace bench
