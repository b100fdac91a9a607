// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "waf/store/device_records.hpp"

namespace waf {

/// The part of the store for pushed requests, device grants, challenges, access codes and the
/// phones they signed in.
class DeviceStore {
 public:
  virtual ~DeviceStore() = default;

  virtual void put_pushed_request(const PushedRequest& request) = 0;
  /// Gone with this call: for the one caller who gets it.
  [[nodiscard]] virtual std::optional<PushedRequest> take_pushed_request(
      std::string_view digest) = 0;

  virtual void put_device_authorization(const DeviceAuthorization& device) = 0;  // by digest
  [[nodiscard]] virtual std::optional<DeviceAuthorization> find_device_authorization(
      std::string_view digest) = 0;
  [[nodiscard]] virtual std::optional<DeviceAuthorization> find_user_code(
      std::string_view user_code) = 0;
  /// True for the one caller who removed it.
  [[nodiscard]] virtual bool remove_device_authorization(std::string_view digest) = 0;

  virtual void put_challenge_session(const ChallengeSession& session) = 0;  // by digest
  [[nodiscard]] virtual std::optional<ChallengeSession> find_challenge_session(
      std::string_view digest) = 0;
  virtual void remove_challenge_session(std::string_view digest) = 0;

  virtual void put_device_credential(const DeviceCredential& credential) = 0;  // by id
  virtual void put_device_secret(const DeviceSecret& secret) = 0;
  [[nodiscard]] virtual std::optional<DeviceCredential> find_device_credential(
      std::string_view id) = 0;
  /// Newest first.
  [[nodiscard]] virtual std::vector<DeviceCredential> device_credentials_of_user(
      std::string_view user_id) = 0;
  /// The secrets that one typed name may mean, newest first, at most `most`.
  [[nodiscard]] virtual std::vector<DeviceSecret> device_secrets_of_name(std::string_view user_name,
                                                                         std::size_t most) = 0;
  /// That of a code without a name.
  [[nodiscard]] virtual std::optional<DeviceSecret> device_secret_of_code(
      std::string_view code_digest) = 0;
  /// True for the one caller who turned the code from issued to activated.
  [[nodiscard]] virtual bool activate_device_credential(const DeviceCredential& activated) = 0;
  /// Codes of the user that nobody has used are dead.
  virtual void end_issued_codes(std::string_view user_id) = 0;

  virtual void put_device_notice(const DeviceNotice& notice) = 0;
  /// The newest `most`.
  [[nodiscard]] virtual std::vector<DeviceNotice> device_notices(std::string_view user_id,
                                                                 std::size_t most) = 0;
};

}  // namespace waf
