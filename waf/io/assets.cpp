// SPDX-License-Identifier: Apache-2.0
#include "waf/io/assets.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "waf/tokens/secrets.hpp"

namespace waf::io {
namespace {

constexpr std::size_t max_total = 64 * 1024 * 1024;

std::string content_type(const std::filesystem::path& file) {
  static const std::map<std::string, std::string> types = {
      {".css", "text/css; charset=utf-8"},
      {".html", "text/html; charset=utf-8"},
      {".ico", "image/x-icon"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".mp3", "audio/mpeg"},
      {".ogg", "audio/ogg"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".txt", "text/plain; charset=utf-8"},
      {".wasm", "application/wasm"},
      {".wav", "audio/wav"},
      {".webmanifest", "application/manifest+json"},
      {".woff2", "font/woff2"},
  };
  const auto found = types.find(file.extension().string());
  return found == types.end() ? "application/octet-stream" : found->second;
}

Asset load(const std::filesystem::path& file, std::string_view path) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error(file.string() + ": cannot be read");
  Asset out;
  out.body = std::make_shared<const std::string>(text.str());
  out.content_type = content_type(file);
  out.etag = "\"" + digest_of(*out.body).substr(0, 22) + "\"";
  out.immutable = path.starts_with("/assets/");  // the bundler puts a content hash into the names
  return out;
}

}  // namespace

Assets load_assets(const std::filesystem::path& folder,
                   const std::optional<std::filesystem::path>& page_config) {
  Assets out;
  std::size_t total = 0;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      total += entry.file_size();
      if (total > max_total) throw std::runtime_error(folder.string() + ": more than 64 MiB");
      const std::string path = "/" + entry.path().lexically_relative(folder).generic_string();
      out.emplace(path, load(entry.path(), path));
    }
  }
  if (page_config) out.insert_or_assign("/config.json", load(*page_config, "/config.json"));
  return out;
}

}  // namespace waf::io
