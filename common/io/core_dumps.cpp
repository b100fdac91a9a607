// SPDX-License-Identifier: Apache-2.0
#include "common/io/core_dumps.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace common::io {

void forbid_core_dumps() {
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0) != 0) {
    throw std::runtime_error(std::string("core dumps could not be switched off: ") +
                             std::strerror(errno));
  }
}

}  // namespace common::io
