// SPDX-License-Identifier: Apache-2.0
#include "waf/io/maintenance.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "waf/io/sqlite.hpp"
#include "waf/io/sqlite_schema.hpp"
#include "waf/store/store.hpp"

namespace waf::io {
namespace {

struct Invariant {
  const char* broken;  // what it says when it does not hold
  const char* sql;     // counts what breaks it
};

// A family of refresh tokens is a chain: each used one names its successor, which is there, and at
// most one token of a family that was not revoked is unused. Whatever breaks that could have come
// from a lost write.
constexpr std::array<Invariant, 6> invariants = {{
    {"refresh tokens without their grant",
     "SELECT count(*) FROM refresh_tokens t LEFT JOIN grants g ON g.id = t.grant_id "
     "WHERE g.id IS NULL AND t.expires_at > unixepoch()"},
    {"used refresh tokens without a successor",
     "SELECT count(*) FROM refresh_tokens t LEFT JOIN refresh_tokens s ON s.digest = t.successor "
     "WHERE t.rotated_at <> 0 AND s.digest IS NULL AND t.expires_at > unixepoch()"},
    {"unused refresh tokens with a successor",
     "SELECT count(*) FROM refresh_tokens WHERE rotated_at = 0 AND successor <> ''"},
    {"families with more than one unused refresh token",
     "SELECT count(*) FROM (SELECT t.grant_id FROM refresh_tokens t JOIN grants g "
     "ON g.id = t.grant_id WHERE t.rotated_at = 0 AND g.revoked = 0 "
     "GROUP BY t.grant_id HAVING count(*) > 1)"},
    {"grants of an unused code",
     "SELECT count(*) FROM codes c JOIN grants g ON g.id = c.grant_id WHERE c.used = 0"},
    {"signing keys that end before they begin",
     "SELECT count(*) FROM keys WHERE publish_until < sign_from AND retired = 0 "
     "AND publish_until > unixepoch()"},
}};

}  // namespace

void backup_store(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (!std::filesystem::exists(from)) throw StoreError(from.string() + ": no such file");
  // VACUUM INTO takes an empty file; made here so that it never was readable by others.
  const int descriptor = ::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) throw StoreError(to.string() + ": " + std::strerror(errno));
  ::close(descriptor);
  try {
    Sqlite source(from, true);
    source.query("VACUUM INTO ?").bind(to.string()).step();
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(to, ignored);
    throw;
  }
  const int written = ::open(to.c_str(), O_RDONLY | O_CLOEXEC);
  const bool durable = written >= 0 && ::fsync(written) == 0;
  if (written >= 0) ::close(written);
  if (!durable) throw StoreError(to.string() + ": cannot be made durable");
}

std::vector<std::string> check_store(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) throw StoreError(file.string() + ": no such file");
  Sqlite database(file, true);
  std::vector<std::string> out;
  {
    auto row = database.query("PRAGMA integrity_check");
    while (row.step()) {
      if (row.text(0) != "ok") out.push_back(row.text(0));
    }
    auto version = database.query("PRAGMA user_version");
    if (version.step() && version.number(0) != sqlite_schema_version) {
      out.push_back("schema " + version.text(0) + "; the next start brings it to " +
                    std::to_string(sqlite_schema_version));
      return out;
    }
  }
  for (const Invariant& invariant : invariants) {
    auto row = database.query(invariant.sql);
    if (row.step() && row.number(0) > 0) {
      out.push_back(std::to_string(row.number(0)) + " " + invariant.broken);
    }
  }
  return out;
}

}  // namespace waf::io
