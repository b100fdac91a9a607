// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/signalling.hpp"

#include <algorithm>
#include <chrono>

#include "common/log.hpp"
#include "wic-gateway/admin/describe.hpp"
#include "wic-gateway/admin/trace.hpp"
#include "wic-gateway/errc.hpp"

namespace wic::io {
namespace {

using namespace std::chrono_literals;
namespace log = common::log;

constexpr std::chrono::seconds load_interval{1};
constexpr std::chrono::seconds retry_after_stop{5};

ims::io::MwConfig core_of(const Settings& settings, unsigned worker) {
  ims::io::MwConfig core = settings.core;
  core.bind.port = static_cast<std::uint16_t>(core.bind.port + worker);
  return core;
}

ims::Policy policy_of(const Settings& settings, unsigned worker) {
  ims::Policy policy = settings.policy;
  policy.core_uri_host = core_of(settings, worker).bind.to_string();
  return policy;
}

ims::Revocation revocation_of(const RevocationNotice& notice) {
  ims::Revocation out;
  out.value = notice.id;
  out.why = notice.reason;
  switch (notice.type) {
    case RevocationNotice::Type::token:
      out.kind = ims::Revocation::Kind::jti;
      return out;
    case RevocationNotice::Type::grant:
      out.kind = ims::Revocation::Kind::grant;
      return out;
    case RevocationNotice::Type::session:
      out.kind = ims::Revocation::Kind::sid;
      break;
    case RevocationNotice::Type::user:
      out.kind = ims::Revocation::Kind::sub;
      break;
    case RevocationNotice::Type::epoch:
      out.kind = ims::Revocation::Kind::everyone;
      break;
  }
  out.issued_until = notice.not_before;
  return out;
}

std::optional<common::TimePoint> earlier(std::optional<common::TimePoint> left,
                                         std::optional<common::TimePoint> right) {
  if (left && right) return std::min(*left, *right);
  return left ? left : right;
}

}  // namespace

Signalling::Signalling(unsigned worker, const SharedParts& parts, EventLoop& loop,
                       media::EventSink& sink)
    : worker_(worker),
      settings_(parts.settings),
      metrics_(parts.metrics),
      on_bound_(parts.on_bound),
      clock_(parts.clock),
      waf_(parts.waf),
      mailbox_(*parts.mailboxes.at(worker)),
      revocations_(parts.settings.revocations),
      authenticator_(parts.settings.auth,
                     {.clock = parts.clock,
                      .revocations = revocations_,
                      .proofs = parts.proofs,
                      .key_requester = parts.key_requester,
                      .introspector = parts.waf == nullptr ? nullptr : this,
                      .follows_feed = parts.settings.follow_revocations},
                     parts.metrics),
      media_(parts.settings.calls, parts.engine, sink, parts.random, parts.metrics),
      phones_(parts.settings.phone_sessions, *this, parts.random, parts.metrics),
      proxy_(policy_of(parts.settings, worker), parts.flow_key, parts.random, *this, media_,
             parts.waf == nullptr ? nullptr : &phones_),
      core_(loop.sofia(), core_of(parts.settings, worker), *this, parts.metrics),
      wics_(loop.uv(), parts.settings.ws, *this, parts.metrics),
      phone_server_(loop.uv(), parts.settings.phones, *this, parts.metrics) {}

Signalling::~Signalling() = default;

common::TimePoint Signalling::tick() {
  const common::TimePoint now = common::SteadyClock::now();
  media_.set_time(now);
  return now;
}

std::optional<common::TimePoint> Signalling::turn() {
  const common::TimePoint now = tick();
  handle_timeouts(now);
  while (drain()) {
  }
  publish_load(now);
  return earlier(earlier(proxy_.poll_timeout(), phones_.poll_timeout()),
                 authenticator_.poll_timeout());
}

void Signalling::handle_timeouts(common::TimePoint now) {
  const auto due = [now](std::optional<common::TimePoint> when) { return when && *when <= now; };
  if (due(authenticator_.poll_timeout())) authenticator_.handle_timeout(now);
  if (due(phones_.poll_timeout())) phones_.handle_timeout(now);
  if (due(proxy_.poll_timeout())) proxy_.handle_timeout(now);
}

// True when something happened: an output may bring a new input, such as the refusal of a request
// that cannot be sent.
bool Signalling::drain() {
  bool busy = false;
  while (auto outcome = authenticator_.poll_outcome()) {
    if (!outcome->outcome) {
      note_refusal(outcome->peer, outcome->outcome.error(), outcome->refusal);
    }
    busy = true;
    if (phones_.handle_token_outcome(tick(), outcome->id, outcome->outcome)) continue;
    proxy_.handle_token_outcome(tick(), outcome->id, std::move(outcome->outcome));
  }
  if (drain_phones()) busy = true;
  while (auto output = proxy_.poll_output()) {
    execute(std::move(*output));
    busy = true;
  }
  while (auto event = proxy_.poll_event()) note(*event);
  return busy;
}

void Signalling::execute(ims::Output output) {
  if (auto* message = std::get_if<ims::SendToFlow>(&output)) {
    log::debug("flow {} <- {}", message->flow.value, first_line(message->text));
    if (phone_server_.send(message->flow, message->text)) return;
    wics_.send(message->flow, std::move(message->text));
  } else if (auto* close = std::get_if<ims::CloseFlow>(&output)) {
    if (phone_server_.close(close->flow, close->reason)) return;
    wics_.close(close->flow, close->code, std::move(close->reason));
  } else if (auto* request = std::get_if<ims::SendCoreRequest>(&output)) {
    log::debug("core <- {} [{}]", first_line(request->request), request->request.call_id());
    core_.send(std::move(*request));
  } else if (const auto* cancel = std::get_if<ims::CancelCoreRequest>(&output)) {
    core_.cancel(*cancel);
  } else if (auto* reply = std::get_if<ims::ReplyToCore>(&output)) {
    log::debug("core <- {} [{}]", first_line(reply->response), reply->response.call_id());
    core_.reply(std::move(*reply));
  } else if (const auto* stateless = std::get_if<ims::SendCoreStateless>(&output)) {
    core_.send_stateless(*stateless);
  } else if (auto* exposed = std::get_if<ims::RevokeToken>(&output)) {
    phones_.revoke(tick(), std::move(exposed->token));
  }
}

void Signalling::note(const ims::Event& event) {
  metrics_
      .counter("wic_gateway_events_total", "Registrations and calls, by what happened",
               {{"event", name_of(event.kind)}})
      .add();
  std::optional<CallMedia> media;
  if (event.kind == ims::Event::Kind::call_ended) media = media_.take_final_statistics(event.call);
  const std::string line = describe(event, media);
  if (!event.credential.empty()) {
    if (event.kind == ims::Event::Kind::registered) phones_.handle_registered(event.credential);
    if (event.kind == ims::Event::Kind::deregistered) phones_.handle_deregistered(event.credential);
  }
  if (!event.binding.empty() && on_bound_) on_bound_(worker_, event.binding);
  switch (importance_of(event)) {
    case Importance::detail:
      return log::debug("{}", line);
    case Importance::normal:
      return log::info("{}", line);
    case Importance::alarm:
      return log::warn("{}", line);
  }
}

void Signalling::publish_load(common::TimePoint now) {
  if (now < next_load_) return;
  next_load_ = now + load_interval;
  watch_feed(now);
  const ims::Load load = proxy_.load();
  const common::MetricLabels labels = {{"worker", std::to_string(worker_)}};
  const auto set = [&](const char* name, const char* help, std::size_t value) {
    metrics_.gauge(name, help, labels).set(static_cast<double>(value));
  };
  set("wic_gateway_flows", "WebSocket connections known to the signalling", load.flows);
  set("wic_gateway_registrations", "Registrations", load.registrations);
  set("wic_gateway_calls", "Calls", load.calls);
  set("wic_gateway_subscriptions", "Subscriptions", load.subscriptions);
  set("wic_gateway_transactions", "Transactions", load.transactions);
  set("wic_gateway_phone_sessions", "Phones whose tokens the gateway keeps", phones_.size());
  set("wic_gateway_core_server_transactions", "Server transactions of the core side",
      core_.server_transactions());
  set("wic_gateway_core_client_transactions", "Client transactions of the core side",
      core_.client_transactions());
}

void Signalling::on_ws_opened(ims::FlowId flow, ims::FlowPeer peer) {
  proxy_.handle_flow_opened(tick(), flow, std::move(peer));
}

void Signalling::on_ws_message(ims::FlowId flow, std::string_view message) {
  log::debug("flow {} -> {}", flow.value, first_line(message));
  proxy_.handle_w2_message(tick(), flow, message);
}

void Signalling::on_ws_closed(ims::FlowId flow, std::string_view why) {
  log::debug("flow {} closed: {}", flow.value, why);
  proxy_.handle_flow_closed(tick(), flow);
}

void Signalling::on_core_request(ims::CoreServerTx transaction, ims::sip::Message request) {
  log::debug("core -> {} [{}]", first_line(request), request.call_id());
  proxy_.handle_core_request(tick(), transaction, std::move(request));
}

void Signalling::on_core_cancel(ims::CoreServerTx transaction, std::string_view reason) {
  proxy_.handle_core_cancel(tick(), transaction, reason);
}

void Signalling::on_core_response(ims::CoreClientTx transaction, ims::sip::Message response) {
  log::debug("core -> {} [{}]", first_line(response), response.call_id());
  proxy_.handle_core_response(tick(), transaction, std::move(response));
}

std::optional<ims::TokenOutcome> Signalling::verify(common::TimePoint now, ims::VerificationId id,
                                                    const ims::PresentedToken& presented,
                                                    const ims::FlowPeer& peer,
                                                    const std::vector<std::string>& scopes) {
  auto outcome = authenticator_.verify(now, id, presented, peer, scopes);
  if (outcome && !*outcome) {
    note_refusal(peer, outcome->error(), authenticator_.last_refusal());
  }
  return outcome;
}

void Signalling::note_refusal(const ims::FlowPeer& peer, ims::TokenFailure failure,
                              std::string_view why) {
  const bool guess = failure == ims::TokenFailure::invalid_token ||
                     failure == ims::TokenFailure::invalid_code ||
                     failure == ims::TokenFailure::malformed;
  if (guess && peer.is_phone()) phone_server_.count_failure(peer.address.address);
  if (guess && !peer.is_phone()) wics_.count_token_failure(peer.address.address);
  log::info("credentials from {} refused: {}", peer.address.to_string(), why);
}

void Signalling::introspect(std::uint64_t question, const std::string& token) {
  waf_->post_form(
      WafEndpoint::introspection, {{"token", token}, {"token_type_hint", "access_token"}}, mailbox_,
      [question](Signalling& self, common::Result<WafAnswer> answer) {
        common::Result<IntrospectionAnswer> said =
            answer ? common::Result<IntrospectionAnswer>({answer->status, std::move(answer->body)})
                   : common::fail(answer.error());
        self.authenticator_.handle_introspection(self.tick(), question, said);
      });
}

void Signalling::handle_revocations(const EventFollower::News& news) {
  const common::TimePoint now = tick();
  for (const RevocationNotice& notice : news.notices) {
    revocations_.add(notice, clock_.now());
    const ims::Revocation revocation = revocation_of(notice);
    phones_.handle_revoked(revocation);
    const std::size_t ended = proxy_.revoke(now, revocation);
    if (ended > 0) log::info("revocation {}: {} registrations ended", notice.sequence, ended);
  }
  if (news.complete_at) authenticator_.handle_feed(*news.complete_at);
}

void Signalling::watch_feed(common::TimePoint now) {
  if (!settings_.follow_revocations) return;
  const bool fresh = authenticator_.is_feed_fresh(now);
  metrics_
      .gauge("wic_gateway_revocation_feed_stale",
             "1 while the issuer's revocations are not known: an alarm",
             {{"worker", std::to_string(worker_)}})
      .set(fresh ? 0 : 1);
  metrics_
      .gauge("wic_gateway_revocations", "Revocations remembered",
             {{"worker", std::to_string(worker_)}})
      .set(static_cast<double>(revocations_.size()));
  if (fresh != feed_fresh_ && !fresh) log::warn("the issuer's revocations are not known any more");
  feed_fresh_ = fresh;
}

void Signalling::set_keys(KeySetPtr keys) { authenticator_.handle_keys(tick(), std::move(keys)); }

void Signalling::supersede(const std::string& binding) { proxy_.supersede(tick(), binding); }

void Signalling::handle_media_event(const media::Event& event) {
  const common::TimePoint now = tick();
  const auto outcome = media_.handle_event(event);
  if (const auto* failure = std::get_if<MediaFailure>(&outcome)) {
    proxy_.release_call(now, failure->call, failure->cause, failure->why);
  } else if (const auto* wish = std::get_if<KeyframeWish>(&outcome)) {
    proxy_.ask_keyframe(wish->call);
  }
}

void Signalling::reload_certificate() {
  for (const auto& reloaded : {wics_.reload_certificate(), phone_server_.reload_certificates()}) {
    if (!reloaded) log::error("certificate stays the old one: {}", reloaded.error().message());
  }
}

WorkerReport Signalling::report(bool details) const {
  WorkerReport report;
  report.worker = worker_;
  report.ready = authenticator_.has_keys() && !stopping_;
  if (!report.ready) report.not_ready = stopping_ ? "stopping" : "the issuer's keys are not known";
  report.load = proxy_.load();
  report.connections = wics_.connections() + phone_server_.connections();
  if (!details) return report;
  const common::TimePoint now = common::SteadyClock::now();
  report.registrations = proxy_.registrations(now);
  for (ims::CallInfo& call : proxy_.calls(now)) {
    const CallMedia media = media_.statistics(call.call).value_or(CallMedia{});
    report.calls.emplace_back(std::move(call), media);
  }
  return report;
}

void Signalling::begin_stop() {
  stopping_ = true;
  wics_.stop_accepting();
  phone_server_.stop_accepting();
  proxy_.drain(retry_after_stop);
  if (settings_.deregister_on_stop) proxy_.deregister_all(tick(), "gateway stops");
}

bool Signalling::is_idle() const {
  if (!settings_.deregister_on_stop) return true;
  const ims::Load load = proxy_.load();
  return load.registrations == 0 && load.calls == 0;
}

void Signalling::close_connections() {
  wics_.close_all();
  phone_server_.close_all();
}

}  // namespace wic::io
