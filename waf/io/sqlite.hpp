// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

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

 private:
  static void close(sqlite3* handle) noexcept;
  std::unique_ptr<sqlite3, common::Releaser<close>> handle_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

}  // namespace waf::io
