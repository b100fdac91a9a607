// SPDX-License-Identifier: Apache-2.0
#include "waf/io/password_hasher.hpp"

#include <cstdint>
#include <memory>
#include <new>
#include <stdexcept>

#include <argon2.h>

#include "common/encoding.hpp"
#include "waf/tokens/password_hash.hpp"

namespace waf::io {
namespace {

constexpr std::size_t salt_octets = 16;
constexpr std::size_t tag_octets = 32;

/// The library's callbacks carry no pointer of ours, hence a variable of the thread.
struct Arena {
  std::unique_ptr<std::uint8_t[]> memory;
  std::size_t size = 0;
};
thread_local Arena arena;

int take(std::uint8_t** memory, std::size_t bytes) {
  if (arena.size < bytes) {
    arena.memory.reset(new (std::nothrow) std::uint8_t[bytes]);
    arena.size = arena.memory ? bytes : 0;
  }
  *memory = arena.memory.get();
  return *memory == nullptr ? ARGON2_MEMORY_ALLOCATION_ERROR : ARGON2_OK;
}

void keep(std::uint8_t*, std::size_t) {}

std::vector<std::byte> derive(std::string_view password, std::span<const std::byte> salt,
                              const PasswordCost& cost, std::size_t size) {
  std::vector<std::byte> tag(size);
  std::string secret(password);
  std::vector<std::byte> own_salt(salt.begin(), salt.end());
  argon2_context context{};
  context.out = reinterpret_cast<std::uint8_t*>(tag.data());
  context.outlen = static_cast<std::uint32_t>(tag.size());
  context.pwd = reinterpret_cast<std::uint8_t*>(secret.data());
  context.pwdlen = static_cast<std::uint32_t>(secret.size());
  context.salt = reinterpret_cast<std::uint8_t*>(own_salt.data());
  context.saltlen = static_cast<std::uint32_t>(own_salt.size());
  context.t_cost = cost.iterations;
  context.m_cost = cost.memory_kib;
  context.lanes = cost.lanes;
  context.threads = 1;  // the pool decides how many cores logins may take
  context.allocate_cbk = take;
  context.free_cbk = keep;
  context.flags = ARGON2_FLAG_CLEAR_PASSWORD;
  context.version = ARGON2_VERSION_13;
  const int result = argon2id_ctx(&context);
  if (result != ARGON2_OK) throw std::runtime_error(argon2_error_message(result));
  return tag;
}

}  // namespace

std::string hash_password(std::string_view password, const PasswordCost& cost,
                          common::RandomSource& random) {
  PasswordHash out;
  out.cost = cost;
  out.salt.resize(salt_octets);
  random.fill(out.salt);
  out.tag = derive(password, out.salt, cost, tag_octets);
  return out.to_string();
}

bool password_matches(std::string_view password, std::string_view phc) {
  const auto stored = PasswordHash::parse(phc);
  if (!stored) return false;
  const auto tag = derive(password, stored->salt, stored->cost, stored->tag.size());
  return common::equal_secrets(common::text_of(tag), common::text_of(stored->tag));
}

PasswordVerdict check_password(const std::string& password, const std::string& phc,
                               const PasswordCost& cost, common::RandomSource& random) {
  PasswordVerdict out;
  if (!password_matches(password, phc)) return out;
  out.outcome = PasswordVerdict::Outcome::match;
  const auto stored = PasswordHash::parse(phc);
  if (stored && is_weaker(stored->cost, cost)) {
    out.new_hash = hash_password(password, cost, random);
  }
  return out;
}

}  // namespace waf::io
