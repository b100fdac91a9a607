// SPDX-License-Identifier: Apache-2.0
#include "ims-interface/sdp/model.hpp"

#include <algorithm>

namespace ims::sdp {

const Attribute* find(const Attributes& attributes, std::string_view name) {
  auto at = std::find_if(attributes.begin(), attributes.end(),
                         [&](const Attribute& attribute) { return attribute.name == name; });
  return at == attributes.end() ? nullptr : &*at;
}

bool has(const Attributes& attributes, std::string_view name) {
  return find(attributes, name) != nullptr;
}

std::string_view value_of(const Attributes& attributes, std::string_view name) {
  const Attribute* attribute = find(attributes, name);
  if (attribute == nullptr || !attribute->value) return {};
  return *attribute->value;
}

}  // namespace ims::sdp
