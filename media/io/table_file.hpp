// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "media/io/udp_socket.hpp"

namespace media::io {

/// Memory for one worker's call table: a file of mode 0600 mapped and locked, so that no two
/// engines write to it; or private memory when `file` is empty. Throws std::runtime_error.
class TableFile {
 public:
  TableFile(const std::filesystem::path& file, std::size_t size);
  ~TableFile();
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;

  [[nodiscard]] std::span<std::byte> memory() const { return memory_; }

 private:
  Descriptor file_;
  std::span<std::byte> memory_;
};

}  // namespace media::io
