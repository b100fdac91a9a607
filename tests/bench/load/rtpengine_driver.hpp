// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "tests/bench/load/call_driver.hpp"
#include "tests/bench/load/dtls_contexts.hpp"
#include "tests/bench/load/media_plane.hpp"
#include "tests/bench/load/rtpengine_client.hpp"

namespace bench {

/// The calls of EngineDriver through an rtpengine: a browser's offer turned into plain RTP and the
/// core's answer turned back, as a SIP proxy would have it done.
class RtpengineDriver final : public CallDriver {
 public:
  RtpengineDriver(RtpengineClient& rtpengine, MediaPlane& plane, const DtlsContexts& contexts,
                  std::size_t capacity);

  void use_profile(media::srtp::Profile profile) override { profile_ = profile; }
  void open(std::size_t index, Done done) override;
  void close(std::size_t index, Done done) override;
  [[nodiscard]] std::size_t capacity() const override { return capacity_; }

 private:
  struct Call {
    std::string id;
    MediaPlane::WicId wic = 0;
    sockaddr_in core_side{};
    bool wic_heard = false;
    bool core_heard = false;
    Done done;
  };

  void offered(std::size_t index, bool ok, const std::string& sdp);
  void answered(std::size_t index, bool ok, const std::string& sdp);
  void hear(std::size_t index, bool Call::*side);
  void fail(std::size_t index);

  RtpengineClient& rtpengine_;
  MediaPlane& plane_;
  const DtlsContexts& contexts_;
  std::size_t capacity_;
  media::srtp::Profile profile_ = media::srtp::Profile::aead_aes_128_gcm;
  std::map<std::size_t, Call> calls_;
};

}  // namespace bench
