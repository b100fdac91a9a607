// SPDX-License-Identifier: Apache-2.0
#include "wic-gateway/io/admin_server.hpp"

#include <string>
#include <string_view>

#include "common/io/http_server.hpp"

namespace wic::io {
namespace {

using common::HttpRequest;
using common::HttpResponse;

bool is_loopback_name(std::string_view host) {
  if (const auto end = host.rfind(':'); end != std::string_view::npos && !host.ends_with(']')) {
    host = host.substr(0, end);
  }
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]";
}

HttpResponse text(unsigned status, std::string body, const char* type) {
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", type}, {"Cache-Control", "no-store"}};
  response.body = std::move(body);
  return response;
}

HttpResponse json(unsigned status, std::string body) {
  return text(status, std::move(body), "application/json");
}

common::io::HttpServerOptions options_for(const common::Endpoint& listen) {
  common::io::HttpServerOptions options;
  options.listen = {listen};
  options.metrics_prefix = "wic_gateway_admin";
  return options;
}

}  // namespace

struct AdminServer::State {
  State(const common::Endpoint& listen, Collect collect_reports, common::Metrics& all_metrics)
      : collect(std::move(collect_reports)),
        metrics(all_metrics),
        server(
            options_for(listen),
            [this](HttpRequest request, common::io::HttpServer::Reply reply) {
              handle(request, std::move(reply));
            },
            all_metrics) {
    server.start();
  }

  void handle(const HttpRequest& request, common::io::HttpServer::Reply reply) {
    if (!request.peer.address.is_loopback() || !is_loopback_name(request.headers.get("Host"))) {
      return reply(json(403, "{\"error\": \"loopback only\"}\n"));
    }
    if (request.method != "GET") return reply(json(405, "{\"error\": \"GET only\"}\n"));
    if (request.path == "/metrics") {
      return reply(text(200, metrics.render(), "text/plain; version=0.0.4"));
    }
    if (request.path == "/health") {
      return collect(false, [reply](const std::vector<WorkerReport>& workers) {
        reply(json(all_ready(workers) ? 200 : 503, health_json(workers)));
      });
    }
    if (request.path == "/registrations") {
      return collect(true, [reply](const std::vector<WorkerReport>& workers) {
        reply(json(200, registrations_json(workers)));
      });
    }
    if (request.path == "/calls") {
      return collect(true, [reply](const std::vector<WorkerReport>& workers) {
        reply(json(200, calls_json(workers)));
      });
    }
    reply(json(404, "{\"error\": \"try /metrics, /health, /registrations or /calls\"}\n"));
  }

  Collect collect;
  common::Metrics& metrics;
  common::io::HttpServer server;
};

AdminServer::AdminServer(const common::Endpoint& listen, Collect collect, common::Metrics& metrics)
    : state_(std::make_unique<State>(listen, std::move(collect), metrics)) {}
AdminServer::~AdminServer() = default;

}  // namespace wic::io
