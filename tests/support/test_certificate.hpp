// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace test {

/// A folder of its own that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Writes a self-signed P-256 certificate for localhost, 127.0.0.1 and ::1, and its key.
void write_certificate(const std::filesystem::path& certificate,
                       const std::filesystem::path& private_key,
                       const std::string& common_name = "localhost");

}  // namespace test
