// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <sqlite3.h>

#include "waf/store/store.hpp"

namespace waf::io {
namespace {

constexpr int busy_timeout_ms = 5000;  // the command line may write while the server runs

[[noreturn]] void fail(sqlite3* handle, std::string_view what) {
  throw StoreError(std::string(what) + ": " + sqlite3_errmsg(handle));
}

/// SQLite would take the umask; the file holds password hashes.
void create_private(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) throw StoreError(file.string() + ": " + std::strerror(errno));
  ::close(descriptor);
}

}  // namespace

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query&& Query::bind(std::string_view text) && {
  // A null pointer would bind NULL.
  const char* data = text.data() == nullptr ? "" : text.data();
  sqlite3_bind_text64(statement_, next_++, data, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return std::move(*this);
}

Query&& Query::bind(std::int64_t number) && {
  sqlite3_bind_int64(statement_, next_++, number);
  return std::move(*this);
}

Query&& Query::bind(common::SystemTime time) && {
  return std::move(*this).bind(std::int64_t{common::unix_seconds(time)});
}

bool Query::step() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(sqlite3_db_handle(statement_), "query");
  return false;
}

std::string Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data == nullptr
             ? std::string()
             : std::string(data,
                           static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Query::number(int column) const { return sqlite3_column_int64(statement_, column); }

common::SystemTime Query::time(int column) const { return common::system_time(number(column)); }

void Sqlite::close(sqlite3* handle) noexcept { sqlite3_close(handle); }

Sqlite::Sqlite(const std::filesystem::path& file, bool full_sync) {
  if (file != ":memory:") create_private(file);
  sqlite3* handle = nullptr;
  const int opened =
      sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  if (opened != SQLITE_OK) throw StoreError(file.string() + ": cannot be opened");
  sqlite3_busy_timeout(handle, busy_timeout_ms);
  execute("PRAGMA journal_mode=WAL");
  execute(full_sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  execute("PRAGMA trusted_schema=OFF");
}

Sqlite::~Sqlite() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
}

void Sqlite::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(handle_.get(), sql);
  }
}

Query Sqlite::query(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
      fail(handle_.get(), sql);
    }
    found = statements_.emplace(sql, statement).first;
  }
  return Query(found->second);
}

std::int64_t Sqlite::changes() const { return sqlite3_changes64(handle_.get()); }

}  // namespace waf::io
