// SPDX-License-Identifier: Apache-2.0
#include "waf/endpoints/sessions.hpp"

#include "common/encoding.hpp"
#include "waf/accounts/acr.hpp"
#include "waf/endpoints/responses.hpp"
#include "waf/tokens/secrets.hpp"

namespace waf {
namespace {

constexpr std::size_t sid_octets = 16;
constexpr seconds touch_interval{60};  // spares a write on every request

std::optional<Session> session_of(EndpointContext& context, const common::HttpRequest& request) {
  const auto cookie = common::find_cookie(request.headers.get("Cookie"), session_cookie);
  if (!cookie || cookie->empty()) return std::nullopt;
  return context.store.find_session(digest_of(*cookie));
}

/// What is kept of a browser's own words.
std::string shown(std::string_view text) {
  constexpr std::size_t most = 256;
  if (!common::is_utf8(text)) return {};
  return std::string(text.substr(0, most));
}

bool is_live(const Session& session, const Settings& settings, SystemTime now) {
  return now < session.last_seen + settings.session_idle && now < session.expires_at;
}

}  // namespace

std::optional<LiveSession> find_live_session(EndpointContext& context,
                                             const common::HttpRequest& request, SystemTime now) {
  const auto session = session_of(context, request);
  if (!session || !is_live(*session, context.settings, now)) return std::nullopt;
  auto user = context.store.find_user(session->user_id);
  if (!user || !user->enabled) return std::nullopt;
  if (now >= session->last_seen + touch_interval) {
    context.store.touch_session(session->digest, now);
  }
  return LiveSession{*session, std::move(*user)};
}

StartedSession start_session(EndpointContext& context, const User& user,
                             const AuthenticatedUser& login, const common::HttpRequest& request,
                             SystemTime now) {
  StartedSession out;
  out.cookie = context.random.base64url(secret_octets);
  const auto former = session_of(context, request);
  const bool same = former && former->user_id == user.id;
  out.session.digest = digest_of(out.cookie);
  out.session.sid = same ? former->sid : "s-" + context.random.base64url(sid_octets);
  out.session.user_id = user.id;
  out.session.acr = acr_of(assurance_of(login.amr));
  out.session.amr = login.amr;
  out.session.provider = login.provider;
  out.session.upstream_sid = login.upstream_sid;
  out.session.upstream_subject = login.upstream_subject;
  out.session.auth_time = login.auth_time.value_or(now);
  out.session.user_agent = shown(request.headers.get("User-Agent"));
  out.session.address = request.peer.address.to_string();
  out.session.created_at = now;
  out.session.last_seen = now;
  out.session.expires_at = now + context.settings.session_absolute;
  context.store.atomically([&] {
    if (former) context.store.remove_session(former->digest);
    context.store.put_session(out.session);
  });
  return out;
}

void end_session(EndpointContext& context, const Session& session, SystemTime now) {
  context.store.atomically([&] {
    std::vector<std::string> clients;
    for (const Grant& grant : context.store.grants_of_session(session.sid)) {
      if (!contains(clients, grant.client_id)) clients.push_back(grant.client_id);
    }
    context.logouts.queue(session.user_id, session.sid, clients, now);
    context.store.remove_session(session.digest);
    revoke_session(context.grants, session.sid, now);
  });
}

std::string csrf_token(const EndpointContext& context, std::string_view form,
                       std::string_view cookie) {
  return keyed_digest(context.secret, "csrf:" + std::string(form), cookie);
}

}  // namespace waf
