// SPDX-License-Identifier: Apache-2.0
// Pushed requests, device grants and challenges; access codes stand in sqlite_access_codes.cpp.
#include "waf/io/sqlite_columns.hpp"
#include "waf/io/sqlite_store.hpp"

namespace waf::io {
namespace {

DeviceAuthorization read_device(const Query& row) {
  DeviceAuthorization out;
  out.digest = row.text(0);
  out.user_code = row.text(1);
  out.client_id = row.text(2);
  out.scopes = to_list(row.text(3));
  out.key_thumbprint = row.text(4);
  out.source = row.text(5);
  out.state = static_cast<DeviceAuthorization::State>(row.number(6));
  out.login.user_id = row.text(7);
  out.login.sid = row.text(8);
  out.login.acr = row.text(9);
  out.login.amr = to_list(row.text(10));
  out.login.auth_time = row.time(11);
  out.created_at = row.time(12);
  out.expires_at = row.time(13);
  out.interval = row.number(14);
  out.last_poll = row.time(15);
  return out;
}

}  // namespace

void SqliteStore::put_pushed_request(const PushedRequest& request) {
  database_.query("INSERT INTO pushed_requests VALUES (?,?,?,?,?)")
      .bind(request.digest)
      .bind(request.client_id)
      .bind(request.parameters)
      .bind(request.key_thumbprint)
      .bind(request.expires_at)
      .step();
}

std::optional<PushedRequest> SqliteStore::take_pushed_request(std::string_view digest) {
  std::optional<PushedRequest> out;
  auto row =
      database_.query("DELETE FROM pushed_requests WHERE digest = ? RETURNING *").bind(digest);
  while (row.step()) {
    out = PushedRequest{row.text(0), row.text(1), row.text(2), row.text(3), row.time(4)};
  }
  return out;
}

void SqliteStore::put_device_authorization(const DeviceAuthorization& device) {
  database_
      .query(
          "INSERT OR REPLACE INTO device_authorizations VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")
      .bind(device.digest)
      .bind(device.user_code)
      .bind(device.client_id)
      .bind(to_column(device.scopes))
      .bind(device.key_thumbprint)
      .bind(device.source)
      .bind(static_cast<std::int64_t>(device.state))
      .bind(device.login.user_id)
      .bind(device.login.sid)
      .bind(device.login.acr)
      .bind(to_column(device.login.amr))
      .bind(device.login.auth_time)
      .bind(device.created_at)
      .bind(device.expires_at)
      .bind(device.interval)
      .bind(device.last_poll)
      .step();
}

std::optional<DeviceAuthorization> SqliteStore::find_device_authorization(std::string_view digest) {
  auto row = database_.query("SELECT * FROM device_authorizations WHERE digest = ?").bind(digest);
  return row.step() ? std::optional(read_device(row)) : std::nullopt;
}

std::optional<DeviceAuthorization> SqliteStore::find_user_code(std::string_view user_code) {
  auto row =
      database_.query("SELECT * FROM device_authorizations WHERE user_code = ?").bind(user_code);
  return row.step() ? std::optional(read_device(row)) : std::nullopt;
}

bool SqliteStore::remove_device_authorization(std::string_view digest) {
  database_.query("DELETE FROM device_authorizations WHERE digest = ?").bind(digest).step();
  return database_.changes() == 1;
}

void SqliteStore::put_challenge_session(const ChallengeSession& session) {
  database_.query("INSERT OR REPLACE INTO challenge_sessions VALUES (?,?,?,?,?,?,?)")
      .bind(session.digest)
      .bind(session.client_id)
      .bind(session.proof)
      .bind(session.request)
      .bind(session.user_id)
      .bind(session.attempts)
      .bind(session.expires_at)
      .step();
}

std::optional<ChallengeSession> SqliteStore::find_challenge_session(std::string_view digest) {
  auto row = database_.query("SELECT * FROM challenge_sessions WHERE digest = ?").bind(digest);
  if (!row.step()) return std::nullopt;
  return ChallengeSession{row.text(0), row.text(1),   row.text(2), row.text(3),
                          row.text(4), row.number(5), row.time(6)};
}

void SqliteStore::remove_challenge_session(std::string_view digest) {
  database_.query("DELETE FROM challenge_sessions WHERE digest = ?").bind(digest).step();
}

}  // namespace waf::io
