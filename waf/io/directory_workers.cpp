// SPDX-License-Identifier: Apache-2.0
#include "waf/io/directory_workers.hpp"

#include "common/log.hpp"
#include "waf/directory/outcome.hpp"

namespace waf::io {
namespace {

using directory::DirectoryVerdict;

std::string name_of(DirectoryVerdict::Outcome outcome) {
  switch (outcome) {
    case DirectoryVerdict::Outcome::accepted:
      return "accepted";
    case DirectoryVerdict::Outcome::refused:
      return "refused";
    case DirectoryVerdict::Outcome::unavailable:
      return "unavailable";
    case DirectoryVerdict::Outcome::overloaded:
      return "overloaded";
  }
  return "";
}

}  // namespace

DirectoryWorkers::DirectoryWorkers(const std::vector<directory::Directory>& directories,
                                   const Options& options, common::Metrics& metrics)
    : metrics_(metrics),
      queue_(directories.empty() ? 0 : options.threads, options.queue,
             metrics.gauge("waf_directory_queue", "Logins waiting for a directory")) {
  for (const auto& one : directories) {
    clients_.emplace(one.name, std::make_unique<DirectoryClient>(one));
  }
}

void DirectoryWorkers::note(const directory::DirectoryLogin& login,
                            const DirectoryVerdict& verdict) {
  metrics_
      .counter("waf_directory_logins_total", "Password checks at directories by result",
               {{"directory", login.directory}, {"result", name_of(verdict.outcome)}})
      .add();
  if (verdict.outcome == DirectoryVerdict::Outcome::refused) {
    common::log::info("directory {}: login refused: {}", login.directory,
                      directory::name_of(verdict.refusal));
  }
}

void DirectoryWorkers::start(const directory::DirectoryLogin& login,
                             std::function<void(DirectoryVerdict)> done) {
  const auto found = clients_.find(login.directory);
  DirectoryVerdict verdict;
  if (found != clients_.end()) {
    DirectoryClient* client = found->second.get();
    // `done` is still needed here when the queue is full.
    if (queue_.post([this, client, login, done] {
          DirectoryVerdict checked = client->check(login);
          note(login, checked);
          done(std::move(checked));
        })) {
      return;
    }
    verdict.outcome = DirectoryVerdict::Outcome::overloaded;
  }
  note(login, verdict);
  done(std::move(verdict));
}

void DirectoryWorkers::stop() { queue_.stop(); }

}  // namespace waf::io
