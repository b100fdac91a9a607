// SPDX-License-Identifier: Apache-2.0
#include "media/io/table_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace media::io {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const char* what) {
  throw std::runtime_error("call table " + file.string() + ": " + what + ": " +
                           std::strerror(errno));
}

Descriptor open_locked(const std::filesystem::path& file, std::size_t size) {
  Descriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!descriptor.is_open()) refuse(file, "cannot be opened");
  // The keys of running calls are in it, whatever the mode was before.
  if (::fchmod(descriptor.get(), 0600) != 0) refuse(file, "mode");
  if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) refuse(file, "in use");
  struct stat status {};
  if (::fstat(descriptor.get(), &status) != 0) refuse(file, "status");
  const auto wanted = static_cast<off_t>(size);
  const bool resized = status.st_size != wanted;
  // Another size is another layout: begin with zeros.
  if (resized &&
      (::ftruncate(descriptor.get(), 0) != 0 || ::ftruncate(descriptor.get(), wanted) != 0)) {
    refuse(file, "size");
  }
  return descriptor;
}

}  // namespace

TableFile::TableFile(const std::filesystem::path& file, std::size_t size) {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  if (!file.empty()) {
    file_ = open_locked(file, size);
    flags = MAP_SHARED;
  }
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, file_.get(), 0);
  if (memory == MAP_FAILED) refuse(file, "cannot be mapped");
  ::madvise(memory, size, MADV_DONTDUMP);
  memory_ = std::span(static_cast<std::byte*>(memory), size);
}

TableFile::~TableFile() { ::munmap(memory_.data(), memory_.size()); }

}  // namespace media::io
