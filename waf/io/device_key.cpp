// SPDX-License-Identifier: Apache-2.0
#include "waf/io/device_key.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "waf/tokens/secrets.hpp"

namespace waf::io {
namespace {

std::runtime_error problem(const std::filesystem::path& file, const std::string& text) {
  return std::runtime_error(file.string() + ": " + text);
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string read_key(const std::filesystem::path& file) {
  const File in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat state {};
  if (in.get() < 0 || ::fstat(in.get(), &state) != 0) throw problem(file, std::strerror(errno));
  if ((state.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw problem(file, "group or others may read it; expected mode 0600");
  }
  std::string out(256, '\0');
  const ssize_t size = ::read(in.get(), out.data(), out.size());
  out.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  if (out.size() < secret_octets) throw problem(file, "expected a key of at least 32 octets");
  return out;
}

}  // namespace

std::string load_or_create_device_key(const std::filesystem::path& file,
                                      common::RandomSource& random) {
  const std::filesystem::path fresh = file.string() + "." + random.hex(8);
  if (!std::filesystem::exists(file)) {
    if (file.has_parent_path() && std::filesystem::create_directories(file.parent_path())) {
      std::filesystem::permissions(file.parent_path(), std::filesystem::perms::owner_all);
    }
    const std::string key = random.base64url(secret_octets) + "\n";
    const File out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (out.get() < 0 || ::write(out.get(), key.data(), key.size()) != std::ssize(key) ||
        ::fsync(out.get()) != 0) {
      throw problem(fresh, std::strerror(errno));
    }
    // A link never replaces: of two programs that start at once, both go on with one key.
    if (::link(fresh.c_str(), file.c_str()) != 0 && errno != EEXIST) {
      throw problem(file, std::strerror(errno));
    }
    ::unlink(fresh.c_str());
  }
  return read_key(file);
}

}  // namespace waf::io
