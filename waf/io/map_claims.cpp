// SPDX-License-Identifier: Apache-2.0
#include "waf/io/map_claims.hpp"

#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "common/jose/access_token.hpp"
#include "common/jose/json.hpp"

namespace waf::io {
namespace {

const federation::Mapping& mapping_of(const ProgramConfig& config, const std::string& source) {
  for (const auto& one : config.settings.federation.providers) {
    if (one.name == source) return one.mapping;
  }
  for (const auto& one : config.settings.federation.directories) {
    if (one.name == source) return one.mapping;
  }
  throw std::runtime_error("no provider or directory is called \"" + source + "\"");
}

std::string read_all(const std::string& file) {
  std::stringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  std::ifstream in(file);
  text << in.rdbuf();
  if (!in) throw std::runtime_error(file + ": cannot be read");
  return text.str();
}

}  // namespace

std::string map_claims(const ProgramConfig& config, const std::string& source,
                       const std::string& claims_json) {
  const auto claims =
      common::jose::parse_json(claims_json, {.max_bytes = 256 * 1024, .max_depth = 8});
  if (!claims) throw std::runtime_error("claims: " + claims.error().message());
  const auto mapped =
      federation::map_identity(mapping_of(config, source), federation::claims_of(*claims));
  if (!mapped) throw std::runtime_error("refused: " + mapped.error().message());
  std::string out = "impi\t" + mapped->impi + "\n";
  for (const auto& impu : mapped->impus) out += "impu\t" + impu + "\n";
  if (!mapped->display_name.empty()) out += "name\t" + mapped->display_name + "\n";
  out += "scopes\t" + common::jose::join_scopes(mapped->scopes) + "\n";
  for (const auto& why : mapped->skipped) out += "left out\t" + why + "\n";
  return out;
}

std::string map_claims_file(const ProgramConfig& config, const std::string& source,
                            const std::string& file) {
  return map_claims(config, source, read_all(file));
}

}  // namespace waf::io
