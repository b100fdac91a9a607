// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <p11-kit/pkcs11.h>

#include "common/io/pkcs11.hpp"

namespace common::io {

/// The session behind Pkcs11Token; for the .cpp files of this folder only.
struct Pkcs11Token::Session {
  explicit Session(const Pkcs11Options& options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Throws std::runtime_error unless the call worked.
  static void check(CK_RV result, const char* what);
  [[nodiscard]] std::vector<CK_OBJECT_HANDLE> find(CK_OBJECT_CLASS type, const std::string& kid);
  [[nodiscard]] std::vector<unsigned char> attribute(CK_OBJECT_HANDLE object,
                                                     CK_ATTRIBUTE_TYPE type);

  std::mutex mutex;  // a PKCS#11 session is for one caller at a time
  CK_FUNCTION_LIST_PTR functions = nullptr;
  CK_SESSION_HANDLE handle = 0;

 private:
  [[nodiscard]] CK_SLOT_ID slot_of(const std::string& label);

  void* library_ = nullptr;
};

}  // namespace common::io
