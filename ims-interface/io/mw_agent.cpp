// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/io/mw_agent.hpp"

#include <netinet/in.h>

#include <cstring>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>

namespace ims::io {
struct ServerTransaction;
struct ClientTransaction;
}  // namespace ims::io

// nta's context pointers carry our types.
#define NTA_AGENT_MAGIC_T void
#define NTA_INCOMING_MAGIC_T ims::io::ServerTransaction
#define NTA_OUTGOING_MAGIC_T ims::io::ClientTransaction
#define SU_TIMER_ARG_T void

#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/tport_tag.h>

#include "common/log.hpp"
#include "ims-interface/sip/sofia.hpp"

namespace ims::io {
namespace {

// After a 2xx an INVITE's transaction stays: more 2xx of other branches and their retransmissions
// belong to it (RFC 6026 7.2, RFC 3261 16.7 step 10).
constexpr int lingering_t1s = 64;
constexpr std::chrono::milliseconds sweep_interval{500};
// The proxy limits ringing itself; nta must not be the first.
constexpr unsigned timer_c = 3600 * 1000;

common::IpAddress source_of(const msg_t* message) {
  common::IpAddress address;
  const su_sockaddr_t* source = msg_addr(const_cast<msg_t*>(message));
  if (source->su_family == AF_INET) {
    std::memcpy(address.octets.data(), &source->su_sin.sin_addr, 4);
  } else if (source->su_family == AF_INET6) {
    address.family = common::IpAddress::Family::v6;
    std::memcpy(address.octets.data(), &source->su_sin6.sin6_addr, 16);
  }
  return address;
}

std::string uri_of(const common::Endpoint& bind, const char* transport) {
  return "sip:" + bind.to_string() + ";transport=" + transport;
}

}  // namespace

struct ServerTransaction {
  MwAgentState& agent;
  CoreServerTx id;
  nta_incoming_t* handle;
  bool lingering = false;
};

struct ClientTransaction {
  MwAgentState& agent;
  CoreClientTx id;
  bool invite = false;
  nta_outgoing_t* handle = nullptr;
  bool lingering = false;
};

struct MwAgentState {
  MwAgentState(su_root_t* root, const MwConfig& agent_config, MwHandler& message_handler,
               common::Metrics& metrics);
  ~MwAgentState();

  void on_message(msg_t* message, sip_t* sip);
  void on_request(msg_t* message, sip_t* sip);
  void on_acknowledgement(msg_t* message);
  void on_cancel(ServerTransaction& transaction, const sip_t* sip);
  void on_response(ClientTransaction& transaction, const sip_t* sip);
  void refuse(CoreClientTx id, const sip::Message& request, int status);
  void linger(std::function<void()> end);
  void end_server(CoreServerTx id);
  void end_client(CoreClientTx id);
  void sweep();

