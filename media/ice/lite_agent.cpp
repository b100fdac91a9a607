// SPDX-License-Identifier: Apache-2.0
#include "media/ice/lite_agent.hpp"

#include <algorithm>

namespace media::ice {
namespace {

std::span<std::byte> error_reply(std::span<std::byte> out, const StunMessage& request,
                                 StunError code, std::string_view reason,
                                 std::string_view password) {
  StunWriter writer(out, StunClass::error, request.transaction);
  writer.error(code, reason);
  if (code == StunError::unknown_attribute) {
    writer.unknown_attributes(std::span(request.unknown).first(request.unknown_count));
  }
  return writer.finish(password);
}

}  // namespace

std::string_view local_ufrag_of(std::string_view username) {
  const auto colon = username.find(':');
  return colon == std::string_view::npos ? std::string_view{} : username.substr(0, colon);
}

bool LiteAgent::knows(std::string_view ufrag) const {
  return !ufrag.empty() &&
         (ufrag == state_->local.ufrag.view() || ufrag == state_->previous_local.ufrag.view());
}

bool LiteAgent::peer_matches(std::string_view remote_ufrag) const {
  // Before the peer's answer only our half of USERNAME can be checked; the password is ours anyway.
  return state_->remote.ufrag.empty() || remote_ufrag == state_->remote.ufrag.view() ||
         (!state_->previous_remote_ufrag.empty() &&
          remote_ufrag == state_->previous_remote_ufrag.view());
}

LiteAgent::Outcome LiteAgent::handle_request(common::TimePoint now, const Path& path,
                                             const StunMessage& request, std::span<std::byte> out) {
  Outcome outcome;
  if (!request.has_username || !request.has_integrity) {
    outcome.reply = error_reply(out, request, StunError::bad_request, "Bad Request", {});
    return outcome;
  }
  const std::string_view ufrag = local_ufrag_of(request.username);
  const bool under_previous =
      ufrag != state_->local.ufrag.view() && ufrag == state_->previous_local.ufrag.view();
  const Credentials& local = under_previous ? state_->previous_local : state_->local;
  const std::string_view password = local.password.view();
  if (!knows(ufrag) || !peer_matches(request.username.substr(ufrag.size() + 1)) ||
      !request.authenticated_by(password)) {
    outcome.reply = error_reply(out, request, StunError::unauthenticated, "Unauthenticated", {});
    return outcome;
  }
  if (request.unknown_count > 0) {
    outcome.reply =
        error_reply(out, request, StunError::unknown_attribute, "Unknown Attribute", password);
    return outcome;
  }
  if (request.controlled) {
    // A lite agent is always controlled, so the peer has to give way (RFC 8445 6.1.1, 7.3.1.1).
    outcome.reply = error_reply(out, request, StunError::role_conflict, "Role Conflict", password);
    return outcome;
  }
  outcome.authenticated = true;
  last_check_ = now;
  learn(path, request.use_candidate, under_previous, outcome);
  StunWriter writer(out, StunClass::success, request.transaction);
  writer.xor_mapped_address(path.remote);
  outcome.reply = writer.finish(password);
  return outcome;
}

void LiteAgent::learn(const Path& path, bool nominated, bool under_previous, Outcome& outcome) {
  if (!is_validated(path)) {
    if (state_->validated_count == IceState::max_paths) {
      // Full: forget the oldest that is not in use.
      const bool first_in_use =
          state_->has_selected != 0 && state_->validated[0] == state_->selected;
      const auto oldest = state_->validated.begin() + (first_in_use ? 1 : 0);
      outcome.path_removed = *oldest;
      std::move(oldest + 1, state_->validated.end(), oldest);
      --state_->validated_count;
    }
    state_->validated[state_->validated_count++] = path;
    outcome.path_added = true;
  }
  const bool restarting = !state_->previous_local.ufrag.empty();
  if (!nominated || (restarting && under_previous && state_->has_selected != 0)) return;
  outcome.selected_changed = state_->has_selected == 0 || state_->selected != path;
  state_->selected = path;
  state_->has_selected = 1;
  if (restarting && !under_previous) {
    state_->previous_local = Credentials{};
    state_->previous_remote_ufrag = {};
    outcome.restart_completed = true;
  }
}

void LiteAgent::set_remote(const Credentials& remote) {
  if (remote.ufrag.view() == state_->remote.ufrag.view()) return;
  state_->previous_remote_ufrag = state_->remote.ufrag;
  state_->remote = remote;
}

void LiteAgent::restart(const Credentials& local) {
  // A second restart before the first was nominated leaves the path in use with its credentials.
  if (state_->previous_local.ufrag.empty()) state_->previous_local = state_->local;
  state_->local = local;
}

bool LiteAgent::is_validated(const Path& path) const {
  const auto end = state_->validated.begin() + state_->validated_count;
  return std::find(state_->validated.begin(), end, path) != end;
}

std::optional<Path> LiteAgent::path() const {
  if (state_->has_selected != 0) return state_->selected;
  if (state_->validated_count > 0) return state_->validated[0];
  return std::nullopt;
}

}  // namespace media::ice
