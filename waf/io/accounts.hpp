// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "common/random.hpp"
#include "waf/io/program_config.hpp"
#include "waf/store/store.hpp"

namespace waf::io {

/// Brings the store in line with the users and clients of the configuration file. Users keep their
/// id; a changed password ends the user's sessions and tokens.
void declare_accounts(const ProgramConfig& config, Store& store, common::RandomSource& random,
                      SystemTime now);

/// Stores a user under his name, with a new id when the name is new.
void put_account(Store& store, User user, common::RandomSource& random);

}  // namespace waf::io
