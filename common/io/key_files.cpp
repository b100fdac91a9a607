// SPDX-License-Identifier: Apache-2.0
#include "common/io/key_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <openssl/rsa.h>

#include "common/errc.hpp"
#include "common/openssl.hpp"

namespace common::io {
namespace {

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(descriptor) == 0;
}

}  // namespace

jose::SigningKey generate_signing_key(std::string kid, jose::Algorithm algorithm) {
  constexpr std::size_t rsa_bits = 3072;
  EVP_PKEY* fresh = algorithm == jose::Algorithm::es256 ? EVP_EC_gen("P-256")
                    : algorithm == jose::Algorithm::eddsa
                        ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                        : EVP_RSA_gen(rsa_bits);
  std::shared_ptr<EVP_PKEY> key(fresh, Releaser<EVP_PKEY_free>{});
  if (!key) std::abort();
  return {std::move(kid), std::move(key)};
}

Result<void> store_signing_key(const std::filesystem::path& file, const jose::SigningKey& key,
                               std::string_view passphrase) {
  const std::filesystem::path temporary = file.string() + ".new";
  ::unlink(temporary.c_str());
  const int descriptor =
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor < 0) {
    return fail(Errc::file_unreadable, temporary.string() + ": " + std::strerror(errno));
  }
  const bool written = write_all(descriptor, key.to_pem(passphrase));
  ::close(descriptor);
  if (!written || ::rename(temporary.c_str(), file.c_str()) != 0) {
    return fail(Errc::file_unreadable, file.string() + ": cannot be written");
  }
  return {};
}

Result<jose::SigningKey> load_signing_key(const std::filesystem::path& file, std::string kid,
                                          std::string_view passphrase) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    return fail(Errc::file_unreadable, file.string() + ": " + std::strerror(errno));
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return fail(Errc::file_unreadable, file.string() + ": readable by others; expected mode 0600");
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return fail(Errc::file_unreadable, file.string());
  return jose::SigningKey::from_pem(std::move(kid), text.str(), passphrase);
}

}  // namespace common::io
