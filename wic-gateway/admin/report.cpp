// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/admin/report.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace wic {
namespace {

using nlohmann::json;

// What strangers sent stands in some of these texts; a bad octet must not break the answer.
std::string print(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

json stream_json(const std::optional<media::StreamQuality>& quality) {
  if (!quality) return {};
  return {{"loss", quality->loss},
          {"jitter_ms", static_cast<double>(quality->jitter.count()) / 1000},
          {"mos", quality->mos}};
}

json quality_json(const LegQuality& quality) {
  json out = {{"from", stream_json(quality.incoming)},
              {"to", stream_json(quality.outgoing)},
              {"one_way", quality.one_way},
              {"round_trip_ms", nullptr}};
  if (quality.round_trip) {
    out["round_trip_ms"] = static_cast<double>(quality.round_trip->count()) / 1000;
  }
  return out;
}

json streams_json(const std::vector<CallStream>& streams) {
  json out = json::array();
  for (const CallStream& stream : streams) {
    out.push_back({{"kind", stream.kind},
                   {"client_codec", stream.wic_codec},
                   {"core_codec", stream.core_codec},
                   {"transcoded", stream.transcoded}});
  }
  return out;
}

json media_json(const CallMedia& media) {
  return {{"streams", streams_json(media.streams)},
          {"packets_from_client", media.packets_from_wic},
          {"packets_to_client", media.packets_to_wic},
          {"packets_from_core", media.packets_from_core},
          {"packets_to_core", media.packets_to_core},
          {"packets_dropped", media.dropped},
          {"secure", media.secure},
          {"client_quality", quality_json(media.wic_quality)},
          {"core_quality", quality_json(media.core_quality)},
          {"client", media.wic ? json(media.wic->to_string()) : json()},
          {"core", media.core ? json(media.core->to_string()) : json()}};
}

}  // namespace

bool all_ready(const std::vector<WorkerReport>& workers) {
  return !workers.empty() && std::all_of(workers.begin(), workers.end(),
                                         [](const auto& worker) { return worker.ready; });
}

std::string health_json(const std::vector<WorkerReport>& workers) {
  json list = json::array();
  for (const WorkerReport& worker : workers) {
    json entry = {{"worker", worker.worker},
                  {"ready", worker.ready},
                  {"connections", worker.connections},
                  {"registrations", worker.load.registrations},
                  {"calls", worker.load.calls}};
    if (!worker.ready) entry["why"] = worker.not_ready;
    list.push_back(std::move(entry));
  }
  return print({{"ready", all_ready(workers)}, {"workers", std::move(list)}});
}

std::string registrations_json(const std::vector<WorkerReport>& workers) {
  json list = json::array();
  for (const WorkerReport& worker : workers) {
    for (const ims::RegistrationInfo& entry : worker.registrations) {
      list.push_back(
          {{"worker", worker.worker},
           {"impi", entry.impi},
           {"aor", entry.aor},
           {"instance", entry.instance},
           {"contact", entry.contact},
           {"connected", entry.flow.has_value()},
           {"address", entry.address},
           {"transport", entry.transport ? json(ims::uri_name(*entry.transport)) : json()},
           {"expires", entry.remaining.count()},
           {"associated_uris", entry.associated_uris},
           {"service_route", entry.service_route}});
    }
  }
  return print(list);
}

std::string calls_json(const std::vector<WorkerReport>& workers) {
  json list = json::array();
  for (const WorkerReport& worker : workers) {
    for (const auto& [call, media] : worker.calls) {
      list.push_back({{"worker", worker.worker},
                      {"id", call.call.value},
                      {"call_id", call.call_id},
                      {"user", call.impu},
                      {"peer", call.peer},
                      {"originating", call.originating},
                      {"state", call.state},
                      {"seconds", call.age.count()},
                      {"media", media_json(media)}});
    }
  }
  return print(list);
}

}  // namespace wic
