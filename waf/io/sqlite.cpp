// SPDX-License-Identifier: Apache-2.0
#include "waf/io/sqlite.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

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
  execute("PRAGMA cache_size=-65536");  // KiB
}

Sqlite::~Sqlite() {
  for (const auto& [sql, prepared] : statements_) sqlite3_finalize(prepared.statement);
}

void Sqlite::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(handle_.get(), sql);
  }
}

Sqlite::Prepared Sqlite::prepare(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    Prepared prepared;
    if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &prepared.statement, nullptr) != SQLITE_OK) {
      fail(handle_.get(), sql);
    }
    prepared.reads_only = sqlite3_stmt_readonly(prepared.statement) != 0;
    found = statements_.emplace(sql, prepared).first;
  }
  return found->second;
}

Query Sqlite::query(std::string_view sql) {
  const Prepared prepared = prepare(sql);
  if (!prepared.reads_only && batching_) begin_writing();
  return Query(prepared.statement);
}

bool Sqlite::in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

void Sqlite::begin_batch() {
  batching_ = true;
  begun_ = false;
}

bool Sqlite::begin_writing() {
  if (!begun_) {
    Query(prepare("BEGIN IMMEDIATE").statement).step();
    begun_ = true;
    return true;
  }
  // A full disk and the like make the engine roll back by itself: whoever comes after must not
  // write as if what came before had stayed.
  if (!in_transaction()) throw StoreError("the transaction was rolled back");
  return false;
}

void Sqlite::end_batch() {
  batching_ = false;
  if (!std::exchange(begun_, false)) return;
  if (!in_transaction()) throw StoreError("the transaction was rolled back");
  try {
    query("COMMIT").step();
  } catch (...) {
    if (in_transaction()) execute("ROLLBACK");
    throw;
  }
}

void Sqlite::abandon_batch() noexcept {
  batching_ = false;
  if (!std::exchange(begun_, false) || !in_transaction()) return;
  sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Sqlite::nested(const std::function<void()>& work) {
  query("SAVEPOINT part").step();
  try {
    work();
    query("RELEASE part").step();
  } catch (...) {
    // After a rollback by the engine itself there is no savepoint left.
    if (in_transaction()) {
      execute("ROLLBACK TO part");
      execute("RELEASE part");
    }
    throw;
  }
}

std::int64_t Sqlite::data_version() {
  auto row = query("PRAGMA data_version");
  return row.step() ? row.number(0) : 0;
}

std::int64_t Sqlite::changes() const { return sqlite3_changes64(handle_.get()); }

}  // namespace waf::io
