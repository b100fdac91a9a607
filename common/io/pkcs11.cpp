// SPDX-License-Identifier: Apache-2.0
#include "common/io/pkcs11.hpp"

#include <dlfcn.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "common/io/pkcs11_session.hpp"

namespace common::io {
namespace {

/// PKCS#11 pads texts with blanks.
bool is_padded(std::string_view padded, std::string_view text) {
  while (padded.ends_with(' ')) padded.remove_suffix(1);
  return padded == text;
}

unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

void Pkcs11Token::Session::check(CK_RV result, const char* what) {
  if (result == CKR_OK) return;
  throw std::runtime_error("PKCS#11: " + std::string(what) + " failed with " +
                           std::to_string(result));
}

Pkcs11Token::Session::Session(const Pkcs11Options& options) {
  library_ = ::dlopen(options.module.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) throw std::runtime_error("PKCS#11 module: " + std::string(::dlerror()));
  const auto list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library_, "C_GetFunctionList"));
  if (list == nullptr) throw std::runtime_error(options.module.string() + ": no PKCS#11 module");
  check(list(&functions), "C_GetFunctionList");
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV begun = functions->C_Initialize(&arguments);
  if (begun != CKR_CRYPTOKI_ALREADY_INITIALIZED) check(begun, "C_Initialize");
  check(functions->C_OpenSession(slot_of(options.token), CKF_SERIAL_SESSION | CKF_RW_SESSION,
                                 nullptr, nullptr, &handle),
        "C_OpenSession");
  std::string pin = options.pin;
  const CK_RV logged_in = functions->C_Login(handle, CKU_USER, octets(pin), pin.size());
  if (logged_in != CKR_USER_ALREADY_LOGGED_IN) check(logged_in, "C_Login");
}

/// The module stays loaded and initialised: another session of this process may use it, and some
/// modules do not survive being unloaded.
Pkcs11Token::Session::~Session() { functions->C_CloseSession(handle); }

CK_SLOT_ID Pkcs11Token::Session::slot_of(const std::string& label) {
  std::array<CK_SLOT_ID, 64> slots{};
  CK_ULONG count = slots.size();
  check(functions->C_GetSlotList(CK_TRUE, slots.data(), &count), "C_GetSlotList");
  for (CK_ULONG i = 0; i < count; ++i) {
    CK_TOKEN_INFO info{};
    if (functions->C_GetTokenInfo(slots[i], &info) != CKR_OK) continue;
    const std::string_view found(reinterpret_cast<const char*>(info.label), sizeof info.label);
    if (is_padded(found, label)) return slots[i];
  }
  throw std::runtime_error("PKCS#11: no token with the label " + label);
}

std::vector<CK_OBJECT_HANDLE> Pkcs11Token::Session::find(CK_OBJECT_CLASS type,
                                                         const std::string& kid) {
  std::string label = kid;
  std::array<CK_ATTRIBUTE, 2> wanted{
      {{CKA_CLASS, &type, sizeof type}, {CKA_LABEL, label.data(), label.size()}}};
  check(functions->C_FindObjectsInit(handle, wanted.data(), wanted.size()), "C_FindObjectsInit");
  std::array<CK_OBJECT_HANDLE, 8> found{};
  CK_ULONG count = 0;
  const CK_RV result = functions->C_FindObjects(handle, found.data(), found.size(), &count);
  functions->C_FindObjectsFinal(handle);
  check(result, "C_FindObjects");
  return {found.begin(), found.begin() + count};
}

std::vector<unsigned char> Pkcs11Token::Session::attribute(CK_OBJECT_HANDLE object,
                                                           CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE wanted{type, nullptr, 0};
  check(functions->C_GetAttributeValue(handle, object, &wanted, 1), "C_GetAttributeValue");
  std::vector<unsigned char> out(wanted.ulValueLen);
  wanted.pValue = out.data();
  check(functions->C_GetAttributeValue(handle, object, &wanted, 1), "C_GetAttributeValue");
  return out;
}

Pkcs11Token::Pkcs11Token(const Pkcs11Options& options)
    : session_(std::make_shared<Session>(options)) {}

void Pkcs11Token::destroy(const std::string& kid) {
  const std::scoped_lock lock(session_->mutex);
  for (const CK_OBJECT_CLASS type : {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY}) {
    for (const CK_OBJECT_HANDLE object : session_->find(type, kid)) {
      session_->functions->C_DestroyObject(session_->handle, object);
    }
  }
}

}  // namespace common::io
