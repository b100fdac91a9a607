// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "common/openssl.hpp"
#include "common/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace waf::io {

/// One run of a prepared statement; gives the statement back when it goes.
class Query {
 public:
  explicit Query(sqlite3_stmt* statement) : statement_(statement) {}
  ~Query();
  Query(Query&& other) noexcept : statement_(other.statement_), next_(other.next_) {
    other.statement_ = nullptr;
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Parameters, in order.
  Query&& bind(std::string_view text) &&;
  Query&& bind(std::int64_t number) &&;
  Query&& bind(common::SystemTime time) &&;

  /// True while there is a row. Throws StoreError when the engine fails.
  bool step();
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] common::SystemTime time(int column) const;

 private:
  sqlite3_stmt* statement_;
  int next_ = 1;
};

/// A SQLite database with its prepared statements, each compiled once. One thread.
class Sqlite {
 public:
  /// ":memory:" for a database without a file. A new file gets mode 0600. `full_sync`: what was
  /// committed also survives the loss of power, at one disk flush a transaction.
  Sqlite(const std::filesystem::path& file, bool full_sync);
  ~Sqlite();
  Sqlite(const Sqlite&) = delete;
  Sqlite& operator=(const Sqlite&) = delete;

  void execute(const char* sql);
  [[nodiscard]] Query query(std::string_view sql);
  /// Rows the last statement changed.
  [[nodiscard]] std::int64_t changes() const;

  // Group commit: between begin_batch() and end_batch() the first statement that may write begins a
  // transaction, and only end_batch() makes it durable, with one flush for all of them.
  void begin_batch();
  /// Throws StoreError when nothing of the batch stayed.
  void end_batch();
  /// Gives the batch up.
  void abandon_batch() noexcept;
  [[nodiscard]] bool in_batch() const { return batching_; }
  /// Runs `work` as a part of the open transaction that can be undone alone.
  void nested(const std::function<void()>& work);
  /// Begins the batch's transaction; false when it had begun.
  bool begin_writing();
  /// Changes when another connection has committed something.
  [[nodiscard]] std::int64_t data_version();

 private:
  struct Prepared {
    sqlite3_stmt* statement = nullptr;
    bool reads_only = true;
  };
  [[nodiscard]] Prepared prepare(std::string_view sql);
  [[nodiscard]] bool in_transaction() const;

  static void close(sqlite3* handle) noexcept;
  std::unique_ptr<sqlite3, common::Releaser<close>> handle_;
  std::map<std::string, Prepared, std::less<>> statements_;
  bool batching_ = false;
  bool begun_ = false;  // the batch's transaction
};

}  // namespace waf::io
