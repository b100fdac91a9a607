// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "common/jose/jwk.hpp"
#include "waf/admin/operations.hpp"
#include "waf/admin/representation.hpp"
#include "waf/clients/client_profile.hpp"
#include "waf/clients/metadata.hpp"
#include "waf/errc.hpp"

namespace waf::admin {
namespace {

using common::fail;
using common::HttpResponse;
using common::Result;
using nlohmann::json;

constexpr long long longest_token_seconds = 3600;

/// All members that the API shows, and the digests of secrets, which it does not.
std::vector<std::string> known_members() {
  std::vector<std::string> out{"secret_digests"};
  const json all = shown(Client{});
  for (const auto& [name, value] : all.items()) out.push_back(name);
  return out;
}

void read_columns(const json& object, Client& out) {
  const auto read = [&object](const char* name, auto& into) {
    if (object.contains(name)) object.at(name).get_to(into);
  };
  out.name = out.id;
  read("name", out.name);
  read("redirect_uris", out.redirect_uris);
  read("post_logout_redirect_uris", out.post_logout_redirect_uris);
  read("origins", out.origins);
  read("scopes", out.scopes);
  out.default_scopes = out.scopes;
  read("default_scopes", out.default_scopes);
  read("enabled", out.enabled);
}

Result<Client> read_client(const Call& call, const std::optional<Client>& former) {
  const auto members = known_members();
  const auto object = read_object(call, {members.begin(), members.end()});
  if (!object) return fail(object.error());
  Client out;
  out.id = call.arguments[0];
  if (!common::jose::is_key_id(out.id)) return fail(Errc::invalid_request, "client_id");
  if (former) {
    out.secrets = former->secrets;
    out.registration_digest = former->registration_digest;
    out.registered_at = former->registered_at;
  }
  try {
    read_columns(*object, out);
    if (object->contains("secret_digests")) {
      out.secrets.clear();
      for (const auto& digest : object->at("secret_digests").get<std::vector<std::string>>()) {
        out.secrets.push_back({digest, call.now, {}});
      }
    }
  } catch (const json::exception&) {
    return fail(Errc::invalid_request, "a member has the wrong type");
  }
  if (auto read = read_profile(object->dump(), out); !read) {
    return fail(Errc::invalid_request, "a member has the wrong type or an unknown value");
  }
  if (out.access_token_lifetime.count() < 0 ||
      out.access_token_lifetime.count() > longest_token_seconds) {
    return fail(Errc::invalid_request, "access_token_lifetime: at most 3600");
  }
  if (const std::string fault = fault_of(out); !fault.empty()) {
    return fail(Errc::invalid_request, fault);
  }
  return out;
}

json shown_pool(const Call& call, const PoolSettings& pool) {
  const PoolUse use = call.context.store.pool_use(pool.name, call.now);
  return {{"name", pool.name},
          {"clients", pool.clients},
          {"size", pool.size()},
          {"leased", use.leased},
          {"quarantined", use.quarantined},
          {"next_free", common::unix_seconds(use.next_free)}};
}

}  // namespace

HttpResponse list_clients(const Call& call) {
  const auto page = read_page(call);
  if (!page) return problem(400, "invalid_request", page.error().detail);
  json items = json::array();
  for (const Client& client : call.context.store.clients()) {  // in the order of their ids
    if (client.id <= page->after || items.size() > page->limit) continue;
    items.push_back(shown(client));
  }
  return show_page(call, *page, std::move(items), "client_id");
}

HttpResponse show_client(const Call& call) {
  const auto client = call.context.store.find_client(call.arguments[0]);
  return client ? show(call, shown(*client)) : not_found();
}

/// What a client keeps secretly, its secrets and its registration, stays when it is replaced,
/// unless new digests come.
HttpResponse put_client(const Call& call) {
  const std::string& id = call.arguments[0];
  const auto former = call.context.store.find_client(id);
  if (former) {
    if (auto stale = unless_matching(call, shown(*former))) return std::move(*stale);
  }
  const auto client = read_client(call, former);
  if (!client) return problem(400, "invalid_request", client.error().detail);
  call.context.store.atomically([&] {
    call.context.store.put_client(*client);
    if (!client->enabled) {
      (void)revoke(call.context.settings, call.context.store, Target::client, id, call.now);
    }
  });
  call.context.reload_origins();
  return changed(former ? 200 : 201, shown(*client));
}

HttpResponse delete_client(const Call& call) {
  const auto client = call.context.store.find_client(call.arguments[0]);
  if (!client) return not_found();
  if (auto stale = unless_matching(call, shown(*client))) return std::move(*stale);
  remove_client(call.context.settings, call.context.store, client->id, call.now);
  return no_content();
}

HttpResponse list_pools(const Call& call) {
  json items = json::array();
  for (const auto& pool : call.context.settings.pools) items.push_back(shown_pool(call, pool));
  return show(call, {{"items", std::move(items)}});
}

HttpResponse show_pool(const Call& call) {
  for (const auto& pool : call.context.settings.pools) {
    if (pool.name == call.arguments[0]) return show(call, shown_pool(call, pool));
  }
  return not_found();
}

}  // namespace waf::admin
