// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/admin/describe.hpp"

#include <iomanip>
#include <sstream>

namespace wic {
namespace {

using Kind = ims::Event::Kind;

std::string who(const ims::Event& event) {
  std::string text;
  if (!event.impu.empty()) text = event.impu;
  if (!event.impi.empty())
    text += (text.empty() ? "" : " (") + event.impi + (text.empty() ? "" : ")");
  if (text.empty()) text = "flow " + std::to_string(event.flow.value);
  return text;
}

std::string why(const ims::Event& event) {
  std::string text;
  if (event.status != 0) text += " " + std::to_string(event.status);
  if (!event.why.empty()) text += ": " + event.why;
  return text;
}

std::string parties(const ims::Event& event) {
  return event.originating ? who(event) + " -> " + event.peer : event.peer + " -> " + who(event);
}

std::string seconds(std::chrono::milliseconds time) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(1) << static_cast<double>(time.count()) / 1000 << " s";
  return text.str();
}

std::string packets(const CallMedia& media) {
  std::ostringstream text;
  text << "; packets from client " << media.packets_from_wic << ", to client "
       << media.packets_to_wic << ", from core " << media.packets_from_core << ", to core "
       << media.packets_to_core << ", dropped " << media.dropped;
  for (const CallStream& stream : media.streams) {
    text << "; " << stream.kind << ' ' << stream.wic_codec;
    if (stream.transcoded) text << " transcoded from and to " << stream.core_codec;
  }
  const auto mos = [&](const char* side, const std::optional<media::StreamQuality>& quality) {
    if (quality)
      text << std::fixed << std::setprecision(1) << "; MOS from " << side << ' ' << quality->mos;
  };
  mos("client", media.wic_quality.incoming);
  mos("core", media.core_quality.incoming);
  if (!media.secure && !media.phone) text << "; the client's media never came up";
  return text.str();
}

}  // namespace

std::string describe(const ims::Event& event, const std::optional<CallMedia>& media) {
  const std::string call = " [" + event.call_id + "]";
  switch (event.kind) {
    case Kind::registered:
      return "registered " + who(event);
    case Kind::refreshed:
      return "registration refreshed " + who(event);
    case Kind::deregistered:
      return "deregistered " + who(event) + why(event);
    case Kind::register_refused:
      return "REGISTER refused for " + who(event) + why(event);
    case Kind::flow_lost:
      return "connection lost, grace time runs for " + who(event) + why(event);
    case Kind::flow_resumed:
      return "connection resumed by " + who(event);
    case Kind::flow_refused:
      return "connection refused: " + who(event) + why(event);
    case Kind::request_refused:
      return event.method + " refused for " + who(event) + why(event);
    case Kind::call_started:
      return "call started " + parties(event) + call;
    case Kind::call_answered:
      return "call answered " + parties(event) + call;
    case Kind::call_ended:
      return "call ended " + parties(event) + call + why(event) + ", after " +
             seconds(event.duration) + (media ? packets(*media) : "");
    case Kind::core_misconfigured:
      return "the core is not set up for us" + why(event);
    case Kind::emergency_refused:
      return "emergency call of " + who(event) + " answered 380: the device must dial itself";
  }
  return "unknown event";
}

Importance importance_of(const ims::Event& event) {
  switch (event.kind) {
    case Kind::core_misconfigured:
    case Kind::emergency_refused:
      return Importance::alarm;
    case Kind::refreshed:
    case Kind::call_started:
    case Kind::call_answered:
    case Kind::flow_lost:
    case Kind::flow_resumed:
      return Importance::detail;
    default:
      return Importance::normal;
  }
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::registered:
      return "registered";
    case Kind::refreshed:
      return "refreshed";
    case Kind::deregistered:
      return "deregistered";
    case Kind::register_refused:
      return "register_refused";
    case Kind::flow_lost:
      return "flow_lost";
    case Kind::flow_resumed:
      return "flow_resumed";
    case Kind::flow_refused:
      return "flow_refused";
    case Kind::request_refused:
      return "request_refused";
    case Kind::call_started:
      return "call_started";
    case Kind::call_answered:
      return "call_answered";
    case Kind::call_ended:
      return "call_ended";
    case Kind::core_misconfigured:
      return "core_misconfigured";
    case Kind::emergency_refused:
      return "emergency_refused";
  }
  return "unknown";
}

}  // namespace wic
