// SPDX-License-Identifier: Apache-2.0
#include "media/relay/path_table.hpp"

#include <map>
#include <tuple>

#include <gtest/gtest.h>

#include "tests/support/seeded_random.hpp"

namespace media::relay {
namespace {

ice::Path path(std::uint8_t socket, std::uint32_t host, std::uint16_t port) {
  ice::Path out{socket, {}};
  out.remote.address = common::IpAddress::parse("10.0.0.0").value();
  for (std::size_t i = 0; i < 3; ++i) {
    out.remote.address.octets[1 + i] = static_cast<std::uint8_t>(host >> 8 * i);
  }
  out.remote.port = port;
  return out;
}

TEST(PathTable, FindsWhatWasSetLast) {
  PathTable table;
  EXPECT_FALSE(table.find(path(0, 1, 1)));
  table.erase(path(0, 1, 1));
  table.set(path(0, 1, 1), 7);
  table.set(path(1, 1, 1), 8);
  table.set(path(0, 1, 2), 9);
  table.set(path(0, 1, 1), 10);
  EXPECT_EQ(table.size(), 3U);
  EXPECT_EQ(table.find(path(0, 1, 1)), 10U);
  EXPECT_EQ(table.find(path(1, 1, 1)), 8U);
  EXPECT_EQ(table.find(path(0, 1, 2)), 9U);
}

TEST(PathTable, DoesAsAMapDoesWhateverComesAndGoes) {
  using Key = std::tuple<int, unsigned, unsigned>;
  test::SeededRandom random;
  PathTable table;
  std::map<Key, std::uint32_t> expected;
  for (std::uint32_t step = 0; step < 60'000; ++step) {
    const std::uint32_t draw = random.u32();
    const Key key{draw & 1U, draw >> 8U & 0x3fU, 4000 + (draw >> 16U & 0x1fU)};
    const ice::Path at = path(static_cast<std::uint8_t>(std::get<0>(key)), std::get<1>(key),
                              static_cast<std::uint16_t>(std::get<2>(key)));
    // Grows for a while, then shrinks.
    const bool adds = (draw >> 1U & 7U) < (step < 30'000 ? 5U : 2U);
    if (adds) {
      table.set(at, step);
      expected[key] = step;
    } else {
      table.erase(at);
      expected.erase(key);
    }
    const auto known = expected.find(key);
    ASSERT_EQ(table.find(at),
              known == expected.end() ? std::nullopt : std::optional(known->second));
    ASSERT_EQ(table.size(), expected.size());
    if (step % 5000 != 0) continue;
    for (const auto& [one, slot] : expected) {
      ASSERT_EQ(table.find(path(static_cast<std::uint8_t>(std::get<0>(one)), std::get<1>(one),
                                static_cast<std::uint16_t>(std::get<2>(one)))),
                slot);
    }
  }
}

}  // namespace
}  // namespace media::relay