  MwConfig config;
  MwHandler& handler;
  nta_agent_t* agent = nullptr;
  su_timer_t* timer = nullptr;
  std::uint64_t last_server_id = 0;
  std::unordered_map<std::uint64_t, std::unique_ptr<ServerTransaction>> servers;
  std::unordered_map<std::uint64_t, std::unique_ptr<ClientTransaction>> clients;
  struct Lingering {
    su_time64_t until;
    std::function<void()> end;
  };
  std::deque<Lingering> lingering;  // all wait equally long, so they end in order
  common::Counter requests_in;
  common::Counter requests_out;
  common::Counter untrusted;
  common::Counter malformed;
  common::Counter overload;
  common::Counter unsendable;
};

MwAgentState::MwAgentState(su_root_t* root, const MwConfig& agent_config,
                           MwHandler& message_handler, common::Metrics& metrics)
    : config(agent_config),
      handler(message_handler),
      requests_in(metrics.counter("wic_gateway_core_requests_received_total",
                                  "Requests that the core sent")),
      requests_out(
          metrics.counter("wic_gateway_core_requests_sent_total", "Requests sent to the core")),
      untrusted(metrics.counter("wic_gateway_core_untrusted_dropped_total",
                                "Messages of senders outside core.trusted")),
      malformed(metrics.counter("wic_gateway_core_malformed_total",
                                "Messages of the core that could not be read")),
      overload(metrics.counter("wic_gateway_core_overload_total",
                               "Requests of the core answered 503: too many transactions")),
      unsendable(metrics.counter("wic_gateway_core_unsendable_total",
                                 "Requests that could not be sent to the core")) {
  const auto milliseconds = [](std::chrono::milliseconds time) {
    return static_cast<unsigned>(time.count());
  };
  const std::string udp = uri_of(config.bind, "udp");
  const std::string tcp = uri_of(config.bind, "tcp");
  const auto on_agent_message = [](void* self, nta_agent_t*, msg_t* message, sip_t* sip) -> int {
    static_cast<MwAgentState*>(self)->on_message(message, sip);
    return 0;
  };
  agent = nta_agent_create(
      root, URL_STRING_MAKE(udp.c_str()), on_agent_message, this, NTATAG_UA(0),
      NTATAG_CANCEL_487(0), NTATAG_MERGE_482(0), NTATAG_PASS_408(1), NTATAG_TIMEOUT_408(1),
      NTATAG_SIP_T1(milliseconds(config.t1)), NTATAG_SIP_T2(milliseconds(config.t2)),
      NTATAG_SIP_T4(milliseconds(config.t4)), NTATAG_SIP_T1X64(64 * milliseconds(config.t1)),
      NTATAG_UDP_MTU(static_cast<unsigned>(config.udp_limit)),
      NTATAG_MAXSIZE(static_cast<usize_t>(config.max_message)), NTATAG_TIMER_C(timer_c),
      NTATAG_CLIENT_RPORT(1), TPTAG_STUN_SERVER(0), TAG_END());
  if (agent == nullptr || nta_agent_add_tport(agent, URL_STRING_MAKE(tcp.c_str()),
                                              TPTAG_STUN_SERVER(0), TAG_END()) < 0) {
    if (agent != nullptr) nta_agent_destroy(agent);
    throw std::runtime_error("core side: cannot bind UDP and TCP " + config.bind.to_string() +
                             " (address in use, or not of this machine)");
  }
  timer = su_timer_create(su_root_task(root), sweep_interval.count());
  su_timer_set_for_ever(
      timer,
      [](su_root_magic_t*, su_timer_t*, void* self) { static_cast<MwAgentState*>(self)->sweep(); },
      this);
}

MwAgentState::~MwAgentState() {
  su_timer_destroy(timer);
  nta_agent_destroy(agent);  // frees the transactions that are still open
}

void MwAgentState::on_message(msg_t* message, sip_t* sip) {
  // Responses that no transaction knows are late duplicates.
  if (sip->sip_request == nullptr) return nta_msg_discard(agent, message);
  if (!common::contains(config.trusted, source_of(message))) {
    untrusted.add();
    return nta_msg_discard(agent, message);
  }
  switch (sip->sip_request->rq_method) {
    case sip_method_ack:
      return on_acknowledgement(message);
    case sip_method_cancel:
      nta_msg_treply(agent, message, SIP_481_NO_TRANSACTION, TAG_END());
      return;
    default:
      return on_request(message, sip);
  }
}

void MwAgentState::on_acknowledgement(msg_t* message) {
  auto request = sip::from_sofia(message);
  nta_msg_discard(agent, message);
  if (!request) return malformed.add();
  handler.on_core_request({}, std::move(*request));
}

void MwAgentState::on_request(msg_t* message, sip_t* sip) {
  if (servers.size() >= config.max_transactions) {
    overload.add();
    nta_msg_treply(agent, message, SIP_503_SERVICE_UNAVAILABLE, SIPTAG_RETRY_AFTER_STR("5"),
                   TAG_END());
    return;
  }
  auto request = sip::from_sofia(message, {.message = config.max_message});
  if (!request) {
    malformed.add();
    nta_msg_treply(agent, message, SIP_400_BAD_REQUEST, TAG_END());
    return;
  }
  nta_incoming_t* handle = nta_incoming_create(agent, nullptr, message, sip, TAG_END());
  if (handle == nullptr) return;
  requests_in.add();
  const CoreServerTx id{++last_server_id};
  auto transaction = std::make_unique<ServerTransaction>(ServerTransaction{*this, id, handle});
  nta_incoming_bind(
      handle,
      [](ServerTransaction* server, nta_incoming_t*, const sip_t* event) -> int {
        server->agent.on_cancel(*server, event);
        return 0;
      },
      transaction.get());
  servers.emplace(id.value, std::move(transaction));
  handler.on_core_request(id, std::move(*request));
}

void MwAgentState::on_cancel(ServerTransaction& transaction, const sip_t* sip) {
  // Null: the ACK never came (timer H); ACK: of a refused INVITE.
  if (sip == nullptr || sip->sip_request == nullptr ||
      sip->sip_request->rq_method != sip_method_cancel) {
    return;
  }
  const sip::MsgPtr cancel(nta_incoming_getrequest_ackcancel(transaction.handle));
  if (cancel == nullptr || !common::contains(config.trusted, source_of(cancel.get()))) {
    return untrusted.add();
  }
  const auto message = sip::from_sofia(cancel.get());
  const std::string reason = message ? std::string(message->value("Reason")) : std::string();
  handler.on_core_cancel(transaction.id, reason);
}

void MwAgentState::on_response(ClientTransaction& transaction, const sip_t* sip) {
  const CoreClientTx id = transaction.id;
  const sip::MsgPtr received(nta_outgoing_getresponse(transaction.handle));
  const int status = sip == nullptr ? 408 : sip->sip_status->st_status;
  std::optional<sip::Message> response;
  if (received != nullptr) {
    auto read = sip::from_sofia(received.get(), {.message = config.max_message});
    if (read) {
      response = std::move(*read);
    } else {
      malformed.add();
    }
  }
  if (!response && status >= 200) {
    const sip::MsgPtr request(nta_outgoing_getrequest(transaction.handle));
    if (auto sent = sip::from_sofia(request.get())) {
      response = sent->reply(sip == nullptr ? 408 : 500);
    }
  }
  if (status >= 200 && !transaction.lingering) {
    if (transaction.invite && status < 300) {
      transaction.lingering = true;
      linger([this, id] { end_client(id); });
    } else {
      end_client(id);
    }
  }
  if (response) handler.on_core_response(id, std::move(*response));
}

void MwAgentState::refuse(CoreClientTx id, const sip::Message& request, int status) {
  unsendable.add();
  handler.on_core_response(id, request.reply(status));
}

void MwAgentState::linger(std::function<void()> end) {
  const su_time64_t wait =
      su_time64_t{1'000'000} * static_cast<su_time64_t>((lingering_t1s * config.t1).count());
  lingering.push_back({su_now64() + wait, std::move(end)});
}

void MwAgentState::sweep() {
  const su_time64_t now = su_now64();
  while (!lingering.empty() && lingering.front().until <= now) {
    const auto end = std::move(lingering.front().end);
    lingering.pop_front();
    end();
  }
}

void MwAgentState::end_server(CoreServerTx id) {
  const auto found = servers.find(id.value);
  if (found == servers.end()) return;
  nta_incoming_destroy(found->second->handle);
  servers.erase(found);
}

void MwAgentState::end_client(CoreClientTx id) {
  const auto found = clients.find(id.value);
  if (found == clients.end()) return;
  nta_outgoing_destroy(found->second->handle);
  clients.erase(found);
}

MwAgent::MwAgent(su_root_t* root, const MwConfig& config, MwHandler& handler,
                 common::Metrics& metrics)
    : state_(std::make_unique<MwAgentState>(root, config, handler, metrics)) {}
MwAgent::~MwAgent() = default;

void MwAgent::send(SendCoreRequest request) {
  auto message = sip::to_sofia(request.request, sip::ViaRule::added_by_nta);
  if (!message) return state_->refuse(request.transaction, request.request, 400);
  auto transaction = std::make_unique<ClientTransaction>(
      ClientTransaction{*state_, request.transaction, request.request.is("INVITE")});
  transaction->handle = nta_outgoing_mcreate(
      state_->agent,
      [](ClientTransaction* client, nta_outgoing_t*, const sip_t* sip) -> int {
        client->agent.on_response(*client, sip);
        return 0;
      },
      transaction.get(), URL_STRING_MAKE(request.next_hop.c_str()), message->get(), TAG_END());
  if (transaction->handle == nullptr) {
    return state_->refuse(request.transaction, request.request, 503);
  }
  static_cast<void>(message->release());  // nta owns it now
  state_->requests_out.add();
  state_->clients.emplace(request.transaction.value, std::move(transaction));
}

void MwAgent::cancel(const CancelCoreRequest& request) {
  const auto found = state_->clients.find(request.transaction.value);
  if (found == state_->clients.end()) return;
  nta_outgoing_tcancel(found->second->handle, nullptr, nullptr,
                       TAG_IF(!request.reason.empty(), SIPTAG_REASON_STR(request.reason.c_str())),
                       TAG_END());
}

void MwAgent::reply(ReplyToCore reply) {
  const auto found = state_->servers.find(reply.transaction.value);
  if (found == state_->servers.end()) return;
  ServerTransaction& transaction = *found->second;
  const int status = reply.response.status();
  const bool invite = nta_incoming_method(transaction.handle) == sip_method_invite;
  auto message = sip::to_sofia(reply.response);
  if (message) {
    // mreply takes the message over whatever it returns.
    nta_incoming_mreply(transaction.handle, message->release());
  } else {
    state_->malformed.add();
    if (status < 200) return;
    nta_incoming_treply(transaction.handle, SIP_500_INTERNAL_SERVER_ERROR, TAG_END());
  }
  if (status < 200 || transaction.lingering) return;
  if (invite && status < 300) {
    transaction.lingering = true;
    state_->linger([state = state_.get(), id = transaction.id] { state->end_server(id); });
  } else {
    state_->end_server(transaction.id);
  }
}

void MwAgent::send_stateless(const SendCoreStateless& request) {
  auto message = sip::to_sofia(request.request);
  if (!message) return state_->malformed.add();
  if (nta_msg_tsend(state_->agent, message->release(), URL_STRING_MAKE(request.next_hop.c_str()),
                    TAG_END()) < 0) {
    state_->unsendable.add();
    return;
  }
  state_->requests_out.add();
}

std::size_t MwAgent::server_transactions() const { return state_->servers.size(); }
std::size_t MwAgent::client_transactions() const { return state_->clients.size(); }

void silence_sofia() {
  su_log_redirect(
      nullptr, [](void*, const char*, va_list) {}, nullptr);
}

}  // namespace ims::io
