// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "common/config.hpp"
#include "common/endpoint.hpp"
#include "ims-interface/io/mw_agent.hpp"
#include "ims-interface/policy.hpp"
#include "media/io/engine_factory.hpp"
#include "wic-gateway/auth/authenticator.hpp"
#include "wic-gateway/auth/jwks_schedule.hpp"
#include "wic-gateway/call/media_controller.hpp"
#include "wic-gateway/io/phone_server.hpp"
#include "wic-gateway/io/waf_client.hpp"
#include "wic-gateway/io/ws_server.hpp"
#include "wic-gateway/phone/phone_sessions.hpp"

namespace wic {

/// Everything of wic-gateway's configuration file; config/wic-gateway.toml explains each key.
struct Settings {
  unsigned workers = 1;
  std::string log_level;
  std::string log_format;

  io::WsServerConfig ws;

  AuthenticatorConfig auth;
  JwksTimes jwks;
  std::optional<std::filesystem::path> ca_file;
  std::optional<std::filesystem::path> jwks_file;
  /// The gateway as a client of the WAF; none: codes, introspection and revocation are not used.
  std::optional<io::WafClientConfig> waf;
  bool follow_revocations = false;
  std::size_t revocations = 100'000;  // remembered, a worker

  io::PhoneServerConfig phones;
  PhoneSessionsConfig phone_sessions;

  /// Of worker 0; worker N adds N to the port.
  ims::io::MwConfig core;
  /// Without core_uri_host, which is the worker's.
  ims::Policy policy;

  MediaControllerConfig calls;
  media::io::EngineConfig media;

  std::map<ims::Announcement, std::filesystem::path> sound_files;

  std::size_t queue = 10'000;  // commands and media events waiting for one worker
  bool deregister_on_stop = true;
  std::chrono::milliseconds stop_timeout{5000};
  bool core_dumps = false;  // the kernel may write this process's memory, secrets included
  common::Endpoint admin;
};

/// Throws common::ConfigError naming file, line, key and what was expected.
[[nodiscard]] Settings read_settings(const common::ConfigTable& file);

}  // namespace wic
