// SPDX-License-Identifier: Apache-2.0
#include "common/config.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <set>
#include <sstream>

#include <toml++/toml.h>

namespace common {

struct ConfigTable::Node {
  /// Calls `found` with every key of this table and its sub-tables that nobody has read.
  void for_unknown(const std::function<void(const Node&, const toml::key&)>& found) const;
  /// The value of `key`. Throws MissingKeyError; while surveying, the value of the key that was
  /// most likely meant stands in, so that reading goes on and every key becomes known.
  const toml::node& required(std::string_view key, const std::string& expected);
  [[nodiscard]] const toml::node* closest_unread(std::string_view key) const;
  [[nodiscard]] std::string complaint(std::string_view key, const std::string& message) const;

  std::shared_ptr<const toml::table> root;  // keeps the whole document alive
  std::shared_ptr<bool> surveying;          // of the whole document
  const toml::table* table = nullptr;       // null: the table is missing
  std::string file;
  std::string prefix;  // "media." for keys of [media]
  std::size_t line = 0;
  std::set<std::string, std::less<>> known;
  std::vector<std::shared_ptr<Node>> children;
};

namespace {

std::string place(const std::string& file, std::size_t line) {
  return line == 0 ? file : file + ":" + std::to_string(line);
}

std::optional<std::chrono::microseconds> parse_duration(const toml::node& node) {
  const auto text = node.value_exact<std::string_view>();
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  static const std::map<std::string_view, std::int64_t> units = {
      {"us", 1},         {"ms", 1000},         {"s", 1'000'000},
      {"m", 60'000'000}, {"h", 3'600'000'000}, {"d", 86'400'000'000}};
  const auto unit = units.find(text->substr(static_cast<std::size_t>(end - text->data())));
  if (unit == units.end() || number > INT64_MAX / unit->second) return std::nullopt;
  return std::chrono::microseconds(number * unit->second);
}

/// Levenshtein's distance.
std::size_t edits_between(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < right.size(); ++j) {
      const std::size_t changed = diagonal + (left[i] == right[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::string range_text(std::int64_t least, std::int64_t most) {
  return "an integer from " + std::to_string(least) + " to " + std::to_string(most);
}

}  // namespace

void ConfigTable::Node::for_unknown(
    const std::function<void(const Node&, const toml::key&)>& found) const {
  if (table != nullptr) {
    for (const auto& [key, value] : *table) {
      if (!known.contains(key.str())) found(*this, key);
    }
  }
  for (const auto& child : children) child->for_unknown(found);
}

std::string ConfigTable::Node::complaint(std::string_view key, const std::string& message) const {
  const toml::node* value = table != nullptr ? table->get(key) : nullptr;
  return place(file, value != nullptr ? value->source().begin.line : line) + ": key '" + prefix +
         std::string(key) + "': " + message;
}

const toml::node* ConfigTable::Node::closest_unread(std::string_view key) const {
  const toml::node* out = nullptr;
  std::size_t least = std::max<std::size_t>(key.size() / 2, 1) + 1;
  if (table == nullptr) return out;
  for (const auto& [name, value] : *table) {
    const std::size_t edits = edits_between(key, name.str());
    if (known.contains(name.str()) || edits >= least) continue;
    least = edits;
    out = &value;
  }
  return out;
}

const toml::node& ConfigTable::Node::required(std::string_view key, const std::string& expected) {
  known.emplace(key);
  const toml::node* value = table != nullptr ? table->get(key) : nullptr;
  if (value == nullptr && *surveying) value = closest_unread(key);
  if (value == nullptr) throw MissingKeyError(complaint(key, "missing; expected " + expected));
  return *value;
}

ConfigTable::ConfigTable(std::shared_ptr<Node> node) : node_(std::move(node)) {}

ConfigTable ConfigTable::load(const std::filesystem::path& file) {
  toml::table parsed;
  if (!std::filesystem::is_regular_file(file)) {
    throw ConfigError(file.string() + ": no such configuration file");
  }
  try {
    parsed = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw ConfigError(place(file.string(), error.source().begin.line) + ": " +
                      std::string(error.description()));
  }
  auto node = std::make_shared<Node>();
  node->surveying = std::make_shared<bool>(false);
  node->root = std::make_shared<const toml::table>(std::move(parsed));
  node->table = node->root.get();
  node->file = file.string();
  return ConfigTable(std::move(node));
}

ConfigTable ConfigTable::parse(std::string_view text, const std::string& name) {
  auto node = std::make_shared<Node>();
  node->surveying = std::make_shared<bool>(false);
  try {
    node->root = std::make_shared<const toml::table>(toml::parse(text, name));
  } catch (const toml::parse_error& error) {
    throw ConfigError(place(name, error.source().begin.line) + ": " +
                      std::string(error.description()));
  }
  node->table = node->root.get();
  node->file = name;
  return ConfigTable(std::move(node));
}

bool ConfigTable::has(std::string_view key) const {
  node_->known.emplace(key);
  return node_->table != nullptr && node_->table->get(key) != nullptr;
}

void ConfigTable::refuse(std::string_view key, const std::string& message) const {
  throw ConfigError(node_->complaint(key, message));
}

std::string ConfigTable::string(std::string_view key) const {
  const auto value = node_->required(key, "a string").value_exact<std::string>();
  if (!value) refuse(key, "expected a string");
  return *value;
}

std::string ConfigTable::string(std::string_view key, std::string fallback) const {
  return has(key) ? string(key) : std::move(fallback);
}

std::int64_t ConfigTable::integer(std::string_view key, std::int64_t least,
                                  std::int64_t most) const {
  const auto value = node_->required(key, range_text(least, most)).value_exact<std::int64_t>();
  if (!value || *value < least || *value > most) {
    refuse(key, "expected " + range_text(least, most));
  }
  return *value;
}

std::int64_t ConfigTable::integer(std::string_view key, std::int64_t least, std::int64_t most,
                                  std::int64_t fallback) const {
  return has(key) ? integer(key, least, most) : fallback;
}

bool ConfigTable::boolean(std::string_view key, bool fallback) const {
  if (!has(key)) return fallback;
  const auto value = node_->table->get(key)->value_exact<bool>();
  if (!value) refuse(key, "expected true or false");
  return *value;
}

Endpoint ConfigTable::endpoint(std::string_view key) const {
  (void)node_->required(key, "\"address:port\"");
  const auto value = Endpoint::parse(string(key));
  if (!value)
    refuse(key, "expected \"address:port\", such as \"127.0.0.1:5060\" or \"[::1]:5060\"");
  return *value;
}

IpAddress ConfigTable::address(std::string_view key) const {
  (void)node_->required(key, "an IP address");
  const auto value = IpAddress::parse(string(key));
  if (!value) refuse(key, "expected an IPv4 or IPv6 address, not a name");
  return *value;
}

std::vector<std::string> ConfigTable::strings(std::string_view key) const {
  const toml::array* array = node_->required(key, "a list of strings").as_array();
  if (array == nullptr) refuse(key, "expected a list of strings");
  std::vector<std::string> out;
  for (const auto& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text) refuse(key, "expected a list of strings");
    out.push_back(*text);
  }
  return out;
}

std::vector<std::string> ConfigTable::strings(std::string_view key,
                                              std::vector<std::string> fallback) const {
  return has(key) ? strings(key) : std::move(fallback);
}

std::vector<std::int64_t> ConfigTable::integers(std::string_view key, std::int64_t least,
                                                std::int64_t most,
                                                std::vector<std::int64_t> fallback) const {
  if (!has(key)) return fallback;
  const std::string expected = "expected a list, each " + range_text(least, most);
  const toml::array* array = node_->table->get(key)->as_array();
  if (array == nullptr) refuse(key, expected);
  std::vector<std::int64_t> out;
  for (const auto& element : *array) {
    const auto number = element.value_exact<std::int64_t>();
    if (!number || *number < least || *number > most) refuse(key, expected);
    out.push_back(*number);
  }
  return out;
}

std::chrono::milliseconds ConfigTable::duration(std::string_view key,
                                                std::chrono::milliseconds least,
                                                std::chrono::milliseconds most,
                                                std::chrono::milliseconds fallback) const {
  if (!has(key)) return fallback;
  const auto value = parse_duration(*node_->table->get(key));
  if (!value || *value < least || *value > most || value->count() % 1000 != 0) {
    refuse(key, "expected a duration such as \"500ms\", \"30s\", \"10m\", \"12h\" from " +
                    std::to_string(least.count()) + "ms to " + std::to_string(most.count()) + "ms");
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(*value);
}

std::chrono::microseconds ConfigTable::short_duration(std::string_view key,
                                                      std::chrono::microseconds least,
                                                      std::chrono::microseconds most,
                                                      std::chrono::microseconds fallback) const {
  if (!has(key)) return fallback;
  const auto value = parse_duration(*node_->table->get(key));
  if (!value || *value < least || *value > most) {
    refuse(key, "expected a duration such as \"700us\", \"1ms\" from " +
                    std::to_string(least.count()) + "us to " + std::to_string(most.count()) + "us");
  }
  return *value;
}

std::filesystem::path ConfigTable::path(std::string_view key) const {
  (void)node_->required(key, "a file path");
  const std::filesystem::path value = string(key);
  if (value.empty()) refuse(key, "expected a file path");
  if (value.is_absolute()) return value;
  return std::filesystem::path(node_->file).parent_path() / value;
}

std::filesystem::path ConfigTable::path(std::string_view key,
                                        const std::filesystem::path& fallback) const {
  return has(key) ? path(key) : fallback;
}

std::string ConfigTable::choice(std::string_view key, const std::vector<std::string>& allowed,
                                std::string fallback) const {
  std::string value = string(key, std::move(fallback));
  std::string list;
  for (const auto& option : allowed) {
    if (option == value) return value;
    list += (list.empty() ? "\"" : ", \"") + option + "\"";
  }
  refuse(key, "expected one of " + list);
}

ConfigTable ConfigTable::table(std::string_view key) const {
  auto child = std::make_shared<Node>();
  child->root = node_->root;
  child->surveying = node_->surveying;
  child->file = node_->file;
  child->prefix = node_->prefix + std::string(key) + ".";
  child->line = node_->line;
  const toml::node* value = has(key) ? node_->table->get(key) : nullptr;
  if (value == nullptr && *node_->surveying) value = node_->closest_unread(key);
  if (value != nullptr) {
    child->table = value->as_table();
    if (child->table == nullptr) refuse(key, "expected a table");
    child->line = value->source().begin.line;
  }
  node_->children.push_back(child);
  return ConfigTable(std::move(child));
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view key) const {
  if (!has(key)) return {};
  const toml::array* array = node_->table->get(key)->as_array();
  if (array == nullptr) refuse(key, "expected an array of tables ([[" + std::string(key) + "]])");
  std::vector<ConfigTable> out;
  for (const auto& element : *array) {
    auto child = std::make_shared<Node>();
    child->root = node_->root;
    child->surveying = node_->surveying;
    child->file = node_->file;
    child->table = element.as_table();
    if (child->table == nullptr) refuse(key, "expected an array of tables");
    child->prefix = node_->prefix + std::string(key) + "[" + std::to_string(out.size()) + "].";
    child->line = element.source().begin.line;
    node_->children.push_back(child);
    out.push_back(ConfigTable(std::move(child)));
  }
  return out;
}

std::vector<std::string> ConfigTable::keys() const {
  std::vector<std::string> out;
  if (node_->table == nullptr) return out;
  for (const auto& [key, value] : *node_->table) out.emplace_back(key.str());
  return out;
}

void ConfigTable::reject_unknown() const {
  node_->for_unknown([](const Node& node, const toml::key& key) {
    std::string expected;
    for (const auto& name : node.known) expected += (expected.empty() ? "" : ", ") + name;
    throw ConfigError(node.complaint(key.str(), "unknown key; expected one of: " + expected));
  });
}

std::string ConfigTable::unknown_keys(const std::function<void()>& read) const {
  node_->children.clear();
  *node_->surveying = true;
  std::string out;
  try {
    read();
    node_->for_unknown([&out](const Node& node, const toml::key& key) {
      out += "; unknown key '" + node.prefix + std::string(key.str()) + "' in line " +
             std::to_string(key.source().begin.line);
    });
  } catch (const std::exception&) {
    // Reading stopped early, so what is unread need not be unknown.
    out.clear();
  }
  *node_->surveying = false;
  return out;
}

}  // namespace common
