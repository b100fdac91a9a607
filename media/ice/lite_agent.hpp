// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "common/endpoint.hpp"
#include "common/time.hpp"
#include "media/ice/stun.hpp"
#include "media/table/fixed_text.hpp"

namespace media::ice {

/// A local socket and a peer's address: what ICE calls a pair's two ends.
struct Path {
  std::uint8_t socket = 0;
  common::Endpoint remote;
  bool operator==(const Path&) const = default;
};

/// RFC 8839 5.4 lets both be 256 characters long.
struct Credentials {
  table::FixedText<256> ufrag;
  table::FixedText<256> password;
};

/// Everything ICE knows of a leg, fixed layout: kept in the call table.
struct IceState {
  static constexpr std::size_t max_paths = 6;

  Credentials local;
  Credentials previous_local;  // not empty: restarted, the new path is not nominated yet
  Credentials remote;
  table::FixedText<256> previous_remote_ufrag;
  std::array<Path, max_paths> validated{};
  std::uint8_t validated_count = 0;
  std::uint8_t has_selected = 0;
  Path selected;
};

/// The ICE-lite agent of one W3 leg (RFC 8445 2.5): always controlled, answers checks, learns the
/// peer's address from them and follows its nominations. A view over the leg's IceState; consent
/// is observed, not sent (TS 24.371 5A.4).
class LiteAgent {
 public:
  struct Outcome {
    std::span<std::byte> reply;  // empty: say nothing
    bool authenticated = false;
    bool path_added = false;           // `path` was not validated before
    std::optional<Path> path_removed;  // forgotten to make room for it
    bool selected_changed = false;
    bool restart_completed = false;  // the previous credentials are void now
  };

  explicit LiteAgent(IceState& state) : state_(&state) {}

  [[nodiscard]] bool knows(std::string_view ufrag) const;

  /// Answers a Binding request that came by `path`; writes the reply into `out`.
  [[nodiscard]] Outcome handle_request(common::TimePoint now, const Path& path,
                                       const StunMessage& request, std::span<std::byte> out);

  void set_remote(const Credentials& remote);
  /// RTP-03: the old credentials and path stay good until a path is nominated under the new ones.
  void restart(const Credentials& local);

  [[nodiscard]] bool is_validated(const Path& path) const;
  /// Where to send: the nominated path, before that the first validated one.
  [[nodiscard]] std::optional<Path> path() const;

  /// When the peer's consent ends unless another check arrives (RFC 7675 5.1).
  [[nodiscard]] common::TimePoint last_check() const { return last_check_; }
  void set_last_check(common::TimePoint time) { last_check_ = time; }

 private:
  [[nodiscard]] bool peer_matches(std::string_view remote_ufrag) const;
  void learn(const Path& path, bool nominated, bool under_previous, Outcome& outcome);

  IceState* state_;
  common::TimePoint last_check_{};
};

/// The local ufrag of a check's USERNAME "local:remote"; empty when there is no colon.
[[nodiscard]] std::string_view local_ufrag_of(std::string_view username);

}  // namespace media::ice
