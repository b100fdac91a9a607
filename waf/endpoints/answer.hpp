// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "common/http.hpp"
#include "common/result.hpp"
#include "common/time.hpp"
#include "waf/directory/directory.hpp"

namespace waf {

/// A password to be compared with a stored hash: Argon2 takes its time.
struct PasswordCheck {
  std::string password;  // secret
  std::string hash;      // PHC string
};

/// A new password to be hashed.
struct PasswordHashing {
  std::string password;  // secret
};

struct HashedPassword {
  std::string hash;  // PHC string; empty when there was no room for the work
};

struct PasswordVerdict {
  enum class Outcome { match, mismatch, overloaded };
  Outcome outcome = Outcome::mismatch;
  std::string new_hash;  // when the stored one is weaker than configured
};

/// An HTTP request to another server: keys of a client, metadata of a provider, a logout token.
/// Bounded in size and time by the shell; no redirect is followed.
struct Fetch {
  /// Whose URL it is: one that a client named must not lead into our own network. Equal requests
  /// for configured documents that meet are made once.
  enum class Reach { configured, named_by_stranger };
  std::string url;
  Reach reach = Reach::named_by_stranger;
  bool post = false;
  common::HttpHeaders headers = {};
  std::string body = {};
};

using FetchResult = common::Result<common::HttpResponse>;

/// What must not run on the logic thread since it waits or computes for long, and what comes of it:
/// the alternatives stand in the same order.
using Work = std::variant<PasswordCheck, Fetch, directory::DirectoryLogin, PasswordHashing>;
using WorkResult =
    std::variant<PasswordVerdict, FetchResult, directory::DirectoryVerdict, HashedPassword>;

struct Pending;
/// What an endpoint answers: a response, or work that the shell does before it asks again.
using Answer = std::variant<common::HttpResponse, std::shared_ptr<Pending>>;

struct Pending {
  Work work;
  /// Called on the logic thread, exactly once; may answer with further work.
  std::function<Answer(WorkResult result, common::SystemTime now)> resume;
};

/// An answer that waits for `work`.
[[nodiscard]] inline Answer answer_after(
    Work work, std::function<Answer(WorkResult, common::SystemTime)> resume) {
  return std::make_shared<Pending>(Pending{std::move(work), std::move(resume)});
}

}  // namespace waf
