// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/registration/star_devices.hpp"

#include <algorithm>

#include "ims-interface/registration/device.hpp"
#include "ims-interface/registration/register_request.hpp"
#include "ims-interface/registration/registrar.hpp"
#include "ims-interface/sip/text.hpp"
#include "ims-interface/sip/uri.hpp"

namespace ims {
namespace {

bool is_device(const PhoneAccess& access, const std::string& user) {
  return std::any_of(
      access.star_devices.begin(), access.star_devices.end(), [&](const std::string& pattern) {
        if (!pattern.ends_with('*')) return pattern == user;
        return user.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
      });
}

std::string dialled_user(const sip::Message& request) {
  const auto uri = sip::Uri::parse(request.request_uri());
  return uri ? uri->user : std::string{};
}

/// What stands behind the prefix: "0194507302", or "2001*0194507302"; a closing '#' is no part of
/// it.
struct Dialled {
  std::string extension;
  std::string code;
};

std::optional<Dialled> read_dialled(std::string_view text) {
  if (text.ends_with('#')) text.remove_suffix(1);
  Dialled out;
  const auto star = text.find('*');
  if (star != std::string_view::npos) out.extension = text.substr(0, star);
  out.code = star == std::string_view::npos ? text : text.substr(star + 1);
  const auto is_digits = [](const std::string& part) {
    return !part.empty() && part.size() <= 32 &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!is_digits(out.code) || (star != std::string_view::npos && !is_digits(out.extension))) {
    return std::nullopt;
  }
  return out;
}

}  // namespace

bool StarDevices::handle_register(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const PhoneAccess& access = *flow.peer.access;
  const auto request = read_register(transaction.request, edge_.policy);
  if (access.star_prefix.empty() || edge_.codes == nullptr || !request ||
      request->aor != request->from_aor || !is_device(access, user_of_aor(request->aor)) ||
      !sip::equal_ignoring_case(request->domain, edge_.policy.home_domain)) {
    return false;
  }
  std::optional<Identity> identity = flow.star ? flow.star->identity : std::nullopt;
  flow.device = device_of(flow.peer, *request, flow.device);
  // Without a certificate anybody may call himself by that device's name: then only the connection
  // on which the code came is the user's.
  if (!identity && !flow.peer.certificate.empty()) {
    identity = edge_.codes->resume(now, flow.device);
  }
  flow.star = StarDevice{transaction.request.clone(), identity};
  if (identity) {
    registrar_->handle_bound(now, flow, transaction, *identity);
    return true;
  }
  sip::Message response = transaction.request.reply(200, {}, transaction.to_tag);
  const auto most = static_cast<std::uint32_t>(edge_.policy.star_expires.count());
  const std::uint32_t granted = std::min(request->expires, most);
  if (request->contact && granted > 0) {
    sip::NameAddr contact = *request->contact;
    contact.parameters.set("expires", std::to_string(granted));
    response.add("Contact", contact.to_string());
  }
  edge_.timers.set(TimerKind::flow_idle, flow.id.value,
                   now + std::chrono::seconds(granted) + edge_.policy.after_expiry);
  edge_.respond(now, transaction, std::move(response));
  return true;
}

bool StarDevices::wants(const Flow& flow, const sip::Message& request) const {
  return flow.star && flow.peer.is_phone() && request.is("INVITE") && request.to_tag().empty() &&
         dialled_user(request).starts_with(flow.peer.access->star_prefix);
}

void StarDevices::refuse(common::TimePoint now, const Flow& flow, W2ServerTx& transaction,
                         int status, std::string_view reason) {
  edge_.report({.kind = Event::Kind::request_refused,
                .flow = flow.id,
                .call = {},
                .impi = flow.impi,
                .impu = uri_of(transaction.request.value("From")),
                .peer = flow.peer.access->star_prefix,  // never the code
                .call_id = std::string(transaction.request.call_id()),
                .method = "INVITE",
                .originating = true,
                .status = status,
                .why = std::string(reason)});
  edge_.respond(now, transaction, transaction.request.reply(status, reason, transaction.to_tag));
}

void StarDevices::handle_invite(common::TimePoint now, Flow& flow, W2ServerTx& transaction) {
  const PhoneAccess& access = *flow.peer.access;
  const auto dialled = read_dialled(
      std::string_view(dialled_user(transaction.request)).substr(access.star_prefix.size()));
  if (!dialled || dialled->code.size() < access.least_code_digits) {
    return refuse(now, flow, transaction, 484, "Code incomplete");
  }
  if (!access.takes_codes_from(flow.peer.address.address)) {
    return refuse(now, flow, transaction, 403, "Codes not taken from here");
  }
  const bool busy = std::any_of(checks_.begin(), checks_.end(),
                                [&](const auto& entry) { return entry.second.flow == flow.id; });
  if (busy) return refuse(now, flow, transaction, 486, "A code is being checked");
  CodeProof proof;
  proof.mode = CodeProof::Mode::code;
  proof.username = dialled->extension;
  proof.code = dialled->code;
  proof.device = flow.device;
  proof.realm = edge_.policy.home_domain;
  proof.flow = flow.id;
  proof.star = true;
  proof.model = transaction.request.value("User-Agent");
  const VerificationId id{edge_.next_id()};
  checks_.emplace(id.value, Check{flow.id, transaction.id});
  const auto outcome = edge_.codes->exchange(now, id, proof, flow.peer);
  if (outcome) {
    static_cast<void>(handle_outcome(now, id, *outcome));
    return;
  }
  edge_.timers.set(TimerKind::star_check, id.value, now + edge_.policy.verification_timeout);
}

void StarDevices::handle_check_timeout(common::TimePoint now, std::uint64_t id) {
  static_cast<void>(handle_outcome(now, {id}, tl::unexpected(TokenFailure::unavailable)));
}

bool StarDevices::handle_outcome(common::TimePoint now, VerificationId id,
                                 const TokenOutcome& outcome) {
  const auto found = checks_.find(id.value);
  if (found == checks_.end()) return false;
  const Check check = found->second;
  checks_.erase(found);
  edge_.timers.clear(TimerKind::star_check, id.value);
  Flow* flow = edge_.flow(check.flow);
  if (flow == nullptr || !flow->star) return true;
  if (outcome) bind(now, *flow, *outcome);
  const auto waiting = edge_.w2_servers.find(check.transaction);
  if (waiting == edge_.w2_servers.end() || waiting->second.state != W2ServerTx::State::proceeding) {
    return true;  // the caller has hung up
  }
  if (!outcome && outcome.error() == TokenFailure::unavailable) {
    refuse(now, *flow, waiting->second, 503, "Codes cannot be checked now");
  } else {
    answer(now, *flow, waiting->second, outcome ? Announcement::accepted : Announcement::refused);
  }
  return true;
}

void StarDevices::bind(common::TimePoint now, Flow& flow, const Identity& identity) {
  // Another user takes over a phone that was somebody's.
  for (const RegistrationId id : std::set<RegistrationId>(flow.registrations)) {
    const Registration* registration = edge_.registration(id);
    if (registration == nullptr || registration->identity.impi == identity.impi) continue;
    registrar_->end(now, id,
                    {.cause = 403,
                     .why = "another user signed in on this phone",
                     .tell_core = true,
                     .close_code = 0});
  }
  if (flow.impi != identity.impi) {
    flow.impi.clear();
    flow.sub.clear();
  }
  flow.star->identity = identity;
  static_cast<void>(registrar_->push(now, flow, identity));
}

void StarDevices::answer(common::TimePoint now, const Flow& flow, W2ServerTx& transaction,
                         Announcement what) {
  const sip::Message& invite = transaction.request;
  const CallHandle call{edge_.next_id()};
  if (invite.has_sdp()) {
    edge_.media.set_access(call, access_side_of(flow.peer));
    if (auto sdp = edge_.media.announce(call, invite.body(), what)) {
      sip::Message response = invite.reply(200, {}, transaction.to_tag);
      response.set("Contact", "<sip:" + flow.peer.own_host +
                                  ";transport=" + std::string(uri_name(flow.peer.transport)) + ">");
      response.set_body(std::move(*sdp), "application/sdp");
      played_.emplace(call.value, Played{.flow = flow.id,
                                         .call_id = std::string(invite.call_id()),
                                         .from = std::string(response.value("To")),
                                         .to = std::string(invite.value("From")),
                                         .target = uri_of(invite.value("Contact"))});
      edge_.timers.set(TimerKind::announcement, call.value, now + edge_.policy.announcement);
      edge_.respond(now, transaction, std::move(response));
      return;
    }
    edge_.media.release(call);
  }
  // Nothing can be played: the phone's display has to say it.
  if (what == Announcement::accepted) return refuse(now, flow, transaction, 480, "Signed in");
  refuse(now, flow, transaction, 403, "Code refused");
}

bool StarDevices::handle_bye(common::TimePoint now, const Flow& flow, W2ServerTx& transaction) {
  if (!transaction.request.is("BYE")) return false;
  const auto found = std::find_if(played_.begin(), played_.end(), [&](const auto& entry) {
    return entry.second.flow == flow.id && entry.second.call_id == transaction.request.call_id();
  });
  if (found == played_.end()) return false;
  const CallHandle call{found->first};
  edge_.respond(now, transaction, transaction.request.reply(200));
  edge_.timers.clear(TimerKind::announcement, call.value);
  played_.erase(found);
  edge_.media.release(call);
  return true;
}

void StarDevices::handle_announcement_end(common::TimePoint now, CallHandle call) {
  const auto found = played_.find(call.value);
  if (found == played_.end()) return;
  const Played played = std::move(found->second);
  played_.erase(found);
  edge_.media.release(call);
  Flow* flow = edge_.flow(played.flow);
  if (flow == nullptr || played.target.empty()) return;
  sip::Message bye = sip::Message::request("BYE", played.target);
  bye.add("Max-Forwards", "70");
  bye.add("From", played.from);
  bye.add("To", played.to);
  bye.add("Call-ID", played.call_id);
  bye.add("CSeq", "1 BYE");
  if (W2ClientTx* sent = edge_.open_client(now, *flow, std::move(bye))) sent->own = true;
}

}  // namespace ims
