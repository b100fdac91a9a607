// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "common/endpoint.hpp"

namespace common {

/// A configuration file that cannot be used. The text names file, line, key and what was expected;
/// main prints it and exits 1.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A required key is not there.
class MissingKeyError : public ConfigError {
 public:
  using ConfigError::ConfigError;
};

/// One table of a TOML file. Every read names its key; reject_unknown() then refuses what nobody
/// read, so that a misspelt key stops the start instead of being ignored.
class ConfigTable {
 public:
  [[nodiscard]] static ConfigTable load(const std::filesystem::path& file);
  [[nodiscard]] static ConfigTable parse(std::string_view text, const std::string& name);

  [[nodiscard]] bool has(std::string_view key) const;

  // Required values: throw ConfigError when missing, of another type or out of range.
  [[nodiscard]] std::string string(std::string_view key) const;
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t least,
                                     std::int64_t most) const;
  [[nodiscard]] Endpoint endpoint(std::string_view key) const;  // "127.0.0.1:5060"
  [[nodiscard]] IpAddress address(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> strings(std::string_view key) const;

  // The same with a default for a missing key.
  [[nodiscard]] std::string string(std::string_view key, std::string fallback) const;
  [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most,
                                     std::int64_t fallback) const;
  [[nodiscard]] bool boolean(std::string_view key, bool fallback) const;
  /// "250ms", "30s", "10m", "12h", "30d".
  [[nodiscard]] std::chrono::milliseconds duration(std::string_view key,
                                                   std::chrono::milliseconds least,
                                                   std::chrono::milliseconds most,
                                                   std::chrono::milliseconds fallback) const;
  /// The same for less than milliseconds: "700us" too.
  [[nodiscard]] std::chrono::microseconds short_duration(std::string_view key,
                                                         std::chrono::microseconds least,
                                                         std::chrono::microseconds most,
                                                         std::chrono::microseconds fallback) const;
  [[nodiscard]] std::vector<std::string> strings(std::string_view key,
                                                 std::vector<std::string> fallback) const;
  /// A list of integers, each in range; the fallback for a missing key.
  [[nodiscard]] std::vector<std::int64_t> integers(std::string_view key, std::int64_t least,
                                                   std::int64_t most,
                                                   std::vector<std::int64_t> fallback) const;
  /// A file path; relative ones are relative to the configuration file's folder.
  [[nodiscard]] std::filesystem::path path(std::string_view key) const;
  [[nodiscard]] std::filesystem::path path(std::string_view key,
                                           const std::filesystem::path& fallback) const;
  /// One of `allowed`.
  [[nodiscard]] std::string choice(std::string_view key, const std::vector<std::string>& allowed,
                                   std::string fallback) const;

  /// A sub-table; an empty one when missing.
  [[nodiscard]] ConfigTable table(std::string_view key) const;
  /// An array of tables ([[key]]); empty when missing.
  [[nodiscard]] std::vector<ConfigTable> tables(std::string_view key) const;
  /// The keys of this table, for tables whose keys are names chosen by the operator.
  [[nodiscard]] std::vector<std::string> keys() const;

  /// Throws ConfigError naming the first key of this table and its sub-tables nobody has read.
  void reject_unknown() const;

  /// `read(*this)` and then reject_unknown(). When a required key is missing, the error also names
  /// the keys nobody knows: most often it is there, but misspelt.
  template <class Read>
  [[nodiscard]] auto read_all(Read read) const {
    try {
      auto out = read(*this);
      reject_unknown();
      return out;
    } catch (const MissingKeyError& missing) {
      throw ConfigError(missing.what() + unknown_keys([&] { (void)read(*this); }));
    }
  }

  /// "file:line: key 'a.b': message", for checks that only the caller can make.
  [[noreturn]] void refuse(std::string_view key, const std::string& message) const;

 private:
  struct Node;
  explicit ConfigTable(std::shared_ptr<Node> node);
  [[nodiscard]] std::string unknown_keys(const std::function<void()>& read) const;
  std::shared_ptr<Node> node_;
};

}  // namespace common
