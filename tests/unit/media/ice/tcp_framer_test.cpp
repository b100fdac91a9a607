// SPDX-License-Identifier: Apache-2.0
#include "media/ice/tcp_framer.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "tests/unit/media/rtp_packets.hpp"

namespace media::ice {
namespace {

using test::Bytes;

std::vector<Bytes> feed(TcpFramer& framer, std::span<const std::byte> bytes) {
  std::vector<Bytes> packets;
  while (!bytes.empty()) {
    const auto space = framer.space();
    EXPECT_FALSE(space.empty());
    const std::size_t size = std::min(space.size(), bytes.size());
    std::copy_n(bytes.begin(), size, space.begin());
    framer.added(size);
    bytes = bytes.subspan(size);
    while (const auto packet = framer.next()) packets.emplace_back(packet->begin(), packet->end());
  }
  return packets;
}

Bytes framed(const std::vector<Bytes>& packets) {
  Bytes stream;
  for (const Bytes& packet : packets) {
    const auto header = TcpFramer::header(packet.size());
    stream.insert(stream.end(), header.begin(), header.end());
    stream.insert(stream.end(), packet.begin(), packet.end());
  }
  return stream;
}

TEST(TcpFramer, RFC4571_PacketsComeOutWholeHoweverTheStreamIsCut) {
  std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same cuts every time
  std::vector<Bytes> packets;
  for (const std::size_t size : {1U, 2U, 172U, 2000U, 1999U, 20U, 1200U, 2000U, 2000U, 3U}) {
    packets.emplace_back(size, static_cast<std::byte>(random() & 0xffU));
  }
  const Bytes stream = framed(packets);
  for (int round = 0; round < 200; ++round) {
    TcpFramer framer;
    std::vector<Bytes> out;
    for (std::span<const std::byte> rest = stream; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), 1 + random() % 3000);
      for (Bytes& packet : feed(framer, rest.first(size))) out.push_back(std::move(packet));
      rest = rest.subspan(size);
    }
    ASSERT_EQ(out, packets);
    EXPECT_FALSE(framer.is_broken());
  }
}

TEST(TcpFramer, RFC4571_EmptyFramesArePassedOver) {
  TcpFramer framer;
  EXPECT_EQ(feed(framer, framed({{}, {}, Bytes(5), {}})), std::vector<Bytes>{Bytes(5)});
}

TEST(TcpFramer, APacketLongerThanAnyBreaksTheStream) {
  TcpFramer framer;
  EXPECT_EQ(feed(framer, framed({Bytes(4), Bytes(2001), Bytes(4)})), std::vector<Bytes>{Bytes(4)});
  EXPECT_TRUE(framer.is_broken());
}

}  // namespace
}  // namespace media::ice
