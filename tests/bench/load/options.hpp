// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "media/srtp/profile.hpp"

namespace bench {

/// The load generator's command line.
struct Options {
  std::string gateway = "127.0.0.1:17443";
  std::string host = "localhost:17443";
  std::string origin = "https://localhost:8443";
  std::string core = "127.0.0.1:15060";
  std::string callee = "sip:core@ims.example";
  std::string tokens;
  pid_t pid = 0;
  int cpu = -1;         // of the generator; -1: the kernel chooses
  int engine_cpu = -1;  // of an engine inside the generator
  std::string label;    // of the result

  std::chrono::microseconds batch_interval{700};  // of an engine inside the generator
  bool shared_port = false;                       // of its core side
  bool engine = false;                            // measure the media engine without signalling
  std::string rtpengine;  // control address of an rtpengine that is measured in its place
  std::size_t registrations = 2000;
  std::size_t refreshes = 4000;
  std::size_t setups = 500;
  std::size_t width = 32;  // jobs in flight
  std::vector<std::size_t> calls{10, 100, 400, 800, 1200, 1600};
  std::vector<media::srtp::Profile> profiles{media::srtp::Profile::aead_aes_128_gcm,
                                             media::srtp::Profile::aes128_cm_sha1_80};
  std::size_t seconds = 5;  // of each relay measurement
  std::size_t beside = 0;   // running calls beside which others are set up; 0: not measured

  /// Throws std::invalid_argument with what is wrong.
  [[nodiscard]] static Options parse(int argc, char** argv);
  [[nodiscard]] static std::string usage();
};

}  // namespace bench
