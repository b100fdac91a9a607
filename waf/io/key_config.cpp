// SPDX-License-Identifier: Apache-2.0
#include "waf/io/key_config.hpp"

#include <cstdlib>
#include <fstream>

#include "common/jose/jwk.hpp"
#include "waf/endpoints/metadata.hpp"

namespace waf::io {
namespace {

using common::ConfigTable;
using common::jose::Algorithm;

/// A secret from the first line of a file or from a variable of the environment, by the keys
/// <name>_file and <name>_env; empty when neither is set.
std::string read_secret(const ConfigTable& table, const std::string& name) {
  const std::string file_key = name + "_file";
  const std::string variable_key = name + "_env";
  if (table.has(file_key.c_str())) {
    std::ifstream in(table.path(file_key.c_str()));
    std::string out;
    if (!std::getline(in, out) || out.empty()) {
      table.refuse(file_key.c_str(), "expected a file whose first line is the secret");
    }
    return out;
  }
  const std::string variable = table.string(variable_key.c_str(), "");
  if (variable.empty()) return {};
  const char* value = std::getenv(variable.c_str());
  if (value == nullptr || *value == '\0') {
    table.refuse(variable_key.c_str(), "the environment has no " + variable);
  }
  return value;
}

std::vector<Algorithm> read_algorithms(const ConfigTable& table) {
  std::vector<Algorithm> out;
  for (const auto& name : table.strings("algorithms", {"ES256"})) {
    const auto algorithm = common::jose::algorithm_from(name);
    if (!algorithm || algorithm == Algorithm::ps256) {
      table.refuse("algorithms", "expected ES256, RS256 or EdDSA, got \"" + name + "\"");
    }
    out.push_back(*algorithm);
  }
  if (out.empty()) table.refuse("algorithms", "expected at least one");
  return out;
}

}  // namespace

KeyOptions read_keys(const ConfigTable& table) {
  using std::chrono::duration_cast;
  using std::chrono::hours;
  KeyOptions out;
  out.folder = table.path("folder");
  out.algorithms = read_algorithms(table);
  out.passphrase = read_secret(table, "passphrase");
  if (table.has("pkcs11_module")) {
    out.token = {table.path("pkcs11_module"), table.string("pkcs11_token"),
                 read_secret(table, "pkcs11_pin")};
    if (out.token->pin.empty()) table.refuse("pkcs11_pin_file", "expected a PIN");
  }
  out.rotate_every = duration_cast<seconds>(
      table.duration("rotate_every", seconds(0), hours(24 * 3650), seconds(0)));
  // A client may keep its key set for jwks_max_age and have fetched it just before.
  out.publish_ahead = duration_cast<seconds>(
      table.duration("publish_ahead", 2 * jwks_max_age, hours(24 * 30), 2 * jwks_max_age));
  if (out.rotate_every > seconds(0) && out.rotate_every <= out.publish_ahead + hours(2)) {
    table.refuse("rotate_every", "expected more than publish_ahead and two hours");
  }
  return out;
}

}  // namespace waf::io
