// SPDX-License-Identifier: Apache-2.0
#include "waf/io/pages_config.hpp"

#include <fstream>
#include <sstream>

#include "waf/pages/contrast.hpp"

namespace waf::io {
namespace {

using common::ConfigTable;

constexpr std::size_t most_logo = 256 * 1024;

/// The accent is the ground of buttons and the colour of links: both have to be readable.
std::string read_accent(const ConfigTable& table, const char* key, const char* ground,
                        const char* text) {
  std::string out = table.string(key, "");
  if (out.empty()) return out;
  const auto on_ground = pages::contrast(out, ground);
  const auto under_text = pages::contrast(out, text);
  if (!on_ground || !under_text) table.refuse(key, "expected a colour such as \"#0b7a75\"");
  if (*on_ground < pages::least_contrast || *under_text < pages::least_contrast) {
    table.refuse(key, std::string("text could not be read: the contrast to ") + ground + " and " +
                          text + " must be 4.5 or more");
  }
  return out;
}

void read_logo(const ConfigTable& table, pages::Brand& brand) {
  if (!table.has("logo")) return;
  const auto file = table.path("logo");
  const auto type = file.extension().string();
  brand.logo_type = type == ".svg" ? "image/svg+xml" : type == ".png" ? "image/png" : "";
  if (brand.logo_type.empty()) table.refuse("logo", "expected a .svg or .png file");
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream content;
  content << stream.rdbuf();
  if (!stream || content.str().empty()) table.refuse("logo", "cannot be read");
  if (content.str().size() > most_logo) table.refuse("logo", "is larger than 256 KiB");
  brand.logo = std::make_shared<const std::string>(content.str());
}

pages::Catalogue read_translation(const ConfigTable& table) {
  const auto language = table.string("language");
  const auto texts = ConfigTable::load(table.path("file"));
  std::map<std::string, std::string> read;
  for (const auto& key : texts.keys()) read.emplace(key, texts.string(key));
  auto out = pages::Catalogue::make(language, read);
  if (!out) table.refuse("file", out.error().detail);
  return std::move(*out);
}

}  // namespace

void read_brand(const ConfigTable& table, Settings& settings) {
  pages::Brand& brand = settings.brand;
  brand.name = table.string("name", brand.name);
  brand.accent = read_accent(table, "accent", "#ffffff", "#ffffff");
  brand.accent_dark = read_accent(table, "accent_dark", "#182120", "#06211f");
  read_logo(table, brand);
  for (const auto& translation : table.tables("translations")) {
    settings.texts.add(read_translation(translation));
  }
}

}  // namespace waf::io
